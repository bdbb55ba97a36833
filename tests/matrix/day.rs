//! The day at a hall that the contract takes its examples from, played with every operation once or more. What the tests of
//! the walls and of the journal need to know of it is recorded.

use std::collections::{BTreeSet, HashMap};

use billing::payment::signature::NoticeSecret;
use diesel::{QueryableByName, sql_types::BigInt};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use document::{DAY, Step};
use kernel::{Actor, RequestId, Scope, Service, ids::TenantId};
use notice::message;
use serde_json::Value;
use tenancy::{Vault, operator};
use testkit::{Cluster, Twins};
use tests::{Answer, Client, TestApp};
use time::Duration;

use crate::{Published, operations};

/// A request of the day as it was sent, and what came of it.
pub struct Played {
    pub who: String,
    pub operation: Published,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Value>,
    pub csv: Option<String>,
    /// How many entries of the journal it left.
    pub entries: i64,
    /// The version of what was answered; empty: it says none.
    pub etag: String,
}

/// The day, from the operator's first request on.
pub struct Day {
    pub app: TestApp,
    pub played: Vec<Played>,
    /// The contractor whose day it was.
    pub tenant: TenantId,
    /// What the examples call it → what it is called here.
    names: Vec<(String, String)>,
    credentials: HashMap<String, String>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Day {
    /// Plays the whole day; every request must go well.
    pub async fn play() -> Self {
        Self::play_with(&|_, _| {}).await
    }

    /// The same with other bodies: each is mended before it is sent, by the operation that it is for.
    pub async fn play_with(mend: &(dyn Fn(&str, &mut Value) + Sync)) -> Self {
        let app = TestApp::new().await;
        let keyring = Twins::keyring(Cluster::shared());
        let vault =
            Vault { pepper: keyring.credential_pepper().clone(), passwords: api::desk::passwords(&keyring).unwrap() };
        let (_, password) =
            operator::create(&app.test.db, &vault, "hayashi", "林", None, app.clock.now()).await.unwrap();
        let names = vec![("operator-password".to_owned(), password.reveal().to_owned())];
        let tenant = app.test.twins.first.tenant;
        let mut day = Self { app, played: Vec::new(), tenant, names, credentials: HashMap::new() };
        for step in DAY.iter() {
            match step {
                Step::Mail { mail, gives } => day.mail(mail, gives).await,
                Step::Wait { minutes } => day.app.clock.advance(Duration::minutes(*minutes)),
                Step::Request(request) => day.request(request, mend).await,
            }
        }
        day
    }

    /// The entries of one journal, or of all.
    pub async fn entries(&self, of: Option<TenantId>) -> i64 {
        let mut conn = AsyncPgConnection::establish(&self.app.test.admin_url()).await.unwrap();
        let of = of.map_or_else(String::new, |tenant| format!(" WHERE tenant_id = '{}'", tenant.uuid()));
        let count: Count =
            diesel::sql_query(format!("SELECT count(*) FROM audit.outbox{of}")).get_result(&mut conn).await.unwrap();
        count.count
    }

    async fn request(&mut self, request: &document::Request, mend: &(dyn Fn(&str, &mut Value) + Sync)) {
        let mut operation =
            operations().into_iter().find(|operation| operation.id == request.operation).unwrap_or_else(|| {
                panic!("{} is an operation", request.operation);
            });
        for (name, value) in &request.path {
            operation.path = operation.path.replace(&format!("{{{name}}}"), value);
        }
        let query: Vec<String> = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let path = self.here(&format!("{}{query}", operation.path));
        let mut body = request.body.as_ref().map(|body| serde_json::from_str(&self.here(&body.to_string())).unwrap());
        if let Some(body) = &mut body {
            mend(&request.operation, body);
        }
        let mut headers: Vec<(String, String)> =
            request.headers.iter().map(|(name, value)| (name.clone(), self.here(value))).collect();
        if operation.takes("Idempotency-Key") {
            headers.push(("idempotency-key".to_owned(), uuid::Uuid::new_v4().to_string()));
        }
        if request.sign {
            let body: &Value = body.as_ref().unwrap();
            headers.push(("notice-signature".to_owned(), self.signature(body)));
        }
        let (who, csv) = (request.who.clone(), request.csv.clone());
        let mut played = Played { who, operation, path, headers, body, csv, entries: 0, etag: String::new() };
        let before = self.entries(None).await;
        let answer = played.send(&self.client(&request.who), |text| text.to_owned()).await;
        let sent = (&request.operation, &played.path);
        assert!(answer.status.is_success(), "{sent:?}: {} {}", answer.status, answer.text);
        played.entries = self.entries(None).await - before;
        played.etag = answer.header("etag").to_owned();
        for (pointer, name) in &request.gives {
            let given = answer.json();
            let given = given.pointer(pointer).unwrap_or_else(|| panic!("{pointer} in {}", answer.text));
            let given = given.as_str().unwrap().to_owned();
            match name.strip_prefix('@') {
                Some(who) => drop(self.credentials.insert(who.to_owned(), given)),
                None => self.names.push((name.clone(), given)),
            }
        }
        if request.operation == "operator_tenant_create" {
            self.tenant = answer.json()["id"].as_str().unwrap().parse().unwrap();
        }
        self.played.push(played);
    }

    /// What the examples say, in the names that things have here.
    fn here(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, real)| text.replace(name, real))
    }

    fn client(&self, who: &str) -> Client {
        match self.credentials.get(who) {
            Some(credential) if who == "page" => self.app.on_page(credential),
            Some(credential) => self.app.with(credential),
            None => self.app.anonymous(),
        }
    }

    fn signature(&self, body: &Value) -> String {
        let keys = Twins::keyring(Cluster::shared()).tenant(self.tenant).unwrap();
        let secret = NoticeSecret::derive(&keys.index, "sandbox");
        secret.sign(self.tenant, self.app.clock.now(), body.to_string().as_bytes())
    }

    /// The code in the newest letter to an address.
    async fn mail(&mut self, to: &str, name: &str) {
        let scope = Scope::assume(self.tenant, Service::Core, Actor::System, RequestId::random());
        let keys = Twins::keyring(Cluster::shared()).tenant(self.tenant).unwrap();
        let now = self.app.clock.now();
        let claim = async |tx: &mut db::TenantTx| message::claim(tx, &keys.seal, 20, now).await;
        let letters = self.app.test.db.tenant(&scope, claim).await.unwrap();
        let letter = letters.iter().rfind(|letter| letter.to == to).expect("a letter");
        let code = letter.body.split_whitespace().find(|word| word.starts_with("pvt_")).expect("a code");
        self.names.push((name.to_owned(), code.to_owned()));
    }
}

