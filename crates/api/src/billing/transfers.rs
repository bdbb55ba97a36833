//! `/v1/transfers`

use std::collections::HashMap;

use billing::{
    Outcome, PaymentState, Settlement, payment,
    transfer::{self, Registered, Transfer as Stored, TransferDraft, TransferState as State, Untried},
};
use contract::{
    ApiError, Done, Listed, Ref, Shown,
    billing::{Transfer, TransferBatch, TransferMatchRequest, TransferRequest, TransferState},
};
use db::{Fault, TenantTx};
use kernel::{
    Instant, Scope,
    ids::{TransferId, kind},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;
use tokio::task::JoinSet;

use super::{access, transfer_wire as wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, problems, settle, tags::Tag};

/// Operations on bank transfers.
pub struct Transfers {
    desk: Desk,
}

type Writer = May<permit::WriteTransfers>;

/// How many transfers of one statement are tried at the same time.
const LANES: usize = 4;

fn absent() -> ApiError {
    ApiError::of(problems::ABSENT.refuse())
}

/// The service is told of the money, and must be able to deliver for it: late money that only could go back stays where it is.
async fn delivered(desk: &Desk, tx: &mut TenantTx, settlement: &Settlement, now: Instant) -> Result<(), ApiError> {
    settle::tell(desk, tx, settlement, now).await?;
    let paid = payment::find(tx, settlement.payment).await?.ok_or(Fault::Unexpected("a settlement has its payment"))?;
    if paid.state == PaymentState::Captured {
        return Ok(());
    }
    Err(ApiError::of(billing::problems::TRANSFER_UNDELIVERABLE.refuse()))
}

/// Each transfer pays its bill in a transaction of its own, in the service of what the bill is for.
async fn one_by_one(desk: Desk, scope: Scope, lane: Vec<Untried>, now: Instant) -> Result<(), ApiError> {
    for one in &lane {
        attempt(&desk, &scope, one, now).await?;
    }
    Ok(())
}

async fn attempt(desk: &Desk, scope: &Scope, one: &Untried, now: Instant) -> Result<(), ApiError> {
    let work = async |tx: &mut TenantTx| -> Result<(), ApiError> {
        match transfer::attempt(tx, one.transfer, one.bill, now).await? {
            // who paid in time is told what became of it, however late the statement was read in
            Some(settlement) if matches!(settlement.outcome, Outcome::Late { .. }) => {
                settle::tell(desk, tx, &settlement, now).await
            }
            Some(settlement) => delivered(desk, tx, &settlement, now).await,
            None => Ok(()),
        }
    };
    match desk.db.tenant(&scope.in_service(one.subject.service()), work).await {
        // one line that a service refuses must not keep the others of its statement waiting
        Err(error) if !error.status().is_server_error() => {
            let note = async |tx: &mut TenantTx| transfer::undeliverable(tx, one.transfer).await;
            Ok(desk.db.tenant(scope, note).await?)
        }
        outcome => outcome,
    }
}

impl Transfers {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }

    /// Lets every transfer that nobody has looked at pay its bill; several at a time, those of one bill one after the other.
    async fn work_off(&self, caller: &Writer, ids: &[TransferId]) -> Result<(), ApiError> {
        let work = async |tx: &mut TenantTx| transfer::untried(tx, ids).await;
        let untried = self.desk.db.read(&caller.scope(), work).await?;
        let mut lanes: [Vec<Untried>; LANES] = [const { Vec::new() }; LANES];
        for (of_bill, at) in untried.chunk_by(|one, next| one.bill == next.bill).zip((0..LANES).cycle()) {
            if let Some(lane) = lanes.get_mut(at) {
                lane.extend_from_slice(of_bill);
            }
        }
        let mut tasks = JoinSet::new();
        for lane in lanes.into_iter().filter(|lane| !lane.is_empty()) {
            tasks.spawn(one_by_one(self.desk.clone(), caller.scope(), lane, caller.now()));
        }
        let mut outcome = Ok(());
        while let Some(done) = tasks.join_next().await {
            let done = done.unwrap_or_else(|_| Err(Fault::Unexpected("a lane of transfers ends").into()));
            outcome = outcome.and(done);
        }
        outcome
    }

    /// How these stand now, in their order.
    async fn told(&self, caller: &Writer, ids: &[TransferId]) -> Result<Vec<Stored>, ApiError> {
        let work = async |tx: &mut TenantTx| transfer::these(tx, ids).await;
        let mut found: HashMap<TransferId, Stored> =
            self.desk.db.read(&caller.scope(), work).await?.into_iter().map(|one| (one.id, one)).collect();
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}

#[OpenApi(prefix_path = "/v1/transfers", tag = "Tag::Billing")]
impl Transfers {
    /// List bank transfers.
    ///
    /// Newest first; those in suspense are `unmatched`.
    #[oai(path = "/", method = "get", operation_id = "billing_transfer_list")]
    async fn list(
        &self,
        caller: May<permit::ReadTransfers>,
        state: Query<Option<TransferState>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Transfer>, ApiError> {
        let state = state.0.map(wire::state);
        let list = format!("transfers {}", state.map_or("all", State::as_str));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| transfer::list(tx, state, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::transfer(&one)))
    }

    /// Register lines of a bank statement.
    ///
    /// At most 500 in one request, all or none; a line that is registered already counts once. A transfer whose number is that of
    /// a bill and whose amount is exactly what the bill asks for pays it at once, and what the bill is for is settled. When the bill's
    /// time ran out meanwhile and the day of the transfer is not after its last day, or that of its grace, what the bill is for is had
    /// again while it is free; otherwise the money goes back by a refund, and the payer is told. Every other one is kept in suspense with
    /// the reason. The name of who paid is personal data and has no place here.
    #[oai(path = "/", method = "post", operation_id = "billing_transfer_create")]
    async fn create(
        &self,
        caller: May<permit::WriteTransfers>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<TransferRequest>,
    ) -> Result<Done<TransferBatch>, ApiError> {
        let (drafts, now) = (wire::drafts(&body)?, caller.now());
        let drafts: &[TransferDraft] = &drafts;
        let work = async |tx: &mut TenantTx| -> Result<Done<TransferBatch>, ApiError> {
            let registered = transfer::register(tx, drafts, now).await?;
            let known = registered.iter().filter(|one| one.known).count();
            let stored: Vec<Stored> = registered.into_iter().map(|Registered { transfer, .. }| transfer).collect();
            Ok(Done::new(&wire::batch(&stored, known)))
        };
        let done = self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await?;
        let (known, ids) = wire::registered(&done.reply.body)?;
        self.work_off(&caller, &ids).await?;
        let mut answer = Done::new(&wire::batch(&self.told(&caller, &ids).await?, known));
        answer.reply.replay_of = done.reply.replay_of;
        Ok(answer)
    }

    /// Read a bank transfer.
    ///
    /// Where it stands, why it is in suspense, what it paid.
    #[oai(path = "/:id", method = "get", operation_id = "billing_transfer_view")]
    async fn view(
        &self,
        caller: May<permit::ReadTransfers>,
        id: Path<Ref<kind::Transfer>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Transfer>, ApiError> {
        let work = async |tx: &mut TenantTx| transfer::find(tx, id.0.0).await;
        let found = self.desk.db.read(&caller.scope(), work).await?.ok_or_else(absent)?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::transfer(&found)))
    }

    /// Match a bank transfer to a bill.
    ///
    /// For a transfer in suspense. Less than the bill asks for is a part payment; what is more is refused, or with `keep` noted to
    /// be sent back. A bill that is cancelled or overdue takes all it asked for, if what it is for can still be delivered.
    #[oai(path = "/:id/match", method = "post", operation_id = "billing_transfer_settle")]
    async fn settle(
        &self,
        caller: May<permit::WriteTransfers>,
        id: Path<Ref<kind::Transfer>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<TransferMatchRequest>,
    ) -> Result<Done<Transfer>, ApiError> {
        let (desk, ask, now) = (&self.desk, &wire::matching(id.0.0, &body), caller.now());
        let service = access::service_of(desk, &caller, ask.bill).await?;
        let work = async |tx: &mut TenantTx| -> Result<Done<Transfer>, ApiError> {
            let (matched, settlement) = transfer::match_to(tx, ask, now).await?;
            delivered(desk, tx, &settlement, now).await?;
            Ok(Done::new(&wire::transfer(&matched)).version(matched.version))
        };
        self.desk.once_in(service, &caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Note that a bank transfer was sent back.
    ///
    /// All of one in suspense, or what was more than its bill asked for. The bank does it; this keeps that it was done.
    #[oai(path = "/:id/return", method = "post", operation_id = "billing_transfer_refund")]
    async fn send_back(
        &self,
        caller: May<permit::WriteTransfers>,
        id: Path<Ref<kind::Transfer>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<Transfer>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<Done<Transfer>, ApiError> {
            let returned = transfer::send_back(tx, id, now).await?;
            Ok(Done::new(&wire::transfer(&returned)).version(returned.version))
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }
}
