//! Queries on settings: one row a tenant.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::{Instant, ids::TenantId};

use super::Settings;
use crate::schema::settings;

db::statement! {
    /// Nothing, when it is in another version.
    KeepSettings {
        tenant: TenantId => Uuid, copy: bool => Bool, paper: i32 => Int4, remind: Option<i32> => Nullable<Int4>,
        at: Instant => Timestamptz, version: i32 => Int4, before: i32 => Int4, staff: Option<Vec<u8>> => Nullable<Binary>,
        locale: String => Text,
    } -> () =
        "INSERT INTO course.settings AS s (tenant_id, copy_to_guardians, paper_hours, remind_hours, updated_at, version, \
           staff_email, staff_locale) \
         VALUES ($1, $2, $3, $4, $5, $6, $8, $9) ON CONFLICT (tenant_id) DO UPDATE SET copy_to_guardians = $2, paper_hours = $3, \
           remind_hours = $4, updated_at = $5, version = $6, staff_email = $8, staff_locale = $9 WHERE s.version = $7"
}

pub async fn find(tx: &mut TenantTx) -> Result<Option<Settings>, Fault> {
    Ok(settings::table.of(tx.tenant()).select(Settings::as_select()).first(tx.conn()).await.optional()?)
}

pub async fn keep(tx: &mut TenantTx, one: &Settings, before: i32, at: Instant) -> Result<bool, Fault> {
    let statement = KeepSettings {
        tenant: tx.tenant(),
        copy: one.copy_to_guardians,
        paper: one.paper_hours,
        remind: one.remind_hours,
        at,
        version: one.version,
        before,
        staff: one.staff_email.clone(),
        locale: one.staff_locale.clone(),
    };
    Ok(statement.execute(tx.conn()).await? == 1)
}
