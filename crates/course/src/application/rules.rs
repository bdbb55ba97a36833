//! Whether a party may apply, in which window and at what price: decided over facts, without a database.

mod price;

use kernel::{
    Instant,
    ids::{ApplicationWindowId, FeeId, PersonId},
};
use serde::{Deserialize, Serialize};

use super::{ApplyError, Guide};
use crate::{
    rule::{self, Effect, Facts, Met, Requirement},
    seats::{Role, Way},
    window::ApplicationWindow,
};
pub use price::PriceLine;
pub(crate) use price::{is_for_nothing, total};

/// Somebody who would take part, with what is known of them on the days that count.
#[derive(Debug, Clone)]
pub struct Participant {
    pub person: PersonId,
    pub role: Role,
    pub facts: Facts,
    /// Optional fees that are wanted for them alone.
    pub options: Vec<FeeId>,
    /// 入会済み: a joining fee is not charged again, unless a price rule says so.
    pub member: bool,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Absent: the first that is open and whose requirements everybody meets.
    pub window: Option<ApplicationWindowId>,
    pub people: &'a [Participant],
    /// Optional fees that are wanted for everybody.
    pub options: &'a [FeeId],
    /// When the application was received: on paper earlier than it is entered.
    pub received_at: Instant,
    /// The staff seats the party with a reason: whether a window is open does not matter.
    pub seated_by_staff: bool,
    /// Everybody who learns is an application of their own.
    pub splittable: bool,
}

/// One rule, and how far a person meets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub label: String,
    pub effect: Effect,
    pub met: Met,
}

impl Finding {
    /// Whether it is to be told: the rule is not simply met.
    pub fn is_found(&self) -> bool {
        match self.effect {
            Effect::Block | Effect::Warn => !self.met.holds(),
            Effect::Verify => self.met != Met::Yes,
        }
    }

    fn blocks(&self) -> bool {
        self.effect == Effect::Block && self.is_found()
    }
}

/// What the rules make of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    pub person: PersonId,
    /// The rank in a draw, from 0.
    pub tier: usize,
    /// Every rule, met or not; that of the window first when it is not met.
    pub rules: Vec<Finding>,
    /// Who has an active application to the class and may be the same person: of the same birth date and name or reading.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<PersonId>,
}

impl Assessed {
    /// Rules that are not simply met.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.rules.iter().filter(|rule| rule.is_found())
    }

    /// Whether the staff has to look at them: a paper is to be seen, they may have applied already, or a rule that let them apply would
    /// keep them out by now.
    pub(super) fn to_verify(&self) -> bool {
        !self.alike.is_empty() || self.findings().any(|rule| rule.effect != Effect::Warn)
    }

    fn is_blocked(&self) -> bool {
        self.rules.iter().any(Finding::blocks)
    }
}

/// What stands against an application, whatever places there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    PartySize {
        most: i32,
    },
    /// No window is open; with when the next one opens.
    NoWindow {
        opens_at: Option<Instant>,
    },
    /// A fee is charged for each session, and none lies ahead.
    NoSession,
    NotEligible {
        /// Each with their place in the party, from 0.
        people: Vec<(usize, Assessed)>,
        /// When the next window opens that takes them.
        opens_at: Option<Instant>,
    },
}

/// What the rules make of one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Absent: none takes it.
    pub window: Option<ApplicationWindowId>,
    pub way: Way,
    /// Places it takes, in the unit of the class.
    pub units: i32,
    /// The rank of the party: that of whoever comes last in it.
    pub tier: usize,
    /// Everybody who learns.
    pub people: Vec<Assessed>,
    pub lines: Vec<PriceLine>,
    /// Yen, tax included.
    pub total: i64,
}

impl Assessment {
    /// Whether the staff has to look at somebody.
    pub fn to_verify(&self) -> bool {
        self.people.iter().any(Assessed::to_verify)
    }
}

/// One application of a party: all of it, or one of a family that may be split.
#[derive(Debug, Clone)]
pub struct Part {
    pub people: Vec<Participant>,
    pub assessment: Assessment,
}

