//! 受付票再発行: another code for an application, after which the one before opens nothing. What the application says of itself stays as it
//! is, and so does its version.

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{CourseApplicationId, PatronId},
};

use super::{ApplyError, ReceiptCode, events, sql};

/// Another code for an application, by the hand of the staff. `sent`: whoever calls sends it to who applied; else it is shown once.
///
/// # Errors
/// [`ApplyError::Absent`].
pub async fn reissue(
    tx: &mut TenantTx,
    id: CourseApplicationId,
    sent: bool,
    now: Instant,
) -> Result<ReceiptCode, ApplyError> {
    let code = ReceiptCode::random()?;
    if sql::keep_codes(tx, vec![id], vec![code.hash()]).await? == 0 {
        return Err(ApplyError::Absent);
    }
    audit::journal(tx, now, &events::ReceiptReissued { application: id, sent }).await?;
    Ok(code)
}

/// Another code for every application of this number that one of these made, for somebody who lost theirs: a number is one in each
/// class. Each code goes to who applied, by whoever calls. The asking is journalled even when there is none.
///
/// # Errors
/// A [`Fault`].
pub async fn reissue_lost(
    tx: &mut TenantTx,
    applicants: &[PatronId],
    receipt_number: i64,
    now: Instant,
) -> Result<BTreeMap<CourseApplicationId, ReceiptCode>, Fault> {
    let found = sql::numbered(tx, applicants, receipt_number).await?;
    let codes = found.iter().map(|_| ReceiptCode::random()).collect::<Result<Vec<_>, _>>()?;
    if !found.is_empty() {
        sql::keep_codes(tx, found.clone(), codes.iter().map(ReceiptCode::hash).collect()).await?;
    }
    audit::journal(tx, now, &events::ReceiptAsked { applications: found.clone() }).await?;
    Ok(found.into_iter().zip(codes).collect())
}
