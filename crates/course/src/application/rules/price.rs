//! What an application costs: every fee that is due or wanted, line by line.

use std::collections::BTreeSet;

use kernel::ids::{BillLineId, CourseSessionId, FeeId, PersonId};
use serde::{Deserialize, Serialize};

use super::{ApplyError, Guide, Participant, Wish, learners};
use crate::{
    MOST_YEN,
    fee::Fee,
    joining::JOINING,
    rule::{self, PriceChange, PriceRule},
    seats::Role,
};

/// What stands beside a joining fee that is not charged again.
const MEMBER: &str = "入会済み";

/// One fee as it is charged, with what it was before a rule changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLine {
    pub fee: FeeId,
    /// Absent: for the party.
    pub person: Option<PersonId>,
    pub kind: String,
    pub label: String,
    /// Percent.
    pub tax_rate: i32,
    pub refundable: bool,
    /// Sessions that it is charged for, where it is charged for each.
    pub sessions: Option<i64>,
    /// Which they are, by the sessions that were planned first: whatever takes the place of one of them is paid for with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<CourseSessionId>,
    /// Yen, tax included: before and after the rule.
    pub listed: i64,
    pub charged: i64,
    /// The price rule that decided, or that whoever has joined pays no joining fee again; absent: nothing did.
    pub rule: Option<String>,
    /// 入会済み: whoever has joined is not charged it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub member: bool,
    /// The line of the bill that asks for it, once somebody left who was on that bill too; absent: that in the same place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billed_as: Option<BillLineId>,
}

impl PriceLine {
    /// So many yen of a fee, for the party, as nothing changed them.
    #[cfg(test)]
    pub(crate) fn example(fee: FeeId, kind: &str, charged: i64) -> Self {
        Self {
            fee,
            person: None,
            kind: kind.to_owned(),
            label: "受講料".to_owned(),
            tax_rate: 10,
            refundable: true,
            sessions: None,
            units: Vec::new(),
            listed: charged,
            charged,
            rule: None,
            member: false,
            billed_as: None,
        }
    }

    /// Whether it depends on who has joined: no price rule decides.
    pub(crate) fn asks_who_joined(&self) -> bool {
        self.kind == JOINING && (self.member || self.rule.is_none())
    }

    /// As it is charged to whom it is for, of the party; these have joined already.
    #[must_use]
    pub(crate) fn of_members(self, party: &[PersonId], members: &BTreeSet<PersonId>) -> Self {
        if !self.asks_who_joined() {
            return self;
        }
        let member = self.is_for_members(party, members);
        let (charged, rule) = if member { (0, Some(MEMBER.to_owned())) } else { (self.listed, None) };
        Self { charged, rule, member, ..self }
    }

    /// Whether everybody whom it is for is one of these.
    pub(crate) fn is_for_members(&self, party: &[PersonId], members: &BTreeSet<PersonId>) -> bool {
        match self.person {
            Some(person) => members.contains(&person),
            None => party.iter().all(|person| members.contains(person)),
        }
    }

    /// As it is once what was charged goes back because somebody has joined otherwise.
    #[must_use]
    pub(crate) fn back_to_member(self) -> Self {
        Self { charged: 0, rule: Some(MEMBER.to_owned()), member: true, ..self }
    }

    /// As it is charged for these parts of the class, at what it was told to be for each.
    #[must_use]
    pub(crate) fn of_units(self, units: &[CourseSessionId]) -> Self {
        let Some(told) = self.sessions.filter(|told| *told > 0) else { return self };
        let count = i64::try_from(units.len()).unwrap_or(i64::MAX);
        let all = |yen: i64| yen.checked_div(told).unwrap_or_default().saturating_mul(count);
        let (listed, charged) = (all(self.listed), all(self.charged));
        Self { sessions: Some(count), units: units.to_vec(), listed, charged, ..self }
    }
}

/// What lines come to together.
///
/// # Errors
/// [`ApplyError::TooLarge`] with the fee of the line that goes beyond what can be told in yen, by itself or with those before it.
pub(crate) fn total<'l>(lines: impl IntoIterator<Item = &'l PriceLine>) -> Result<i64, ApplyError> {
    lines.into_iter().try_fold(0_i64, |sum, line| {
        let sum = sum.checked_add(line.charged).filter(|sum| line.listed.max(*sum) <= MOST_YEN);
        sum.ok_or(ApplyError::TooLarge(line.fee))
    })
}

