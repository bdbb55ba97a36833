//! The statements of subscriptions.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension,
    sql_types::{Date as SqlDate, Text as SqlText, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{SubscriptionId, TenantId},
};

use super::{SubscribeError, Subscription};

type Columns = (SqlUuid, SqlText, SqlDate, SqlDate);
type Row = (SubscriptionId, String, time::Date, time::Date);

db::statement! {
    InsertSubscription {
        tenant: TenantId => Uuid, id: SubscriptionId => Uuid, service: String => Text, starts_on: time::Date => Date,
        ends_on: time::Date => Date, at: Instant => Timestamptz,
    } -> (SqlUuid,) = "INSERT INTO tenancy.subscriptions (tenant_id, id, service, starts_on, ends_on, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id"
}

db::statement! {
    SetEnd { tenant: TenantId => Uuid, id: SubscriptionId => Uuid, ends_on: time::Date => Date } -> Columns =
        "UPDATE tenancy.subscriptions SET ends_on = $3 WHERE tenant_id = $1 AND id = $2 \
         RETURNING id, service, starts_on, ends_on"
}

db::statement! {
    ListSubscriptions { tenant: TenantId => Uuid } -> Columns =
        "SELECT id, service, starts_on, ends_on FROM tenancy.subscriptions WHERE tenant_id = $1 ORDER BY starts_on, id"
}

fn subscription((id, service, starts_on, ends_on): Row) -> Result<Subscription, Fault> {
    let service = service.parse().map_err(|()| Fault::Unexpected("a subscription names a known service"))?;
    Ok(Subscription { id, service, starts_on, ends_on })
}

fn refused(fault: Fault) -> SubscribeError {
    if fault.violates("subscriptions_one_at_a_time") {
        SubscribeError::Overlaps
    } else if fault.violates("subscriptions_period") {
        SubscribeError::Period
    } else if fault.violates("subscriptions_tenant") {
        SubscribeError::Absent
    } else {
        fault.into()
    }
}

pub(super) async fn insert(tx: &mut TenantTx, subscription: &Subscription, now: Instant) -> Result<(), SubscribeError> {
    let statement = InsertSubscription {
        tenant: tx.tenant(),
        id: subscription.id,
        service: subscription.service.as_str().to_owned(),
        starts_on: subscription.starts_on,
        ends_on: subscription.ends_on,
        at: now,
    };
    statement.execute(tx.conn()).await.map_err(|error| refused(error.into()))?;
    Ok(())
}

pub(super) async fn set_end(
    tx: &mut TenantTx,
    id: SubscriptionId,
    ends_on: time::Date,
) -> Result<Option<Subscription>, SubscribeError> {
    let statement = SetEnd { tenant: tx.tenant(), id, ends_on };
    let row: Option<Row> = statement.get_result(tx.conn()).await.optional().map_err(|error| refused(error.into()))?;
    Ok(row.map(subscription).transpose()?)
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<Subscription>, Fault> {
    let rows: Vec<Row> = ListSubscriptions { tenant: tx.tenant() }.get_results(tx.conn()).await?;
    rows.into_iter().map(subscription).collect()
}
