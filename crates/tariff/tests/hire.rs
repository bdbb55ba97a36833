//! Published tariffs, with the amounts that their ordinances give. The halls are real, the figures are from their pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use kernel::Yen;
use serde_json::{Value, json};
use tariff::{
    Rounding,
    hire::{Cause, ChargeError, DayClass, FeeSchedule, HireAsk, HireTariff, Severity, compare, lint, quote},
};
use time::{Date, macros::date};

fn document(bands: Value, components: Value) -> HireTariff {
    let document = json!({
        "name": "使用料", "legal_reference": "条例別表第1", "applies_by": "use_date", "effective_from": "2026-04-01", "engine": 1,
        "tax": { "rate": "standard", "inclusive": true, "rounding": "down" }, "bands": bands, "components": components,
    });
    serde_json::from_value(document).unwrap()
}

fn component(code: &str, when: Value, rule: Value) -> Value {
    let mut component = json!({ "code": code, "label": { "ja": code }, "rule": rule });
    if !when.is_null() {
        component["when"] = when;
    }
    component
}

fn round(code: &str, scope: &str) -> Value {
    component(code, Value::Null, json!({ "kind": "round", "scope": scope, "mode": "down", "unit": 10 }))
}

fn ask(uses: Value) -> HireAsk {
    serde_json::from_value(json!({ "applied_on": "2026-03-01", "uses": uses })).unwrap()
}

fn slots(codes: &[&str]) -> Value {
    codes.iter().map(|code| json!({ "code": code, "minutes": 240 })).collect()
}

fn price(tariff: &HireTariff, ask: &HireAsk) -> i64 {
    let clean: Vec<_> = lint(tariff).into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert_eq!(clean, []);
    quote(tariff, ask).unwrap().total.0
}

const SUNDAY: Date = date!(2026 - 06 - 07);

mod yamanashi {
    //! 山梨市民会館: 土日祭日3割増, 営利3割増, 市民でない使用者3割増, 10円未満切捨て. Whether the three add up or compound, and where
    //! they are rounded, the page does not say: four readings, four amounts.

    use super::*;

    fn rows() -> Value {
        let row = |span: &str, yen: i64| json!({ "space": "HALL", "span": span, "yen": yen });
        json!([row("AM", 3_420), row("PM", 6_850), row("NT", 8_230), row("AM+PM+NT", 17_150)])
    }

