//! 八戸市公会堂 (hachi-kokaido.com/guide/civic/post.html): six bands of admission, 平日 and 休日, and spans with rows of their own,
//! each of them as much as its slots together.

use super::{
    spans::{Cells, asked_for_each, rows},
    *,
};

const HALL: [Cells; 12] = [
    ("FREE", false, [21_430, 34_550, 46_470, 55_980, 81_020, 102_450]),
    ("FREE", true, [23_830, 41_690, 57_170, 65_520, 98_860, 122_690]),
    ("UPTO500", false, [22_630, 39_310, 51_220, 61_940, 90_530, 113_160]),
    ("UPTO500", true, [27_390, 47_650, 61_950, 75_040, 109_600, 136_990]),
    ("UPTO1000", false, [23_830, 41_690, 57_170, 65_520, 98_860, 122_690]),
    ("UPTO1000", true, [29_780, 52_420, 66_710, 82_200, 119_130, 148_910]),
    ("UPTO2000", false, [35_740, 61_950, 79_810, 97_690, 141_760, 177_500]),
    ("UPTO2000", true, [44_070, 77_440, 98_890, 121_510, 176_330, 220_400]),
    ("UPTO3000", false, [45_260, 78_630, 101_260, 123_890, 179_890, 225_150]),
    ("UPTO3000", true, [54_800, 94_120, 122_710, 148_920, 216_830, 271_630]),
    ("OVER3000", false, [54_800, 96_500, 123_910, 151_300, 220_410, 275_210]),
    ("OVER3000", true, [66_710, 117_950, 151_320, 184_660, 269_270, 335_980]),
];

#[test]
fn each_of_72_cells_is_the_yen_of_the_page_and_each_span_as_much_as_its_slots() {
    let until = [("FREE", 0), ("UPTO500", 500), ("UPTO1000", 1_000), ("UPTO2000", 2_000), ("UPTO3000", 3_000)];
    let mut from = 0;
    let mut bands: Vec<Value> = Vec::new();
    for (code, until) in until {
        bands.push(json!({ "code": code, "from": from, "until": until }));
        from = until + 1;
    }
    bands.push(json!({ "code": "OVER3000", "from": from }));
    let rule = json!({ "kind": "table", "key": ["band", "day_class", "span"], "rows": rows(&HALL) });
    let tariff = document(bands.into(), json!([component("BASE", Value::Null, rule)]));
    let admission = |band: &str| until.iter().find(|(code, _)| *code == band).map_or(3_001, |(_, until)| *until);
    assert_eq!(asked_for_each(&tariff, &HALL, admission), [0, 36, 0]);
}
