//! Seating plans as CSV files: read with every fault at its line, written so that they read back the same.
//!
//! Columns: `section,row,seat,row_index,position,block,x,y,quality,attributes`; attributes are separated by `;`.
//! UTF-8 with or without a byte order mark, or Shift_JIS; lines end in LF or CRLF (RFC 4180).

use std::collections::HashMap;

use encoding_rs::{EncoderResult, SHIFT_JIS};
use serde_json::{Value, json};

use super::rules::{MOST_SEATS, SeatDraft};

/// The columns, in the order in which they are written.
pub const COLUMNS: [&str; 10] =
    ["section", "row", "seat", "row_index", "position", "block", "x", "y", "quality", "attributes"];
const REQUIRED: [&str; 5] = ["section", "row", "seat", "row_index", "position"];
const LONGEST_LABEL: usize = 20;

/// How a file writes its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    Utf8,
    ShiftJis,
}

/// A fault of a file, where it stands. It names lines, columns and labels of the file, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// From 1; the header is line 1.
    pub line: u64,
    pub column: Option<&'static str>,
    pub code: &'static str,
    pub en: String,
    pub ja: String,
}

impl LineFault {
    fn new(
        line: u64,
        column: Option<&'static str>,
        code: &'static str,
        en: impl Into<String>,
        ja: impl Into<String>,
    ) -> Self {
        Self { line, column, code, en: en.into(), ja: ja.into() }
    }

    /// As the problem lists it.
    pub fn fact(&self) -> Value {
        let mut fact = json!({ "line": self.line, "code": self.code, "detail": self.en, "detail_ja": self.ja });
        if let (Some(column), Some(members)) = (self.column, fact.as_object_mut()) {
            members.insert("column".to_owned(), column.into());
        }
        fact
    }
}

/// The text of a file.
///
/// # Errors
/// Every line whose bytes are not of the charset. No charset here has a line feed inside a character.
pub fn decode(bytes: &[u8], charset: Charset) -> Result<String, Vec<LineFault>> {
    let bytes = if charset == Charset::Utf8 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) } else { bytes };
    let mut text = String::with_capacity(bytes.len());
    let mut faults = Vec::new();
    for (line, part) in (1u64..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        let read = match charset {
            Charset::Utf8 => std::str::from_utf8(part).ok().map(std::borrow::Cow::Borrowed),
            Charset::ShiftJis => SHIFT_JIS.decode_without_bom_handling_and_without_replacement(part),
        };
        match read {
            Some(read) => text.push_str(&read),
            None => faults.push(not_of(line, charset)),
        }
    }
    if faults.is_empty() { Ok(text) } else { Err(faults) }
}

fn not_of(line: u64, charset: Charset) -> LineFault {
    let name = match charset {
        Charset::Utf8 => "UTF-8",
        Charset::ShiftJis => "Shift_JIS",
    };
    let en = format!("This line is not {name}; say the charset of the file.");
    LineFault::new(line, None, "charset", en, format!("{name} として読めません。charset を確認してください。"))
}

/// Reads the seats of a file, in its order.
///
/// # Errors
/// Every fault of the file.
pub fn read(text: &str) -> Result<Vec<SeatDraft>, Vec<LineFault>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| {
        vec![LineFault::new(1, None, "unreadable", "The first line is not CSV.", "1行目を CSV として読めません。")]
    })?;
    let places = columns(header)?;
    let mut faults = Vec::new();
    let mut seats = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, |position| line_at(text, position));
                faults.push(LineFault::new(
                    line,
                    None,
                    "unreadable",
                    "This line is not CSV.",
                    "CSV として読めません。",
                ));
                continue;
            }
        };
        let line = record.position().map_or(0, |position| line_at(text, position));
        if seats.len() >= MOST_SEATS {
            let en = format!("A plan has at most {MOST_SEATS} seats.");
            faults.push(LineFault::new(line, None, "too_many_seats", en, format!("座席は {MOST_SEATS} 席までです。")));
            break;
        }
        let mut row = Row { record: &record, places: &places, line, faults: &mut faults };
        let seat = row.seat();
        seats.push((line, seat));
    }
    if seats.is_empty() && faults.is_empty() {
        faults.push(LineFault::new(1, None, "no_seats", "The file has no seats.", "座席がありません。"));
    }
    together(&seats, &mut faults);
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() { Ok(seats.into_iter().map(|(_, seat)| seat).collect()) } else { Err(faults) }
}