    fn base() -> Value {
        let rule = json!({ "kind": "table", "key": ["space", "span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows() });
        component("BASE", Value::Null, rule)
    }

    fn surcharges(of: Value) -> Vec<Value> {
        let more =
            |code: &str, when: Value| component(code, when, json!({ "kind": "rate", "num": 3, "den": 10, "of": of }));
        vec![
            more("HOLIDAY", json!({ "fact": "day_class", "in": ["saturday", "sunday", "holiday"] })),
            more("COMMERCIAL", json!({ "fact": "commercial", "eq": true })),
            more("OUTSIDER", json!({ "not": { "fact": "resident", "eq": true } })),
        ]
    }

    fn cooling() -> Value {
        component(
            "COOLING",
            Value::Null,
            json!({ "kind": "metered", "meter": "cooling", "per_minutes": 240, "yen": 3_420 }),
        )
    }

    fn tariff(of: Value, rounding: &str) -> HireTariff {
        let mut components = vec![base()];
        for (at, more) in surcharges(of).into_iter().enumerate() {
            components.push(more);
            if rounding == "each" {
                components.push(round(&format!("ROUND{at}"), "room_day"));
            }
        }
        if rounding != "each" {
            components.push(round("TOTAL", rounding));
        }
        components.push(cooling());
        document(json!([]), components.into())
    }

    fn evening(cooled: bool) -> HireAsk {
        let mut room = json!({ "space": "HALL", "date": SUNDAY.to_string(), "day_class": "sunday", "minutes": 480,
                               "slots": slots(&["PM", "NT"]), "commercial": true });
        if cooled {
            room["meters"] = json!([{ "meter": "cooling", "minutes": [240, 240] }]);
        }
        ask(json!([room]))
    }

    #[test]
    fn one_sentence_of_an_ordinance_has_four_readings_and_the_tariff_says_which() {
        let readings = [
            (json!(["BASE"]), "room_day", 28_650, 35_490),
            (json!(["BASE"]), "slot", 28_640, 35_480),
            (json!("running"), "room_day", 33_130, 39_970),
            (json!("running"), "each", 33_120, 39_960),
        ];
        for (of, rounding, room, with_cooling) in readings {
            let tariff = tariff(of, rounding);
            assert_eq!(price(&tariff, &evening(false)), room);
            assert_eq!(price(&tariff, &evening(true)), with_cooling);
        }
    }

    #[test]
    fn every_line_says_what_was_computed_from_what() {
        let charge = quote(&tariff(json!(["BASE"]), "room_day"), &evening(true)).unwrap();
        let told: Vec<_> = charge
            .lines
            .iter()
            .map(|line| (line.component.as_str(), line.basis.to_string(), line.num, line.den, line.amount.to_string()))
            .collect();
        let told: Vec<_> = told.iter().map(|(a, b, c, d, e)| (*a, b.as_str(), *c, *d, e.as_str())).collect();
        assert_eq!(
            told,
            [
                ("BASE", "6850", 1, 1, "6850"),
                ("BASE", "8230", 1, 1, "8230"),
                ("HOLIDAY", "6850", 3, 10, "2055"),
                ("HOLIDAY", "8230", 3, 10, "2469"),
                ("COMMERCIAL", "6850", 3, 10, "2055"),
                ("COMMERCIAL", "8230", 3, 10, "2469"),
                ("OUTSIDER", "6850", 3, 10, "2055"),
                ("OUTSIDER", "8230", 3, 10, "2469"),
                ("TOTAL", "28652", 1, 1, "-2"),
                ("COOLING", "3420", 2, 1, "6840"),
            ]
        );
        assert!(charge.lines.iter().all(|line| line.legal_reference == "条例別表第1"));
        assert_eq!((charge.tax.gross, charge.tax.tax), (Yen(35_490), Yen(3_226)), "rounded once, not per line: 3,225");
    }

    #[test]
    fn the_whole_day_has_a_price_of_its_own_and_is_never_a_sum() {
        let room = json!({ "space": "HALL", "date": "2026-06-03", "day_class": "weekday", "minutes": 720, "slots": slots(&["AM", "PM", "NT"]) });
        let mut citizen = ask(json!([room]));
        citizen.resident = true;
        assert_eq!(price(&tariff(json!(["BASE"]), "room_day"), &citizen), 17_150);
    }

    #[test]
    fn half_a_room_on_a_saturday() {
        let rows = json!([{ "space": "GALLERY", "span": "AM", "yen": 1_710 }]);
        let half = json!({ "kind": "factor", "num": 1, "den": 2, "of": "running" });
        let mut components = vec![
            component("BASE", Value::Null, json!({ "kind": "table", "key": ["space", "span"], "rows": rows })),
            component("HALF", json!({ "fact": "use_kind", "eq": "half" }), half),
        ];
        components.extend(surcharges(json!("running")));
        components.push(round("TOTAL", "room_day"));
        let room = json!({ "space": "GALLERY", "date": "2026-06-06", "day_class": "saturday", "minutes": 180,
                           "slots": slots(&["AM"]), "use_kind": "half" });
        let mut citizen = ask(json!([room]));
        citizen.resident = true;
        assert_eq!(price(&document(json!([]), components.into()), &citizen), 1_110);
    }
}

mod toyoake {
    //! 豊明市: 商業等は3倍, 参加料1,000円以上は2倍, 市外は2倍, one on top of the other.

    use super::*;

    fn tariff() -> HireTariff {
        let mut rows = Vec::new();
        for (space, part) in [("GYM", 1), ("GYM/HALF", 2)] {
            let spans = [
                ("9-12", 3_000),
                ("12-13", 1_000),
                ("13-15", 2_000),
                ("15-17", 2_000),
                ("17-19", 2_000),
                ("19-21", 2_000),
            ];
            let all = ("9-12+12-13+13-15+15-17+17-19+19-21", 10_000);
            rows.extend(
                spans
                    .into_iter()
                    .chain([all])
                    .map(|(span, yen)| json!({ "space": space, "span": span, "yen": yen / part })),
            );
        }
        let times = |code: &str, num: i64, when: Value| {
            component(code, when, json!({ "kind": "factor", "num": num, "den": 1, "of": "running" }))
        };
        document(
            json!([]),
            json!([
                component(
                    "BASE",
                    Value::Null,
                    json!({ "kind": "table", "key": ["space", "span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows })
                ),
                times("COMMERCIAL", 3, json!({ "fact": "commercial", "eq": true })),
                times("FEE", 2, json!({ "fact": "admission", "range": { "from": 1_000 } })),
                times("OUTSIDER", 2, json!({ "fact": "resident", "eq": false })),
            ]),
        )
    }

    fn price_of(space: &str, slots: &[&str], more: Value, resident: bool) -> i64 {
        let mut room = json!({ "space": space, "date": "2026-06-03", "day_class": "weekday", "minutes": 720, "slots": super::slots(slots) });
        for (name, value) in more.as_object().unwrap() {
            room[name] = value.clone();
        }
        let mut ask = ask(json!([room]));
        ask.resident = resident;
        price(&tariff(), &ask)
    }

    #[test]
    fn factors_compound_on_the_price_of_the_exact_span() {
        let all = ["9-12", "12-13", "13-15", "15-17", "17-19", "19-21"];
        assert_eq!(price_of("GYM", &all, json!({ "commercial": true }), false), 60_000);
        assert_eq!(price_of("GYM/HALF", &["13-15", "15-17"], json!({ "admission": 1_200 }), true), 4_000);
        assert_eq!(price_of("GYM", &all[..4], json!({}), true), 8_000);
    }
}

mod hanamaki {
    //! 花巻市文化会館: 入場料1,000円超は10割増, 冷暖房は基本使用料の6割, 舞台のみの練習は4割.

    use super::*;

    fn tariff() -> HireTariff {
        let row = |class: &str, span: &str, yen: i64| json!({ "day_class": class, "span": span, "yen": yen });
        let rows: Vec<Value> =
            [("saturday", [13_300, 19_900, 26_500, 57_000]), ("weekday", [10_600, 15_900, 21_200, 45_600])]
                .into_iter()
                .flat_map(|(class, yen)| {
                    ["AM", "PM", "NT", "AM+PM+NT"].into_iter().zip(yen).map(move |(span, yen)| row(class, span, yen))
                })
                .collect();
        document(
            json!([]),
            json!([
                component("BASE", Value::Null, json!({ "kind": "table", "key": ["day_class", "span"], "rows": rows })),
                component(
                    "STAGE",
                    json!({ "fact": "use_kind", "eq": "stage_only" }),
                    json!({ "kind": "factor", "num": 4, "den": 10, "of": "running" })
                ),
                component(
                    "ADMISSION",
                    json!({ "fact": "admission", "range": { "from": 1_001 } }),
                    json!({ "kind": "rate", "num": 10, "den": 10, "of": ["BASE"] })
                ),
                component(
                    "AIR",
                    json!({ "fact": "purpose", "eq": "with_air" }),
                    json!({ "kind": "rate", "num": 6, "den": 10, "of": ["BASE"] })
                ),
                round("TOTAL", "room_day"),
            ]),
        )
    }

    #[test]
    fn heating_is_taken_of_the_base_and_not_of_the_surcharge() {
        let room = json!({ "space": "HALL", "date": "2026-06-06", "day_class": "saturday", "minutes": 720,
                           "slots": slots(&["AM", "PM", "NT"]), "admission": 1_500, "purpose": "with_air" });
        assert_eq!(price(&tariff(), &ask(json!([room]))), 148_200);
        let rehearsal = json!({ "space": "HALL", "date": "2026-06-05", "day_class": "weekday", "minutes": 240,
                                "slots": slots(&["NT"]), "use_kind": "stage_only" });
        assert_eq!(price(&tariff(), &ask(json!([rehearsal]))), 8_480);
    }
}

mod suzaka {
    //! 須坂メセナホール: several slots cost ten yen more than their sum.

    use super::*;

    fn tariff() -> HireTariff {
        let row = |span: &str, yen: i64| json!({ "band": "MIDDLE", "span": span, "yen": yen });
        let free = |span: &str, yen: i64| json!({ "band": "LOW", "span": span, "yen": yen });
        let rows = json!([
            row("PM", 50_280),
            row("NT", 59_710),
            row("PM+NT", 110_000),
            free("PM", 1),
            free("NT", 1),
            free("PM+NT", 1)
        ]);
        let bands = json!([{ "code": "LOW", "from": 0, "until": 1_000 }, { "code": "MIDDLE", "from": 1_001 }]);
        let rule = json!({ "kind": "table", "key": ["band", "span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows });
        document(bands, json!([component("BASE", Value::Null, rule)]))
    }

    fn ask_for(codes: &[&str]) -> HireAsk {
        let room = json!({ "space": "HALL", "date": SUNDAY.to_string(), "day_class": "sunday", "minutes": 480, "slots": slots(codes), "admission": 3_000 });
        ask(json!([room]))
    }

    #[test]
    fn nothing_assumes_that_the_whole_is_cheaper_than_its_parts() {
        assert_eq!(price(&tariff(), &ask_for(&["PM", "NT"])), 110_000);
        assert_eq!(price(&tariff(), &ask_for(&["PM"])) + price(&tariff(), &ask_for(&["NT"])), 109_990);
    }
}

mod saeki {
    //! 佐伯区民文化センター: 超過は30分毎, half price when nobody asked before the last month.

    use super::*;

    fn tariff() -> HireTariff {
        let row = |class: &str, yen: i64| json!({ "day_class": class, "span": "PM", "yen": yen });
        let late = json!({ "fact": "lead_months", "range": { "until": 1 } });
        let third = json!({ "all": [late, { "fact": "use_kind", "eq": "stage_only" }, { "fact": "day_class", "eq": "weekday" },
                                    { "fact": "slot_count", "eq": 1 }, { "fact": "equipment_count", "eq": 0 }] });
        let half = json!({ "all": [late, { "fact": "use_kind", "eq": "stage_only" }, { "not": third }] });
        document(
            json!([]),
            json!([
                component(
                    "BASE",
                    Value::Null,
                    json!({ "kind": "table", "key": ["day_class", "span"], "rows": [row("sunday", 34_130), row("weekday", 28_430)] })
                ),
                component("HALF", half, json!({ "kind": "factor", "num": 1, "den": 2, "of": ["BASE"] })),
                component("THIRD", third, json!({ "kind": "factor", "num": 1, "den": 3, "of": ["BASE"] })),
                round("ROUND", "room_day"),
                component(
                    "OVER",
                    Value::Null,
                    json!({ "kind": "extension", "per_minutes": 30, "price": { "rows": [
                { "from": "12:00", "until": "13:00", "yen": 5_000 }, { "from": "16:00", "until": "17:00", "yen": 6_810 }] } })
                ),
            ]),
        )
    }

    fn afternoon(day: Date, class: &str, applied_on: Date, more: Value) -> HireAsk {
        let mut room = json!({ "space": "HALL", "date": day.to_string(), "day_class": class, "minutes": 180, "slots": slots(&["PM"]) });
        for (name, value) in more.as_object().unwrap() {
            room[name] = value.clone();
        }
        HireAsk { applied_on, ..ask(json!([room])) }
    }

    #[test]
    fn an_hour_over_is_two_begun_half_hours_at_the_price_of_that_hour() {
        let over = json!({ "extensions": [{ "from": "16:00", "minutes": 60 }] });
        assert_eq!(price(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 03 - 01), over)), 47_750);
        let begun = json!({ "extensions": [{ "from": "16:00", "minutes": 31 }] });
        assert_eq!(price(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 03 - 01), begun)), 47_750);
    }

    #[test]
    fn who_asks_in_the_last_month_pays_half_or_a_third() {
        let stage = json!({ "use_kind": "stage_only" });
        let day = date!(2026 - 06 - 03);
        assert_eq!(price(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 05 - 07), stage.clone())), 17_060);
        assert_eq!(price(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 05 - 06), stage.clone())), 34_130);
        assert_eq!(price(&tariff(), &afternoon(day, "weekday", date!(2026 - 05 - 20), stage)), 9_470);
    }

    #[test]
    fn an_hour_that_no_row_holds_has_no_price() {
        let over = json!({ "extensions": [{ "from": "21:00", "minutes": 30 }] });
        let refused = quote(&tariff(), &afternoon(SUNDAY, "sunday", date!(2026 - 03 - 01), over));
        assert!(matches!(refused, Err(ChargeError::MissingRow { component, .. }) if component == "OVER"));
    }
}

mod himeji {
    //! 姫路パルナソス: 減免 of the room and of the equipment apart; an organ by the use.

