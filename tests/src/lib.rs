//! The whole application on a database of its own, called as its callers call it.
//!
//! Every answer is held against the contract before a test sees it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::missing_panics_doc
)]

pub mod counting;
pub mod measure;
pub mod rig;
pub mod staff;
pub mod stage;
pub mod wire;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use api::{
    Desk, app, conformance,
    desk::{self, Inner},
    front::Guard,
    limits::{Limits, Quotas},
    venue::otherwise::Searches,
};
use kernel::{Clock, Service};
use poem::{
    Body, Endpoint, EndpointExt, Request,
    endpoint::BoxEndpoint,
    http::{HeaderMap, Method, StatusCode},
};
use serde_json::Value;
use testkit::{Cluster, TestDb, Twins};

/// The application with the twins.
pub struct TestApp {
    pub test: TestDb,
    pub clock: Clock,
    /// What operations and jobs work with.
    pub desk: Desk,
    public: Arc<BoxEndpoint<'static, poem::Response>>,
    operators: Arc<BoxEndpoint<'static, poem::Response>>,
}

impl TestApp {
    pub async fn new() -> Self {
        Self::on(TestDb::new().await)
    }

    /// The application as it serves real business: the sandbox provider is closed.
    pub async fn for_real() -> Self {
        Self::set_up(|desk| desk.sandbox_payments = false).await
    }

    /// The application with its desk set up otherwise than for most tests.
    pub async fn set_up(otherwise: impl FnOnce(&mut Inner)) -> Self {
        Self::put_together(TestDb::new().await, otherwise)
    }

    /// The application on this database, with limits no test reaches.
    pub fn on(test: TestDb) -> Self {
        Self::put_together(test, |_| ())
    }

    fn put_together(test: TestDb, otherwise: impl FnOnce(&mut Inner)) -> Self {
        let keyring = Twins::keyring(Cluster::shared());
        let clock = testkit::clock();
        let plenty = std::num::NonZeroU32::new(10_000_000).unwrap();
        let mut desk = Inner {
            db: test.db.clone(),
            clock: clock.clone(),
            pepper: keyring.credential_pepper().clone(),
            passwords: desk::passwords(&keyring).unwrap(),
            cursor_key: *keyring.credential_pepper().expose(),
            keyring,
            pages: api::Pages::default(),
            sandbox_payments: true,
            limits: Limits::new(Quotas { server: plenty, page: plenty, session: plenty }),
            searches: Searches::new(2, Duration::from_secs(120)),
            services: BTreeSet::from([Service::Core, Service::Ticket, Service::Venue, Service::Course]),
            taking: Arc::new(|| true),
        };
        otherwise(&mut desk);
        let desk = Desk::new(desk);
        let public = Arc::new(app::public(&desk, Guard::default()).boxed());
        let operators = Arc::new(app::operator(&desk, Guard::default()).boxed());
        Self { test, clock, desk, public, operators }
    }

    /// Somebody who shows this credential.
    pub fn with(&self, credential: &str) -> Client {
        Client {
            public: self.public.clone(),
            operators: self.operators.clone(),
            credential: Some(credential.to_owned()),
            origin: None,
        }
    }

    /// Somebody who shows nothing.
    pub fn anonymous(&self) -> Client {
        Client { public: self.public.clone(), operators: self.operators.clone(), credential: None, origin: None }
    }

    /// The first twin's own server.
    pub fn server(&self) -> Client {
        self.with(&self.test.twins.first.secret_key)
    }

    /// The neighbour's server.
    pub fn neighbour(&self) -> Client {
        self.with(&self.test.twins.second.secret_key)
    }

    /// A page of the first twin.
    pub fn page(&self) -> Client {
        self.on_page(&self.test.twins.first.publishable_key)
    }

    /// A page that shows this publishable key.
    pub fn on_page(&self, key: &str) -> Client {
        Client { origin: Some(testkit::twins::ORIGIN), ..self.with(key) }
    }

    /// A gate of the first twin.
    pub fn gate(&self) -> Client {
        self.with(&self.test.twins.first.device_key)
    }
}

/// A caller.
#[derive(Clone)]
pub struct Client {
    public: Arc<BoxEndpoint<'static, poem::Response>>,
    operators: Arc<BoxEndpoint<'static, poem::Response>>,
    credential: Option<String>,
    origin: Option<&'static str>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} {}", self.status, self.text))
    }

    /// The body, when it was created.
    pub fn created(&self) -> Value {
        assert_eq!(self.status, 201, "{}", self.text);
        self.json()
    }

    /// The body, when it went well.
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// The problem, when it was refused so.
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem = self.json();
        assert_eq!((self.status.as_u16(), problem["code"].as_str()), (status, Some(code)), "{}", self.text);
        problem
    }

    /// The stable code, when it is a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Client {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    /// A POST with a key of its own.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let key = uuid::Uuid::new_v4().to_string();
        self.send(Method::POST, path, &[("idempotency-key", &key)], Some(body)).await
    }

    /// A PATCH with a key of its own.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        let key = uuid::Uuid::new_v4().to_string();
        self.send(Method::PATCH, path, &[("idempotency-key", &key)], Some(body)).await
    }

    /// A POST of a file.
    pub async fn file(&self, path: &str, media_type: &str, bytes: &[u8]) -> Answer {
        self.deliver(Method::POST, path, &[], Some((media_type, bytes.to_vec()))).await
    }

    /// A request as it is, with these headers.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let body = body.map(|body| ("application/json", body.to_string().into_bytes()));
        self.deliver(method, path, headers, body).await
    }

    async fn deliver(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, Vec<u8>)>,
    ) -> Answer {
        let mut builder = Request::builder().method(method.clone()).uri_str(path).header("host", "test.local");
        builder = builder.header("cache-control", "no-cache"); // what a test reads is never half a second old
        if let Some(credential) = &self.credential {
            builder = builder.header("authorization", format!("Bearer {credential}"));
        }
        if let Some(origin) = self.origin {
            builder = builder.header("origin", origin);
        }
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let request = match body {
            Some((media_type, bytes)) => builder.header("content-type", media_type).body(Body::from(bytes)),
            None => builder.finish(),
        };
        let plane = if path.starts_with(api::front::OPERATOR_PREFIX) { &self.operators } else { &self.public };
        let response = plane.call(request).await.expect("the front answers everything");
        let (parts, body) = response.into_parts();
        let bytes = body.into_vec().await.expect("a body");
        let answer = conformance::Answer { status: parts.status.as_u16(), headers: &parts.headers, body: &bytes };
        let faults = conformance::faults(&method, path, answer);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(faults.is_empty(), "{method} {path}: {faults:?}\n{text}");
        Answer { status: parts.status, headers: parts.headers, text, bytes }
    }
}
