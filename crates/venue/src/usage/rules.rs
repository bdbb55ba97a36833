//! From what was recorded to what is priced.

use std::collections::BTreeMap;

use kernel::{Instant, Yen, clock::start_of_day, ids::EquipmentId};
use tariff::hire::{EquipmentUse, ExtensionUse, HireAsk, ManualCharge, MeterUse, RoomUse, clock};
use time::{Date, Duration};

use super::{UseDraft, UseError};
use crate::{
    application::ApplicationError,
    catalogue::in_force,
    equipment::Equipment,
    hire::{Hire, UsedItem},
    hire_quote::{PlannedItem, PlannedUse},
    plan::Extension,
    span::Span,
};

/// How long before the beginning people are let in at most, and after the end they stay: what is recorded beyond that is a slip of the
/// pen.
const AROUND: Duration = Duration::hours(12);

/// Whether this can be recorded now: a use that is over, as it was agreed or because people left earlier, and that began and ended no
/// more than half a day beside it. That nobody came is known when it was to begin. Says from when until when it was.
pub(super) fn recordable(hire: &Hire, draft: &UseDraft, now: Instant) -> Result<Span, ApplicationError> {
    let near = |agreed: Span| {
        let during = draft.during.unwrap_or(agreed);
        let (from, until) = (agreed.from().saturating_sub(AROUND), agreed.until().saturating_add(AROUND));
        let near = agreed.overlaps(during) && from <= during.from() && during.until() <= until;
        (near || draft.no_show).then_some(during)
    };
    let beside = ApplicationError::Beside { starts: hire.starts_at, ends: hire.ends_at };
    let during = Span::new(hire.starts_at, hire.ends_at).and_then(near).ok_or(beside)?;
    let from = if draft.no_show { hire.starts_at } else { during.until() };
    if now < from { Err(ApplicationError::NotYet { from }) } else { Ok(during) }
}

/// A use is by somebody: nothing has a price for 0 people. Where nobody came, what was agreed is paid, and the record says so, and nothing
/// of when somebody was there, how many, and what they used.
pub(super) fn expect_people(draft: &UseDraft) -> Result<(), UseError> {
    let used = somebody(draft);
    if draft.no_show && !used.is_empty() {
        return Err(UseError::Somebody(used));
    }
    let by_kind = (!draft.headcount.is_empty()).then(|| draft.headcount.values().sum::<i64>());
    let nobody = [draft.heads, by_kind].into_iter().flatten().any(|heads| heads <= 0);
    if nobody && !draft.no_show { Err(UseError::Nobody) } else { Ok(()) }
}

/// What of a record says that somebody was there, by its name.
fn somebody(draft: &UseDraft) -> Vec<&'static str> {
    let on = |meter: &MeterUse| meter.minutes.iter().any(|minutes| *minutes > 0);
    let said = [
        ("times", draft.during.is_some()),
        ("heads", draft.heads.is_some_and(|heads| heads > 0)),
        ("headcount", draft.headcount.values().any(|heads| *heads > 0)),
        ("meters", draft.meters.iter().flatten().any(on)),
        ("equipment", draft.equipment.as_ref().is_some_and(|items| !items.is_empty())),
    ];
    said.into_iter().filter(|(_, said)| *said).map(|(name, _)| name).collect()
}

/// Whoever is charged beside the tariff is told for what, and why.
pub(super) fn expect_reasons(charges: &[ManualCharge]) -> Result<(), UseError> {
    let unsaid = |one: &ManualCharge| one.label.trim().is_empty() || one.reason.trim().is_empty();
    match charges.iter().position(|one| unsaid(one) || one.yen <= Yen::ZERO) {
        Some(at) => Err(UseError::Charge { at }),
        None => Ok(()),
    }
}