    use super::*;

    fn tariff() -> HireTariff {
        document(
            json!([]),
            json!([
                component(
                    "BASE",
                    Value::Null,
                    json!({ "kind": "table", "key": ["span"], "rows": [{ "span": "PM", "yen": 30_000 }] })
                ),
                component(
                    "ADMISSION",
                    json!({ "fact": "admission", "range": { "from": 1_000 } }),
                    json!({ "kind": "rate", "num": 10, "den": 10, "of": ["BASE"] })
                ),
                component(
                    "REHEARSAL",
                    json!({ "fact": "use_kind", "eq": "rehearsal" }),
                    json!({ "kind": "factor", "num": 5, "den": 10, "of": "running" })
                ),
                component(
                    "ITEMS",
                    Value::Null,
                    json!({ "kind": "equipment", "prices": [
                { "item": "organ", "per": "use", "yen": 15_000 }, { "item": "racket", "per": "slot", "yen": 220, "yen_with_admission": 440 }] })
                ),
                component(
                    "RELIEF",
                    Value::Null,
                    json!({ "kind": "reduction", "of": ["BASE", "ADMISSION", "REHEARSAL"], "equipment": ["ITEMS"], "stack": "max" })
                ),
                round("TOTAL", "application"),
            ]),
        )
    }