impl Played {
    /// Sends the request, with its path and body told as `told` tells them.
    pub async fn send(&self, client: &Client, told: impl Fn(&str) -> String) -> Answer {
        let path = told(&self.path);
        if let Some(csv) = &self.csv {
            return client.file(&path, "text/csv", csv.as_bytes()).await;
        }
        let body: Option<Value> =
            self.body.as_ref().map(|body| serde_json::from_str(&told(&body.to_string())).unwrap());
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        client.send(self.operation.method.clone(), &path, &headers, body.as_ref()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_has_its_hour_in_the_day_and_goes_well() {
    let day = Day::play().await;
    let played: BTreeSet<&str> = day.played.iter().map(|played| played.operation.id.as_str()).collect();
    let published = operations();
    let missing: Vec<&str> =
        published.iter().map(|operation| operation.id.as_str()).filter(|id| !played.contains(id)).collect();
    assert_eq!(missing, [""; 0], "operations without an example");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_something_or_shows_personal_data_is_in_the_journal_and_nothing_else_is() {
    let day = Day::play().await;
    let wrong: Vec<_> = day
        .played
        .iter()
        .filter(|played| played.operation.journalled != (played.entries > 0))
        .map(|played| (played.operation.id.as_str(), played.entries))
        .collect();
    assert_eq!(wrong, [], "operations and the entries they left");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_by_itself_says_its_version() {
    let day = Day::play().await;
    let (with, without): (Vec<_>, Vec<_>) =
        day.played.iter().filter(|played| played.operation.versioned).partition(|played| !played.etag.is_empty());
    let without: Vec<&str> = without.iter().map(|played| played.operation.id.as_str()).collect();
    assert_eq!(without, [""; 0]);
    assert!(with.len() > 50, "there is something to read");
}
