//! Between courses and patrons: who applies, and how they are reached.

use ::course::application::ApplyError;
use contract::{ApiError, course::application::CourseContact};
use db::TenantTx;
use kernel::{Actor, Instant, Locale, Refusal, Refuse, ids::PatronId};
use patron::{
    Details, Keys,
    contact::{self, ContactDraft},
    person,
};
use tenancy::Permit;

use crate::{May, caller::Language};

/// What a guest leaves, or the house for whoever is not registered; nothing of a patron, who is reached as they are known.
///
/// # Errors
/// `course.application.party` with `patron_and_contact`, and everything that cannot be right about the contact, each with its place.
pub fn contact_of<P: Permit>(
    caller: &May<P>,
    (named, contact): (Option<PatronId>, Option<&CourseContact>),
) -> Result<Option<ContactDraft>, ApiError> {
    let within = |refusal: Refusal| ApiError::of(refusal.within("/contact"));
    let Some(given) = contact else { return Ok(None) };
    if named.is_some() {
        return Err(within(ApplyError::Party { fault: "patron_and_contact", at: None }.refusal()));
    }
    if matches!(caller.actor(), Actor::Patron(_)) {
        return Ok(None);
    }
    let details = Details {
        name: Some(given.name.clone()),
        kana: given.kana.clone(),
        email: given.email.clone(),
        phone: given.phone.clone(),
        postal_code: given.postal_code.clone(),
        address: given.address.clone(),
    };
    let locale = if caller.language() == Language::English { Locale::En } else { Locale::Ja };
    let draft = ContactDraft { details, locale };
    contact::expect_right(&draft).map_err(|error| within(error.refusal()))?;
    Ok(Some(draft))
}

/// Both, or what is wrong with either: by one rule, all of it at once.
///
/// # Errors
/// The first, with what the other says by the same rule.
pub fn both<A, B>(one: Result<A, ApiError>, other: Result<B, ApiError>) -> Result<(A, B), ApiError> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
        (Err(mut first), Err(second)) => {
            first.refusal = Refusal::joined([first.refusal.clone(), second.refusal]).unwrap_or(first.refusal);
            Err(first)
        }
    }
}

/// Whose application it becomes: a patron's own; whom the house names; or a guest who leaves a contact.
///
/// # Errors
/// `course.application.party` with `nobody_applies`, `absent` for a patron that is not there.
pub async fn applicant<P: Permit>(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    caller: &May<P>,
    (named, contact): (Option<PatronId>, Option<ContactDraft>),
    now: Instant,
) -> Result<PatronId, ApiError> {
    if let Actor::Patron(patron) = caller.actor() {
        return Ok(*patron);
    }
    if let Some(named) = named.filter(|_| !caller.is_guest()) {
        // who is nobody's patron applies for nothing
        person::of_self(tx, keys, named, now).await?;
        return Ok(named);
    }
    let contact = contact.ok_or(ApplyError::Party { fault: "nobody_applies", at: None })?;
    Ok(contact::keep(tx, keys, contact, now).await?)
}
