//! Registrations of a class against a real database, with the neighbour always there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use custody::TenantKeys;
use kernel::{
    Instant, Locale, Refuse as _, Scope, Service,
    ids::{PatronId, StandingId, UserClassId},
};
use patron::{
    Details, Keys, group,
    register::{self, Change},
    standing::{
        self, Answer, Application, Decision, Ended, Hand, Mending, Registration, Standing, StandingError, StandingState,
    },
    user_class::{self, UserClassDraft},
};
use testkit::{Cluster, MORNING, TestDb, Twins};
use time::{
    Date, Duration,
    macros::{date, datetime},
};

struct Office<'a> {
    test: &'a TestDb,
    scope: Scope,
    keys: TenantKeys,
}

impl<'a> Office<'a> {
    fn new(test: &'a TestDb) -> Self {
        let scope = test.scope(Service::Core);
        Self { test, keys: Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap(), scope }
    }

    fn keys(&self) -> Keys<'_> {
        Keys { seal: &self.keys.seal, index: &self.keys.index }
    }

    async fn class(&self, code: &str) -> UserClassId {
        let draft = UserClassDraft {
            code: code.into(),
            name: "市内".into(),
            name_en: None,
            ordinal: 0,
            effective_from: date!(2026 - 04 - 01),
            effective_until: Some(date!(2030 - 04 - 01)),
            resident: None,
        };
        let work = async |tx: &mut _| user_class::create(tx, draft.clone(), MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().id
    }

    async fn patron(&self) -> PatronId {
        let (keys, details) = (self.keys(), Details { name: Some("山田 太郎".into()), ..Details::default() });
        let work = async |tx: &mut _| register::create(tx, keys, details.clone(), Locale::Ja, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().id
    }

    async fn apply(&self, patron: PatronId, user_class: UserClassId) -> Result<Registration, StandingError> {
        let answers = vec![Answer { question: "住所".into(), answer: "みどり市１－１".into() }];
        let (keys, ask) = (self.keys(), Application { patron, user_class, answers, submit: true });
        self.test.db.tenant(&self.scope, async |tx| standing::apply(tx, keys, ask.clone(), MORNING).await).await
    }

    async fn decide(&self, id: StandingId, what: Decision, now: Instant) -> Result<Registration, StandingError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| standing::decide(tx, keys, id, what.clone(), now).await).await
    }

    async fn renew(&self, id: StandingId, until: Date) -> Result<Registration, StandingError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| standing::renew(tx, keys, id, Some(until), MORNING).await).await
    }

    /// As the hire service asks.
    async fn of(&self, patron: PatronId, on: Date, now: Instant) -> Result<Standing, StandingError> {
        let scope = self.test.scope(Service::Venue);
        self.test.db.read(&scope, async |tx| standing::of(tx, patron, on, now).await).await
    }
}

fn until(until: Date) -> Decision {
    Decision::Approve { from: Some(date!(2026 - 12 - 01)), until: Some(until) }
}