/// What the rules make of a party.
#[derive(Debug, Clone)]
pub struct Judgement {
    pub parts: Vec<Part>,
    /// Everything that stands against it; none: it may apply.
    pub obstacles: Vec<Obstacle>,
}

impl Judgement {
    /// Whether the rules let the party apply.
    pub const fn may_apply(&self) -> bool {
        self.obstacles.is_empty()
    }

    /// The applications of a party that may apply, each with its window.
    ///
    /// # Errors
    /// The [`ApplyError`] of the first obstacle.
    pub fn accepted(self) -> Result<Vec<(ApplicationWindowId, Part)>, ApplyError> {
        if let Some(first) = self.obstacles.into_iter().next() {
            return Err(first.into());
        }
        let open = |part: Part| part.assessment.window.map(|window| (window, part));
        let found: Option<Vec<_>> = self.parts.into_iter().map(open).collect();
        found.ok_or(ApplyError::NoWindow { opens_at: None })
    }
}

/// Holds a party against the rules of a class.
///
/// # Errors
/// [`ApplyError`] for what nobody can be asked for: `Party`, `NoSuchWindow`, `Options`, `TooLarge`. What stands against it as
/// things are is in the judgement.
pub fn judge(guide: &Guide, wish: &Wish<'_>) -> Result<Judgement, ApplyError> {
    expect_party(wish)?;
    price::expect_options(guide, wish)?;
    let mut obstacles = Vec::new();
    if number(learners(wish.people)) > guide.class.max_party {
        obstacles.push(Obstacle::PartySize { most: guide.class.max_party });
    }
    if guide.sessions_left == 0 && price::is_by_session(guide, wish) {
        obstacles.push(Obstacle::NoSession);
    }
    let mut parts = Vec::new();
    let mut kept_out = Vec::new();
    for people in divided(wish.people, wish.splittable) {
        let (assessment, closed) = assess(guide, &Wish { people: &people, ..*wish })?;
        obstacles.extend(closed.filter(|closed| !obstacles.contains(closed)));
        let place = |one: &Assessed| wish.people.iter().position(|given| given.person == one.person);
        let out = assessment.people.iter().filter(|one| one.is_blocked());
        kept_out.extend(out.filter_map(|one| Some((place(one)?, one.clone()))));
        parts.push(Part { people, assessment });
    }
    total(parts.iter().flat_map(|part| &part.assessment.lines))?;
    if !kept_out.is_empty() {
        let opens_at = opens_to(guide, wish, &kept_out);
        obstacles.push(Obstacle::NotEligible { people: kept_out, opens_at });
    }
    Ok(Judgement { parts, obstacles })
}

fn assess(guide: &Guide, wish: &Wish<'_>) -> Result<(Assessment, Option<Obstacle>), ApplyError> {
    let rules = guide.class.class_rules();
    let found = window_for(guide, wish)?;
    let window = found.as_ref().ok().copied();
    let requires = window.map(ApplicationWindow::requirements).unwrap_or_default();
    let person = |one: &Participant| {
        let entered = window.filter(|_| !wish.seated_by_staff).map(|window| Finding {
            label: window.label.clone(),
            effect: Effect::Block,
            met: rule::met(&requires, &one.facts),
        });
        let judged = rules.eligibility.iter().map(|rule| Finding {
            label: rule.label.clone(),
            effect: rule.effect,
            met: rule::met(&rule.requires, &one.facts),
        });
        let rules_met = entered.filter(Finding::is_found).into_iter().chain(judged).collect();
        Assessed {
            person: one.person,
            tier: rule::tier_of(&rules.tiers, &one.facts),
            rules: rules_met,
            alike: Vec::new(),
        }
    };
    let people: Vec<Assessed> = learners(wish.people).map(person).collect();
    let lines = price::priced(guide, wish, &rules.prices)?;
    let total = total(&lines)?;
    let admission = window.and_then(|window| window.admission.as_deref()).unwrap_or(&guide.class.admission);
    let assessment = Assessment {
        window: window.map(|window| window.id),
        way: if wish.seated_by_staff { Way::Staff } else { way_of(admission) },
        units: if guide.class.capacity_unit == "party" { 1 } else { number(learners(wish.people)) },
        tier: people.iter().map(|one| one.tier).max().unwrap_or_default(),
        people,
        lines,
        total,
    };
    Ok((assessment, found.err()))
}

