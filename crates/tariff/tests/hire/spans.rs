//! A published table of six columns: three slots, and three spans of them with prices of their own.

use super::*;

/// The spans in the order of the columns.
const SPANS: [&str; 6] = ["AM", "PM", "NT", "AM+PM", "PM+NT", "AM+PM+NT"];

/// A row: its band, whether it is of a Saturday, Sunday or holiday, and its six prices.
pub type Cells = (&'static str, bool, [i64; 6]);

/// The rows of a table as its document has them.
pub fn rows(cells: &[Cells]) -> Value {
    let classes = |dear: bool| if dear { &["saturday", "sunday", "holiday"][..] } else { &["weekday"] };
    let row = |band: &str, class: &str, span: &str, yen: i64| {
        let band = if band.is_empty() { Value::Null } else { json!(band) };
        let mut row = json!({ "day_class": class, "span": span, "yen": yen });
        if !band.is_null() {
            row["band"] = band;
        }
        row
    };
    let of = |(band, dear, yen): &Cells| {
        let (band, yen) = (*band, *yen);
        let each =
            move |class: &'static str| SPANS.into_iter().zip(yen).map(move |(span, yen)| row(band, class, span, yen));
        classes(*dear).iter().copied().flat_map(each).collect::<Vec<_>>()
    };
    cells.iter().flat_map(of).collect()
}

/// Asks for each cell of a table, and holds each span against the sum of its slots. How many spans cost less than that, as much,
/// and more.
pub fn asked_for_each(tariff: &HireTariff, cells: &[Cells], admission: impl Fn(&str) -> i64) -> [usize; 3] {
    let mut found = [0; 3];
    for (band, dear, yen) in cells {
        let (date, class) = if *dear { ("2026-06-07", "sunday") } else { ("2026-06-03", "weekday") };
        for (span, yen) in SPANS.iter().zip(yen) {
            let codes: Vec<&str> = span.split('+').collect();
            let room = json!({ "space": "HALL", "date": date, "day_class": class, "minutes": 180, "slots": slots(&codes),
                               "admission": admission(band) });
            assert_eq!(price(tariff, &ask(json!([room]))), *yen, "{band} {class} {span}");
            if codes.len() > 1 {
                let of = |code: &&str| yen_of(band, *dear, code, cells);
                let sum: i64 = codes.iter().map(of).sum();
                found[usize::from(*yen >= sum) + usize::from(*yen > sum)] += 1;
            }
        }
    }
    found
}

fn yen_of(band: &str, dear: bool, span: &str, cells: &[Cells]) -> i64 {
    let (_, _, yen) = cells.iter().find(|row| row.0 == band && row.1 == dear).unwrap();
    yen[SPANS.iter().position(|one| *one == span).unwrap()]
}
