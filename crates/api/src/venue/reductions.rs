//! `/v1/venue/applications/{id}/reduce`

use ::venue::application::{self, Application, Reduction};
use billing::{Bill, refund::Reason};
use contract::{
    ApiError, Done, Ref,
    venue::reduction::{HireReduction, HireReductionRequest},
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
    letters,
    money::{self, Difference},
    wire,
};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, subject, tags::Tag};

/// Reductions of applications that were granted.
pub struct Reductions {
    desk: Desk,
}

impl Reductions {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// Bills or gives back what follows: in place of the bill of the charge, or as a supplement.
async fn follow(
    tx: &mut TenantTx,
    bills: &[Bill],
    application: &Application,
    found: &Reduction,
    now: Instant,
) -> Result<Option<BillId>, ApiError> {
    if found.unpaid {
        money::call_off(tx, bills, Reason::Staff, now).await?;
        let until = (Some(found.due_at), false);
        return money::charge(tx, subject::application(application.id), application, &found.items, until, now).await;
    }
    let (owed, due_at) = (Some((found.quote, found.items.as_slice())), Some(found.due_at));
    let difference = Difference { owed, due_at, stands: false, refunds: &found.refunds };
    money::settle(tx, (bills, Reason::Staff), application, &difference, now).await
}

#[OpenApi(prefix_path = "/v1/venue/applications", tag = "Tag::Venue")]
impl Reductions {
    /// Grant a reduction.
    ///
    /// 減免 of an application that is granted already, by the staff or where nobody needs to. One that waits for its payment is billed
    /// again until the same moment, and what was paid of its bill in part goes back; with nothing left to pay it is confirmed. Of one
    /// that is paid the difference goes back, and the permit has another revision.
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
            let before = application::find(tx, id).await?.application.version;
            let bills = money::hold(tx, id).await?;
            let (version, received) = (version.or(Some(before)), money::received(&bills));
            let (applied, found) = application::reduce(tx, id, version, grants, &received, now).await?;
            let one = &applied.application;
            let bill = follow(tx, &bills, one, &found, now).await?;
            letters::reduced(desk, tx, &applied, &found, now).await?;
            Ok(Done::new(&wire::reductions::reduction(id, &found, bill)).version(one.version))
        };
        desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}
