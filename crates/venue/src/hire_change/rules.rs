//! Which hires may be changed, and what follows in money.

use db::Fault;
use kernel::{
    Instant, Yen,
    ids::{HireApplicationId, HireId},
};
use tariff::hire::{Cause, ChargeShare, Cheaper, HireAsk, HireTariff};
use time::Date;

use crate::{
    account::{self, Received},
    application::{Application, ApplicationError, BillItem, events::HireChanged, rules},
    cancellation::Keeping,
    hire::{self, Hire},
    hire_quote::{PlannedUse, Priced, UseAsk},
};

/// Where the hires that are to be changed are among those that were not given up, in the order in which they are named: each once,
/// of the application, and not begun.
pub(super) fn places(
    hires: &[Hire],
    wanted: &[(HireId, UseAsk)],
    now: Instant,
) -> Result<Vec<usize>, ApplicationError> {
    if wanted.is_empty() {
        return Err(ApplicationError::NoChange);
    }
    let agreed = hire::live(hires);
    let place = |(at, (id, _)): (usize, &(HireId, UseAsk))| {
        if wanted.iter().take(at).any(|(earlier, _)| earlier == id) {
            return Err(ApplicationError::HireTwice { at, hire: *id });
        }
        let hire = hires.iter().find(|one| one.id == *id).ok_or(ApplicationError::NoSuchHire { at, hire: *id })?;
        let open = hire.state == "open" && hire.starts_at > now;
        rules::place(&agreed, *id).filter(|_| open).ok_or(ApplicationError::Ended { hire: *id })
    };
    wanted.iter().enumerate().map(place).collect()
}

/// That something is agreed on which nobody is asked for more than, where the patron has no part in the change.
pub(super) fn expect_agreed(application: &Application, cause: Cause) -> Result<(), ApplicationError> {
    let state = &application.state;
    let agreed = cause == Cause::User || state == "confirmed";
    if agreed { Ok(()) } else { Err(ApplicationError::Cause { state: state.clone() }) }
}

/// Whether the tariff lets hires that were permitted be changed once more, and each of them still today.
pub(super) fn allowed(
    application: &Application,
    tariff: &HireTariff,
    (agreed, places): (&[Hire], &[usize]),
    keeping: &Keeping,
) -> Result<(), ApplicationError> {
    let Some(rule) = &tariff.change else { return Ok(()) };
    if application.changes >= i32::from(rule.most) {
        return Err(ApplicationError::Changes { most: rule.most });
    }
    for hire in places.iter().filter_map(|place| agreed.get(*place)) {
        let until = rule.until.and_then(|until| until.day(hire.day, |day| keeping.next_open(hire, day)));
        if let Some(until) = until.filter(|until| keeping.today() > *until) {
            return Err(ApplicationError::ChangeTooLate { hire: hire.id, until });
        }
    }
    Ok(())
}

/// That something becomes other than what was agreed on: a room, a time, what is taken along, or what the tariff is asked and as whom.
pub(super) fn expect_change(
    (had, priced): (&[PlannedUse], &HireAsk),
    (uses, asked): (&[PlannedUse], &HireAsk),
) -> Result<(), ApplicationError> {
    let stays = had.len() == uses.len() && had.iter().zip(uses).all(|(was, is)| is_let_as_before(was, is));
    if stays && sorted(priced) == sorted(asked) { Err(ApplicationError::NoChange) } else { Ok(()) }
}

/// Whether a use is let where and when it was, with the same things, whatever the room is called and what is kept free beside it.
pub(crate) fn is_let_as_before(was: &PlannedUse, is: &PlannedUse) -> bool {
    let things = |of: &PlannedUse| {
        let mut things: Vec<_> = of.equipment.iter().map(|one| (one.item, one.quantity)).collect();
        things.sort_unstable();
        things
    };
    let there = (was.room, was.day, was.during) == (is.room, is.day, is.during);
    there && (&was.slots, was.extension) == (&is.slots, is.extension) && things(was) == things(is)
}

