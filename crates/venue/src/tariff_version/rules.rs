//! The house as its tariff sees it.

use std::collections::BTreeSet;

use diesel::Queryable;
use kernel::ids::TariffVersionId;
use tariff::hire::{DayClass, ExtensionUse, House, HouseRoom};
use time::Date;

use super::{TariffVersion, sql::RoomFrom};
use crate::{
    layer::Laid,
    plan::rules::gaps,
    slot_set::{SetOfSlots, Slot},
};

/// 販路, as hires are taken.
pub const CHANNELS: [&str; 3] = ["web", "server", "counter"];

/// What a tariff that applies from a day on is held against.
pub(super) fn house(
    rooms: Vec<RoomFrom>,
    sets: &[SetOfSlots],
    from: Date,
    (equipment, purposes, user_classes): (Vec<String>, Vec<String>, &BTreeSet<String>),
    layers: &[Laid],
) -> House {
    let lasts = |one: &&Laid| one.layer.effective_until.is_none_or(|until| from < until);
    let class =
        |one: &Laid| DayClass::ALL.into_iter().find(|class| one.layer.day_class.as_deref() == Some(class.as_str()));
    let mut house = House {
        day_classes: layers.iter().filter(lasts).filter_map(class).collect(),
        equipment: equipment.into_iter().collect(),
        purposes: purposes.into_iter().collect(),
        user_classes: user_classes.clone(),
        channels: CHANNELS.into_iter().map(str::to_owned).collect(),
        ..House::default()
    };
    for one in rooms {
        let in_force =
            |set: &&SetOfSlots| set.set.room_id == one.room && set.set.effective_until.is_none_or(|until| from < until);
        let room: &mut HouseRoom = house.rooms.entry(one.code).or_default();
        room.hired |= one.hired;
        for set in sets.iter().filter(in_force) {
            room.slots.extend(runs(set));
            for gap in billed_gaps(set) {
                if !room.gaps.contains(&gap) {
                    room.gaps.push(gap);
                }
            }
        }
    }
    house
}

/// When a published version is in force.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Term {
    pub id: TariffVersionId,
    /// `use_date` or `application_date`: the day that it goes by.
    pub applies_by: String,
    pub from: Date,
    pub until: Option<Date>,
}

/// The version that applies to a use, each by the day that it goes by; of several the one that came last. One whose successor goes by
/// the other day stays for what that one is not for yet: there is no day on which nothing applies between the two.
pub(crate) fn applying(terms: &[Term], applied_on: Date, use_on: Date) -> Option<&Term> {
    let day = |one: &Term| if one.applies_by == "use_date" { use_on } else { applied_on };
    let awaits = |one: &Term| {
        let next = terms.iter().find(|next| Some(next.from) == one.until && next.applies_by != one.applies_by);
        next.is_some_and(|next| day(next) < next.from)
    };
    let applies = |one: &&Term| {
        let open = one.until.is_none_or(|until| day(one) < until);
        one.from <= day(one) && (open || awaits(one))
    };
    terms.iter().rev().find(applies)
}

/// The version by which something is priced again that was agreed on by one, when each of its uses is on another day, or on the same.
/// A use that stays on its day is under the version that was agreed on, whatever was published since; one that goes to another day is
/// under the one that applies to that. Where that is one for all of them, it is priced by that; otherwise by the one that was agreed on:
/// nobody pays more for what stays because something else moves, and no later version keeps anybody from changing.
///
/// # Errors
/// A day that a use goes to and on which nothing applies.
pub(crate) fn again(
    terms: &[Term],
    agreed: TariffVersionId,
    applied_on: Date,
    days: &[(Date, Date)],
) -> Result<TariffVersionId, Date> {
    let of = |(was, is): &(Date, Date)| {
        if was == is { Ok(agreed) } else { applying(terms, applied_on, *is).map(|one| one.id).ok_or(*is) }
    };
    let found = days.iter().map(of).collect::<Result<Vec<_>, Date>>()?;
    let first = found.first().copied().unwrap_or(agreed);
    Ok(if found.iter().all(|one| *one == first) { first } else { agreed })
}

/// Whether a version takes the place of one in force that has no end and begins before it. One that ends itself does not: after it
/// there would be no price.
pub(super) fn is_succeeded(before: &TariffVersion, by: &TariffVersion) -> bool {
    before.effective_until.is_none() && by.effective_until.is_none() && before.effective_from < by.effective_from
}

/// The slots of a set that may be hired in a row.
fn runs(set: &SetOfSlots) -> Vec<Vec<String>> {
    let apart =
        |before: &Slot, after: &Slot| set.set.gap_policy == "closed" && before.ends_minute < after.starts_minute;
    let together = |before: &Slot, after: &Slot| !apart(before, after);
    let codes = |run: &[Slot]| run.iter().map(|slot| slot.code.clone()).collect();
    set.slots.chunk_by(together).map(codes).collect()
}

/// The times between the slots of a set that are charged by themselves.
fn billed_gaps(set: &SetOfSlots) -> Vec<ExtensionUse> {
    if set.set.gap_policy != "billable_extension" {
        return Vec::new();
    }
    let gaps = gaps(&set.slots.iter().collect::<Vec<_>>());
    gaps.into_iter().map(|(from, minutes)| ExtensionUse { from, minutes }).collect()
}

#[cfg(test)]
mod tests {
    use kernel::ids::{RoomId, SlotSetId};
    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;
    use crate::slot_set::SlotSet;

