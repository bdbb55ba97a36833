//! Persons, households, facts, forms and answers against a real database, with the neighbour always there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, Ordering},
};

use custody::TenantKeys;
use diesel::{QueryableByName, sql_query, sql_types};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use kernel::{
    Instant, Locale, PageAsk, Refuse as _, Scope, Service,
    ids::{FormId, FormVersionId, PatronId, PersonId},
};
use patron::{
    Details, Keys,
    fact::{self, Claim, FactError, FactValue, Seen},
    form::{
        self, AnswerError, AnswerSet, AnswerValue, Answers, Asked, FormDraft, FormError, Label, Question, QuestionKind,
        Subject,
    },
    group::{self, GroupMember, GroupRole, Joining},
    household,
    person::{self, Hand, Person, PersonChange, PersonDraft, PersonError, PersonFilter},
    register::{self, Change},
};
use testkit::{Cluster, MORNING, TestDb, Twins};
use time::{Date, Duration, macros::date};
use uuid::Uuid;

struct Office<'a> {
    test: &'a TestDb,
    scope: Scope,
    keys: TenantKeys,
    seconds: AtomicI64,
}

fn draft(name: &str, birth_date: Option<Date>) -> PersonDraft {
    PersonDraft { details: Details { name: Some(name.into()), ..Details::default() }, birth_date }
}

impl<'a> Office<'a> {
    /// As courses work: with the role of their service.
    fn new(test: &'a TestDb) -> Self {
        Self::of(test, test.scope(Service::Course))
    }

    fn of(test: &'a TestDb, scope: Scope) -> Self {
        let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
        Self { test, keys, scope, seconds: AtomicI64::new(0) }
    }

    /// Every call comes a second after the one before.
    fn now(&self) -> Instant {
        MORNING + Duration::seconds(self.seconds.fetch_add(1, Ordering::Relaxed))
    }

