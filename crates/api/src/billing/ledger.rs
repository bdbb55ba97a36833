//! `/v1/ledger`

use billing::ledger;
use contract::{ApiError, Date, Shown, billing::LedgerDay};
use db::TenantTx;
use poem_openapi::{OpenApi, param::Path};
use tenancy::permission::permit;

use super::wire;
use crate::{Desk, May, tags::Tag};

/// Operations on the money ledger.
pub struct Ledger {
    desk: Desk,
}

impl Ledger {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/ledger", tag = "Tag::Billing")]
impl Ledger {
    /// Read a business day.
    ///
    /// 日計, from the append-only ledger alone: what was sold, what came in and what went back, by kind, channel, tax rate and
    /// method; and the proof that the bills of the day agree with it.
    #[oai(path = "/days/:day", method = "get", operation_id = "billing_day_view")]
    async fn day(&self, caller: May<permit::ReadLedger>, day: Path<Date>) -> Result<Shown<LedgerDay>, ApiError> {
        let date = day.0.0;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            Ok((ledger::day(tx, date).await?, ledger::disagreeing_on(tx, date).await?))
        };
        let (lines, disagreeing) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::new(&wire::day(date, lines, disagreeing)))
    }
}