/// The ask with its lists in one order: in which they were written down makes no difference.
fn sorted(asked: &HireAsk) -> HireAsk {
    let mut asked = asked.clone();
    for one in &mut asked.uses {
        one.equipment.sort_by(|one, other| one.item.cmp(&other.item));
        one.meters.sort_by(|one, other| one.meter.cmp(&other.meter));
    }
    asked
}

/// That nobody gets around what the house decides: into a room that it decides about goes only what had that room for that purpose
/// before. Of several that change, each of those that gave it up makes room for one.
pub(crate) fn expect_decided(
    before: &[PlannedUse],
    after: &[PlannedUse],
    places: &[usize],
) -> Result<(), ApplicationError> {
    let mut given_up: Vec<&PlannedUse> = places.iter().filter_map(|place| before.get(*place)).collect();
    for (at, place) in places.iter().enumerate() {
        let Some(to) = after.get(*place).filter(|to| !to.automatic) else { continue };
        let same = |one: &&PlannedUse| one.room == to.room && one.purpose == to.purpose;
        let had = given_up.iter().position(same).ok_or(ApplicationError::HouseDecides { at, room: to.room })?;
        given_up.swap_remove(had);
    }
    Ok(())
}

/// The hire as it is let from now on.
pub(super) fn moved(hire: &Hire, to: &PlannedUse) -> Hire {
    Hire {
        room_id: to.room,
        day: to.day,
        span: hire::span_of(to),
        purpose: to.purpose.clone(),
        starts_at: to.during.from(),
        ends_at: to.during.until(),
        ..hire.clone()
    }
}

/// What a change comes to, and the hires that it leaves, with what is not asked for of them.
pub(super) struct Money {
    pub hires: Vec<Hire>,
    /// What is not asked for beside what was not before, yen.
    pub waived: Yen,
    pub items: Vec<BillItem>,
    pub refunds: Vec<(HireId, Yen)>,
    pub fee: Yen,
}

impl Money {
    /// Of hires that were not paid for yet: nothing follows.
    pub(super) fn unpaid(hires: Vec<Hire>) -> Self {
        Self { hires, waived: Yen::ZERO, items: Vec::new(), refunds: Vec::new(), fee: Yen::ZERO }
    }
}

/// On which day each use was, and on which it is.
pub(crate) fn moves(before: &HireAsk, after: &HireAsk) -> Vec<(Date, Date)> {
    before.uses.iter().zip(&after.uses).map(|(was, is)| (was.date, is.date)).collect()
}

/// Hires when they cost that, and what of it is not asked for. Those that stay may cost less too, because of those that move: what is
/// paid for them was agreed on as it was for the others.
fn waiving(hires: &[Hire], (old, new): (&Priced, &Priced)) -> Result<Vec<Hire>, Fault> {
    let shares = old.shares()?.into_iter().zip(new.shares()?);
    Ok(hires.iter().zip(shares).map(|(hire, (was, is))| hire.moved(was, is)).collect())
}

/// What follows when these hires were agreed on at the one price and are let at the other. For a cause of the patron by the tariff that
/// was agreed on: a change is no way around its schedule of cancellation. For a cause of the house nothing is kept, and nobody pays more.
pub(super) fn difference(
    agreed: &[Hire],
    hires: &[Hire],
    (old, new): (&Priced, &Priced),
    received: &Received,
    (cause, keeping): (Cause, &Keeping),
) -> Result<Money, ApplicationError> {
    let was = rules::shares(agreed, old)?;
    let mut hires = waiving(hires, (old, new))?;
    let mut is = rules::shares(&hires, new)?;
    let mut waived = Yen::ZERO;
    if cause != Cause::User {
        let more = account::rules::waived(&was, &is);
        waived = more.iter().map(|(_, yen)| *yen).sum();
        hires = rules::waiving(&hires, new, &more)?;
        is = rules::shares(&hires, new)?;
    }
    let fee = |id: HireId, part: ChargeShare| -> Result<Yen, ApplicationError> {
        let hire = agreed.iter().find(|one| one.id == id).ok_or(ApplicationError::Absent)?;
        Ok(match (cause, old.tariff.cheaper()) {
            (Cause::House | Cause::ForceMajeure, _) | (Cause::User, Cheaper::Refund) => Yen::ZERO,
            (Cause::User, Cheaper::Keep) => part.sum(),
            (Cause::User, Cheaper::ByCancelSchedule) => keeping.fee(hire, part)?.0,
        })
    };
    let found = account::rules::difference(&was, &is, received, fee)?;
    let items = rules::difference_items("変更差額", (&hires, new), &found.owed)?;
    Ok(Money { hires, waived, items, refunds: found.refunds, fee: found.fee })
}