    fn price_of(more: Value, grants: Value) -> i64 {
        let mut room = json!({ "space": "HALL", "date": "2026-06-03", "day_class": "weekday", "minutes": 240, "slots": slots(&["PM"]) });
        for (name, value) in more.as_object().unwrap() {
            room[name] = value.clone();
        }
        let mut ask = ask(json!([room]));
        ask.grants = serde_json::from_value(grants).unwrap();
        price(&tariff(), &ask)
    }

    #[test]
    fn what_is_granted_comes_off_rooms_and_equipment_apart() {
        let off = |room: [i64; 2], equipment: [i64; 2]| {
            let ratio = |[num, den]: [i64; 2]| json!({ "num": num, "den": den });
            json!({ "code": "school", "legal_reference": "規則第9条", "room": ratio(room), "equipment": ratio(equipment) })
        };
        assert_eq!(price_of(json!({}), json!([])), 30_000);
        assert_eq!(price_of(json!({ "admission": 1_000 }), json!([])), 60_000);
        assert_eq!(price_of(json!({ "admission": 1_000, "use_kind": "rehearsal" }), json!([])), 30_000);
        assert_eq!(price_of(json!({}), json!([off([1, 1], [0, 1])])), 0);
        assert_eq!(price_of(json!({}), json!([off([1, 2], [0, 1])])), 15_000);
        assert_eq!(
            price_of(json!({}), json!([off([1, 2], [0, 1]), off([1, 3], [0, 1])])),
            15_000,
            "the greatest alone"
        );
        let organ = json!({ "equipment": [{ "item": "organ", "quantity": 1 }] });
        assert_eq!(price_of(organ.clone(), json!([off([1, 2], [0, 1])])), 30_000);
        assert_eq!(price_of(organ, json!([off([1, 2], [1, 2])])), 22_500);
        let rackets = json!({ "equipment": [{ "item": "racket", "quantity": 4 }], "admission": 500 });
        assert_eq!(price_of(rackets, json!([])), 31_760);
    }