/// Each item that was used, beside how many were agreed. `known` is what of it the facility has: in force on the day, or agreed by
/// that very name.
pub(super) fn used_items(
    used: &[(EquipmentId, i32)],
    known: &[Equipment],
    agreed: &[PlannedItem],
    day: Date,
) -> Result<Vec<UsedItem>, UseError> {
    let there = |one: &Equipment| {
        in_force(one.effective_from, one.effective_until, day) || agreed.iter().any(|had| had.item == one.id)
    };
    let mut found: Vec<UsedItem> = Vec::with_capacity(used.len());
    for (item, quantity) in used {
        let refused = |most| UseError::Equipment { item: *item, most };
        let one = known.iter().find(|one| one.id == *item && there(one)).ok_or_else(|| refused(None))?;
        let twice = found.iter().any(|earlier| earlier.item.code == one.code);
        if twice || !(1..=one.capacity).contains(quantity) {
            return Err(refused(Some(one.capacity)));
        }
        let (code, name) = (one.code.clone(), one.name.clone());
        // of an item that another took the place of, the code stays
        let agreed = agreed.iter().filter(|had| had.code == code).map(|had| had.quantity).sum();
        found.push(UsedItem { item: PlannedItem { item: *item, code, name, quantity: *quantity }, agreed });
    }
    Ok(found)
}

/// Of what more was used than was agreed.
pub(super) fn beyond(used: Option<&[UsedItem]>) -> Vec<EquipmentId> {
    let more = |one: &&UsedItem| one.item.quantity > one.agreed;
    used.unwrap_or_default().iter().filter(more).map(|one| one.item.item).collect()
}

/// The ask as it really was, and what was let as it was used: overtime before and after becomes extensions, begun minutes counted,
/// and goes on with the extension that was planned there; heads, of each kind too, meters and equipment are those that were recorded.
/// Who did not come, or left early, pays what was agreed. What is charged beside the tariff is charged in any case.
pub(super) fn as_used((mut asked, mut uses): (HireAsk, Vec<PlannedUse>), hires: &[Hire]) -> (HireAsk, Vec<PlannedUse>) {
    for ((room, planned), hire) in asked.uses.iter_mut().zip(&mut uses).zip(hires) {
        let Some(record) = hire.record() else { continue };
        room.charges = record.charges;
        if record.no_show {
            continue;
        }
        stay_longer(room, planned.extension, hire, record.during);
        count(room, record.heads, record.headcount);
        if let Some(meters) = record.meters {
            room.meters = meters;
        }
        if let Some(items) = record.equipment {
            let used =
                |one: &UsedItem| EquipmentUse { item: one.item.code.clone(), quantity: one.item.quantity.into() };
            room.equipment = items.iter().map(used).collect();
            planned.equipment = items.into_iter().map(|one| one.item).collect();
        }
    }
    (asked, uses)
}

/// Who was counted by kind was not counted otherwise, unless somebody did: what was said beforehand is over then.
fn count(room: &mut RoomUse, heads: Option<i64>, headcount: BTreeMap<String, i64>) {
    if headcount.is_empty() {
        room.heads = heads.or(room.heads);
    } else {
        (room.heads, room.headcount) = (heads, headcount);
    }
}

