//! Queries on quotes.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::{HireApplicationId, HireQuoteId};

use super::HireQuote;
use crate::schema::hire_quotes;

db::standard_sql!(hire_quotes, HireQuote, HireQuoteId);

pub(crate) async fn of_application(tx: &mut TenantTx, of: HireApplicationId) -> Result<Vec<HireQuoteId>, Fault> {
    let query = hire_quotes::table.of(tx.tenant()).filter(hire_quotes::application_id.eq(of));
    let query = query.filter(hire_quotes::kind.eq_any(["change", "settlement"])).order(hire_quotes::id);
    Ok(query.select(hire_quotes::id).load(tx.conn()).await?)
}
