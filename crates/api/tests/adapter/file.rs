//! Files in and out.

use api::file::{charset, csv};
use contract::ticket::plan::FileCharset;

#[test]
fn a_wave_dash_is_written_as_windows_does_and_what_it_has_not_is_counted() {
    let file = csv("10〜12時−休, 𠮷野", Some(FileCharset::ShiftJis), "a.csv".to_owned());
    let (read, _, wrong) = encoding_rs::SHIFT_JIS.decode(&file.bytes);
    assert_eq!((read.as_ref(), wrong, file.replaced), ("10～12時－休, 〓野", false, 1));
    assert_eq!(csv("10〜12時", None, "a.csv".to_owned()).bytes, "\u{feff}10〜12時".as_bytes());
}

#[test]
fn a_media_type_says_that_it_is_csv_and_its_charset() {
    assert_eq!(charset("text/csv"), Some(None));
    assert_eq!(charset("Text/CSV; header=present; Charset=\"Shift_JIS\""), Some(Some("shift_jis".to_owned())));
    assert_eq!(charset("application/json"), None);
}