    fn keys(&self) -> Keys<'_> {
        Keys { seal: &self.keys.seal, index: &self.keys.index }
    }

    async fn patron(&self, name: &str) -> PatronId {
        let (keys, details) = (self.keys(), Details { name: Some(name.into()), ..Details::default() });
        let scope = self.test.scope(Service::Core);
        let work = async |tx: &mut _| register::create(tx, keys, details.clone(), Locale::Ja, MORNING).await;
        self.test.db.tenant(&scope, work).await.unwrap().id
    }

    async fn person(&self, draft: PersonDraft) -> PersonId {
        let keys = self.keys();
        let work = async |tx: &mut _| person::create(tx, keys, draft.clone(), MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().id
    }

    async fn of_self(&self, patron: PatronId) -> PersonId {
        let keys = self.keys();
        let work = async |tx: &mut _| person::of_self(tx, keys, patron, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap()
    }

    async fn add(&self, patron: PatronId, draft: PersonDraft) -> Result<Person, PersonError> {
        let (keys, now) = (self.keys(), self.now());
        self.test.db.tenant(&self.scope, async |tx| household::add(tx, keys, patron, draft.clone(), now).await).await
    }

    async fn guard(&self, patron: PatronId, person: PersonId) -> Result<(), PersonError> {
        let (keys, now) = (self.keys(), self.now());
        self.test.db.tenant(&self.scope, async |tx| household::guard(tx, keys, patron, person, now).await).await
    }

    async fn view(&self, person: PersonId, by: Hand) -> Result<Person, PersonError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| person::view(tx, keys, person, by, MORNING).await).await
    }

    async fn update(&self, person: PersonId, by: Hand, change: PersonChange) -> Result<Person, PersonError> {
        let keys = self.keys();
        let work = async |tx: &mut _| person::update(tx, keys, (person, by), change.clone(), None, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    async fn merge(&self, from: PersonId, into: PersonId) -> Result<Person, PersonError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| person::merge(tx, keys, from, into, MORNING).await).await
    }

    async fn claim(&self, claim: Claim, by: Hand) -> Result<fact::Fact, FactError> {
        let (keys, now) = (self.keys(), self.now());
        let work = async |tx: &mut _| fact::claim(tx, keys, claim.clone(), by, now).await;
        self.test.db.tenant(&self.scope, work).await
    }

    async fn facts(&self, persons: &[PersonId], on: Date) -> Vec<person::PersonFacts> {
        let keys = self.keys();
        self.test.db.read(&self.scope, async |tx| person::facts(tx, keys, persons, on).await).await.unwrap()
    }

    async fn acts(&self, patron: PatronId, persons: &[PersonId]) -> Result<(), PersonError> {
        self.test.db.read(&self.scope, async |tx| person::may_act_for(tx, patron, persons).await).await
    }

    async fn release(&self, patron: PatronId, person: PersonId) -> Result<(), PersonError> {
        let by = Hand::Own(patron);
        let work = async |tx: &mut _| household::release(tx, patron, person, by, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    async fn group(&self, representative: PatronId) -> PatronId {
        let (keys, scope) = (self.keys(), self.test.scope(Service::Core));
        let details = Details { name: Some("さくら合唱団".into()), ..Details::default() };
        let work =
            async |tx: &mut _| group::create(tx, keys, (details.clone(), Locale::Ja), representative, MORNING).await;
        self.test.db.tenant(&scope, work).await.unwrap().id
    }

    async fn join(&self, group: PatronId, person: PersonId, role: GroupRole) {
        let (keys, scope) = (self.keys(), self.test.scope(Service::Core));
        let (whose, who) = ((group, Hand::Office), Joining::Known(person));
        let work = async |tx: &mut _| group::join(tx, keys, whose, who.clone(), (role, false), MORNING).await;
        self.test.db.tenant(&scope, work).await.unwrap();
    }

    async fn roster(&self, group: PatronId) -> Vec<GroupMember> {
        let (keys, scope) = (self.keys(), self.test.scope(Service::Core));
        let work = async |tx: &mut _| group::roster(tx, keys, (group, Hand::Office), MORNING).await;
        self.test.db.tenant(&scope, work).await.unwrap()
    }

    async fn form(&self, questions: Vec<Question>) -> (form::Form, form::FormVersion) {
        let draft = FormDraft { code: "entry".into(), name: "申込時の質問".into(), name_en: None, questions };
        let scope = self.test.scope(Service::Core);
        self.test.db.tenant(&scope, async |tx| form::create(tx, draft.clone(), MORNING).await).await.unwrap()
    }

    async fn revise(&self, id: FormId, questions: &[Question]) -> Result<form::FormVersion, FormError> {
        let scope = self.test.scope(Service::Core);
        let work = async |tx: &mut _| form::revise(tx, id, None, questions.to_vec(), MORNING).await;
        Ok(self.test.db.tenant(&scope, work).await?.1)
    }

    async fn answer(&self, version: FormVersionId, asked: &Asked, said: &Answers) -> Result<AnswerSet, AnswerError> {
        let keys = self.keys();
        let work = async |tx: &mut _| form::answer(tx, keys, version, asked, said, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    async fn amend(&self, asked: &Asked, said: &Answers) -> Result<AnswerSet, AnswerError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| form::amend(tx, keys, asked, said, MORNING).await).await
    }

    async fn read(&self, asked: &Asked) -> Result<(AnswerSet, form::FormVersion), AnswerError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| form::read(tx, keys, asked, MORNING).await).await
    }

    async fn found(&self, filter: PersonFilter<'_>) -> Vec<PersonId> {
        let (keys, ask) = (self.keys(), PageAsk { limit: 100, after: None });
        let work = async |tx: &mut _| person::list(tx, keys, filter, &ask, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().items.iter().map(|person| person.id).collect()
    }
}

fn claim(person: PersonId, kind: &str, value: FactValue, seen: Option<Seen>) -> Claim {
    Claim { person, kind: kind.into(), value, as_of: None, seen }
}

