//! 申請: what was held is asked for.

use audit::journal;
use db::TenantTx;
use kernel::{
    Instant,
    ids::{HireApplicationId, HireHoldId, PatronId},
};

use super::{Application, ApplicationError, Applied, events, find, rules, sql};
use crate::{
    hire,
    hire_hold::{self, HireHold},
    hire_quote::{self, CountsAs, HireQuote, QuoteError, whom},
};

/// The request to apply.
#[derive(Debug, Clone)]
pub struct ApplicationDraft {
    pub hold: HireHoldId,
    /// Who applies, and as whom they count. Absent: whom it is held for, of whom nothing more is asked.
    pub patron: Option<(PatronId, CountsAs)>,
    pub title: String,
    pub public_title: Option<String>,
    pub channel: &'static str,
}

/// Applies with a hold. From now on its rooms stay taken until somebody decides, and no longer than that can be done. Says whether
/// nobody needs to: then the caller goes on with [`approve`](super::approve) at once.
///
/// # Errors
/// [`ApplicationError`]: `Nobody`, `Hold` when it has run out, `Quote` when it is for somebody else, by a registration that has ended
/// or for who is registered.
pub async fn submit(
    tx: &mut TenantTx,
    draft: &ApplicationDraft,
    now: Instant,
) -> Result<(Applied, bool), ApplicationError> {
    let mut hold = hire_hold::open(tx, draft.hold, now).await?;
    let quote = hire_quote::find(tx, hold.quote_id).await?;
    let planned = quote.planned()?;
    let patron_id = applicant(tx, &hold, &quote, draft).await?;
    if let Some((_, counts_as)) = &draft.patron {
        counts_as.expect_registered(&planned)?;
    }
    let hires = hire::sql::of_hold(tx, hold.id).await?;
    let open_until = rules::first_use(&hires, hold.created_at);
    hire_hold::keep(tx, &hires, open_until, now).await?;
    (hold.state, hold.version) = ("applied".to_owned(), hold.version.saturating_add(1));
    hire_hold::sql::keep(tx, &hold).await?;
    let application = Application {
        id: HireApplicationId::new(now),
        facility_id: hold.facility_id,
        patron_id,
        hold_id: hold.id,
        quote_id: hold.quote_id,
        state: "requested".to_owned(),
        title: draft.title.clone(),
        public_title: draft.public_title.clone(),
        channel: draft.channel.to_owned(),
        conditions: None,
        reason: None,
        due_at: None,
        decided_at: None,
        changes: 0,
        created_at: now,
        updated_at: now,
        version: 1,
        due_reason: None,
        open_until,
        mend_by: None,
    };
    sql::insert(tx, &application).await?;
    hire::sql::apply(tx, hold.id, application.id).await?;
    journal(tx, now, &events::ApplicationSubmitted { application: application.id, hold: hold.id }).await?;
    let automatic = planned.iter().all(|one| one.automatic);
    Ok((find(tx, application.id).await?, automatic))
}

/// Whom a hold is applied with for.
async fn applicant(
    tx: &mut TenantTx,
    hold: &HireHold,
    quote: &HireQuote,
    draft: &ApplicationDraft,
) -> Result<PatronId, ApplicationError> {
    let named = draft.patron.as_ref().map(|(patron, counts_as)| (*patron, counts_as));
    match (hold.patron_id, named) {
        (Some(held), Some((patron, _))) if held != patron => Err(QuoteError::OtherPatron.into()),
        (Some(held), None) => Ok(held),
        _ => whom::holder(tx, quote, named).await?.ok_or(ApplicationError::Nobody),
    }
}
