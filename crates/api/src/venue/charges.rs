//! `/v1/venue/applications/{id}/extend`, `/reduce` and `/settle`: what an application costs, and until when.

use ::venue::{
    application::{self, Applied, Reduction},
    usage,
};
use billing::{Bill, refund::Reason};
use contract::{
    ApiError, Done, Ref,
    venue::{
        hire::{HireApplication, HireExtensionRequest, HireSettlement},
        reduction::{HireReduction, HireReductionRequest},
    },
};
use db::TenantTx;
use kernel::{
    Instant,
    ids::{BillId, kind},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tariff::hire::Grant;
use tenancy::permission::permit as may;

use super::{
    applications::done,
    letters,
    money::{self, Difference, Held},
    wire,
};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, subject, tags::Tag};

/// Operations on what applications cost that were granted.
pub struct Charges {
    desk: Desk,
}

impl Charges {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// Bills or gives back what follows: in place of the bill of the charge, or as a supplement.
async fn follow(
    tx: &mut TenantTx,
    bills: &[Bill],
    applied: &Applied,
    found: &Reduction,
    now: Instant,
) -> Result<Option<BillId>, ApiError> {
    let application = &applied.application;
    if found.unpaid {
        money::call_off(tx, bills, Reason::Staff, now).await?;
        let (items, until) = (&found.balance.items, (Some(found.balance.due_at), false));
        return money::charge(tx, subject::application(application.id), application, items, until, now).await;
    }
    money::settle(tx, (bills, Reason::Staff), applied, &(&found.balance).into(), now).await
}

#[OpenApi(prefix_path = "/v1/venue/applications", tag = "Tag::Venue")]
impl Charges {
    /// Give more time to pay.
    ///
    /// 納付期限の延長: the bill is open and the rooms are kept until the new deadline; who applied is told. It may be done again. What is
    /// paid or has lapsed is refused: of this and a lapse, whichever came first counts. A number for a store that was given before keeps
    /// its time: `store_number` of the bill says until when, and another payment gives one that holds longer.
    #[oai(path = "/:id/extend", method = "post", operation_id = "venue_application_extend")]
    async fn extend(
        &self,
        caller: May<may::DecideHires>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireExtensionRequest>,
    ) -> Result<Done<HireApplication>, ApiError> {
        let (desk, id, due_at, now) = (&self.desk, id.0.0, body.due_at.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let reason = &desk.remark(caller.tenant(), &body.reason)?;
        // the bill's row before the application's, as everywhere: whoever pays or lets it lapse comes before or after
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let bills = money::hold(tx, id).await?;
            let applied = application::extend(tx, id, version, (due_at, reason), now).await?;
            money::extend(tx, &bills, due_at, now).await?;
            let number_until = money::number_until(tx, &bills).await?;
            letters::extended(desk, tx, &applied, (reason.text(), number_until), now).await?;
            done(desk, tx, &applied, now).await
        };
        desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Grant a reduction.
    ///
    /// 減免 of an application that is granted already, by the staff or where nobody needs to. One that waits for its payment is billed
    /// again until the same moment, and what was paid of its bill in part goes back; with nothing left to pay it is confirmed. Of one
    /// that is paid the difference goes back, and the permit has another revision. What comes off nothing is not granted; what was granted
    /// before and comes off nothing any more has a line of 0 in the new quote.
    #[oai(path = "/:id/reduce", method = "post", operation_id = "venue_application_reduce")]
    async fn reduce(
        &self,
        caller: May<may::DecideHires>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireReductionRequest>,
    ) -> Result<Done<HireReduction>, ApiError> {
        let (desk, id, now) = (&self.desk, id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let grants: &Vec<Grant> = &body.reductions.iter().map(wire::reductions::grant).collect();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let seen = application::find(tx, id).await?.application;
            let Held { bills, received } = money::held(tx, &seen).await?;
            let (applied, found) = application::reduce(tx, id, version, grants, &received, now).await?;
            let bill = follow(tx, &bills, &applied, &found, now).await?;
            letters::reduced(desk, tx, &applied, &found, now).await?;
            Ok(Done::new(&wire::reductions::reduction(id, &found, bill)).version(applied.application.version))
        };
        desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Settle an application.
    ///
    /// 精算: once the use of each hire is recorded, it is priced again by how it was used. What is missing is billed until `due_at`,
    /// and owed after that, too; what was too much goes back. A reduction that was granted and comes off nothing of how it was used has a
    /// line of 0 in the new quote.
    #[oai(path = "/:id/settle", method = "post", operation_id = "venue_application_settle")]
    async fn settle(
        &self,
        caller: May<may::RecordUse>,
        id: Path<Ref<kind::HireApplication>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<HireSettlement>, ApiError> {
        let (desk, id, now) = (&self.desk, id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let seen = application::find(tx, id).await?.application;
            let Held { bills, received } = money::held(tx, &seen).await?;
            let (applied, settlement) = usage::settle(tx, id, version, &received, now).await?;
            let difference = Difference { stands: true, ..(&settlement.balance).into() };
            let bill = money::settle(tx, (&bills, Reason::Staff), &applied, &difference, now).await?;
            letters::settled(desk, tx, &applied, &settlement, now).await?;
            Ok(Done::new(&wire::usage::settlement(id, &settlement, bill)).version(applied.application.version))
        };
        desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }
}
