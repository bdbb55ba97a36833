//! Queries on user classes.

use db::{Fault, TenantTx, statement::OfTenant};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::ids::UserClassId;

use super::UserClass;
use crate::schema::user_classes;

db::standard_sql!(user_classes, UserClass, UserClassId);
db::standard_list!(user_classes, UserClass, id: UserClassId);

pub async fn find_for_update(tx: &mut TenantTx, id: UserClassId) -> Result<Option<UserClass>, Fault> {
    let query = user_classes::table.of(tx.tenant()).filter(user_classes::id.eq(id));
    Ok(query.select(UserClass::as_select()).for_update().first(tx.conn()).await.optional()?)
}

pub async fn update(tx: &mut TenantTx, one: &UserClass) -> Result<(), Fault> {
    diesel::update(user_classes::table.of(tx.tenant()).filter(user_classes::id.eq(one.id)))
        .set((
            user_classes::name.eq(&one.name),
            user_classes::name_en.eq(&one.name_en),
            user_classes::ordinal.eq(one.ordinal),
            user_classes::effective_until.eq(one.effective_until),
            user_classes::resident.eq(one.resident),
            user_classes::updated_at.eq(one.updated_at),
            user_classes::version.eq(one.version),
        ))
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn codes(tx: &mut TenantTx) -> Result<Vec<String>, Fault> {
    Ok(user_classes::table.of(tx.tenant()).select(user_classes::code).load(tx.conn()).await?)
}
