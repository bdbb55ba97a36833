//! `/v1/venue/quotes`

use ::venue::{
    hire_quote::{self, HireQuote as Stored, QuoteError},
    tariff_version,
};
use contract::{
    ApiError, Created, Ref, Shown,
    venue::hire::{HireQuote, QuoteProof, QuoteRequest},
};
use db::{Fault, TenantTx};
use kernel::{Actor, ids::kind};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::{Permit, permission::permit};

use super::{whom, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, acting, tags::Tag};

/// Operations on quotes.
pub struct Quotes {
    desk: Desk,
}

impl Quotes {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

/// Whether this caller may know of a quote: the house of each, a patron of theirs, a page of those for nobody.
async fn may_know<P: Permit>(tx: &mut TenantTx, caller: &May<P>, quote: &Stored) -> Result<bool, Fault> {
    match (caller.actor(), quote.patron_id) {
        (Actor::Guest(_), whom) => Ok(whom.is_none()),
        (_, Some(whom)) => acting::may(tx, caller, whom).await,
        (_, None) => Ok(true),
    }
}

#[OpenApi(prefix_path = "/v1/venue/quotes", tag = "Tag::Venue")]
impl Quotes {
    /// Quote a hire.
    ///
    /// What rooms cost at times, with equipment, by the tariff that applies: line by line, each with its article. Times are
    /// checked against the calendar, not against what is taken: for that, hold it. Staff at the counter also quote a time that has begun
    /// and is not over, for who walks in; nobody else does. A patron counts as the user class they are registered as today, whatever
    /// day the use is on, and never by a registration that has ended; and as a resident when that class or the papers that the staff has
    /// seen say so. What the tariff does not say has no price. A use by the grid may go on for days: it is one use, priced by its first
    /// day, and by each of them where the table says `per` `day`; what is within the hours of one day of the house is of that day. Where
    /// its days differ in price by their class or season, that is refused with what each of them is: ask for those by themselves.
    /// `proposals` are rooms that come with those that are asked for (付属室), with what they would cost in addition.
    #[oai(path = "/", method = "post", operation_id = "venue_quote_create")]
    async fn create(
        &self,
        caller: May<permit::QuoteHires>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<QuoteRequest>,
    ) -> Result<Created<HireQuote>, ApiError> {
        let (desk, asked, person, now) = (&self.desk, &wire::quotes::quote_ask(&caller, &body)?, &caller, caller.now());
        let said = body.resident.filter(|_| caller.of_the_house());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let mut ask = asked.clone();
            if let Some(patron) = ask.patron {
                if !acting::may(tx, person, patron).await? {
                    return Err(QuoteError::Absent.into());
                }
                let counts_as = whom::counts_as(desk, tx, patron, now).await?;
                ask.user_class = ask.user_class.or(counts_as.user_class);
                ask.resident = said.unwrap_or(counts_as.resident);
                ask.organiser_kind = counts_as.organiser_kind;
            }
            let (made, proposals) = hire_quote::create(tx, &ask, now).await?;
            let at = format!("/v1/venue/quotes/{}", made.quote.id);
            Ok(Created::new(&wire::quotes::offer(&made.quote, &proposals)?).at(at))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a quote.
    ///
    /// As it was told; it never changes.
    #[oai(path = "/:id", method = "get", operation_id = "venue_quote_view")]
    async fn view(
        &self,
        caller: May<permit::QuoteHires>,
        id: Path<Ref<kind::HireQuote>>,
    ) -> Result<Shown<HireQuote>, ApiError> {
        let (id, person) = (id.0.0, &caller);
        let work = async |tx: &mut TenantTx| -> Result<_, QuoteError> {
            let found = hire_quote::find(tx, id).await?;
            if may_know(tx, person, &found).await? { Ok(found) } else { Err(QuoteError::Absent) }
        };
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let keys = self.desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?;
        Ok(Shown::new(&wire::quotes::quote(&found.opened(&keys.seal, caller.tenant())?)?))
    }

    /// Verify a quote.
    ///
    /// It is computed again from the inputs and the tariff that were kept: proof that the same question still has the same answer, to
    /// the yen.
    #[oai(path = "/:id/proof", method = "get", operation_id = "venue_quote_verify")]
    async fn verify(
        &self,
        caller: May<permit::ReadHireReports>,
        id: Path<Ref<kind::HireQuote>>,
    ) -> Result<Shown<QuoteProof>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let again = hire_quote::recompute(tx, id).await?;
            let by = tariff_version::find(tx, again.quote.tariff_version_id, true).await?;
            Ok((again, by.document_hash))
        };
        let (again, document_hash) = self.desk.db.read(&caller.scope(), work).await?;
        let keys = self.desk.keyring.tenant(caller.tenant()).map_err(Fault::from)?;
        let told = again.quote.clone().opened(&keys.seal, caller.tenant())?;
        Ok(Shown::new(&wire::quotes::proof(&again, document_hash, told.inputs_hash)?))
    }
}