/// What was planned beside the slots comes first and last in the ask. Overtime makes it longer, so that what has begun counts once.
/// Equipment was there all the time, and without slots on every day that has some of it.
fn stay_longer(room: &mut RoomUse, planned: Extension, hire: &Hire, during: Span) {
    let clock = |at: Instant| clock((at - start_of_day(hire.day)).whole_seconds().div_euclid(60));
    let minutes = |from: Instant, until: Instant| {
        let seconds = (until - from).whole_seconds();
        seconds / 60 + i64::from(seconds % 60 > 0)
    };
    let (early, late) = (minutes(during.from(), hire.starts_at).max(0), minutes(hire.ends_at, during.until()).max(0));
    if early + late > 0 {
        let agreed = room.minutes + planned.early.max(0) + planned.late.max(0);
        room.minutes_in_use = Some(room.minutes_in_use.unwrap_or(agreed) + early + late);
    }
    let agreed = Span::new(hire.starts_at, hire.ends_at).filter(|_| room.slots.is_empty());
    let more = agreed.map_or(0, |agreed| agreed.with(during).days() - agreed.days());
    if more > 0 {
        room.days_in_use = Some(room.days.unwrap_or(1) + more);
    }
    if early > 0 {
        let from = clock(during.from());
        match room.extensions.first_mut().filter(|_| planned.early > 0) {
            Some(one) => *one = ExtensionUse { from, minutes: one.minutes.saturating_add(early) },
            None => room.extensions.insert(0, ExtensionUse { from, minutes: early }),
        }
    }
    if late > 0 {
        match room.extensions.last_mut().filter(|_| planned.late > 0) {
            Some(one) => one.minutes = one.minutes.saturating_add(late),
            None => room.extensions.push(ExtensionUse { from: clock(hire.ends_at), minutes: late }),
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::ids::FacilityId;
    use proptest::prelude::*;
    use tariff::hire::{DayClass, SlotUse};
    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;

    const DAY: Date = date!(2026 - 12 - 11);

    fn id(number: u128) -> EquipmentId {
        EquipmentId::from_uuid(Uuid::from_u128(number))
    }

    fn item(number: u128, code: &str, effective_until: Option<Date>) -> Equipment {
        let at = datetime!(2026-04-01 09:00 +9);
        Equipment {
            id: id(number),
            facility_id: FacilityId::from_uuid(Uuid::nil()),
            code: code.to_owned(),
            name: code.to_owned(),
            name_en: None,
            unit: "本".to_owned(),
            capacity: 3,
            gap_before_minutes: 0,
            gap_after_minutes: 0,
            max_per_hire: Some(1),
            effective_from: date!(2026 - 04 - 01),
            effective_until,
            created_at: at,
            updated_at: at,
            version: 1,
            ended_despite: None,
        }
    }

    fn agreed(number: u128, code: &str, quantity: i32) -> PlannedItem {
        PlannedItem { item: id(number), code: code.to_owned(), name: code.to_owned(), quantity }
    }

    #[test]
    fn more_than_was_agreed_counts_up_to_what_there_is_whatever_one_hire_may_have() {
        let (known, had) = ([item(1, "MIC", None)], [agreed(1, "MIC", 1)]);
        let used = used_items(&[(id(1), 3)], &known, &had, DAY).unwrap();
        assert_eq!((used[0].item.quantity, used[0].agreed), (3, 1));
        assert_eq!(beyond(Some(&used)), [id(1)]);
        for quantity in [0, 4] {
            let refused = used_items(&[(id(1), quantity)], &known, &had, DAY);
            assert!(matches!(refused, Err(UseError::Equipment { most: Some(3), .. })), "{quantity}");
        }
        assert!(beyond(None).is_empty() && used_items(&[], &[], &had, DAY).unwrap().is_empty());
    }

    #[test]
    fn of_an_item_that_another_took_the_place_of_either_may_be_named_and_only_one_of_them() {
        let known = [item(1, "MIC", Some(date!(2026 - 12 - 01))), item(2, "MIC", None)];
        let had = [agreed(1, "MIC", 2)];
        for number in [1, 2] {
            let used = used_items(&[(id(number), 2)], &known, &had, DAY).unwrap();
            assert_eq!((used[0].agreed, beyond(Some(&used))), (2, Vec::new()), "the code is the same");
        }
        assert!(used_items(&[(id(1), 1), (id(2), 1)], &known, &had, DAY).is_err());
        let gone = used_items(&[(id(1), 1)], &known, &[], DAY);
        assert!(matches!(gone, Err(UseError::Equipment { most: None, .. })), "nobody had it, and it was not there");
    }

    #[test]
    fn where_nobody_came_nothing_says_that_somebody_did_and_only_charges_go_with_it() {
        let nobody = || UseDraft {
            during: None,
            heads: Some(0),
            headcount: BTreeMap::from([("adult".to_owned(), 0)]),
            meters: Some(vec![MeterUse { meter: "cooling".to_owned(), minutes: vec![0] }]),
            equipment: Some(Vec::new()),
            charges: vec![ManualCharge {
                label: "清掃費".to_owned(),
                yen: Yen(3_300),
                reason: "無断不使用".to_owned(),
                legal_reference: None,
            }],
            no_show: true,
        };
        assert!(expect_people(&nobody()).is_ok());
        let during = Span::new(datetime!(2026-12-11 9:00 +9), datetime!(2026-12-11 12:00 +9));
        let cooling = Some(vec![MeterUse { meter: "cooling".to_owned(), minutes: vec![0, 30] }]);
        let adults = BTreeMap::from([("adult".to_owned(), 2)]);
        for (record, said) in [
            (UseDraft { during, ..nobody() }, "times"),
            (UseDraft { heads: Some(3), ..nobody() }, "heads"),
            (UseDraft { headcount: adults, ..nobody() }, "headcount"),
            (UseDraft { meters: cooling, ..nobody() }, "meters"),
            (UseDraft { equipment: Some(vec![(id(1), 1)]), ..nobody() }, "equipment"),
        ] {
            let refused = expect_people(&record);
            assert!(matches!(refused, Err(UseError::Somebody(of)) if of == [said]), "{said}");
        }
    }

    /// With extensions: when they begin, and their minutes.
    fn agreed_use(extensions: &[(&str, i64)]) -> RoomUse {
        let extension = |(from, minutes): &(&str, i64)| ExtensionUse { from: (*from).to_owned(), minutes: *minutes };
        RoomUse {
            hire: 0,
            space: "HALL".to_owned(),
            date: DAY,
            day_class: DayClass::Weekday,
            slots: Vec::new(),
            minutes: 240,
            minutes_in_use: None,
            days: None,
            day_classes: Vec::new(),
            days_in_use: None,
            purpose: None,
            commercial: false,
            admission: 0,
            goods_sale: false,
            alcohol: false,
            use_kind: None,
            heads: None,
            headcount: BTreeMap::new(),
            extensions: extensions.iter().map(extension).collect(),
            meters: Vec::new(),
            equipment: Vec::new(),
            charges: Vec::new(),
        }
    }

    /// Extensions of a use from noon until half past four, of which so much was planned, when people were there that much longer.
    fn longer(planned: (i64, i64), extensions: &[(&str, i64)], (early, late): (i64, i64)) -> Vec<(String, i64)> {
        let agreed = Span::new(datetime!(2026-12-11 12:00 +9), datetime!(2026-12-11 16:30 +9)).unwrap();
        let mut room = agreed_use(extensions);
        let planned = Extension { early: planned.0, late: planned.1 };
        stay_longer(&mut room, planned, &Hire::example(agreed.from(), agreed.until()), agreed.widened(early, late));
        room.extensions.into_iter().map(|one| (one.from, one.minutes)).collect()
    }

    #[test]
    fn overtime_goes_on_with_the_extension_that_was_planned_there_and_begins_one_where_none_was() {
        let told = |extensions: &[(&str, i64)]| -> Vec<(String, i64)> {
            extensions.iter().map(|(from, minutes)| ((*from).to_owned(), *minutes)).collect()
        };
        let planned = [("12:00", 60), ("14:00", 10), ("16:00", 30)];
        assert_eq!(longer((60, 30), &planned, (0, 0)), told(&planned), "as planned");
        assert_eq!(longer((60, 30), &planned, (20, 60)), told(&[("11:40", 80), ("14:00", 10), ("16:00", 90)]));
        let between = [("14:00", 10)];
        assert_eq!(longer((0, 0), &between, (20, 60)), told(&[("11:40", 20), ("14:00", 10), ("16:30", 60)]));
        assert_eq!(longer((0, 30), &[("16:00", 30)], (20, 60)), told(&[("11:40", 20), ("16:00", 90)]));
        assert_eq!(longer((60, 0), &[("12:00", 60)], (20, 60)), told(&[("11:40", 80), ("16:30", 60)]));
    }

    #[test]
    fn equipment_is_there_as_long_as_people_are_and_on_every_day_that_they_are() {
        let longer = |room: RoomUse, until: Instant, (early, late): (i64, i64)| {
            let agreed = Span::new(datetime!(2026-12-11 12:00 +9), until).unwrap();
            let (hired, mut room) = (room.days, room);
            let hire = Hire::example(agreed.from(), agreed.until());
            stay_longer(&mut room, Extension { early: 0, late: 30 }, &hire, agreed.widened(early, late));
            assert_eq!(room.days, hired, "what it is hired for stays");
            (room.minutes_in_use, room.days_in_use)
        };
        let planned = || RoomUse { minutes_in_use: Some(280), ..agreed_use(&[("14:00", 10), ("16:00", 30)]) };
        let evening = datetime!(2026-12-11 22:00 +9);
        assert_eq!(longer(planned(), evening, (0, 0)), (Some(280), None));
        assert_eq!(longer(planned(), evening, (20, 60)), (Some(360), None));
        assert_eq!(
            longer(agreed_use(&[("16:00", 30)]), evening, (0, 60)),
            (Some(330), None),
            "what was planned counts"
        );
        assert_eq!(longer(planned(), evening, (0, 180)), (Some(460), Some(2)), "it is after midnight");
        let slots = vec![SlotUse { code: "NT".to_owned(), minutes: 240 }];
        assert_eq!(longer(RoomUse { slots, ..planned() }, evening, (0, 180)).1, None, "of slots the night is theirs");
        let three = RoomUse { days: Some(3), ..planned() };
        assert_eq!(longer(three, datetime!(2026-12-13 22:00 +9), (0, 120)), (Some(400), None), "until midnight");
    }

    #[test]
    fn overtime_after_midnight_has_the_clock_of_the_day_of_use_as_a_planned_extension_has() {
        let late = |until: Instant| {
            let agreed = Span::new(datetime!(2026-12-11 18:00 +9), until).unwrap();
            let mut room = agreed_use(&[]);
            let hire = Hire::example(agreed.from(), agreed.until());
            stay_longer(&mut room, Extension::default(), &hire, agreed.widened(0, 60));
            room.extensions
        };
        let hour = |from: &str| [ExtensionUse { from: from.to_owned(), minutes: 60 }];
        assert_eq!(late(datetime!(2026-12-12 00:00 +9)), hour("24:00"));
        assert_eq!(late(datetime!(2026-12-12 01:30 +9)), hour("25:30"));
        assert_eq!(late(datetime!(2026-12-13 18:00 +9)), hour("42:00"), "two days later it is the evening, too");
    }

    proptest! {
        #[test]
        fn every_minute_beside_what_was_let_is_in_one_extension_once(
            planned in (0i64..120, 0i64..120), beyond in (0i64..180, 0i64..180),
        ) {
            let all = [("12:00", planned.0), ("16:00", planned.1)];
            let there: Vec<(&str, i64)> = all.into_iter().filter(|(_, minutes)| *minutes > 0).collect();
            let found = longer(planned, &there, beyond);
            let minutes: i64 = found.iter().map(|(_, minutes)| minutes).sum();
            prop_assert_eq!(minutes, planned.0 + planned.1 + beyond.0 + beyond.1);
            let sides = [planned.0 + beyond.0, planned.1 + beyond.1];
            prop_assert_eq!(found.len(), sides.iter().filter(|minutes| **minutes > 0).count());
        }
    }

    #[test]
    fn who_was_counted_by_kind_counts_instead_of_all_that_was_said_before() {
        let of = |kind: &str, heads: i64| BTreeMap::from([(kind.to_owned(), heads)]);
        let agreed = RoomUse { heads: Some(10), headcount: of("child", 10), ..agreed_use(&[]) };
        for (heads, counted, then) in [
            (None, of("adult", 30), (None, of("adult", 30))),
            (Some(32), of("adult", 30), (Some(32), of("adult", 30))),
            (Some(12), BTreeMap::new(), (Some(12), of("child", 10))),
            (None, BTreeMap::new(), (Some(10), of("child", 10))),
        ] {
            let mut room = agreed.clone();
            count(&mut room, heads, counted);
            assert_eq!((room.heads, room.headcount), then);
        }
    }
}
