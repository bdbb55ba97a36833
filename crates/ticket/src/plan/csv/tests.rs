//! What a file of seats promises.

use proptest::prelude::*;

use super::*;
use crate::plan::rules::checksum;

const HEADER: &str = "section,row,seat,row_index,position,block,x,y,quality,attributes\n";

fn told(text: &str) -> Vec<(u64, &'static str)> {
    read(text).unwrap_err().iter().map(|fault| (fault.line, fault.code)).collect()
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let text = format!(
        "{HEADER}1F,A,1,1,1,1,,,1,\n1F,A,1,1,2,1,,,1,vip\n1F,A,3,1,2,1,,,x,\n1F,A,4,1,9,1,,,1,\n,A,5,2,1,1,,,1,\n1F,A,6,,1,1,,,1,aisle;wheelchair\n"
    );
    assert_eq!(
        told(&text),
        [
            (3, "unknown_attribute"),
            (3, "duplicate_label"),
            (4, "not_a_number"),
            (4, "duplicate_position"),
            (5, "gap_in_block"),
            (6, "empty"),
            (7, "empty"),
        ]
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let text = format!("{HEADER}1F,A,1,1,1,1,,,1,\n\n1F,A,1,1,2,1,,,1,\n1F,A,3,1,3,1,,,1,vip");
    let expected = [(4, "duplicate_label"), (5, "unknown_attribute")];
    assert_eq!(told(&text), expected);
    assert_eq!(told(&text.replace('\n', "\r\n")), expected);
}

#[test]
fn columns_are_held_against_those_that_are_known() {
    assert_eq!(told("section,row,seat,row_index,colour\n"), [(1, "unknown_column"), (1, "missing_column")]);
    assert_eq!(told(HEADER), [(1, "no_seats")]);
}

#[test]
fn a_file_from_a_japanese_spreadsheet_reads_the_same() {
    let text = format!("\u{feff}{}１階,い,１２,1,1,1,,,1,aisle\r\n", HEADER.replace('\n', "\r\n"));
    let seats = read(&decode(text.as_bytes(), Charset::Utf8).unwrap()).unwrap();
    let (bytes, replaced) = encode(text.trim_start_matches('\u{feff}'), Charset::ShiftJis);
    assert_eq!(replaced, 0);
    assert_eq!(read(&decode(&bytes, Charset::ShiftJis).unwrap()).unwrap(), seats);
    let faults = decode(&bytes, Charset::Utf8).unwrap_err();
    assert_eq!(faults.iter().map(|fault| (fault.line, fault.code)).collect::<Vec<_>>(), [(2, "charset")]);
}

#[test]
fn a_formula_leaves_the_house_as_text_and_comes_back_as_it_was() {
    let text = format!("{HEADER}=1+1,@SUM,-2,1,1,1,,,1,\n");
    let seats = read(&text).unwrap();
    let written = write(&seats);
    assert!(written.ends_with("'=1+1,'@SUM,'-2,1,1,1,,,1,\r\n"), "{written}");
    assert_eq!(read(&written).unwrap(), seats);
    assert_eq!(write(&read(&written).unwrap()), written);
}

#[test]
fn characters_of_windows_keep_their_shape_and_others_are_counted() {
    let (bytes, replaced) = encode("①髙﨑〜—", Charset::ShiftJis);
    assert_eq!(replaced, 0);
    assert_eq!(decode(&bytes, Charset::ShiftJis).unwrap(), "①髙﨑～―");
    assert_eq!(encode("𠮟", Charset::ShiftJis), (vec![0x81, 0xac], 1));
}

fn seat() -> impl Strategy<Value = SeatDraft> {
    ("[A-Z0-9=+階 ]{1,8}[A-Z]", "[あ-んA-Z]{1,3}", any::<[bool; 4]>(), 1..500i32).prop_map(
        |(section, row_label, [aisle, wheelchair, companion, restricted_view], quality_rank)| SeatDraft {
            section: section.trim().to_owned(),
            row_label,
            seat_label: String::new(),
            row_index: 0,
            position_index: 0,
            block_index: 1,
            x: Some(quality_rank),
            y: None,
            quality_rank,
            aisle,
            wheelchair,
            companion,
            restricted_view,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(mut seats in prop::collection::vec(seat(), 1..40)) {
        for (at, seat) in seats.iter_mut().enumerate() {
            let at = i32::try_from(at).unwrap();
            (seat.seat_label, seat.row_index, seat.position_index) = (at.to_string(), at / 5, at % 5);
            seat.block_index = at; // sections differ at random, so a row has gaps
        }
        let read_back = read(&write(&seats)).unwrap();
        prop_assert_eq!(checksum(&read_back), checksum(&seats));
        prop_assert_eq!(read_back, seats);
    }

    #[test]
    fn no_bytes_crash_the_reader(bytes: Vec<u8>) {
        for charset in [Charset::Utf8, Charset::ShiftJis] {
            if let Ok(text) = decode(&bytes, charset) {
                let _ = read(&text);
            }
        }
    }
}