    #[test]
    fn what_the_tariff_does_not_price_is_refused_and_not_free() {
        let mut ask = ask(
            json!([{ "space": "HALL", "date": "2026-06-03", "day_class": "weekday", "minutes": 240, "slots": slots(&["PM"]),
                                   "equipment": [{ "item": "dragon", "quantity": 1 }] }]),
        );
        let dragon = ChargeError::Unpriced { what: "equipment", code: "dragon".into() };
        assert_eq!(quote(&tariff(), &ask), Err(dragon));
        ask.uses[0].equipment.clear();
        ask.uses[0].slots[0].code = "NT".into();
        assert!(matches!(quote(&tariff(), &ask), Err(ChargeError::MissingRow { .. })));
    }
}

mod schedules {
    use super::*;

    fn schedule(steps: Value, mode: &str, unit: i64) -> FeeSchedule {
        serde_json::from_value(json!({ "legal_reference": "規則第12条", "steps": steps, "mode": mode, "unit": unit }))
            .unwrap()
    }

    fn days(days: i64, percent: i64) -> Value {
        json!({ "until": { "days_before": days }, "fee": { "percent": percent } })
    }

    fn months(months: i64, percent: i64) -> Value {
        json!({ "until": { "months_before": months, "next_open": true }, "fee": { "percent": percent } })
    }

    fn at(schedule: &FeeSchedule, cancelled_on: Date, use_on: Date, charged: i64) -> (i64, i64) {
        let open = |day: Date| if day == date!(2026 - 03 - 31) { date!(2026 - 04 - 01) } else { day };
        let forfeit = schedule.forfeit(Cause::User, cancelled_on, use_on, (Yen(charged), Yen(0)), open).unwrap();
        (forfeit.fee.0, forfeit.refund.0)
    }

    #[test]
    fn soka_keeps_a_quarter_until_day_60_half_until_day_14_and_then_everything() {
        let soka = schedule(json!([days(60, 25), days(14, 50), { "fee": { "percent": 100 } }]), "down", 1);
        let use_on = date!(2026 - 09 - 30);
        assert_eq!(at(&soka, date!(2026 - 08 - 01), use_on, 50_000), (12_500, 37_500));
        assert_eq!(at(&soka, date!(2026 - 08 - 02), use_on, 50_000), (25_000, 25_000));
        assert_eq!(at(&soka, date!(2026 - 09 - 16), use_on, 50_000), (25_000, 25_000));
        assert_eq!(at(&soka, date!(2026 - 09 - 17), use_on, 50_000), (50_000, 0));
    }

