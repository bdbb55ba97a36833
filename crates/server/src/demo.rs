//! `itsudemo demo`: a sale from the contractor's registration to the gate, a hire from the table to its settlement, and a
//! term's draw, on a running server, as its callers make them.
#![allow(clippy::indexing_slicing, reason = "an answer is JSON, where a member that is missing reads as null")]

mod calendar;
mod course;
mod hire;
mod house;
mod http;
mod sale;
mod sums;
mod term;

use std::time::Duration;

use api::desk;
use audit::Signer;
use custody::keyring::Keyring;
use db::Db;
use kernel::{Actor, Clock, Instant, RequestId, Scope, Service, ids::TenantId};
use serde_json::{Value, json};
use tenancy::{Vault, operator};
use tokio::runtime::Builder;
use uuid::Uuid;

use crate::{Failure, cli::DemoArgs, database::Database};
use http::Caller;

/// Something else happened than what should.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Surprise(String);

impl Surprise {
    fn new(what: impl Into<String>) -> Surprise {
        Surprise(what.into())
    }
}

/// Plays the sale and prints a line for each step. Everything goes over HTTP but two things that only whoever has this
/// machine may do: making an operator, and checking the journal.
///
/// # Errors
/// [`Failure::Surprise`] at the first step that goes another way.
pub fn demo(args: &DemoArgs) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (public, operators) = (Caller::at(&args.url)?, Caller::at(&args.operator_url)?);
    // asked first: without a server, looking for its database would start one
    let there = runtime.block_on(public.get("/readyz"));
    if !there.is_ok_and(|answer| answer.status == 200) {
        return Err(Failure::NotServing(args.url.clone()));
    }
    let database = Database::open_beside(&args.database)?;
    runtime.block_on(async {
        let db = database.connect(2).await?;
        play(args, &db, &public, &operators).await
    })
}

async fn play(args: &DemoArgs, db: &Db, public: &Caller, operators: &Caller) -> Result<(), Failure> {
    let began = Clock::system().now();
    let keyring = Keyring::open_or_create(args.database.data.join("keys"))?;
    let operator = operator_of(db, &keyring, operators).await?;
    let house = house::settle(public, &operator).await?;
    // it begins while tickets are sold
    let rehearsal = hire::rehearsal(&house).await?;
    let offer = house::put_on_sale(&house).await?;
    let waiting = sale::konbini(&house, &offer).await?;
    sale::favourite(&house, &offer).await?;
    sale::crowd(&house, &offer).await?;
    let tickets = sale::box_office(&house, &offer).await?;
    let first = tickets.first().ok_or_else(|| Surprise::new("the box office printed nothing"))?;
    sale::admit(&house, &offer, first).await?;
    sale::paid_late(public, &house, &waiting).await?;
    let hired = hire::story(&house, rehearsal).await?;
    say(format!("hall hire: {} yen charged, {} yen of it given back", hired.charged, hired.refunded));
    let taught = course::story(&house, &hired.studio).await?;
    say(format!(
        "courses: {} learners, {} yen charged, {} yen of it given back",
        taught.learners, taught.charged, taught.refunded
    ));
    let besides = hired.charged - hired.refunded + taught.charged - taught.refunded;
    let sums = sums::sums(&house, &offer, began, besides).await?;
    let journal = journal(db, &keyring, &house.tenant).await?;
    sums::show(&house, &offer, &sums, &journal);
    Ok(())
}

async fn operator_of(db: &Db, keyring: &Keyring, operators: &Caller) -> Result<Caller, Failure> {
    let vault = Vault { pepper: keyring.credential_pepper().clone(), passwords: desk::passwords(keyring)? };
    let login_id = format!("demo-{}", Uuid::new_v4().simple());
    let now = Clock::system().now();
    let (id, password) = operator::create(db, &vault, &login_id, "林 健一", None, now).await?;
    let claim = json!({ "login_id": login_id, "password": password.reveal() });
    let session = operators.post("/v1/operator/sessions", &claim).await?.expect(201)?;
    say(format!("an operator signed in on the operators' listener ({id})"));
    Ok(operators.bearing(&text(&session, "token")?))
}

/// Waits until nothing more is sealed into the tenant's journal, and checks it. Checkpoints are signed later, in the server's
/// own time.
async fn journal(db: &Db, keyring: &Keyring, tenant: &str) -> Result<audit::verify::Report, Failure> {
    let tenant: TenantId = tenant.parse().map_err(|_| Surprise::new(format!("`{tenant}` is no tenant")))?;
    let scope = Scope::assume(tenant, Service::Core, Actor::System, RequestId::random());
    let key = Signer::new(keyring.journal_signing()).verifying_key();
    let mut seen = 0;
    for _ in 0..60 {
        match audit::verify_database(db, &scope, &[key], &[]).await {
            Ok(report) if seen > 0 && report.entries + report.unsigned == seen => return Ok(report),
            Ok(report) => seen = report.entries + report.unsigned,
            Err(audit::verify::VerifyError::Bad(bad)) => {
                return Err(Failure::Journal { tenant: tenant.to_string(), bad });
            }
            Err(audit::verify::VerifyError::Fault(fault)) => return Err(fault.into()),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err(Surprise::new("the journal was not sealed within a minute").into())
}

fn say(line: impl AsRef<str>) {
    println!("{}", line.as_ref());
}

fn expect(what: &str, found: &Value, wanted: &Value) -> Result<(), Surprise> {
    if found == wanted { Ok(()) } else { Err(Surprise::new(format!("{what} is {found}, not {wanted}"))) }
}

/// Returns once a moment has come, and says what that is.
async fn wait_until(moment: Instant, what: &str) {
    if let Ok(rest) = Duration::try_from(moment - Clock::system().now()) {
        say(format!("waiting {} s until {what}", rest.as_secs() + 1));
        tokio::time::sleep(rest).await;
    }
}

fn text(value: &Value, member: &str) -> Result<String, Surprise> {
    let found = value[member].as_str().map(str::to_owned);
    found.ok_or_else(|| Surprise::new(format!("there is no {member} in {value}")))
}