    fn set(gap_policy: &str) -> SetOfSlots {
        let at = datetime!(2026-04-01 00:00 UTC);
        let (id, room_id) = (SlotSetId::new(at), RoomId::new(at));
        let (gap_policy, name) = (gap_policy.to_owned(), "通常".to_owned());
        let (created_at, updated_at, effective_from) = (at, at, date!(2026 - 04 - 01));
        let (effective_until, season_from, season_until, version) = (None, None, None, 1);
        let set = SlotSet {
            id,
            room_id,
            name,
            gap_policy,
            effective_from,
            effective_until,
            season_from,
            season_until,
            ended_despite: None,
            created_at,
            updated_at,
            version,
        };
        let slot = |code: &str, starts_minute: i32, ends_minute: i32| Slot {
            slot_set_id: id,
            code: code.to_owned(),
            name: code.to_owned(),
            starts_minute,
            ends_minute,
        };
        SetOfSlots { set, slots: vec![slot("AM", 540, 720), slot("PM", 780, 1_020), slot("NT", 1_020, 1_320)] }
    }

    const APRIL: Date = date!(2027 - 04 - 01);
    const MAY: Date = date!(2027 - 05 - 01);

    fn term(id: u128, applies_by: &str, from: Date, until: Option<Date>) -> Term {
        Term { id: TariffVersionId::from_uuid(Uuid::from_u128(id)), applies_by: applies_by.to_owned(), from, until }
    }

    /// The first version goes by one day, the second from April on by the other. Which of them applies.
    fn switched(before: &str, after: &str, applied_on: Date, use_on: Date) -> Option<u128> {
        let terms = [term(1, before, date!(2026 - 04 - 01), Some(APRIL)), term(2, after, APRIL, None)];
        applying(&terms, applied_on, use_on).map(|one| one.id.uuid().as_u128())
    }

    #[test]
    fn on_every_day_something_applies_whichever_day_the_next_version_goes_by() {
        let march = date!(2027 - 03 - 01);
        for (applied_on, use_on, of_use, of_application) in [
            (march, date!(2027 - 03 - 31), 1, 1),
            (march, date!(2027 - 05 - 01), 1, 2),
            (APRIL, date!(2027 - 05 - 01), 2, 2),
            // at the counter, after the midnight of the day of use
            (APRIL, date!(2027 - 03 - 31), 2, 1),
        ] {
            assert_eq!(
                switched("use_date", "application_date", applied_on, use_on),
                Some(of_use),
                "{applied_on} {use_on}"
            );
            assert_eq!(switched("application_date", "use_date", applied_on, use_on), Some(of_application));
        }
        assert_eq!(switched("use_date", "use_date", march, MAY), Some(2));
        assert_eq!(switched("application_date", "application_date", march, MAY), Some(1));
        assert_eq!(switched("use_date", "application_date", date!(2026 - 01 - 01), date!(2026 - 03 - 31)), None);
    }

    #[test]
    fn a_version_that_was_succeeded_does_not_come_back_when_its_successor_ends() {
        let ended = Some(date!(2028 - 04 - 01));
        let terms =
            [term(1, "use_date", date!(2026 - 04 - 01), Some(APRIL)), term(2, "application_date", APRIL, ended)];
        assert_eq!(applying(&terms, date!(2028 - 05 - 01), date!(2028 - 06 - 01)), None);
        let lone = [term(1, "use_date", date!(2026 - 04 - 01), Some(APRIL))];
        assert_eq!(applying(&lone, date!(2027 - 03 - 01), APRIL), None, "nothing comes after it");
    }

    #[test]
    fn what_was_agreed_on_stays_under_its_version_until_all_of_it_goes_to_days_of_another() {
        let terms = [term(1, "use_date", date!(2026 - 04 - 01), Some(APRIL)), term(2, "use_date", APRIL, Some(MAY))];
        let by = |days: &[(Date, Date)]| {
            let found = again(&terms, TariffVersionId::from_uuid(Uuid::from_u128(1)), date!(2026 - 12 - 01), days);
            found.map(|id| id.uuid().as_u128())
        };
        let (march, fifth, twentieth) = (date!(2027 - 03 - 25), date!(2027 - 04 - 05), date!(2027 - 04 - 20));
        assert_eq!(by(&[(fifth, fifth)]), Ok(1), "it was agreed on before the second was published");
        assert_eq!(by(&[(march, march), (fifth, fifth)]), Ok(1));
        assert_eq!(by(&[(fifth, twentieth)]), Ok(2));
        assert_eq!(by(&[(march, fifth), (fifth, twentieth)]), Ok(2), "all of it");
        for days in [[(fifth, fifth), (march, twentieth)], [(march, twentieth), (fifth, fifth)]] {
            assert_eq!(by(&days), Ok(1), "one of them stays");
        }
        assert_eq!(by(&[(fifth, twentieth), (fifth, march)]), Ok(1), "neither version is for both");
        assert_eq!(by(&[(march, march), (fifth, MAY)]), Err(MAY), "nothing applies there");
    }

    #[test]
    fn a_time_that_is_closed_keeps_slots_apart() {
        assert_eq!(runs(&set("free_if_both")), [vec!["AM", "PM", "NT"]]);
        assert_eq!(runs(&set("closed")), [vec!["AM"], vec!["PM", "NT"]]);
    }

    #[test]
    fn a_time_between_slots_needs_a_price_where_it_is_charged() {
        let noon = ExtensionUse { from: "12:00".to_owned(), minutes: 60 };
        assert_eq!(billed_gaps(&set("billable_extension")), [noon]);
        assert!(billed_gaps(&set("free_if_both")).is_empty() && billed_gaps(&set("closed")).is_empty());
    }
}