    #[test]
    fn takayama_counts_months_to_the_same_day_and_waits_for_the_next_open_day() {
        let takayama =
            schedule(json!([months(6, 0), months(3, 50), days(30, 80), { "fee": { "percent": 100 } }]), "down", 1);
        let use_on = date!(2026 - 09 - 30);
        assert_eq!(at(&takayama, date!(2026 - 03 - 30), use_on, 10_000), (0, 10_000));
        assert_eq!(at(&takayama, date!(2026 - 03 - 31), use_on, 10_000), (5_000, 5_000));
        // six months before the 31st of August is the last of February; before the 1st of October the closed 1st of April is moved
        let closed = date!(2026 - 08 - 31);
        assert_eq!(at(&takayama, date!(2026 - 02 - 28), closed, 10_000), (0, 10_000));
        assert_eq!(at(&takayama, date!(2026 - 03 - 01), closed, 10_000), (5_000, 5_000));
        let late = schedule(
            json!([{ "until": { "months_before": 5, "next_open": true }, "fee": { "percent": 0 } }, { "fee": { "percent": 100 } }]),
            "down",
            1,
        );
        assert_eq!(at(&late, date!(2026 - 04 - 01), date!(2026 - 08 - 31), 10_000), (0, 10_000), "31 March is closed");
        assert_eq!(at(&late, date!(2026 - 04 - 02), date!(2026 - 08 - 31), 10_000), (10_000, 0));
    }

    #[test]
    fn izumity_rounds_the_fee_up_to_hundreds() {
        let izumity = schedule(json!([months(6, 0), months(2, 20), { "fee": { "percent": 100 } }]), "up", 100);
        assert_eq!(at(&izumity, date!(2026 - 05 - 01), date!(2026 - 09 - 30), 123_450), (24_700, 98_750));
        assert_eq!(
            at(&izumity, date!(2026 - 09 - 01), date!(2026 - 09 - 30), 123_450),
            (123_450, 0),
            "never more than was charged"
        );
    }

    #[test]
    fn what_the_house_or_nature_cancels_costs_nothing() {
        let all = schedule(json!([{ "fee": { "percent": 100 } }]), "down", 1);
        for cause in [Cause::House, Cause::ForceMajeure] {
            let forfeit = all.forfeit(cause, SUNDAY, SUNDAY, (Yen(5_000), Yen(900)), |day| day).unwrap();
            assert_eq!((forfeit.fee, forfeit.refund, forfeit.step), (Yen(0), Yen(5_900), None));
        }
    }

    #[test]
    fn a_fee_of_the_room_leaves_the_equipment_alone() {
        let room = schedule(json!([{ "fee": { "percent": 50 }, "of": "room" }]), "down", 1);
        let forfeit = room.forfeit(Cause::User, SUNDAY, SUNDAY, (Yen(5_000), Yen(900)), |day| day).unwrap();
        assert_eq!((forfeit.fee, forfeit.refund, forfeit.step), (Yen(2_500), Yen(3_400), Some(0)));
    }
}

mod checking {
    use super::*;

    fn codes(tariff: &HireTariff) -> Vec<(String, &'static str)> {
        lint(tariff).into_iter().map(|finding| (finding.pointer, finding.code)).collect()
    }

    fn table(key: Value, rows: Value) -> Value {
        component("BASE", Value::Null, json!({ "kind": "table", "key": key, "rows": rows }))
    }

    #[test]
    fn gaps_and_overlaps_of_bands_are_found_where_they_are() {
        let simple = json!([table(json!(["span"]), json!([{ "span": "AM", "yen": 1 }]))]);
        let of = |bands: Value| codes(&document(bands, simple.clone()));
        let band = |code: &str, from: i64, until: i64| json!({ "code": code, "from": from, "until": until });
        assert_eq!(
            of(json!([band("A", 0, 1_000), { "code": "B", "from": 1_000 }])),
            [("/bands/1/from".into(), "overlapping_bands")]
        );
        assert_eq!(
            of(json!([band("A", 0, 999), { "code": "B", "from": 1_001 }])),
            [("/bands/1/from".into(), "gap_between_bands")]
        );
        assert_eq!(of(json!([band("A", 0, 999)])), [("/bands/0/until".into(), "gap_between_bands")]);
        assert_eq!(of(json!([{ "code": "A", "from": 1 }])), [("/bands/0/from".into(), "gap_between_bands")]);
    }

    #[test]
    fn rows_that_are_missing_or_never_reached_are_found() {
        let row = |class: &str, span: &str| json!({ "day_class": class, "span": span, "yen": 100 });
        let rows = json!([row("weekday", "AM"), row("weekday", "PM"), row("sunday", "AM"), row("weekday", "AM"), { "span": "AM", "yen": 1 }]);
        let found = codes(&document(json!([]), json!([table(json!(["day_class", "span"]), rows)])));
        assert_eq!(
            found,
            [
                ("/components/0/rule/rows/3".into(), "unreachable"),
                ("/components/0/rule/rows/4".into(), "incomplete_row"),
                ("/components/0/rule/rows".into(), "missing_row"),
            ]
        );
    }

