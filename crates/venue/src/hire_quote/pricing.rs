//! What is asked is priced by a version of the tariff, and kept.

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant, Yen,
    ids::{FacilityId, TariffVersionId},
};
use tariff::hire::{Charge, ChargeError, ChargeShare, HireAsk, HireTariff};

use super::{HireQuote, PlannedUse, QuoteError, events, rules, sql};
use crate::tariff_version::{self, TariffVersion};

/// A quote with what it was computed by.
#[derive(Debug, Clone)]
pub struct Priced {
    pub quote: HireQuote,
    pub charge: Charge,
    pub tariff: HireTariff,
}

impl Priced {
    /// What each use has of the total, in whole yen.
    ///
    /// # Errors
    /// A [`Fault`]: what was computed once can be computed again.
    pub fn shares(&self) -> Result<Vec<ChargeShare>, Fault> {
        self.charge.shares().map_err(|_| Fault::Unexpected("a priced quote has shares"))
    }
}

/// A stored quote with the charge computed from it.
pub(crate) async fn priced(tx: &mut TenantTx, quote: HireQuote) -> Result<Priced, QuoteError> {
    let version = tariff_version::sql::find(tx, quote.tariff_version_id).await?.ok_or(QuoteError::Absent)?;
    let tariff = version.read()?;
    let charge = tariff::hire::quote(&tariff, &quote.asked()?)?;
    Ok(Priced { quote, charge, tariff })
}

/// Computes and keeps.
pub(crate) async fn price(
    tx: &mut TenantTx,
    version: &TariffVersion,
    asked: &HireAsk,
    uses: &[PlannedUse],
    about: rules::About,
    now: Instant,
) -> Result<Priced, QuoteError> {
    let by = (version.facility_id, version.id);
    keep(tx, (by, version.read()?), (asked, uses), about, now).await
}

/// Computes and keeps what became of something, by the version that it was priced by: that is not read again.
pub(crate) async fn price_again(
    tx: &mut TenantTx,
    before: &Priced,
    asked: &HireAsk,
    uses: &[PlannedUse],
    about: rules::About,
    now: Instant,
) -> Result<Priced, QuoteError> {
    let by = (before.quote.facility_id, before.quote.tariff_version_id);
    keep(tx, (by, before.tariff.clone()), (asked, uses), about, now).await
}

async fn keep(
    tx: &mut TenantTx,
    (by, tariff): ((FacilityId, TariffVersionId), HireTariff),
    (asked, uses): (&HireAsk, &[PlannedUse]),
    about: rules::About,
    now: Instant,
) -> Result<Priced, QuoteError> {
    let unpriced = |error| QuoteError::Price { at: rules::unpriced(&tariff, asked, &error), error };
    let charge = tariff::hire::quote(&tariff, asked).map_err(unpriced)?;
    if charge.total < Yen::ZERO {
        return Err(ChargeError::Senseless { what: "a total below nothing" }.into());
    }
    let shares = charge.shares().map_err(|_| Fault::Unexpected("a priced quote has shares"))?;
    let mut quote = rules::quote(by, asked, uses, &charge, about, now)?;
    quote.shares = Some(shares.iter().map(|share| share.sum().0).collect());
    sql::insert(tx, &quote).await?;
    journal(tx, now, &events::QuoteMade { quote: quote.id, total: quote.total }).await?;
    Ok(Priced { quote, charge, tariff })
}