/// What the journal says of a change: what it made the application dearer by, and what of that is not asked for.
pub(super) fn told(
    application: HireApplicationId,
    hires: &[HireId],
    (difference, waived): (Yen, Yen),
    cause: Cause,
) -> Result<HireChanged, ApplicationError> {
    let hire = hires.first().copied().ok_or(ApplicationError::NoChange)?;
    let (difference, waived) = (difference.0, waived.0);
    Ok(HireChanged { application, hire, hires: hires.to_vec(), difference, cause, waived })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::ids::{EquipmentId, RoomId};
    use serde_json::json;
    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;
    use crate::{
        hire_quote::PlannedItem,
        plan::{Extension, TimeAsk},
        span::Span,
    };

    const NOW: Instant = datetime!(2026-11-21 10:00 +9);

    fn hire(n: u128, state: &str, starts_at: Instant) -> Hire {
        let of = Hire::example(starts_at, datetime!(2026-12-31 22:00 +9));
        Hire { id: HireId::from_uuid(Uuid::from_u128(n)), day: date!(2026 - 12 - 11), state: state.into(), ..of }
    }

    fn wanted(hires: &[u128]) -> Vec<(HireId, UseAsk)> {
        let to = UseAsk {
            room: RoomId::from_uuid(Uuid::nil()),
            time: TimeAsk::Day(date!(2026 - 12 - 12)),
            purpose: None,
            commercial: false,
            admission: 0,
            goods_sale: false,
            alcohol: false,
            use_kind: None,
            heads: None,
            headcount: BTreeMap::new(),
            meters: Vec::new(),
            equipment: Vec::new(),
        };
        hires.iter().map(|n| (HireId::from_uuid(Uuid::from_u128(*n)), to.clone())).collect()
    }

    /// A use of the nth room, which the house decides about unless it is `automatic`.
    fn planned(room: u128, automatic: bool, purpose: Option<&str>) -> PlannedUse {
        let during = Span::new(datetime!(2026-12-11 9:00 +9), datetime!(2026-12-11 12:00 +9)).unwrap();
        PlannedUse {
            room: RoomId::from_uuid(Uuid::from_u128(room)),
            name: String::new(),
            day: date!(2026 - 12 - 11),
            slots: Vec::new(),
            extension: Extension::default(),
            during,
            occupied: during,
            equipment: Vec::new(),
            automatic,
            registered: false,
            purpose: purpose.map(str::to_owned),
        }
    }

    #[test]
    fn into_a_room_that_the_house_decides_about_goes_only_what_was_in_it_for_the_same_purpose() {
        let (open, hall) = (planned(1, true, None), planned(2, false, Some("CONCERT")));
        let decided =
            |before: &[PlannedUse], after: &[PlannedUse], places: &[usize]| match expect_decided(before, after, places)
            {
                Ok(()) => None,
                Err(ApplicationError::HouseDecides { at, .. }) => Some(at),
                Err(other) => panic!("{other:?}"),
            };
        let both = [open.clone(), hall.clone()];
        assert_eq!(decided(&both, &both, &[0, 1]), None, "they stay where they are");
        assert_eq!(decided(&both, &[hall.clone(), open.clone()], &[0, 1]), None, "they swap");
        let two = [hall.clone(), hall.clone()];
        assert_eq!(decided(&both, &two, &[1, 0]), Some(1), "by its place among those that change");
        assert_eq!(decided(&both, &two, &[0]), Some(0), "the one in it stays in it");
        let other = [open.clone(), planned(2, false, Some("MARKET"))];
        assert_eq!(decided(&both, &other, &[1]), Some(0), "that was not what was decided about");
        assert_eq!(
            decided(&both, &[open.clone(), planned(1, true, Some("MARKET"))], &[1]),
            None,
            "nobody needs to decide"
        );
    }

    #[test]
    fn what_is_let_and_asked_as_before_is_no_change_whatever_it_is_called_and_in_whichever_order() {
        let thing = |n: u128, quantity: i32| PlannedItem {
            item: EquipmentId::from_uuid(Uuid::from_u128(n)),
            code: format!("ITEM{n}"),
            name: String::new(),
            quantity,
        };
        let had = PlannedUse { equipment: vec![thing(1, 2), thing(2, 1)], ..planned(1, true, Some("CONCERT")) };
        let asked = |user_class: Option<&str>, items: &[&str]| -> HireAsk {
            let items: Vec<_> = items.iter().map(|item| json!({ "item": item, "quantity": 1 })).collect();
            let room = json!({ "space": "HALL", "date": "2026-12-11", "day_class": "weekday", "minutes": 180, "equipment": items });
            let ask = json!({ "applied_on": "2026-11-21", "user_class": user_class, "uses": [room] });
            serde_json::from_value(ask).unwrap()
        };
        let before = asked(None, &["ITEM1", "ITEM2"]);
        let changes = |is: PlannedUse, asked: &HireAsk| {
            let found = expect_change((std::slice::from_ref(&had), &before), (&[is], asked));
            !matches!(found, Err(ApplicationError::NoChange))
        };
        let turned = PlannedUse { equipment: vec![thing(2, 1), thing(1, 2)], ..had.clone() };
        assert!(!changes(turned.clone(), &asked(None, &["ITEM2", "ITEM1"])), "in another order");
        assert!(!changes(PlannedUse { name: "大ホール".into(), automatic: false, ..had.clone() }, &before), "renamed");
        assert!(changes(turned, &asked(Some("CHOIR"), &["ITEM1", "ITEM2"])), "as somebody else");
        assert!(changes(planned(2, true, Some("CONCERT")), &before), "another room");
        assert!(
            changes(PlannedUse { equipment: vec![thing(1, 1), thing(2, 2)], ..had.clone() }, &before),
            "other things"
        );
        let during = Span::new(datetime!(2026-12-11 9:00 +9), datetime!(2026-12-11 13:00 +9)).unwrap();
        assert!(changes(PlannedUse { during, ..had.clone() }, &before), "another time");
    }

    #[test]
    fn each_hire_that_is_named_once_and_has_not_begun_has_its_place_among_those_that_are_left() {
        let later = datetime!(2026-12-11 9:00 +9);
        let hires = [
            hire(1, "released", later),
            hire(2, "open", later),
            hire(3, "open", NOW),
            hire(4, "used", later),
            hire(5, "open", later),
        ];
        assert_eq!(places(&hires, &wanted(&[5, 2]), NOW).unwrap(), [3, 0]);
        assert!(matches!(places(&hires, &wanted(&[]), NOW), Err(ApplicationError::NoChange)));
        assert!(matches!(places(&hires, &wanted(&[2, 5, 2]), NOW), Err(ApplicationError::HireTwice { at: 2, .. })));
        assert!(matches!(places(&hires, &wanted(&[2, 6]), NOW), Err(ApplicationError::NoSuchHire { at: 1, .. })));
        for over in [1, 3, 4] {
            let refused = places(&hires, &wanted(&[2, over]), NOW);
            assert!(matches!(refused, Err(ApplicationError::Ended { hire }) if hire.uuid().as_u128() == over));
        }
    }
}