    #[test]
    fn rules_that_never_apply_or_make_no_sense_are_found() {
        let rate = |of: Value| json!({ "kind": "rate", "num": 1, "den": 0, "of": of });
        let never =
            json!({ "all": [{ "fact": "slot_count", "eq": 1 }, { "fact": "slot_count", "range": { "from": 2 } }] });
        let tariff = document(
            json!([]),
            json!([
                table(json!(["span"]), json!([{ "span": "AM", "yen": 1 }])),
                component("A", never, rate(json!(["LATER"]))),
                component(
                    "B",
                    json!({ "fact": "commercial", "eq": "yes" }),
                    json!({ "kind": "round", "scope": "slot", "mode": "up", "unit": 0 })
                ),
                component(
                    "B",
                    json!({ "fact": "day_class", "eq": "tuesday" }),
                    json!({ "kind": "factor", "num": 1, "den": 3, "of": "running" })
                ),
            ]),
        );
        let found = codes(&tariff);
        for (pointer, code) in [
            ("/components/1/rule/den", "no_fraction"),
            ("/components/1/rule/of", "unknown_component"),
            ("/components/1/when/all/1", "unreachable"),
            ("/components/2/rule/unit", "not_positive"),
            ("/components/2/when", "wrong_sort"),
            ("/components/3/when", "unreachable"),
            ("/components/3/code", "duplicate_code"),
            ("/components/3", "never_rounded"),
        ] {
            assert!(found.contains(&(pointer.to_owned(), code)), "{pointer} {code} in {found:?}");
        }
    }

    #[test]
    fn what_no_component_rounds_is_refused_in_the_end() {
        let third = component("THIRD", Value::Null, json!({ "kind": "factor", "num": 1, "den": 3, "of": "running" }));
        let tariff = document(json!([]), json!([table(json!(["span"]), json!([{ "span": "AM", "yen": 100 }])), third]));
        let room = json!({ "space": "R", "date": "2026-06-03", "day_class": "weekday", "minutes": 180, "slots": slots(&["AM"]) });
        assert!(matches!(quote(&tariff, &ask(json!([room]))), Err(ChargeError::NotWhole(_))));
    }

    #[test]
    fn an_unknown_member_or_kind_is_no_tariff() {
        let whole = serde_json::to_value(document(json!([]), json!([]))).unwrap();
        let mut more = whole.clone();
        more["discount"] = json!(10);
        assert!(serde_json::from_value::<HireTariff>(more).is_err());
        let mut script = whole;
        script["components"] = json!([component("X", Value::Null, json!({ "kind": "script", "text": "0" }))]);
        assert!(serde_json::from_value::<HireTariff>(script).is_err());
    }
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    /// Any prices, any surcharges and any reduction.
    fn tariff(rows: &[i64], rates: &[(i64, bool)], unit: i64) -> HireTariff {
        let spans = ["AM", "PM", "NT"];
        let rows: Vec<Value> = rows.iter().zip(spans).map(|(yen, span)| json!({ "span": span, "yen": yen })).collect();
        let table =
            json!({ "kind": "table", "key": ["span"], "span_by": ["exact_span", "sum_of_slots"], "rows": rows });
        let mut components = vec![component("BASE", Value::Null, table)];
        for (at, (num, running)) in rates.iter().enumerate() {
            let of = if *running { json!("running") } else { json!(["BASE"]) };
            components.push(component(
                &format!("R{at}"),
                Value::Null,
                json!({ "kind": "rate", "num": num, "den": 7, "of": of }),
            ));
        }
        components.push(component(
            "RELIEF",
            Value::Null,
            json!({ "kind": "reduction", "of": ["BASE"], "stack": "add" }),
        ));
        components.push(component(
            "TOTAL",
            Value::Null,
            json!({ "kind": "round", "scope": "hire", "mode": "down", "unit": unit }),
        ));
        document(json!([]), components.into())
    }

    fn days(codes: &[usize], days: u8) -> HireAsk {
        let spans = ["AM", "PM", "NT"];
        let codes: Vec<&str> = codes.iter().map(|at| spans[*at]).collect();
        let room = |day: u8| {
            json!({ "hire": day % 3, "space": "R", "date": format!("2026-06-{:02}", day + 1), "day_class": DayClass::Weekday,
                                      "minutes": 240, "slots": slots(&codes) })
        };
        ask((0..days).map(room).collect())
    }