fn because() -> String {
    "書類の不足".into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_counts_from_the_first_day_to_the_last_and_not_without_approval() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (class, patron) = (office.class("CITY").await, office.patron().await);
    let on = date!(2026 - 12 - 24);
    let code = async |day: Date| office.of(patron, day, MORNING).await.unwrap().user_class;
    let asked = office.apply(patron, class).await.unwrap();
    assert_eq!((asked.state, code(on).await), (StandingState::Pending, None));
    let given = office.decide(asked.id, until(date!(2027 - 04 - 01)), MORNING).await.unwrap();
    assert_eq!(given.state, StandingState::Active);
    assert_eq!(code(date!(2026 - 11 - 30)).await, None);
    assert_eq!(code(date!(2026 - 12 - 01)).await.as_deref(), Some("CITY"));
    assert_eq!(code(date!(2027 - 03 - 31)).await.as_deref(), Some("CITY"));
    assert_eq!(code(date!(2027 - 04 - 01)).await, None);
    let renewed = office.renew(asked.id, date!(2028 - 04 - 01)).await.unwrap();
    assert_eq!((renewed.valid_from, renewed.follows), (Some(date!(2027 - 04 - 01)), Some(asked.id)));
    assert_eq!(code(date!(2027 - 04 - 01)).await.as_deref(), Some("CITY"));
    let twice = office.renew(asked.id, date!(2028 - 04 - 01)).await.unwrap_err();
    assert_eq!(twice.refusal().rule.code, "patron.standing.overlaps");
    let (keys, year) = (office.keys(), MORNING + Duration::days(300));
    let work = async |tx: &mut _| standing::view(tx, keys, asked.id, Hand::Own(patron), year).await;
    let seen = test.db.tenant(&office.scope, work).await.unwrap();
    assert_eq!((seen.state, seen.content.answers.len()), (StandingState::Expired, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_registrations_that_hold_no_more_the_one_that_ended_last_is_told_with_its_moment() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (city, school, patron) = (office.class("CITY").await, office.class("SCHOOL").await, office.patron().await);
    let ended = async |day: Date| office.of(patron, day, MORNING).await.unwrap().ended;
    let one = office.apply(patron, city).await.unwrap();
    office.decide(one.id, until(date!(2027 - 04 - 01)), MORNING).await.unwrap();
    assert_eq!(ended(date!(2027 - 03 - 31)).await, None, "it holds on its last day");
    let of = |user_class: &str, at| Some(Ended { user_class: user_class.into(), at });
    let april = of("CITY", datetime!(2027-04-01 0:00 +9));
    assert_eq!(ended(date!(2027 - 04 - 01)).await, april);
    office.renew(one.id, date!(2028 - 04 - 01)).await.unwrap();
    let renewed = office.of(patron, date!(2027 - 05 - 01), MORNING).await.unwrap();
    assert_eq!((renewed.user_class.as_deref(), renewed.ended), (Some("CITY"), april));

    let two = office.apply(patron, school).await.unwrap();
    let later = Decision::Approve { from: Some(date!(2028 - 04 - 01)), until: None };
    office.decide(two.id, later, MORNING).await.unwrap();
    let closed = datetime!(2028-06-01 15:30 +9);
    office.decide(two.id, Decision::Close { reason: because() }, closed).await.unwrap();
    assert_eq!(ended(date!(2028 - 06 - 01)).await, of("SCHOOL", closed));
    let refused = office.apply(patron, school).await.unwrap();
    office.decide(refused.id, Decision::Refuse { reason: because() }, closed).await.unwrap();
    assert_eq!(ended(date!(2028 - 06 - 01)).await, of("SCHOOL", closed), "what never held has not ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_is_told_until_when_whatever_registration_follows() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (class, patron) = (office.class("CITY").await, office.patron().await);
    let one = office.apply(patron, class).await.unwrap();
    office.decide(one.id, until(date!(2027 - 04 - 01)), MORNING).await.unwrap();
    office.renew(one.id, date!(2028 - 04 - 01)).await.unwrap();
    let (on, over) = (date!(2027 - 05 - 01), MORNING + Duration::days(30));
    let stop = Decision::Suspend { until: over, reason: because() };
    assert_eq!(office.decide(one.id, stop.clone(), MORNING).await.unwrap().state, StandingState::Suspended);
    let refused = office.of(patron, on, MORNING).await.unwrap_err();
    assert!(matches!(refused, StandingError::Suspended { until: Some(told) } if told == over), "{refused:?}");
    assert!(office.of(patron, on, over).await.is_ok(), "it is over by the clock alone");
    office.decide(one.id, Decision::Reinstate { reason: because() }, MORNING).await.unwrap();
    assert!(office.of(patron, on, MORNING).await.is_ok());
    let past = Decision::Suspend { until: MORNING, reason: because() };
    let refused = office.decide(one.id, past, MORNING).await.unwrap_err();
    assert_eq!(refused.refusal().rule.code, "patron.standing.suspension_past");

    let keys = office.keys();
    let gone = Change { state: Some(patron::PatronState::Closed), ..Change::default() };
    let work = async |tx: &mut _| register::update(tx, keys, patron, gone.clone(), None, MORNING).await;
    test.db.tenant(&office.scope, work).await.unwrap();
    assert!(matches!(office.of(patron, on, MORNING).await, Err(StandingError::Closed)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_approve_renewals_at_once_one_succeeds() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (class, patron) = (office.class("CITY").await, office.patron().await);
    let one = office.apply(patron, class).await.unwrap();
    office.decide(one.id, until(date!(2027 - 04 - 01)), MORNING).await.unwrap();
    let other = office.apply(patron, class).await.unwrap();
    let next = Decision::Approve { from: Some(date!(2027 - 04 - 01)), until: Some(date!(2029 - 01 - 01)) };
    let (renewed, approved) =
        tokio::join!(office.renew(one.id, date!(2028 - 04 - 01)), office.decide(other.id, next, MORNING));
    let outcomes = [renewed.map(|one| one.id), approved.map(|one| one.id)];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let refused = outcomes.iter().find_map(|outcome| outcome.as_ref().err()).unwrap();
    assert!(matches!(refused, StandingError::Overlaps), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_applications_at_once_one_is_kept() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (class, patron) = (office.class("CITY").await, office.patron().await);
    let (first, second) = tokio::join!(office.apply(patron, class), office.apply(patron, class));
    let outcomes = [first.map(|one| one.id), second.map(|one| one.id)];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(StandingError::Open))), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_acts_for_themselves_and_the_neighbour_knows_nobody() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (one, other) = (office.patron().await, office.patron().await);
    let scope = test.scope(Service::Venue);
    let acts = async |person, group| test.db.read(&scope, async |tx| group::acts_for(tx, person, group).await).await;
    assert!(acts(one, one).await.unwrap());
    assert!(!acts(one, other).await.unwrap());
    let scope = test.neighbour(Service::Venue);
    let day = date!(2026 - 12 - 24);
    let seen = test.db.read(&scope, async |tx| standing::of(tx, one, day, MORNING).await).await;
    assert!(matches!(seen, Err(StandingError::NoSuchPatron)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_sees_sends_and_mends_only_their_own() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (class, patron, other) = (office.class("CITY").await, office.patron().await, office.patron().await);
    let one = office.apply(patron, class).await.unwrap();
    office.decide(one.id, Decision::Return { reason: because() }, MORNING).await.unwrap();
    let keys = office.keys();
    let (own, strange) = ((one.id, Hand::Own(patron)), (one.id, Hand::Own(other)));
    let view =
        async |by| test.db.tenant(&office.scope, async |tx| standing::view(tx, keys, one.id, by, MORNING).await).await;
    let submit =
        async |of| test.db.tenant(&office.scope, async |tx| standing::submit(tx, keys, of, MORNING).await).await;
    let mend = async |of, version| {
        let work = async |tx: &mut _| standing::mend(tx, keys, of, version, Mending::default(), MORNING).await;
        test.db.tenant(&office.scope, work).await
    };
    assert!(matches!(view(strange.1).await, Err(StandingError::Absent)));
    assert!(matches!(submit(strange).await, Err(StandingError::Absent)));
    assert!(matches!(mend(strange, None).await, Err(StandingError::Absent)));
    assert_eq!(view(own.1).await.unwrap().content.reason.as_deref(), Some("書類の不足"));
    assert!(matches!(mend(own, Some(1)).await, Err(StandingError::Stale { current: 2 })));
    assert_eq!(mend(own, Some(2)).await.unwrap().version, 3);
    assert_eq!(submit(own).await.unwrap().state, StandingState::Pending);
    let refused = submit(own).await.unwrap_err().refusal();
    assert_eq!(refused.rule.code, "patron.standing.state");
    assert_eq!(refused.facts["possible_in"], serde_json::json!(["draft", "returned"]));
}