/// The line on which a record begins. Its position is still before what ends the record before it: the line feed of a CRLF, and
/// empty lines.
fn line_at(text: &str, position: &csv::Position) -> u64 {
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    skipped.filter(|byte| **byte == b'\n').fold(position.line(), |line, _| line.saturating_add(1))
}

fn columns(header: &csv::StringRecord) -> Result<HashMap<&'static str, usize>, Vec<LineFault>> {
    let mut places = HashMap::new();
    let mut faults = Vec::new();
    for (at, name) in header.iter().enumerate() {
        match COLUMNS.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            Some(known) if places.insert(*known, at).is_some() => {
                let en = format!("The column {known} is there more than once.");
                faults.push(LineFault::new(
                    1,
                    Some(known),
                    "repeated_column",
                    en,
                    format!("列 {known} が重複しています。"),
                ));
            }
            Some(_) => {}
            None => {
                let shown: String = name.chars().take(40).collect();
                let en = format!("Column {} ({shown:?}) is not known.", at + 1);
                faults.push(LineFault::new(
                    1,
                    None,
                    "unknown_column",
                    en,
                    format!("{} 列目の列名は不明です。", at + 1),
                ));
            }
        }
    }
    for name in REQUIRED.iter().filter(|name| !places.contains_key(**name)) {
        let en = format!("The column {name} is missing.");
        faults.push(LineFault::new(1, Some(name), "missing_column", en, format!("列 {name} がありません。")));
    }
    if faults.is_empty() { Ok(places) } else { Err(faults) }
}

/// One line of a file, read cell by cell. A faulty cell is told and read as nothing, so that the rest is told too.
struct Row<'a> {
    record: &'a csv::StringRecord,
    places: &'a HashMap<&'static str, usize>,
    line: u64,
    faults: &'a mut Vec<LineFault>,
}

impl Row<'_> {
    fn tell(&mut self, column: &'static str, code: &'static str, en: &str, ja: &str) {
        self.faults.push(LineFault::new(self.line, Some(column), code, en, ja));
    }

    fn cell(&self, column: &str) -> &str {
        self.places.get(column).and_then(|at| self.record.get(*at)).unwrap_or_default()
    }

    fn label(&mut self, column: &'static str) -> String {
        // a leading apostrophe only keeps spreadsheets from reading a formula
        let text = self.cell(column).strip_prefix('\'').unwrap_or(self.cell(column)).to_owned();
        if text.is_empty() {
            self.tell(column, "empty", "A label is missing.", "ラベルがありません。");
        } else if text.chars().count() > LONGEST_LABEL {
            self.tell(column, "too_long", "A label has at most 20 characters.", "ラベルは20文字以内です。");
        } else if text.chars().any(char::is_control) {
            self.tell(column, "control_character", "A label has no control characters.", "制御文字は使用できません。");
        }
        text
    }

    fn number(&mut self, column: &'static str) -> Option<i32> {
        let text = self.cell(column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<i32>().ok().filter(|number| (-1_000_000..=1_000_000).contains(number));
        if number.is_none() {
            self.tell(column, "not_a_number", "This is not a whole number within a million.", "整数ではありません。");
        }
        number
    }

    fn required(&mut self, column: &'static str) -> i32 {
        if self.cell(column).is_empty() {
            self.tell(column, "empty", "A number is missing.", "数値がありません。");
            return 0;
        }
        self.number(column).unwrap_or(0)
    }

    fn seat(&mut self) -> SeatDraft {
        let mut seat = SeatDraft {
            section: self.label("section"),
            row_label: self.label("row"),
            seat_label: self.label("seat"),
            row_index: self.required("row_index"),
            position_index: self.required("position"),
            block_index: self.number("block").unwrap_or(1),
            x: self.number("x"),
            y: self.number("y"),
            quality_rank: self.number("quality").unwrap_or(1),
            aisle: false,
            wheelchair: false,
            companion: false,
            restricted_view: false,
        };
        let attributes = self.cell("attributes").to_owned();
        for name in attributes.split(';').map(str::trim).filter(|name| !name.is_empty()) {
            match name {
                "aisle" => seat.aisle = true,
                "wheelchair" => seat.wheelchair = true,
                "companion" => seat.companion = true,
                "restricted_view" => seat.restricted_view = true,
                _ => self.tell(
                    "attributes",
                    "unknown_attribute",
                    "An attribute is one of aisle, companion, restricted_view, wheelchair.",
                    "属性は aisle, companion, restricted_view, wheelchair のいずれかです。",
                ),
            }
        }
        seat
    }
}

