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

#[test]
fn utsunomiya_is_paid_three_days_before_numazu_ten_days_after_and_who_says_both_the_earlier_of_them() {
    let rule = |more: Value| -> PaymentRule {
        let mut rule = json!({ "legal_reference": "規則第5条" });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(rule).unwrap()
    };
    let (granted, use_on) = (date!(2026 - 11 - 21), date!(2026 - 12 - 11));
    let day = |more: Value, use_on: Date| rule(more).day(granted, use_on, |day| day).unwrap();
    assert_eq!(day(json!({ "days_before": 3 }), use_on), date!(2026 - 12 - 08));
    assert_eq!(day(json!({ "days_after": 10 }), use_on), date!(2026 - 12 - 01));
    let both = || json!({ "days_after": 10, "days_before": 3 });
    assert_eq!(day(both(), use_on), date!(2026 - 12 - 01));
    assert_eq!(day(both(), date!(2026 - 11 - 27)), date!(2026 - 11 - 24));
    let moved = rule(json!({ "days_before": 4, "next_open": true }));
    let open = |day: Date| if day == date!(2026 - 12 - 07) { date!(2026 - 12 - 08) } else { day };
    assert_eq!(moved.day(granted, use_on, open).unwrap(), date!(2026 - 12 - 08), "a Monday is closed");
    assert_eq!(rule(json!({})).day(granted, use_on, |day| day), None);
}

#[test]
fn a_rule_of_payment_that_says_no_day_is_found() {
    let mut tariff = serde_json::to_value(document(json!([]), json!([]))).unwrap();
    tariff["payment"] = json!({ "legal_reference": "規則第5条", "days_before": 731 });
    let found = |tariff: &Value| {
        let findings = lint(&serde_json::from_value(tariff.clone()).unwrap());
        let told = findings.iter().filter(|one| one.pointer.starts_with("/payment"));
        told.map(|one| (one.pointer.clone(), one.code)).collect::<Vec<_>>()
    };
    assert_eq!(found(&tariff), [("/payment/days_before".to_owned(), "too_large")]);
    tariff["payment"] = json!({ "legal_reference": "規則第5条", "next_open": true });
    assert_eq!(found(&tariff), [("/payment".to_owned(), "no_deadline")]);
}