    proptest! {
        #[test]
        fn the_same_question_gets_the_same_lines_and_the_lines_add_up(
            rows in prop::collection::vec(0i64..1_000_000, 3), rates in prop::collection::vec((0i64..20, any::<bool>()), 0..4),
            codes in prop::collection::vec(0usize..3, 1..4), many in 1u8..6, off in 0i64..=10, unit in 1i64..1_000,
        ) {
            let tariff = tariff(&rows, &rates, unit);
            let mut ask = days(&codes, many);
            ask.grants = serde_json::from_value(json!([{ "code": "g", "legal_reference": "第9条", "room": { "num": off, "den": 10 }, "equipment": { "num": 0, "den": 1 } }])).unwrap();
            let charge = quote(&tariff, &ask).unwrap();
            let kept: HireAsk = serde_json::from_str(&serde_json::to_string(&ask).unwrap()).unwrap();
            let document: HireTariff = serde_json::from_str(&serde_json::to_string(&tariff).unwrap()).unwrap();
            prop_assert_eq!(&quote(&document, &kept).unwrap(), &charge);
            let sum = charge.lines.iter().try_fold(tariff::hire::Exact::ZERO, |sum, line| sum.plus(line.amount)).unwrap();
            prop_assert_eq!(sum.whole(), Some(charge.total));
            prop_assert!(charge.total >= Yen(0));
            prop_assert_eq!(charge.total.0 % unit, 0);
        }

        #[test]
        fn the_order_of_rows_changes_nothing_and_a_row_less_is_an_error(
            rows in prop::collection::vec(0i64..1_000_000, 3), code in 0usize..3,
        ) {
            let tariff = tariff(&rows, &[], 1);
            let mut document = serde_json::to_value(&tariff).unwrap();
            let table = document["components"][0]["rule"]["rows"].as_array_mut().unwrap();
            table.reverse();
            let reversed: HireTariff = serde_json::from_value(document.clone()).unwrap();
            let ask = days(&[code], 1);
            prop_assert_eq!(quote(&reversed, &ask), quote(&tariff, &ask));
            document["components"][0]["rule"]["rows"].as_array_mut().unwrap().remove(2 - code);
            let less: HireTariff = serde_json::from_value(document).unwrap();
            let missing = matches!(quote(&less, &ask), Err(ChargeError::MissingRow { .. }));
            prop_assert!(missing);
        }

        #[test]
        fn reductions_never_give_more_than_everything(shares in prop::collection::vec(0i64..=10, 1..5), stack in 0usize..3) {
            let stack = ["max", "add", "compound"][stack];
            let mut document = serde_json::to_value(tariff(&[990, 10, 70], &[], 1)).unwrap();
            document["components"][1]["rule"]["stack"] = json!(stack);
            let tariff: HireTariff = serde_json::from_value(document).unwrap();
            let mut ask = days(&[0], 1);
            let grant = |num: &i64| json!({ "code": "g", "legal_reference": "第9条", "room": { "num": num, "den": 10 }, "equipment": { "num": 0, "den": 1 } });
            ask.grants = serde_json::from_value(shares.iter().map(grant).collect()).unwrap();
            let total = quote(&tariff, &ask).unwrap().total.0;
            prop_assert!((0..=990).contains(&total));
            let greatest = shares.iter().max().unwrap();
            prop_assert!(total <= 990 * (10 - greatest) / 10);
        }
    }
}

#[test]
fn a_draft_is_compared_by_user_class() {
    let of = |yen: i64| {
        let rule = json!({ "kind": "table", "key": ["span"], "rows": [{ "span": "AM", "yen": yen }] });
        document(json!([]), json!([component("BASE", Value::Null, rule)]))
    };
    let past = |class: Option<&str>, span: &str| {
        let room = json!({ "space": "R", "date": "2026-06-03", "day_class": "weekday", "minutes": 180, "slots": slots(&[span]) });
        HireAsk { user_class: class.map(Into::into), ..ask(json!([room])) }
    };
    let asks = [past(Some("club"), "AM"), past(None, "AM"), past(Some("club"), "AM"), past(Some("club"), "PM")];
    let found = compare(&of(1_200), asks.iter().map(|ask| (ask, Yen(1_000))));
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.user_class.as_deref(), one.asks, one.before.0, one.after.0, one.unpriced.len()))
        .collect();
    assert_eq!(told, [(Some("club"), 3, 2_000, 2_400, 1), (None, 1, 1_000, 1_200, 0)]);
}

#[test]
fn a_tax_that_is_not_included_is_added_once() {
    let mut tariff = document(
        json!([]),
        json!([component(
            "BASE",
            Value::Null,
            json!({ "kind": "table", "key": ["span"], "rows": [{ "span": "AM", "yen": 105 }] }),
        )]),
    );
    tariff.tax.inclusive = false;
    tariff.tax.rounding = Rounding::Down;
    let room = |day: u8| json!({ "space": "R", "date": format!("2026-06-{day:02}"), "day_class": "weekday", "minutes": 180, "slots": slots(&["AM"]) });
    let charge = quote(&tariff, &ask(json!([room(1), room(2), room(3)]))).unwrap();
    assert_eq!((charge.tax.net, charge.tax.tax, charge.total), (Yen(315), Yen(31), Yen(346)));
}
