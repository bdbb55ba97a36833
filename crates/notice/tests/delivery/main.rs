//! Messages from the intent to the mailbox: a real database, a real mail server on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod mail_server;

use std::os::unix::fs::PermissionsExt as _;

use custody::TenantKeys;
use db::Fault;
use kernel::{Instant, Locale, Scope, Service, ids::MessageId};
use mail_server::MailServer;
use notice::{
    Intent, Sender, Template,
    message::{self, Letter},
};
use testkit::{Cluster, MORNING, TestDb, Twins};
use time::Duration;

struct House {
    test: TestDb,
    scope: Scope,
    keys: TenantKeys,
}

impl House {
    async fn new() -> Self {
        let test = TestDb::new().await;
        let scope = test.scope(Service::Core);
        let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
        Self { test, scope, keys }
    }

    async fn intend(&self, fact: &str) -> Option<MessageId> {
        let template = Template::VerifyEmail { token: "pvt_secret".into(), expires_at: MORNING + Duration::DAY };
        let intent = Intent {
            house: "みどり市文化会館",
            template: &template,
            locale: Locale::Ja,
            to: "taro@example.jp",
            patron: None,
            fact,
        };
        let seal = &self.keys.seal;
        self.test.db.tenant(&self.scope, async |tx| message::intend(tx, seal, &intent, MORNING).await).await.unwrap()
    }

    async fn claim(&self, now: Instant) -> Vec<Letter> {
        let seal = &self.keys.seal;
        self.test.db.tenant(&self.scope, async |tx| message::claim(tx, seal, 10, now).await).await.unwrap()
    }

    /// What the worker does with one tenant.
    async fn deliver(&self, sender: &Sender, now: Instant) -> usize {
        let letters = self.claim(now).await;
        for letter in &letters {
            let outcome = sender.send(letter).await;
            let note = async |tx: &mut db::TenantTx| match &outcome {
                Ok(()) => message::sent(tx, letter, now).await,
                Err(error) => message::not_sent(tx, letter, error, now).await,
            };
            self.test.db.tenant(&self.scope, note).await.unwrap();
        }
        letters.len()
    }

    async fn peek(&self, expression: &str) -> Vec<String> {
        self.test.peek(&format!("SELECT {expression}")).await
    }

    async fn states(&self) -> Vec<String> {
        self.peek("state || ' ' || attempts || coalesce(' ' || failure, '') FROM notice.messages ORDER BY id").await
    }
}