/// What only shows when all seats are there: labels and positions said twice, gaps inside a block.
fn together(seats: &[(u64, SeatDraft)], faults: &mut Vec<LineFault>) {
    let mut labels: HashMap<(&str, &str, &str), u64> = HashMap::new();
    let mut positions: HashMap<(&str, i32, i32), u64> = HashMap::new();
    let mut blocks: HashMap<(&str, i32, i32), Vec<(i32, u64)>> = HashMap::new();
    for (line, seat) in seats {
        if let Some(first) = labels.insert((&seat.section, &seat.row_label, &seat.seat_label), *line) {
            let en = format!("This section, row and seat are already on line {first}.");
            faults.push(LineFault::new(
                *line,
                Some("seat"),
                "duplicate_label",
                en,
                format!("{first} 行目と同じ座席です。"),
            ));
        }
        if let Some(first) = positions.insert((&seat.section, seat.row_index, seat.position_index), *line) {
            let en = format!("This row and position are already on line {first}.");
            let ja = format!("{first} 行目と同じ位置です。");
            faults.push(LineFault::new(*line, Some("position"), "duplicate_position", en, ja));
        }
        let block = blocks.entry((&seat.section, seat.row_index, seat.block_index)).or_default();
        block.push((seat.position_index, *line));
    }
    for block in blocks.values_mut() {
        block.sort_unstable();
        for pair in block.windows(2) {
            let [(left, _), (right, line)] = pair else { continue };
            if right - left > 1 {
                let en = format!(
                    "Between position {left} and {right} there is a gap, but the block goes on; begin a new block."
                );
                let ja = format!("位置 {left} と {right} の間に隙間があります。block を分けてください。");
                faults.push(LineFault::new(*line, Some("position"), "gap_in_block", en, ja));
            }
        }
    }
}

/// Writes seats as a file: a header, CRLF, cells that a spreadsheet would read as a formula behind an apostrophe.
pub fn write<'a>(seats: impl IntoIterator<Item = &'a SeatDraft>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let _ = writer.write_record(COLUMNS);
    for seat in seats {
        let number = |value: Option<i32>| value.map(|value| value.to_string()).unwrap_or_default();
        let _ = writer.write_record([
            harmless(&seat.section),
            harmless(&seat.row_label),
            harmless(&seat.seat_label),
            seat.row_index.to_string(),
            seat.position_index.to_string(),
            seat.block_index.to_string(),
            number(seat.x),
            number(seat.y),
            seat.quality_rank.to_string(),
            seat.attributes(),
        ]);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\'']) { format!("'{text}") } else { text.to_owned() }
}

/// A file's bytes in a charset: UTF-8 with a byte order mark (spreadsheets in Japan need it), or Shift_JIS. Also says how
/// many characters Shift_JIS does not have; they are written as 〓.
pub fn encode(text: &str, charset: Charset) -> (Vec<u8>, usize) {
    match charset {
        Charset::Utf8 => (format!("\u{feff}{text}").into_bytes(), 0),
        Charset::ShiftJis => shift_jis(text),
    }
}

fn shift_jis(text: &str) -> (Vec<u8>, usize) {
    // the pairs that Windows and Unicode map differently
    let swapped: String = text
        .chars()
        .map(|c| match c {
            '\u{301c}' => '\u{ff5e}',
            '\u{2014}' => '\u{2015}',
            '\u{2016}' => '\u{2225}',
            '\u{00a2}' => '\u{ffe0}',
            '\u{00a3}' => '\u{ffe1}',
            '\u{00ac}' => '\u{ffe2}',
            other => other,
        })
        .collect();
    let mut out = Vec::with_capacity(swapped.len());
    let mut replaced = 0;
    let mut buffer = [0u8; 8];
    for c in swapped.chars() {
        let mut utf8 = [0u8; 4];
        let mut encoder = SHIFT_JIS.new_encoder();
        let (result, _, written) =
            encoder.encode_from_utf8_without_replacement(c.encode_utf8(&mut utf8), &mut buffer, true);
        match (result, buffer.get(..written)) {
            (EncoderResult::InputEmpty, Some(bytes)) => out.extend_from_slice(bytes),
            _ => {
                out.extend_from_slice(&[0x81, 0xac]); // 〓
                replaced += 1;
            }
        }
    }
    (out, replaced)
}

#[cfg(test)]
mod tests;