/// Whether a place at a price is given for nothing. Where a joining fee is not charged because somebody has joined, it is found out as
/// the place is given whether they still have, so that it is to be paid for until then.
pub(crate) fn is_for_nothing(total: i64, price: &serde_json::Value) -> bool {
    let asks = || Vec::<PriceLine>::deserialize(price).unwrap_or_default();
    total == 0 && !asks().iter().any(|line| line.listed > 0 && line.asks_who_joined())
}

/// Whoever wants something wants what the class offers; who comes along pays for nothing.
pub(super) fn expect_options(guide: &Guide, wish: &Wish<'_>) -> Result<(), ApplyError> {
    let optional = |id: &FeeId| guide.fees.iter().any(|fee| fee.id == *id && fee.optional);
    let own = wish.people.iter().flat_map(|one| &one.options);
    if let Some(unknown) = wish.options.iter().chain(own).find(|id| !optional(id)) {
        return Err(ApplyError::Options(*unknown));
    }
    match wish.people.iter().position(|one| one.role == Role::Companion && !one.options.is_empty()) {
        Some(at) => Err(ApplyError::Party { fault: "companion_with_options", at: Some(at) }),
        None => Ok(()),
    }
}

/// Whether anything is charged for each session.
pub(super) fn is_by_session(guide: &Guide, wish: &Wish<'_>) -> bool {
    let own = || wish.people.iter().flat_map(|one| &one.options);
    let due = |fee: &Fee| !fee.optional || wish.options.contains(&fee.id) || own().any(|id| *id == fee.id);
    guide.fees.iter().any(|fee| fee.billing == "session" && due(fee))
}

/// Every fee that is due or wanted: for each person who learns, or once where the class counts parties; what somebody wants for
/// themselves is charged for them.
pub(super) fn priced(guide: &Guide, wish: &Wish<'_>, prices: &[PriceRule]) -> Result<Vec<PriceLine>, ApplyError> {
    let people: Vec<&Participant> = learners(wish.people).collect();
    let common = |fee: &Fee| !fee.optional || wish.options.contains(&fee.id);
    let own = |one: &Participant, fee: &Fee| !common(fee) && one.options.contains(&fee.id);
    let mut lines = Vec::new();
    let mut charge = |fee: &Fee, person: Option<PersonId>, of: &[&Participant]| {
        lines.push(line(guide, fee, person, of, prices).ok_or(ApplyError::TooLarge(fee.id))?);
        Ok::<(), ApplyError>(())
    };
    let by_party = guide.class.capacity_unit == "party";
    for fee in guide.fees.iter().filter(|fee| by_party && common(fee)) {
        charge(fee, None, &people)?;
    }
    for one in &people {
        for fee in guide.fees.iter().filter(|fee| own(one, fee) || (common(fee) && !by_party)) {
            charge(fee, Some(one.person), &[one])?;
        }
    }
    Ok(lines)
}

fn line(
    guide: &Guide,
    fee: &Fee,
    person: Option<PersonId>,
    of: &[&Participant],
    prices: &[PriceRule],
) -> Option<PriceLine> {
    let sessions = (fee.billing == "session").then_some(guide.sessions_left);
    let times = sessions.unwrap_or(1);
    let decides = |rule: &&PriceRule| {
        is_for(rule, &fee.kind) && of.iter().all(|one| rule::met(&rule.requires, &one.facts).holds())
    };
    let rule = prices.iter().find(decides);
    let member = rule.is_none() && fee.kind == JOINING && of.iter().all(|one| one.member);
    let (one, because) = match rule.map(|rule| (&rule.change, rule.label.clone())) {
        None if member => (0, Some(MEMBER.to_owned())),
        None => (fee.amount, None),
        Some((PriceChange::Amount(yen), label)) => (*yen, Some(label)),
        Some((PriceChange::Percent(percent), label)) => {
            (fee.amount.checked_mul(i64::from(*percent))?.checked_div(100)?, Some(label))
        }
    };
    Some(PriceLine {
        fee: fee.id,
        person,
        kind: fee.kind.clone(),
        label: fee.label.clone(),
        tax_rate: fee.tax_rate,
        refundable: fee.refundable,
        sessions,
        units: sessions.map(|_| guide.units_left.clone()).unwrap_or_default(),
        listed: fee.amount.checked_mul(times)?,
        charged: one.checked_mul(times)?,
        rule: because,
        member,
        billed_as: None,
    })
}

fn is_for(rule: &PriceRule, kind: &str) -> bool {
    if rule.fees.is_empty() { kind == "tuition" } else { rule.fees.iter().any(|one| one == kind) }
}