fn smtp(url: &str) -> Sender {
    Sender::configured(Some(url), "/nowhere".as_ref(), "no-reply@itsudemo.example.jp").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_goes_out_once_and_is_forgotten() {
    let (house, server) = (House::new().await, MailServer::start("250 OK").await);
    let id = house.intend("patron.verify_email 1").await.unwrap();
    assert_eq!(house.intend("patron.verify_email 1").await, None, "one fact is told once");
    assert_eq!(message::tenants_with_due(&house.test.db, MORNING).await.unwrap(), [house.scope.tenant()]);

    assert_eq!(house.deliver(&smtp(&server.url), MORNING).await, 1);
    assert_eq!(house.deliver(&smtp(&server.url), MORNING + Duration::DAY).await, 0);
    assert_eq!(message::tenants_with_due(&house.test.db, MORNING + Duration::DAY).await.unwrap(), []);

    let [mail] = server.arrived().try_into().unwrap();
    assert!(mail.to.contains("<taro@example.jp>"), "{}", mail.to);
    assert!(mail.from.contains("<no-reply@itsudemo.example.jp>"), "{}", mail.from);
    assert!(mail.text.contains(&format!("Message-ID: <{id}@itsudemo.example.jp>")), "{}", mail.text);
    assert!(mail.text.contains("Content-Type: text/plain; charset=utf-8"), "{}", mail.text);
    assert_eq!(house.states().await, ["sent 1"]);
    assert_eq!(house.peek("event FROM audit.outbox").await, ["notice.message.sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_vanishes_with_its_transaction() {
    let house = House::new().await;
    let (seal, template) = (&house.keys.seal, Template::AlreadyRegistered);
    let (house_name, to, fact) = ("会館", "taro@example.jp", "f");
    let intent = Intent { house: house_name, template: &template, locale: Locale::En, to, patron: None, fact };
    let work = async |tx: &mut db::TenantTx| -> Result<(), Fault> {
        message::intend(tx, seal, &intent, MORNING).await?;
        Err(Fault::Unexpected("the sale failed"))
    };
    assert!(house.test.db.tenant(&house.scope, work).await.is_err());
    assert!(house.claim(MORNING).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_final_refusal_is_given_up_and_a_passing_one_is_tried_again_later() {
    let house = House::new().await;
    let (busy, final_) =
        (MailServer::start("450 busy").await, MailServer::start("550 no such user taro@example.jp").await);
    house.intend("f").await.unwrap();
    house.deliver(&smtp(&busy.url), MORNING).await;
    assert!(house.states().await[0].starts_with("queued 1 smtp_450"));
    assert_eq!(house.deliver(&smtp(&busy.url), MORNING + Duration::seconds(59)).await, 0);
    assert_eq!(house.deliver(&smtp(&final_.url), MORNING + Duration::MINUTE).await, 1);
    assert_eq!(house.states().await, ["failed 2 smtp_550"]);
    let told = house.peek("event || ' ' || outcome || ' ' || data::text FROM audit.outbox").await.concat();
    assert!(told.starts_with("notice.message.failed failed") && !told.contains("taro"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_tried_again() {
    let house = House::new().await;
    house.intend("f").await.unwrap();
    let away = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    house.deliver(&smtp(&format!("smtp://{away}")), MORNING).await;
    assert!(house.states().await[0].starts_with("queued 1 connection"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_never_take_the_same_message_and_a_dead_one_gives_it_back() {
    let house = House::new().await;
    for n in 0..12 {
        house.intend(&format!("f {n}")).await.unwrap();
    }
    let (one, other) = tokio::join!(house.claim(MORNING), house.claim(MORNING));
    let mut ids: Vec<_> = one.iter().chain(&other).map(|letter| letter.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), one.len() + other.len());
    assert_eq!(house.claim(MORNING).await.len() + ids.len(), 12);
    assert_eq!(house.claim(MORNING + Duration::minutes(5)).await.len(), 10, "what was never settled is due again");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_messages_become_files_that_only_the_owner_reads() {
    let house = House::new().await;
    let dir = std::env::temp_dir().join(format!("itsudemo-mail-{}", uuid::Uuid::new_v4()));
    let sender = Sender::configured(None, &dir, "no-reply@itsudemo.example.jp").unwrap();
    let id = house.intend("f").await.unwrap();
    house.deliver(&sender, MORNING).await;
    let path = dir.join(format!("{id}.eml"));
    assert!(std::fs::read_to_string(&path).unwrap().contains("To: taro@example.jp"));
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::remove_dir_all(dir).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_address_nor_words_stand_in_clear_while_a_message_waits() {
    let house = House::new().await;
    house.intend("f").await.unwrap();
    let rows = house.peek("encode(content, 'escape') || m::text FROM notice.messages AS m").await.concat();
    assert!(!rows.contains("taro") && !rows.contains("pvt_secret"), "{rows}");
    let letter = &house.claim(MORNING).await[0];
    assert!(letter.body.contains("pvt_secret"));
    assert!(!format!("{letter:?}").contains("taro"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_nobody_can_read_is_given_up_and_holds_up_no_other() {
    let house = House::new().await;
    let broken = house.intend("one").await.unwrap();
    let whole = house.intend("two").await.unwrap();
    let spoil = format!("UPDATE notice.messages SET content = '\\x00' WHERE id = '{}'", broken.uuid());
    TestDb::execute(&house.test, &spoil).await;
    let claimed: Vec<MessageId> = house.claim(MORNING).await.iter().map(|letter| letter.id).collect();
    assert_eq!(claimed, [whole]);
    let given_up = format!(
        "DO $$ BEGIN ASSERT (SELECT state = 'failed' AND failure = 'unreadable' FROM notice.messages WHERE id = '{}'); END $$",
        broken.uuid()
    );
    TestDb::execute(&house.test, &given_up).await;
    assert!(house.claim(MORNING + Duration::DAY).await.iter().all(|letter| letter.id == whole));
}
