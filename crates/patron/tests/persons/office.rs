//! One tenant's office, and what the tests say to it.

use std::sync::atomic::{AtomicI64, Ordering};

use custody::TenantKeys;
use kernel::{
    Instant, Locale, PageAsk, Scope, Service,
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
    register,
};
use testkit::{Cluster, MORNING, TestDb, Twins};
use time::{Date, Duration};
use uuid::Uuid;

pub struct Office<'a> {
    pub test: &'a TestDb,
    pub scope: Scope,
    keys: TenantKeys,
    seconds: AtomicI64,
}

pub fn draft(name: &str, birth_date: Option<Date>) -> PersonDraft {
    PersonDraft { details: Details { name: Some(name.into()), ..Details::default() }, birth_date }
}

impl<'a> Office<'a> {
    /// As courses work: with the role of their service.
    pub fn new(test: &'a TestDb) -> Self {
        Self::of(test, test.scope(Service::Course))
    }

    pub fn of(test: &'a TestDb, scope: Scope) -> Self {
        let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
        Self { test, keys, scope, seconds: AtomicI64::new(0) }
    }

    /// Every call comes a second after the one before.
    pub fn now(&self) -> Instant {
        MORNING + Duration::seconds(self.seconds.fetch_add(1, Ordering::Relaxed))
    }