/// A family that may be split is one application for each who learns; who comes along goes with the first.
fn divided(people: &[Participant], splittable: bool) -> Vec<Vec<Participant>> {
    if !splittable {
        return vec![people.to_vec()];
    }
    let mut parts: Vec<Vec<Participant>> = learners(people).map(|one| vec![one.clone()]).collect();
    if let Some(first) = parts.first_mut() {
        first.extend(people.iter().filter(|one| one.role == Role::Companion).cloned());
    }
    parts
}

fn learners(people: &[Participant]) -> impl Iterator<Item = &Participant> {
    people.iter().filter(|one| one.role == Role::Participant)
}

fn number<'a>(of: impl Iterator<Item = &'a Participant>) -> i32 {
    i32::try_from(of.count()).unwrap_or(i32::MAX)
}

fn expect_party(wish: &Wish<'_>) -> Result<(), ApplyError> {
    for (at, one) in wish.people.iter().enumerate() {
        if wish.people.iter().take(at).any(|before| before.person == one.person) {
            return Err(ApplyError::Party { fault: "person_twice", at: Some(at) });
        }
    }
    match learners(wish.people).next() {
        Some(_) => Ok(()),
        None => Err(ApplyError::Party { fault: "nobody_takes_part", at: None }),
    }
}

fn way_of(admission: &str) -> Way {
    match admission {
        "draw" => Way::Draw,
        "screening" => Way::Screening,
        _ => Way::FirstCome,
    }
}

/// The window that takes a party; one that is open and keeps somebody out when no other takes it; or why there is none.
fn window_for<'g>(guide: &'g Guide, wish: &Wish<'_>) -> Result<Result<&'g ApplicationWindow, Obstacle>, ApplyError> {
    let named = |window: &&ApplicationWindow| wish.window.is_none_or(|id| window.id == id);
    let named: Vec<_> = guide.windows.iter().filter(named).collect();
    if named.is_empty() && wish.window.is_some() {
        return Err(ApplyError::NoSuchWindow);
    }
    let open: Vec<_> = named.iter().copied().filter(|window| window.is_open(wish.received_at)).collect();
    let fits = |window: &&&ApplicationWindow| everybody_meets(&window.requirements(), wish.people);
    let found = open.iter().find(fits).or(open.first()).copied();
    let found = found.or_else(|| named.last().copied().filter(|_| wish.seated_by_staff));
    let next = || named.iter().map(|window| window.opens_at).filter(|opens| *opens > wish.received_at).min();
    Ok(found.ok_or_else(|| Obstacle::NoWindow { opens_at: next() }))
}

/// When the next window opens that takes those who are kept out; nothing when a rule of the class keeps somebody out of every one.
fn opens_to(guide: &Guide, wish: &Wish<'_>, kept_out: &[(usize, Assessed)]) -> Option<Instant> {
    let people: Vec<Participant> = kept_out.iter().filter_map(|(at, _)| wish.people.get(*at).cloned()).collect();
    let eligibility = guide.class.class_rules().eligibility;
    if eligibility.iter().any(|rule| rule.effect == Effect::Block && !everybody_meets(&rule.requires, &people)) {
        return None;
    }
    let later = guide.windows.iter().filter(|window| window.opens_at > wish.received_at);
    later.filter(|window| everybody_meets(&window.requirements(), &people)).map(|window| window.opens_at).min()
}

fn everybody_meets(requires: &[Requirement], people: &[Participant]) -> bool {
    learners(people).all(|one| rule::met(requires, &one.facts).holds())
}