fn code(text: &str) -> FactValue {
    FactValue::Text(text.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_is_one_person_from_the_first_use_on_whoever_asks_first() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let patron = office.patron("山田 太郎").await;
    let (one, other) = tokio::join!(office.of_self(patron), office.of_self(patron));
    assert_eq!(one, other);
    assert_eq!(office.of_self(patron).await, one);
    assert_eq!(office.view(one, Hand::Own(patron)).await.unwrap().details.name.as_deref(), Some("山田 太郎"));

    let keys = office.keys();
    let change = Change { name: Some(Some("山田 太朗".into())), ..Change::default() };
    let core = test.scope(Service::Core);
    let work = async |tx: &mut _| register::update(tx, keys, patron, change.clone(), None, MORNING).await;
    test.db.tenant(&core, work).await.unwrap();
    assert_eq!(office.view(one, Hand::Office).await.unwrap().details.name.as_deref(), Some("山田 太朗"));
    let change = PersonChange { name: Some(Some("別人".into())), ..PersonChange::default() };
    assert!(matches!(office.update(one, Hand::Office, change).await, Err(PersonError::IsPatron(who)) if who == patron));
    let born = PersonChange { birth_date: Some(Some(date!(1980 - 05 - 05))), ..PersonChange::default() };
    assert_eq!(office.update(one, Hand::Own(patron), born).await.unwrap().birth_date, Some(date!(1980 - 05 - 05)));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_guardians_and_the_staff_see_a_child() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (mother, stranger) = (office.patron("山田 花子").await, office.patron("鈴木 一郎").await);
    let child = office.add(mother, draft("山田 葵", Some(date!(2016 - 04 - 01)))).await.unwrap().id;
    let own = office.of_self(mother).await;
    assert!(office.view(child, Hand::Own(mother)).await.is_ok());
    assert!(office.view(child, Hand::Office).await.is_ok());
    assert!(matches!(office.view(child, Hand::Own(stranger)).await, Err(PersonError::Absent)));
    let change = PersonChange { birth_date: Some(None), ..PersonChange::default() };
    assert!(matches!(office.update(child, Hand::Own(stranger), change).await, Err(PersonError::Absent)));
    let said = office.claim(claim(child, "residence", code("city"), None), Hand::Own(stranger)).await;
    assert!(matches!(said, Err(FactError::Person(PersonError::Absent))));

    office.acts(mother, &[child, own]).await.unwrap();
    let nobody = PersonId::new(MORNING);
    let refused = office.acts(stranger, &[child, nobody]).await;
    assert!(matches!(refused, Err(PersonError::NotYours(whom)) if whom == [child, nobody]));

    let neighbour = Office::of(&test, test.neighbour(Service::Course));
    assert!(matches!(neighbour.view(child, Hand::Office).await, Err(PersonError::Absent)));
    assert_eq!(neighbour.facts(&[child], date!(2026 - 11 - 23)).await, []);

    office.release(mother, child).await.unwrap();
    assert!(matches!(office.view(child, Hand::Own(mother)).await, Err(PersonError::Absent)));
    assert!(matches!(office.release(mother, own).await, Err(PersonError::IsSelf)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_is_that_of_the_first_guardian_and_letters_go_to_oneself_or_to_them() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (mother, father) = (office.patron("山田 花子").await, office.patron("山田 太郎").await);
    let first = office.add(mother, draft("山田 葵", None)).await.unwrap().id;
    let second = office.add(mother, draft("山田 蓮", None)).await.unwrap().id;
    office.guard(father, first).await.unwrap();
    assert!(matches!(office.guard(father, first).await, Err(PersonError::ActsAlready)));
    assert!(matches!(office.guard(PatronId::new(MORNING), first).await, Err(PersonError::NoSuchPatron)));
    let (own, alone) = (office.of_self(mother).await, office.person(draft("鈴木 一郎", None)).await);
    let asked = [first, second, own, alone, PersonId::new(MORNING)];
    let homes = test.db.read(&office.scope, async |tx| person::household_of(tx, &asked).await).await.unwrap();
    assert_eq!((homes.len(), homes[&first], homes[&own]), (4, homes[&second], homes[&second]));
    assert_ne!(homes[&alone], homes[&own]);
    let letters = test.db.read(&office.scope, async |tx| person::letters_to(tx, &asked).await).await.unwrap();
    assert_eq!(letters, BTreeMap::from([(first, mother), (second, mother), (own, mother)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_never_grows_past_its_limit_however_many_are_added_at_once() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let patron = office.patron("山田 花子").await;
    for _ in 0..household::MOST - 1 {
        office.add(patron, draft("子", None)).await.unwrap();
    }
    let add = || office.add(patron, draft("最後の子", None));
    let (one, two, three) = tokio::join!(add(), add(), add());
    let full = |added: &Result<Person, PersonError>| matches!(added, Err(PersonError::HouseholdFull { most: 20 }));
    let added = [one, two, three];
    assert_eq!(added.iter().filter(|added| added.is_ok()).count(), 1);
    assert_eq!(added.iter().filter(|added| full(added)).count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_person_answers_for_the_one_who_is_left_with_guardians_and_the_better_facts() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (mother, father) = (office.patron("山田 花子").await, office.patron("山田 太郎").await);
    let counter = PersonDraft {
        details: Details {
            name: Some("ヤマダ アオイ".into()),
            kana: Some("やまだ あおい".into()),
            ..Details::default()
        },
        birth_date: Some(date!(2016 - 04 - 01)),
    };
    let (gone, kept) = (office.person(counter).await, office.add(mother, draft("山田 葵", None)).await.unwrap().id);
    office.guard(mother, gone).await.unwrap();
    office.guard(father, gone).await.unwrap();
    let seen = Some(Seen { expires_on: Some(date!(2027 - 04 - 01)) });
    office.claim(claim(gone, "residence", code("city"), seen), Hand::Office).await.unwrap();
    office.claim(claim(kept, "residence", code("outside"), None), Hand::Own(mother)).await.unwrap();
    office.claim(claim(kept, "work_in_city", FactValue::Yes(false), None), Hand::Own(mother)).await.unwrap();

    assert!(matches!(office.merge(kept, kept).await, Err(PersonError::SamePerson)));
    let after = office.merge(gone, kept).await.unwrap();
    assert_eq!((after.id, after.birth_date), (kept, Some(date!(2016 - 04 - 01))));
    assert!(matches!(office.merge(gone, kept).await, Err(PersonError::Merged(into)) if into == kept));
    assert_eq!(office.view(gone, Hand::Own(father)).await.unwrap().id, kept);
    office.acts(father, &[gone, kept]).await.unwrap();
    assert_eq!(office.found(PersonFilter { kana: Some("ヤマダアオイ"), ..PersonFilter::default() }).await, [kept]);

    let known = office.facts(&[gone, kept], date!(2026 - 12 - 01)).await;
    assert_eq!((known[0].person, known[0].resolved, known[1].person), (gone, kept, kept));
    assert_eq!(known[0].facts, known[1].facts);
    assert_eq!((&known[0].facts["residence"].value, known[0].facts["residence"].proven()), (&code("city"), true));
    assert_eq!(known[0].facts["work_in_city"].value, FactValue::Yes(false));
    let keys = office.keys();
    let names = test.db.read(&office.scope, async |tx| person::names(tx, keys, &[gone]).await).await.unwrap();
    assert_eq!((names[&gone].person, names[&gone].name.as_str()), (kept, "山田 葵"));

    let third = office.person(draft("山田 あおい", None)).await;
    office.merge(kept, third).await.unwrap();
    assert_eq!(office.view(gone, Hand::Office).await.unwrap().id, third, "an old id stays one step away");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_not_abandoned_when_its_representative_turns_out_to_be_another_of_its_members() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let patron = office.patron("山田 花子").await;
    let group = office.group(patron).await;
    let (represents, double) = (office.of_self(patron).await, office.person(draft("ヤマダ ハナコ", None)).await);
    office.join(group, double, GroupRole::Contact).await;
    office.merge(represents, double).await.unwrap();
    let roster = office.roster(group).await;
    let [only] = roster.as_slice() else { panic!("{roster:?}") };
    assert_eq!((only.name.person, only.role, only.acts), (double, GroupRole::Representative, true));
    assert!(test.db.read(&office.scope, async |tx| group::acts_for(tx, patron, group).await).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_id_of_a_merged_person_also_takes_them_out_of_a_household_and_off_a_roster() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mother = office.patron("山田 花子").await;
    let (old, kept) = (office.person(draft("ヤマダ アオイ", None)).await, office.person(draft("山田 葵", None)).await);
    office.guard(mother, old).await.unwrap();
    let group = office.group(mother).await;
    office.join(group, old, GroupRole::Member).await;
    let own = office.of_self(mother).await;
    let double = office.person(draft("ヤマダ ハナコ", None)).await;
    office.merge(old, kept).await.unwrap();
    office.merge(double, own).await.unwrap();

    assert!(matches!(office.release(mother, double).await, Err(PersonError::IsSelf)));
    office.release(mother, old).await.unwrap();
    assert!(matches!(office.view(kept, Hand::Own(mother)).await, Err(PersonError::Absent)));
    let (core, whose) = (test.scope(Service::Core), (group, Hand::Office));
    let leave = async |tx: &mut _| group::leave(tx, whose, old, MORNING).await;
    test.db.tenant(&core, leave).await.unwrap();
    assert_eq!(office.roster(group).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_turns_out_to_be_a_patron_is_called_as_the_patron_is() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let patron = office.patron("山田 花子").await;
    let own = office.of_self(patron).await;
    let details =
        Details {
            name: Some("ヤマダ ハナコ".into()), kana: Some("やまだ はなこ".into()), ..Details::default()
        };
    let counter = office.person(PersonDraft { details, birth_date: None }).await;
    let after = office.merge(own, counter).await.unwrap();
    assert_eq!((after.id, after.details.name.as_deref()), (counter, Some("山田 花子")));
    assert_eq!(after.details.kana.as_deref(), Some("やまだ はなこ"), "what the patron did not say is taken over");
    assert_eq!(office.found(PersonFilter { kana: Some("ヤマダハナコ"), ..PersonFilter::default() }).await, [counter]);
    let late = office.person(draft("ヤマダ", None)).await;
    assert_eq!(office.merge(late, counter).await.unwrap().details.name.as_deref(), Some("山田 花子"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_merges_at_once_never_make_a_circle() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    for _ in 0..5 {
        let (one, other) = (office.person(draft("甲", None)).await, office.person(draft("乙", None)).await);
        let (there, back) = tokio::join!(office.merge(one, other), office.merge(other, one));
        assert!(there.is_ok() != back.is_ok(), "{there:?} {back:?}");
        assert_eq!(
            office.view(one, Hand::Office).await.unwrap().id,
            office.view(other, Hand::Office).await.unwrap().id
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_counts_as_claimed_until_the_staff_has_seen_the_paper_and_the_history_stays() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mother = office.patron("山田 花子").await;
    let child = office.add(mother, draft("山田 葵", Some(date!(2016 - 04 - 01)))).await.unwrap().id;
    let (keys, day) = (office.keys(), date!(2026 - 12 - 01));
    let pretends = claim(child, "residence", code("city"), Some(Seen::default()));
    let said = office.claim(pretends, Hand::Own(mother)).await.unwrap();
    assert_eq!(said.verified_at, None, "a patron verifies nothing");
    let again = office.claim(claim(child, "residence", code("city"), None), Hand::Own(mother)).await.unwrap();
    assert_eq!(again.id, said.id);
    assert!(!office.facts(&[child], day).await[0].facts["residence"].proven());

    let verify = async |seen| {
        let now = office.now();
        let work = async |tx: &mut _| fact::verify(tx, keys, (child, said.id), seen, now).await;
        test.db.tenant(&office.scope, work).await
    };
    let over = Seen { expires_on: Some(date!(2026 - 01 - 01)) };
    assert!(matches!(verify(over).await, Err(FactError::Expired)));
    let verified = verify(Seen { expires_on: Some(day) }).await.unwrap();
    assert!(verified.verified_by.is_some() && verified.verified_at.is_some());
    assert!(office.facts(&[child], date!(2026 - 11 - 30)).await[0].facts["residence"].proven());
    assert!(!office.facts(&[child], day).await[0].facts["residence"].proven());

    let paper = claim(child, "birth_date", code("2016-04-01"), Some(Seen::default()));
    office.claim(paper, Hand::Office).await.unwrap();
    let known = office.facts(&[child], date!(2026 - 04 - 01)).await.remove(0);
    assert_eq!((known.age, known.grade.unwrap().number(), known.grade_verified), (Some(10), 5, true));
    let moved = PersonChange { birth_date: Some(Some(date!(2016 - 04 - 02))), ..PersonChange::default() };
    office.update(child, Hand::Own(mother), moved).await.unwrap();
    let known = office.facts(&[child], date!(2026 - 04 - 01)).await.remove(0);
    assert_eq!((known.grade.unwrap().number(), known.birth_date_verified), (4, false));

    office.claim(claim(child, "residence", code("outside"), None), Hand::Own(mother)).await.unwrap();
    assert!(matches!(verify(Seen::default()).await, Err(FactError::Closed)));
    let view = async |tx: &mut _| fact::view(tx, keys, (child, Hand::Own(mother)), day, MORNING).await;
    let (_, history) = test.db.tenant(&office.scope, view).await.unwrap();
    let told: Vec<_> = history.iter().map(|fact| (fact.kind.as_str(), fact.closed_at.is_some())).collect();
    assert_eq!(told, [("residence", false), ("birth_date", false), ("residence", true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_verified_counts_until_the_day_from_which_something_else_is_said_to_be_so() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mother = office.patron("山田 花子").await;
    let child = office.add(mother, draft("山田 葵", None)).await.unwrap().id;
    let city = claim(child, "residence", code("city"), Some(Seen::default()));
    let city = office.claim(city, Hand::Office).await.unwrap();
    let (eve, day) = (date!(2027 - 03 - 31), date!(2027 - 04 - 01));
    let moves = Claim { as_of: Some(day), ..claim(child, "residence", code("outside"), None) };
    let moves = office.claim(moves, Hand::Own(mother)).await.unwrap();
    let lives = async |on| office.facts(&[child], on).await.remove(0).facts.remove("residence").unwrap();
    assert_eq!((lives(eve).await.value, lives(eve).await.proven()), (code("city"), true));
    assert_eq!((lives(day).await.value, lives(day).await.proven()), (code("outside"), false));

    let keys = office.keys();
    let stays = async |tx: &mut _| fact::withdraw(tx, keys, (child, moves.id), MORNING + Duration::HOUR).await;
    test.db.tenant(&office.scope, stays).await.unwrap();
    assert_eq!((lives(day).await.value, lives(day).await.proven()), (code("city"), true), "they do not move after all");
    let view = async |tx: &mut _| fact::view(tx, keys, (child, Hand::Office), day, MORNING).await;
    let (_, history) = test.db.tenant(&office.scope, view).await.unwrap();
    assert_eq!(history.iter().find(|fact| fact.id == city.id), Some(&city));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_that_is_seen_again_leaves_the_verification_before_in_the_history() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let person = office.person(draft("山田 葵", None)).await;
    let (this_year, next_year) = (date!(2027 - 04 - 01), date!(2028 - 04 - 01));
    let seen = |until| Seen { expires_on: Some(until) };
    let first = claim(person, "residence", code("city"), Some(seen(this_year)));
    let first = office.claim(first, Hand::Office).await.unwrap();
    let (keys, later) = (office.keys(), MORNING + Duration::DAY);
    let verify = async |until| {
        let target = (person, first.id);
        let work = async |tx: &mut _| fact::verify(tx, keys, target, seen(until), later).await;
        test.db.tenant(&office.scope, work).await
    };
    assert_eq!(verify(this_year).await.unwrap(), first, "said again it is what it was");
    let second = verify(next_year).await.unwrap();
    assert_eq!((second.verified_at, second.as_of, second.expires_on), (Some(later), first.as_of, Some(next_year)));
    let view = async |tx: &mut _| fact::view(tx, keys, (person, Hand::Office), this_year, later).await;
    let (known, history) = test.db.tenant(&office.scope, view).await.unwrap();
    assert!(known.facts["residence"].proven());
    assert_eq!(history, [second, fact::Fact { closed_at: Some(later), ..first.clone() }]);
    assert!(matches!(verify(next_year).await, Err(FactError::Closed)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_claims_of_one_kind_at_once_leave_one_standing() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let person = office.person(draft("山田 葵", None)).await;
    let said = |value: &str| office.claim(claim(person, "residence", code(value), None), Hand::Office);
    let (one, two, three) = tokio::join!(said("city"), said("outside"), said("next_city"));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(office.facts(&[person], date!(2026 - 12 - 01)).await[0].facts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_names_a_person_or_answers_a_question_stands_in_clear() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let person = office.person(draft("秘密花子", Some(date!(2016 - 04 - 01)))).await;
    office.claim(claim(person, "friend", code("秘密会員"), None), Hand::Office).await.unwrap();
    let form = office.form(vec![question("wish", QuestionKind::Text, true)]).await;
    let asked = Asked { subject: application(7), person: None };
    office.answer(form.1.id, &asked, &said(&[("wish", text("秘密の希望"))])).await.unwrap();
    office.facts(&[person], date!(2026 - 12 - 01)).await;
    let mut rows = 0;
    for table in ["patron.persons", "patron.person_facts", "patron.answers", "patron.answer_sets", "audit.outbox"] {
        let dump = format!("SELECT encode(convert_to(t::text, 'UTF8'), 'hex') || t::text AS line FROM {table} AS t");
        for line in peek(&test, &dump).await {
            rows += 1;
            for datum in ["秘密", "2016-04-01", "[2016,"] {
                let hex: String = datum.bytes().map(|byte| format!("{byte:02x}")).collect();
                assert!(!line.contains(datum) && !line.contains(&hex), "{datum} in {table}");
            }
        }
    }
    assert!(rows > 5, "there was something to look at");
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = sql_types::Text)]
    line: String,
}

/// Behind the walls, as the administrator sees it.
async fn peek(test: &TestDb, sql: &str) -> Vec<String> {
    let mut conn = AsyncPgConnection::establish(&test.admin_url()).await.unwrap();
    let lines: Vec<Line> = sql_query(sql).load(&mut conn).await.unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

fn question(code: &str, kind: QuestionKind, required: bool) -> Question {
    Question {
        code: code.into(),
        kind,
        label: Label { ja: "質問".into(), en: None },
        help: None,
        required,
        per_person: false,
        sensitive: false,
        choices: Vec::new(),
        at_least: None,
        at_most: None,
        retention_days: None,
        shown_if: None,
    }
}

fn text(text: &str) -> AnswerValue {
    AnswerValue::Text(text.into())
}

fn said(answers: &[(&str, AnswerValue)]) -> Answers {
    answers.iter().map(|(code, answer)| ((*code).to_owned(), answer.clone())).collect()
}

fn application(id: u128) -> Subject {
    Subject { kind: "course.application", id: Uuid::from_u128(id) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_required_question_never_stands_against_what_was_answered_before() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let first = vec![question("wish", QuestionKind::Text, true)];
    let (form, version) = office.form(first.clone()).await;
    let asked = Asked { subject: application(1), person: None };
    office.answer(version.id, &asked, &said(&[("wish", text("前の席"))])).await.unwrap();

    let mut next = first.clone();
    next.push(question("allergy", QuestionKind::YesNo, true));
    let newer = office.revise(form.id, &next).await.unwrap();
    assert_eq!((newer.number, newer.questions.len()), (2, 2));
    assert!(matches!(office.revise(form.id, &next).await, Err(FormError::Unchanged)));

    let (set, asked_by) = office.read(&asked).await.unwrap();
    assert_eq!((set.form_version, asked_by.questions), (version.id, first));
    let amended = office.amend(&asked, &said(&[("wish", text("後ろの席"))])).await.unwrap();
    assert_eq!((amended.form_version, amended.revision), (version.id, 2));
    let other = Asked { subject: application(2), person: None };
    let refused = office.answer(newer.id, &other, &said(&[("wish", text("前の席"))])).await.unwrap_err();
    assert_eq!(refused.refusal().facts["errors"][0]["pointer"], "#/answers/allergy");
    assert_eq!(refused.refusal().facts["errors"][0]["code"], "required");
    assert!(matches!(office.read(&other).await, Err(AnswerError::Absent)), "nothing was kept");

    let keys = office.keys();
    let history = async |tx: &mut _| form::history(tx, keys, &asked, MORNING).await;
    let said: Vec<_> = test.db.tenant(&office.scope, history).await.unwrap();
    let wishes: Vec<_> = said.iter().map(|set| (set.revision, set.answers["wish"].clone())).collect();
    assert_eq!(wishes, [(1, text("前の席")), (2, text("後ろの席"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_subject_is_answered_once_for_each_person_however_often_it_is_sent_at_once() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let own = Question { per_person: true, ..question("own", QuestionKind::Text, false) };
    let (_, version) = office.form(vec![question("wish", QuestionKind::Text, false), own]).await;
    let person = office.person(draft("山田 葵", None)).await;
    let party = Asked { subject: application(1), person: None };
    let child = Asked { person: Some(person), ..party.clone() };
    let (common, wish) = (said(&[("wish", text("前の席"))]), said(&[("own", text("前の席"))]));
    let strange = office.answer(version.id, &child, &common).await.unwrap_err();
    assert_eq!(strange.refusal().facts["errors"][0]["code"], "unknown_question", "a person is asked what is for each");
    for (asked, said) in [(&party, &common), (&child, &wish)] {
        let send = || office.answer(version.id, asked, said);
        let (one, two, three) = tokio::join!(send(), send(), send());
        let sent = [one, two, three];
        assert_eq!(sent.iter().filter(|sent| sent.is_ok()).count(), 1, "{sent:?}");
        assert_eq!(sent.iter().filter(|sent| matches!(sent, Err(AnswerError::Answered))).count(), 2);
    }
    let (one, two) = tokio::join!(office.amend(&child, &wish), office.amend(&child, &wish));
    let mut revisions = [one.unwrap().revision, two.unwrap().revision];
    revisions.sort_unstable();
    assert_eq!(revisions, [2, 3]);
    let keys = office.keys();
    let roster = async |tx: &mut _| {
        form::read_many(tx, keys, "course.application", &[party.subject.id, Uuid::from_u128(9)], MORNING).await
    };
    let found = test.db.tenant(&office.scope, roster).await.unwrap();
    let of: Vec<_> = found.into_iter().map(|((_, person), set)| (person, set.revision)).collect();
    assert_eq!(of, [(None, 1), (Some(person), 3)]);
    let neighbour = Office::of(&test, test.neighbour(Service::Course));
    assert!(matches!(neighbour.read(&child).await, Err(AnswerError::Absent)));
    assert!(matches!(neighbour.answer(version.id, &child, &wish).await, Err(AnswerError::NoSuchForm)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_forgotten_on_its_day_and_the_others_stay() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mut allergy = question("allergy", QuestionKind::Text, false);
    (allergy.sensitive, allergy.retention_days) = (true, Some(30));
    let (_, version) = office.form(vec![question("wish", QuestionKind::Text, false), allergy]).await;
    let asked = Asked { subject: application(1), person: None };
    let both = said(&[("wish", text("前の席")), ("allergy", text("そば"))]);
    office.answer(version.id, &asked, &both).await.unwrap();
    let core = test.scope(Service::Core);
    let sweep = async |at| test.db.tenant(&core, async |tx| patron::sweep(tx, at).await).await.unwrap();
    assert_eq!(sweep(MORNING + Duration::days(29)).await, 0);
    assert_eq!(office.read(&asked).await.unwrap().0.answers.len(), 2);
    assert_eq!(sweep(MORNING + Duration::days(30)).await, 1);
    assert_eq!(office.read(&asked).await.unwrap().0.answers, said(&[("wish", text("前の席"))]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_given_again_is_forgotten_on_its_day_swept_or_not() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mut allergy = question("allergy", QuestionKind::Text, false);
    allergy.retention_days = Some(30);
    let (_, version) = office.form(vec![question("wish", QuestionKind::Text, false), allergy]).await;
    let asked = Asked { subject: application(1), person: None };
    let both = said(&[("wish", text("前の席")), ("allergy", text("そば"))]);
    office.answer(version.id, &asked, &both).await.unwrap();
    let keys = office.keys();
    let amend = async |answers: Answers, days: i64| {
        let now = MORNING + Duration::days(days);
        let work = async |tx: &mut _| form::amend_some(tx, keys, &asked, &answers, now).await;
        test.db.tenant(&office.scope, work).await.unwrap().answers
    };
    let read = async |days: i64| {
        let now = MORNING + Duration::days(days);
        let work = async |tx: &mut _| form::read(tx, keys, &asked, now).await;
        test.db.tenant(&office.scope, work).await.unwrap().0.answers
    };
    assert_eq!(amend(said(&[("wish", text("通路側"))]), 20).await.len(), 2);
    assert_eq!((read(29).await.len(), read(30).await), (2, said(&[("wish", text("通路側"))])));
    assert_eq!(amend(said(&[("allergy", text("卵"))]), 40).await.len(), 2);
    assert_eq!((read(69).await.len(), read(70).await.len()), (2, 1), "what is given again counts from then");
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_persons_facts_and_answers_is_journalled_with_every_id() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let person = office.person(draft("山田 葵", None)).await;
    let keys = office.keys();
    office.view(person, Hand::Office).await.unwrap();
    office.update(person, Hand::Office, PersonChange::default()).await.unwrap();
    office.found(PersonFilter::default()).await;
    let facts = async |tx: &mut _| fact::view(tx, keys, (person, Hand::Office), date!(2026 - 12 - 01), MORNING).await;
    test.db.tenant(&office.scope, facts).await.unwrap();
    let told = peek(&test, "SELECT event || ' ' || data::text AS line FROM audit.outbox ORDER BY id").await;
    for (event, what) in
        [("patron.person.read", "details"), ("patron.person.read", "facts"), ("patron.person.listed", "")]
    {
        let line = told.iter().find(|line| line.starts_with(event) && line.contains(what)).unwrap();
        assert!(line.contains(&person.to_string()), "{line}");
    }
    let details = told.iter().filter(|line| line.starts_with("patron.person.read") && line.contains("details")).count();
    assert_eq!(details, 2, "a change that changes nothing is a reading");
    assert!(test.db.read(&office.scope, facts).await.is_err(), "where nothing can be journalled nothing is shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_made_at_once_follow_each_other_and_no_code_and_no_guardian_is_there_twice() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (form, _) = office.form(vec![question("wish", QuestionKind::Text, false)]).await;
    let [second, third] = ["second", "third"].map(|code| vec![question(code, QuestionKind::YesNo, true)]);
    let (one, other) = tokio::join!(office.revise(form.id, &second), office.revise(form.id, &third));
    let mut numbers = [one.unwrap().number, other.unwrap().number];
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3]);

    let scope = test.scope(Service::Core);
    let draft_of =
        |code: &str| FormDraft {
            code: code.into(), name: "質問票".into(), name_en: None, questions: second.clone()
        };
    let twin = draft_of("twin");
    let make = || test.db.tenant(&scope, async |tx| form::create(tx, twin.clone(), MORNING).await);
    let (one, other) = tokio::join!(make(), make());
    assert!(one.is_ok() != other.is_ok());
    assert!(matches!(one.and(other), Err(FormError::CodeTaken)));

    let (patron, person) = (office.patron("山田 花子").await, office.person(draft("山田 葵", None)).await);
    let (one, other) = tokio::join!(office.guard(patron, person), office.guard(patron, person));
    assert!(one.is_ok() != other.is_ok());
    assert!(matches!(one.and(other), Err(PersonError::ActsAlready)));
}
