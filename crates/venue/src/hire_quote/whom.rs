//! Whom a quote is for: a price that depends on who somebody is does not travel to somebody else.

use db::TenantTx;
use kernel::ids::PatronId;
use tariff::hire::HireAsk;

use super::{HireQuote, QuoteError};
use crate::tariff_version;

/// As whom somebody is priced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CountsAs {
    /// 利用者区分.
    pub user_class: Option<String>,
    /// Whether they live or work in the municipality.
    pub resident: bool,
    /// 主催者の種別: `person`, `group`.
    pub organiser_kind: Option<String>,
}

impl CountsAs {
    /// What is asked for, is asked for as them.
    pub(crate) fn ask(&self, asked: &mut HireAsk) {
        asked.user_class.clone_from(&self.user_class);
        asked.resident = self.resident;
        asked.organiser_kind.clone_from(&self.organiser_kind);
    }
}

/// Whom a quote is held or applied with for: whom it was asked for, and nobody else. One that was asked for nobody is for
/// whoever pays the same by who they are; one for a class or a resident is for somebody.
///
/// # Errors
/// [`QuoteError::OtherPatron`].
pub(crate) async fn holder(
    tx: &mut TenantTx,
    quote: &HireQuote,
    whom: Option<(PatronId, &CountsAs)>,
) -> Result<Option<PatronId>, QuoteError> {
    match (quote.patron_id, whom) {
        (Some(of), Some((patron, _))) if of != patron => Err(QuoteError::OtherPatron),
        (Some(of), _) => Ok(Some(of)),
        (None, Some((patron, counts_as))) => {
            if same_price(tx, quote, counts_as).await? {
                Ok(Some(patron))
            } else {
                Err(QuoteError::OtherPatron)
            }
        }
        (None, None) => {
            let asked = quote.asked()?;
            if asked.user_class.is_some() || asked.resident { Err(QuoteError::OtherPatron) } else { Ok(None) }
        }
    }
}

async fn same_price(tx: &mut TenantTx, quote: &HireQuote, whom: &CountsAs) -> Result<bool, QuoteError> {
    let mut asked = quote.asked()?;
    whom.ask(&mut asked);
    let version = tariff_version::sql::find(tx, quote.tariff_version_id).await?.ok_or(QuoteError::Absent)?;
    Ok(tariff::hire::quote(&version.read()?, &asked).is_ok_and(|charge| charge.total.0 == quote.total))
}
