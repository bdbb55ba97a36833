//! Whether a party may apply, in which window and at what price: decided over facts, without a database.

use kernel::{
    Instant,
    ids::{ApplicationWindowId, FeeId, PersonId},
};
use serde::{Deserialize, Serialize};

use super::{ApplyError, Guide};
use crate::{
    fee::Fee,
    rule::{self, Effect, Facts, Met, PriceChange, PriceRule, Requirement},
    seats::{Role, Way},
    window::ApplicationWindow,
};

/// Somebody who would take part, with what is known of them on the day that counts.
#[derive(Debug, Clone)]
pub struct Participant {
    pub person: PersonId,
    pub role: Role,
    pub facts: Facts,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Absent: the first that is open and whose requirements everybody meets.
    pub window: Option<ApplicationWindowId>,
    pub people: &'a [Participant],
    /// Optional fees that are wanted.
    pub options: &'a [FeeId],
    /// When the application was received: on paper earlier than it is entered.
    pub received_at: Instant,
    /// The staff seats the party with a reason: whether a window is open does not matter.
    pub seated_by_staff: bool,
}

/// One rule that a person does not simply meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub label: String,
    pub effect: Effect,
    pub met: Met,
}

/// What the rules make of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    pub person: PersonId,
    /// The rank in a draw, from 0.
    pub tier: usize,
    pub findings: Vec<Finding>,
}

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
    /// Yen, tax included: before and after the rule.
    pub listed: i64,
    pub charged: i64,
    /// The price rule that decided; absent: none did.
    pub rule: Option<String>,
}

/// What would become of an application, as far as rules say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    pub window: ApplicationWindowId,
    pub way: Way,
    /// Places it takes, in the unit of the class.
    pub units: i32,
    /// The rank of the party: that of whoever comes last in it.
    pub tier: usize,
    pub people: Vec<Assessed>,
    pub lines: Vec<PriceLine>,
    /// Yen, tax included.
    pub total: i64,
}

/// Holds a party against the rules of a class.
///
/// # Errors
/// [`ApplyError`]: `Party`, `NoSuchWindow`, `NoWindow`, `NotEligible` with every finding that blocks, `Options`, `TooLarge`.
pub fn assess(guide: &Guide, wish: &Wish<'_>) -> Result<Assessment, ApplyError> {
    let units = expect_party(guide, wish)?;
    let window = window_for(guide, wish)?;
    let rules = guide.class.class_rules();
    let learners = || wish.people.iter().filter(|one| one.role == Role::Participant);
    let mut people = Vec::new();
    for one in learners() {
        let judged = rules.eligibility.iter().map(|rule| (rule, rule::met(&rule.requires, &one.facts)));
        let findings = judged.filter(|(rule, met)| is_found(rule.effect, *met)).map(|(rule, met)| Finding {
            label: rule.label.clone(),
            effect: rule.effect,
            met,
        });
        let tier = rule::tier_of(&rules.tiers, &one.facts);
        people.push(Assessed { person: one.person, tier, findings: findings.collect() });
    }
    let blocked = |one: &Assessed| one.findings.iter().any(|finding| finding.effect == Effect::Block);
    if people.iter().any(blocked) {
        return Err(ApplyError::NotEligible(people));
    }
    let lines = priced(guide, wish, &rules.prices)?;
    let total = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.charged)).ok_or(ApplyError::TooLarge)?;
    let tier = people.iter().map(|one| one.tier).max().unwrap_or_default();
    let way = match wish.seated_by_staff {
        true => Way::Staff,
        false => way_of(window.admission.as_deref().unwrap_or(&guide.class.admission)),
    };
    Ok(Assessment { window: window.id, way, units, tier, people, lines, total })
}

fn expect_party(guide: &Guide, wish: &Wish<'_>) -> Result<i32, ApplyError> {
    let mut ids: Vec<PersonId> = wish.people.iter().map(|one| one.person).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
        return Err(ApplyError::Party("person_twice"));
    }
    let learners = wish.people.iter().filter(|one| one.role == Role::Participant).count();
    let learners = i32::try_from(learners).unwrap_or(i32::MAX);
    match learners {
        0 => Err(ApplyError::Party("nobody_takes_part")),
        many if many > guide.class.max_party => Err(ApplyError::PartySize { most: guide.class.max_party }),
        many => Ok(if guide.class.capacity_unit == "party" { 1 } else { many }),
    }
}

fn is_found(effect: Effect, met: Met) -> bool {
    match effect {
        Effect::Block | Effect::Warn => !met.holds(),
        Effect::Verify => met != Met::Yes,
    }
}

fn way_of(admission: &str) -> Way {
    match admission {
        "draw" => Way::Draw,
        "screening" => Way::Screening,
        _ => Way::FirstCome,
    }
}