    pub fn keys(&self) -> Keys<'_> {
        Keys { seal: &self.keys.seal, index: &self.keys.index }
    }

    pub async fn patron(&self, name: &str) -> PatronId {
        let (keys, details) = (self.keys(), Details { name: Some(name.into()), ..Details::default() });
        let scope = self.test.scope(Service::Core);
        let work = async |tx: &mut _| register::create(tx, keys, details.clone(), Locale::Ja, MORNING).await;
        self.test.db.tenant(&scope, work).await.unwrap().id
    }

    pub async fn person(&self, draft: PersonDraft) -> PersonId {
        let keys = self.keys();
        let work = async |tx: &mut _| person::create(tx, keys, draft.clone(), MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().id
    }

    pub async fn of_self(&self, patron: PatronId) -> PersonId {
        let keys = self.keys();
        let work = async |tx: &mut _| person::of_self(tx, keys, patron, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap()
    }

    pub async fn add(&self, patron: PatronId, draft: PersonDraft) -> Result<Person, PersonError> {
        let (keys, now) = (self.keys(), self.now());
        self.test.db.tenant(&self.scope, async |tx| household::add(tx, keys, patron, draft.clone(), now).await).await
    }

    pub async fn guard(&self, patron: PatronId, person: PersonId) -> Result<(), PersonError> {
        let (keys, now) = (self.keys(), self.now());
        self.test.db.tenant(&self.scope, async |tx| household::guard(tx, keys, patron, person, now).await).await
    }

    pub async fn view(&self, person: PersonId, by: Hand) -> Result<Person, PersonError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| person::view(tx, keys, person, by, MORNING).await).await
    }

    pub async fn update(&self, person: PersonId, by: Hand, change: PersonChange) -> Result<Person, PersonError> {
        let keys = self.keys();
        let work = async |tx: &mut _| person::update(tx, keys, (person, by), change.clone(), None, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    pub async fn merge(&self, from: PersonId, into: PersonId) -> Result<Person, PersonError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| person::merge(tx, keys, from, into, MORNING).await).await
    }

    pub async fn claim(&self, claim: Claim, by: Hand) -> Result<fact::Fact, FactError> {
        let (keys, now) = (self.keys(), self.now());
        let work = async |tx: &mut _| fact::claim(tx, keys, claim.clone(), by, now).await;
        self.test.db.tenant(&self.scope, work).await
    }

    pub async fn facts(&self, persons: &[PersonId], on: Date) -> Vec<person::PersonFacts> {
        let keys = self.keys();
        self.test.db.read(&self.scope, async |tx| person::facts(tx, keys, persons, on.into()).await).await.unwrap()
    }

    pub async fn acts(&self, patron: PatronId, persons: &[PersonId]) -> Result<(), PersonError> {
        let keys = self.keys();
        self.test.db.read(&self.scope, async |tx| person::may_act_for(tx, keys, patron, persons, MORNING).await).await
    }

    pub async fn release(&self, patron: PatronId, person: PersonId) -> Result<(), PersonError> {
        let by = Hand::Own(patron);
        let work = async |tx: &mut _| household::release(tx, patron, person, by, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    pub async fn group(&self, representative: PatronId) -> PatronId {
        let (keys, scope) = (self.keys(), self.test.scope(Service::Core));
        let details = Details { name: Some("さくら合唱団".into()), ..Details::default() };
        let work =
            async |tx: &mut _| group::create(tx, keys, (details.clone(), Locale::Ja), representative, MORNING).await;
        self.test.db.tenant(&scope, work).await.unwrap().id
    }

    pub async fn join(&self, group: PatronId, person: PersonId, role: GroupRole) {
        let (keys, scope) = (self.keys(), self.test.scope(Service::Core));
        let (whose, who) = ((group, Hand::Office), Joining::Known(person));
        let work = async |tx: &mut _| group::join(tx, keys, whose, who.clone(), (role, false), MORNING).await;
        self.test.db.tenant(&scope, work).await.unwrap();
    }

    pub async fn roster(&self, group: PatronId) -> Vec<GroupMember> {
        let (keys, scope) = (self.keys(), self.test.scope(Service::Core));
        let work = async |tx: &mut _| group::roster(tx, keys, (group, Hand::Office), MORNING).await;
        self.test.db.tenant(&scope, work).await.unwrap()
    }

    pub async fn form(&self, questions: Vec<Question>) -> (form::Form, form::FormVersion) {
        let draft = FormDraft { code: "entry".into(), name: "申込時の質問".into(), name_en: None, questions };
        let scope = self.test.scope(Service::Core);
        self.test.db.tenant(&scope, async |tx| form::create(tx, draft.clone(), MORNING).await).await.unwrap()
    }

    pub async fn revise(&self, id: FormId, questions: &[Question]) -> Result<form::FormVersion, FormError> {
        let scope = self.test.scope(Service::Core);
        let work = async |tx: &mut _| form::revise(tx, id, None, questions.to_vec(), MORNING).await;
        Ok(self.test.db.tenant(&scope, work).await?.1)
    }

    pub async fn answer(
        &self,
        version: FormVersionId,
        asked: &Asked,
        said: &Answers,
    ) -> Result<AnswerSet, AnswerError> {
        let keys = self.keys();
        let work = async |tx: &mut _| form::answer(tx, keys, version, asked, said, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    pub async fn amend(&self, asked: &Asked, said: &Answers) -> Result<AnswerSet, AnswerError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| form::amend(tx, keys, asked, said, MORNING).await).await
    }

    pub async fn read(&self, asked: &Asked) -> Result<(AnswerSet, form::FormVersion), AnswerError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| form::read(tx, keys, asked, MORNING).await).await
    }

    pub async fn found(&self, filter: PersonFilter<'_>) -> Vec<PersonId> {
        let (keys, ask) = (self.keys(), PageAsk { limit: 100, after: None });
        let work = async |tx: &mut _| person::list(tx, keys, filter, &ask, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().items.iter().map(|person| person.id).collect()
    }
}

pub fn claim(person: PersonId, kind: &str, value: FactValue, seen: Option<Seen>) -> Claim {
    Claim { person, kind: kind.into(), value, as_of: None, seen }
}

pub fn code(text: &str) -> FactValue {
    FactValue::Text(text.into())
}

pub fn question(code: &str, kind: QuestionKind, required: bool) -> Question {
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

pub fn text(text: &str) -> AnswerValue {
    AnswerValue::Text(text.into())
}

pub fn said(answers: &[(&str, AnswerValue)]) -> Answers {
    answers.iter().map(|(code, answer)| ((*code).to_owned(), answer.clone())).collect()
}

pub fn application(id: u128) -> Subject {
    Subject { kind: "course.application", id: Uuid::from_u128(id) }
}
