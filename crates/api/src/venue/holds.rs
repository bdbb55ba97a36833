//! `/v1/venue/holds`

use ::venue::{
    alternative,
    hire_hold::{self, Held, HoldError},
    hire_quote, problems as rules,
};
use contract::{
    ApiError, Created, Done, Ref, Shown,
    venue::hire::{HireHold, HireHoldRequest},
};
use db::TenantTx;
use kernel::{
    Actor,
    ids::{HireHoldId, HireQuoteId, kind},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::{Permit, permission::permit};

use super::{otherwise::missed, whom, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, acting, params, tags::Tag};

/// Operations on holds.
pub struct Holds {
    desk: Desk,
}

impl Holds {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// A hold, if this caller may know of it: the house of each, a patron of their own.
pub(super) async fn admitted<P: Permit>(tx: &mut TenantTx, caller: &May<P>, id: HireHoldId) -> Result<Held, HoldError> {
    let held = hire_hold::find(tx, id).await?;
    let may = match held.hold.patron_id {
        Some(whom) => acting::may(tx, caller, whom).await?,
        None => !matches!(caller.actor(), Actor::Patron(_)),
    };
    if may { Ok(held) } else { Err(HoldError::Absent) }
}

impl Holds {
    /// The refusal with other ways to have what is not to be had.
    async fn or_otherwise<P: Permit>(&self, caller: &May<P>, quote: HireQuoteId, error: ApiError) -> ApiError {
        let Some(uses) = missed(&error) else { return error };
        let Some(turn) = self.desk.searches.turn().await else { return error };
        let (hidden, now) = (caller.of_the_house(), caller.now());
        let work = async |tx: &mut TenantTx| alternative::of_quote(tx, quote, &uses, hidden, now).await;
        turn.told(error, self.desk.db.read(&caller.scope(), work).await).await
    }
}

#[OpenApi(prefix_path = "/v1/venue/holds", tag = "Tag::Venue")]
impl Holds {
    /// Hold what was quoted.
    ///
    /// All its rooms and equipment or nothing, for ten minutes. A price by a user class is held, and applied for, only as long as the
    /// registration holds; a room that is `open_to` who is registered only by who is. What has begun is held by staff at the counter only.
    /// When a room is taken, or there is not enough equipment, `alternatives` tells up to five other ways to have each of the first ten of
    /// `uses`: all of them are free and go with the rest of the quote, for `total_amount` altogether. Their `approval` says whether the
    /// house decides about that room (`staff`) or nobody needs to (`automatic`). Where an alternative has `with`, other uses move along: a
    /// hall and the room that it is never hired without are told as one, whichever of them is taken. While very many are refused at once,
    /// nobody looks for other ways: then there is no `alternatives`.
    #[oai(path = "/", method = "post", operation_id = "venue_hold_create")]
    async fn create(
        &self,
        caller: May<permit::ApplyForHires>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<HireHoldRequest>,
    ) -> Result<Created<HireHold>, ApiError> {
        let (desk, person, quote, now) = (&self.desk, &caller, body.quote.0, caller.now());
        let (patron, counter) = match caller.actor() {
            Actor::Patron(patron) => (Some(*patron), false),
            Actor::Staff(_) => (None, true),
            _ => (None, false),
        };
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let offer = hire_quote::find(tx, quote).await?;
            if let Some(whom) = offer.patron_id
                && !acting::may(tx, person, whom).await?
            {
                return Err(HoldError::Absent.into());
            }
            let counts_as = match offer.patron_id.or(patron) {
                Some(patron) => Some((patron, whom::counts_as(desk, tx, patron, now).await?)),
                None => None,
            };
            let named = counts_as.as_ref().map(|(patron, counts_as)| (*patron, counts_as));
            let held = hire_hold::place(tx, &offer, named, counter, now).await?;
            let at = format!("/v1/venue/holds/{}", held.hold.id);
            Ok(Created::new(&wire::hires::hold(&held, now)).at(at).version(held.hold.version))
        };
        let taken = |error: &ApiError| error.refusal.rule.code == rules::ROOM_TAKEN.code;
        let mut answer = self.desk.once(&caller, Some(&key.0), &body, Keep::Loosely, work).await;
        if answer.as_ref().is_err_and(taken) {
            // what ran out is cleared in a transaction of its own: inside this one those who rush would wait in a circle
            let clear = async |tx: &mut TenantTx| hire_hold::clear(tx, quote, now).await;
            if self.desk.db.tenant(&caller.scope(), clear).await? > 0 {
                answer = self.desk.once(&caller, Some(&key.0), &body, Keep::Loosely, work).await;
            }
        }
        match answer {
            Err(error) => Err(self.or_otherwise(&caller, quote, error).await),
            done => done,
        }
    }

    /// Read a hold.
    ///
    /// As it is at this moment: one past its time says so.
    #[oai(path = "/:id", method = "get", operation_id = "venue_hold_view")]
    async fn view(
        &self,
        caller: May<permit::ReadHires>,
        id: Path<Ref<kind::HireHold>>,
    ) -> Result<Shown<HireHold>, ApiError> {
        let (person, id, now) = (&caller, id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| admitted(tx, person, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.hold.version, None, || wire::hires::hold(&found, now)))
    }

    /// Extend a hold.
    ///
    /// Ten minutes longer, once.
    #[oai(path = "/:id/extend", method = "post", operation_id = "venue_hold_extend")]
    async fn extend(
        &self,
        caller: May<permit::ApplyForHires>,
        id: Path<Ref<kind::HireHold>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<HireHold>, ApiError> {
        let (person, id, now) = (&caller, id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            admitted(tx, person, id).await?;
            hire_hold::expect(tx, id, version).await?;
            let held = hire_hold::extend(tx, id, now).await?;
            Ok(Done::new(&wire::hires::hold(&held, now)).version(held.hold.version))
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }

    /// Release a hold.
    ///
    /// Everything it keeps is free at once. Twice is once.
    #[oai(path = "/:id/release", method = "post", operation_id = "venue_hold_release")]
    async fn release(
        &self,
        caller: May<permit::ApplyForHires>,
        id: Path<Ref<kind::HireHold>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<HireHold>, ApiError> {
        let (person, id, now) = (&caller, id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            admitted(tx, person, id).await?;
            hire_hold::expect(tx, id, version).await?;
            let held = hire_hold::release(tx, id, now).await?;
            Ok(Done::new(&wire::hires::hold(&held, now)).version(held.hold.version))
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }
}