fn window_for<'g>(guide: &'g Guide, wish: &Wish<'_>) -> Result<&'g ApplicationWindow, ApplyError> {
    let named = |window: &&ApplicationWindow| wish.window.is_none_or(|id| window.id == id);
    let named: Vec<_> = guide.windows.iter().filter(named).collect();
    if named.is_empty() && wish.window.is_some() {
        return Err(ApplyError::NoSuchWindow);
    }
    let open: Vec<_> = named.iter().copied().filter(|window| window.is_open(wish.received_at)).collect();
    let fits = |window: &&&ApplicationWindow| everybody_meets(&window.requirements(), wish);
    if let Some(window) = open.iter().find(fits) {
        return Ok(window);
    }
    if wish.seated_by_staff
        && let Some(window) = open.first().or(named.last())
    {
        return Ok(window);
    }
    match open.first() {
        Some(window) => Err(ApplyError::NotEligible(kept_out(window, wish))),
        None => {
            let next = named.iter().map(|window| window.opens_at).filter(|opens| *opens > wish.received_at).min();
            Err(ApplyError::NoWindow { opens_at: next })
        }
    }
}

fn everybody_meets(requires: &[Requirement], wish: &Wish<'_>) -> bool {
    let mut learners = wish.people.iter().filter(|one| one.role == Role::Participant);
    learners.all(|one| rule::met(requires, &one.facts).holds())
}

fn kept_out(window: &ApplicationWindow, wish: &Wish<'_>) -> Vec<Assessed> {
    let requires = window.requirements();
    let judged = wish.people.iter().map(|one| (one, rule::met(&requires, &one.facts)));
    let out = judged.filter(|(one, met)| one.role == Role::Participant && !met.holds());
    let found = |met| vec![Finding { label: window.label.clone(), effect: Effect::Block, met }];
    out.map(|(one, met)| Assessed { person: one.person, tier: 0, findings: found(met) }).collect()
}

/// Every fee that is due or wanted: for each person who learns, or once where the class counts parties.
fn priced(guide: &Guide, wish: &Wish<'_>, prices: &[PriceRule]) -> Result<Vec<PriceLine>, ApplyError> {
    let optional = |id: &FeeId| guide.fees.iter().any(|fee| fee.id == *id && fee.optional);
    if let Some(unknown) = wish.options.iter().find(|id| !optional(id)) {
        return Err(ApplyError::Options(*unknown));
    }
    let wanted: Vec<&Fee> = guide.fees.iter().filter(|fee| !fee.optional || wish.options.contains(&fee.id)).collect();
    let learners: Vec<&Participant> = wish.people.iter().filter(|one| one.role == Role::Participant).collect();
    let groups: Vec<(Option<PersonId>, Vec<&Facts>)> = if guide.class.capacity_unit == "party" {
        vec![(None, learners.iter().map(|one| &one.facts).collect())]
    } else {
        learners.iter().map(|one| (Some(one.person), vec![&one.facts])).collect()
    };
    let each = groups.iter().flat_map(|(person, facts)| wanted.iter().map(move |fee| (*person, facts, *fee)));
    each.map(|(person, facts, fee)| line(guide, fee, person, facts, prices).ok_or(ApplyError::TooLarge)).collect()
}

fn line(
    guide: &Guide,
    fee: &Fee,
    person: Option<PersonId>,
    facts: &[&Facts],
    prices: &[PriceRule],
) -> Option<PriceLine> {
    let sessions = (fee.billing == "session").then_some(guide.sessions_left);
    let times = sessions.unwrap_or(1);
    let decides = |rule: &&PriceRule| {
        is_for(rule, &fee.kind) && facts.iter().all(|facts| rule::met(&rule.requires, facts).holds())
    };
    let rule = prices.iter().find(decides);
    let one = match rule.map(|rule| &rule.change) {
        None => fee.amount,
        Some(PriceChange::Amount(yen)) => *yen,
        Some(PriceChange::Percent(percent)) => fee.amount.checked_mul(i64::from(*percent))?.checked_div(100)?,
    };
    Some(PriceLine {
        fee: fee.id,
        person,
        kind: fee.kind.clone(),
        label: fee.label.clone(),
        tax_rate: fee.tax_rate,
        refundable: fee.refundable,
        sessions,
        listed: fee.amount.checked_mul(times)?,
        charged: one.checked_mul(times)?,
        rule: rule.map(|rule| rule.label.clone()),
    })
}

fn is_for(rule: &PriceRule, kind: &str) -> bool {
    if rule.fees.is_empty() { kind == "tuition" } else { rule.fees.iter().any(|one| one == kind) }
}
