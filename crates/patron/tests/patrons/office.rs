//! Two tenants' offices, and what the tests say to them.

use custody::TenantKeys;
use kernel::{Locale, PageAsk, Scope, Service, ids::PatronId};
use patron::{
    Details, Keys, Patron,
    contact::{self, ContactDraft},
    password_reset::{self, ResetError},
    register::{self, Change, PatronFilter, SelfUpdated, WritePatronError},
    registration::{self, Mail, Says, SignUp, VerifyEmailError},
    sign_in::{self, Challenge, SignInError},
};
use testkit::{Cluster, MORNING, TestDb, Twins};

/// One tenant's office.
pub struct Office<'a> {
    pub test: &'a TestDb,
    pub scope: Scope,
    keys: TenantKeys,
}

pub fn offices(test: &TestDb) -> (Office<'_>, Office<'_>) {
    let ring = Twins::keyring(Cluster::shared());
    let office = |scope: Scope| Office { test, scope, keys: ring.tenant(scope.tenant()).unwrap() };
    (office(test.scope(Service::Core)), office(test.neighbour(Service::Core)))
}

pub fn taro() -> Details {
    Details {
        name: Some("山田 太郎".into()),
        kana: Some("やまだ たろう".into()),
        email: Some("Taro@example.jp".into()),
        phone: Some("03-1234-5678".into()),
        postal_code: Some("100-0001".into()),
        address: Some("東京都千代田区千代田１－１".into()),
    }
}

impl Office<'_> {
    pub fn keys(&self) -> Keys<'_> {
        Keys { seal: &self.keys.seal, index: &self.keys.index }
    }

    pub async fn sign_up(&self, details: Details, phc: &str) -> Option<Mail> {
        let (keys, ask) = (self.keys(), SignUp { details, locale: Locale::Ja });
        let work = async |tx: &mut _| registration::sign_up(tx, keys, ask.clone(), phc.to_owned(), MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap()
    }

    pub async fn verify(&self, mail: &Mail) -> Result<Patron, VerifyEmailError> {
        self.verify_at(mail, MORNING).await
    }

    pub async fn verify_at(&self, mail: &Mail, now: kernel::Instant) -> Result<Patron, VerifyEmailError> {
        let Says::Verify { token, .. } = &mail.says else { panic!("no token in {:?}", mail.says) };
        let (keys, token) = (self.keys(), token.expose());
        self.test.db.tenant(&self.scope, async |tx| registration::verify_email(tx, keys, token, now).await).await
    }

    pub async fn registered(&self, details: Details, phc: &str) -> Patron {
        let mail = self.sign_up(details, phc).await.unwrap();
        self.verify(&mail).await.unwrap()
    }

    pub async fn attempt(&self, email: &str, now: kernel::Instant) -> Result<Challenge, SignInError> {
        let keys = self.keys();
        self.test.db.tenant(&self.scope, async |tx| sign_in::attempt(tx, keys, email, now).await).await
    }

    pub async fn succeed(&self, challenge: &Challenge) -> Result<PatronId, SignInError> {
        self.test.db.tenant(&self.scope, async |tx| sign_in::succeed(tx, challenge, MORNING).await).await
    }

    pub async fn ask_reset(&self, email: &str) -> Mail {
        let keys = self.keys();
        let work = async |tx: &mut _| password_reset::ask(tx, keys, email, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().unwrap()
    }

    pub async fn reset(&self, mail: &Mail, phc: &str, now: kernel::Instant) -> Result<PatronId, ResetError> {
        let Says::ResetPassword { token, .. } = &mail.says else { panic!("no code in {:?}", mail.says) };
        let (keys, token) = (self.keys(), token.expose());
        let work = async |tx: &mut _| password_reset::complete(tx, keys, token, phc, now).await;
        self.test.db.tenant(&self.scope, work).await.map(|(patron, _)| patron)
    }

    pub async fn list(&self, filter: PatronFilter<'_>) -> Vec<Patron> {
        let (keys, ask) = (self.keys(), PageAsk { limit: 20, after: None });
        let work = async |tx: &mut _| register::list(tx, keys, filter, &ask, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap().items
    }

    pub async fn create(&self, details: Details) -> Result<Patron, WritePatronError> {
        let keys = self.keys();
        let work = async |tx: &mut _| register::create(tx, keys, details.clone(), Locale::Ja, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    pub async fn keep(&self, details: Details) -> PatronId {
        let keys = self.keys();
        let draft = ContactDraft { details, locale: Locale::En };
        let work = async |tx: &mut _| contact::keep(tx, keys, draft.clone(), MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap()
    }

    pub async fn update(&self, id: PatronId, change: Change, version: Option<i64>) -> Result<Patron, WritePatronError> {
        let keys = self.keys();
        let work = async |tx: &mut _| register::update(tx, keys, id, change.clone(), version, MORNING).await;
        self.test.db.tenant(&self.scope, work).await
    }

    pub async fn update_self(&self, id: PatronId, change: Change) -> SelfUpdated {
        let keys = self.keys();
        let work = async |tx: &mut _| register::update_self(tx, keys, id, change.clone(), None, MORNING).await;
        self.test.db.tenant(&self.scope, work).await.unwrap()
    }
}

pub async fn journal(test: &TestDb) -> Vec<String> {
    test.peek("SELECT event AS line FROM audit.outbox ORDER BY id").await
}

pub fn new_address(email: &str) -> Change {
    Change { email: Some(Some(email.to_owned())), ..Change::default() }
}
