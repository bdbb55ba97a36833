//! A request body that is a CSV file.

use std::borrow::Cow;

use contract::{ApiError, CsvFile, ticket::plan::FileCharset};
use kernel::{Instant, JST, Refusal};
use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry},
};
use sha2::{Digest, Sha256};
use time::macros::format_description;
use unicode_normalization::char::compose;

use crate::{body::Content, problems};

/// The bytes of a CSV file, read under the limit for files.
#[derive(Debug)]
pub struct CsvBody {
    bytes: Vec<u8>,
    charset: Option<FileCharset>,
    digest: String,
}

impl CsvBody {
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text, in the charset that `Content-Type` names, else in UTF-8. Nothing of it is guessed or replaced.
    ///
    /// # Errors
    /// `file_not_text` with the first line that cannot be read so, and the charset to name if the file can be read in that.
    pub fn text(&self) -> Result<String, ApiError> {
        let charset = self.charset.unwrap_or(FileCharset::Utf8);
        read(&self.bytes, charset).ok_or_else(|| ApiError::of(not_text(&self.bytes, charset)))
    }

    /// The charset that `Content-Type` names.
    pub const fn charset(&self) -> Option<FileCharset> {
        self.charset
    }
}

/// What HTTP calls the charsets that are read.
fn known(name: &str) -> Option<FileCharset> {
    match name {
        "utf-8" | "utf8" => Some(FileCharset::Utf8),
        "shift_jis" | "shift-jis" | "sjis" | "x-sjis" | "windows-31j" | "ms932" | "cp932" => {
            Some(FileCharset::ShiftJis)
        }
        _ => None,
    }
}

const fn name(charset: FileCharset) -> &'static str {
    match charset {
        FileCharset::Utf8 => "UTF-8",
        FileCharset::ShiftJis => "Shift_JIS",
    }
}

/// What bytes say in a charset. With U+0000 they are no text: UTF-16 is full of it.
fn read(bytes: &[u8], charset: FileCharset) -> Option<String> {
    let text = match charset {
        FileCharset::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        FileCharset::ShiftJis => encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes),
    };
    text.filter(|text| !text.contains('\0')).map(Cow::into_owned)
}

/// What a file is to be sent as.
fn unread() -> ApiError {
    let charsets = [FileCharset::Utf8, FileCharset::ShiftJis].map(name);
    ApiError::of(problems::MEDIA_TYPE.refuse().fact("media_type", "text/csv").fact("charsets", charsets.to_vec()))
}

fn not_text(bytes: &[u8], charset: FileCharset) -> Refusal {
    // no charset here has a line feed inside a letter
    let good = bytes.split(|byte| *byte == b'\n').take_while(|line| read(line, charset).is_some());
    let line = good.count().saturating_add(1);
    let other = match charset {
        FileCharset::Utf8 => FileCharset::ShiftJis,
        FileCharset::ShiftJis => FileCharset::Utf8,
    };
    let told = format!("Line {line} is not {}.", name(charset));
    let refusal = problems::NOT_TEXT.refuse().fact("line", line);
    if read(bytes, other).is_none() {
        return refusal.because(format!("{told} Save the file as UTF-8 or Shift_JIS."));
    }
    let other = name(other);
    refusal.fact("charset", other).because(format!("{told} Send it as `text/csv; charset={other}`."))
}

impl Content for CsvBody {
    fn canonical(&self) -> &str {
        &self.digest
    }
}

/// The charset of a media type, when it is CSV.
pub fn charset(media_type: &str) -> Option<Option<String>> {
    let mut parts = media_type.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case("text/csv") {
        return None;
    }
    let named = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    Some(named.map(|(_, value)| value.trim_matches('"').to_ascii_lowercase()))
}

impl<'a> ApiExtractor<'a> for CsvBody {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    const PARAM_IS_REQUIRED: bool = true;
    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    fn request_meta() -> Option<MetaRequest> {
        let schema = MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary")));
        let content = vec![MetaMediaType { content_type: "text/csv", schema }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let given = request.header(header::CONTENT_TYPE).unwrap_or_default();
        let Some(charset) = charset(given) else {
            return Err(unread().into());
        };
        let bytes = body.take()?.into_bytes().await.map_err(|_| ApiError::of(problems::NOT_JSON.refuse()))?;
        let charset = charset.map(|named| known(&named).ok_or_else(unread)).transpose()?;
        let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { bytes: bytes.into(), charset, digest })
    }
}

/// A moment as a cell tells it: to the minute, in Japan's time, which a spreadsheet reads as one.
pub fn minute(at: Instant) -> String {
    at.to_offset(JST).format(format_description!("[year]-[month]-[day] [hour]:[minute]")).unwrap_or_default()
}

/// What a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection); RFC 4180 otherwise.
pub fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The letter by which Windows-31J knows this one: the tables of JIS and of Windows differ in a few, such as the wave dash of `10〜12時`.
const fn windows_letter(letter: char) -> char {
    match letter {
        '\u{301c}' => '\u{ff5e}',
        '\u{2014}' => '\u{2015}',
        '\u{2016}' => '\u{2225}',
        '\u{2212}' => '\u{ff0d}',
        '\u{00a2}' => '\u{ffe0}',
        '\u{00a3}' => '\u{ffe1}',
        '\u{00ac}' => '\u{ffe2}',
        letter => letter,
    }
}

/// The text with each kana and the mark that follows it as one letter, as Shift_JIS has it: か and U+3099 are が. Everything else stays as
/// it is written: by a full normalisation a name would lose its variant of a letter.
fn composed(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    for letter in text.chars() {
        let marks = matches!(letter, '\u{3099}' | '\u{309a}');
        let before = found.chars().next_back().filter(|_| marks);
        let whole = before.and_then(|before| compose(before, letter));
        if whole.is_some() {
            found.pop();
        }
        found.push(whole.unwrap_or(letter));
    }
    found
}

/// Text as a CSV file: UTF-8 with a byte order mark, by which spreadsheets know it, or Shift_JIS.
pub fn csv(text: &str, charset: Option<FileCharset>, name: String) -> CsvFile {
    let (bytes, charset, replaced) = match charset {
        Some(FileCharset::ShiftJis) => {
            let lost = |letter: &char| encoding_rs::SHIFT_JIS.encode(letter.encode_utf8(&mut [0; 4])).2;
            let text = composed(text);
            let letters = || text.chars().map(windows_letter);
            let written: String = letters().map(|letter| if lost(&letter) { '〓' } else { letter }).collect();
            (encoding_rs::SHIFT_JIS.encode(&written).0.into_owned(), "Shift_JIS", letters().filter(lost).count())
        }
        _ => ([&b"\xEF\xBB\xBF"[..], text.as_bytes()].concat(), "utf-8", 0),
    };
    let etag = contract::answer::digest(&bytes);
    CsvFile { bytes, charset, name, replaced, etag }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_with_its_mark_apart_is_one_letter_of_shift_jis_and_a_name_keeps_its_letters() {
        let told =
            csv("か\u{3099}く\u{3099} は\u{309a}ん \u{fa19}田", Some(FileCharset::ShiftJis), "names.csv".to_owned());
        assert_eq!((encoding_rs::SHIFT_JIS.decode(&told.bytes).0.as_ref(), told.replaced), ("がぐ ぱん \u{fa19}田", 0));
        let lost = csv("A\u{3099}", Some(FileCharset::ShiftJis), "names.csv".to_owned());
        assert_eq!(lost.replaced, 1, "no letter is both");
    }
}
