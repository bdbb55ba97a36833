//! 広島市安芸区民文化センター (cf.city.hiroshima.jp/aki-cs/riyou/price2019.html): spans cost less than their slots; overtime by begun
//! half hours, dearer before nine and after five; from a month before, a rehearsal without the auditorium is half price, 10円未満切捨て.

use super::{
    spans::{Cells, asked_for_each, rows},
    *,
};

const HALL: [Cells; 8] = [
    ("FREE", false, [19_710, 21_910, 36_530, 33_300, 46_760, 62_540]),
    ("FREE", true, [23_660, 26_290, 43_830, 39_970, 56_110, 75_040]),
    ("BELOW1000", false, [29_580, 32_870, 54_790, 49_970, 70_140, 93_810]),
    ("BELOW1000", true, [35_490, 39_440, 65_740, 59_960, 84_150, 112_540]),
    ("BELOW3000", false, [39_450, 43_840, 73_070, 66_640, 93_540, 125_110]),
    ("BELOW3000", true, [47_340, 52_600, 87_680, 79_950, 112_230, 150_090]),
    ("OVER", false, [49_310, 54_800, 91_350, 83_300, 116_910, 156_380]),
    ("OVER", true, [59_170, 65_750, 109_580, 99_930, 140_270, 187_610]),
];

/// Half of the rows for a free event, as the page gives them.
const HALVES: [Cells; 2] = [
    ("FREE", false, [9_850, 10_950, 18_260, 16_650, 23_380, 31_270]),
    ("FREE", true, [11_830, 13_140, 21_910, 19_980, 28_050, 37_520]),
];

fn bands() -> Value {
    json!([{ "code": "FREE", "from": 0, "until": 0 }, { "code": "BELOW1000", "from": 1, "until": 999 },
           { "code": "BELOW3000", "from": 1_000, "until": 2_999 }, { "code": "OVER", "from": 3_000 }])
}

fn admission(band: &str) -> i64 {
    match band {
        "FREE" => 0,
        "BELOW1000" => 999,
        "BELOW3000" => 1_000,
        _ => 3_000,
    }
}

fn tariff(rehearsal: bool) -> HireTariff {
    let table = json!({ "kind": "table", "key": ["band", "day_class", "span"], "rows": rows(&HALL) });
    let half = json!({ "kind": "factor", "num": 1, "den": 2, "of": "running" });
    let late = json!({ "fact": "lead_months", "range": { "from": if rehearsal { 0 } else { 9_999 } } });
    let row = |class: &str, from: &str, until: &str, yen: i64| json!({ "day_class": class, "from": from, "until": until, "yen": yen });
    let classes =
        [("weekday", 4_360, 8_740), ("saturday", 5_250, 10_510), ("sunday", 5_250, 10_510), ("holiday", 5_250, 10_510)];
    let over: Vec<Value> = classes
        .into_iter()
        .flat_map(|(class, day, other)| {
            [
                row(class, "09:00", "17:00", day),
                row(class, "00:00", "09:00", other),
                row(class, "17:00", "24:00", other),
            ]
        })
        .collect();
    document(
        bands(),
        json!([
            component("BASE", Value::Null, table),
            component("HALF", late, half),
            round("ROUND", "room_day"),
            component(
                "OVER",
                Value::Null,
                json!({ "kind": "extension", "per_minutes": 30, "price": { "rows": over } })
            ),
        ]),
    )
}

#[test]
fn each_of_48_cells_is_the_yen_of_the_page_and_each_span_less_than_its_slots() {
    assert_eq!(asked_for_each(&tariff(false), &HALL, admission), [24, 0, 0]);
}

#[test]
fn half_of_each_is_what_the_page_says_below_ten_yen_dropped() {
    assert_eq!(asked_for_each(&tariff(true), &HALVES, admission), [6, 0, 0]);
}

/// Overtime of a free event on a Sunday afternoon, from a time on.
fn over(from: &str, minutes: i64) -> HireAsk {
    let room = json!({ "space": "HALL", "date": SUNDAY.to_string(), "day_class": "sunday", "minutes": 180, "slots": slots(&["PM"]),
                       "extensions": [{ "from": from, "minutes": minutes }] });
    ask(json!([room]))
}

#[test]
fn each_begun_step_of_overtime_costs_what_its_own_time_costs() {
    let tariff = tariff(false);
    let afternoon = 26_290;
    assert_eq!(price(&tariff, &over("16:00", 60)), afternoon + 2 * 5_250);
    assert_eq!(
        price(&tariff, &over("16:00", 120)),
        afternoon + 2 * 5_250 + 2 * 10_510,
        "an hour before five, one after"
    );
    assert_eq!(price(&tariff, &over("16:00", 61)), afternoon + 2 * 5_250 + 10_510, "the third step begins at five");
    assert_eq!(
        price(&tariff, &over("16:45", 60)),
        afternoon + 5_250 + 10_510,
        "a step costs what it costs when it begins"
    );
    let charge = quote(&tariff, &over("16:00", 120)).unwrap();
    let told: Vec<_> =
        charge.lines.iter().filter(|line| line.component == "OVER").map(|line| (line.num, line.why.as_str())).collect();
    assert_eq!(told, [(2, "2 begun times 30 minutes from 16:00"), (2, "2 begun times 30 minutes from 17:00")]);
}

#[test]
fn the_hour_after_midnight_is_one_however_the_clock_tells_it() {
    let price = |from: &str| quote(&tariff(false), &over(from, 30)).unwrap().total;
    assert_eq!(price("25:00"), price("01:00"));
    // midnight itself, reached from before it
    let through = quote(&tariff(false), &over("23:30", 60)).unwrap();
    assert_eq!(through.total, Yen(26_290 + 2 * 10_510));
}
