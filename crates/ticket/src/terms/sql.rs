//! The terms in one statement: performance, window, prices, pools.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension,
    sql_types::{Jsonb as SqlJson, Nullable as SqlNull, Text as SqlText, Timestamptz as SqlTime},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant,
    ids::{PerformanceId, SaleWindowId, TenantId},
};
use serde_json::Value;

use super::{Audience, Terms};

db::statement! {
    /// One performance with the window that counts, the prices of the newest list, and its pools.
    ReadTerms {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, now: Instant => Timestamptz, staff: bool => Bool,
        window: Option<SaleWindowId> => Nullable<Uuid>, channel: String => Text,
    } -> (SqlText, SqlTime, SqlTime, SqlTime, SqlNull<SqlJson>, SqlNull<SqlJson>, SqlNull<SqlJson>) =
        "SELECT p.state, p.doors_at, p.ends_at, p.sales_cutoff_at, to_jsonb(w), prices.list, \
           (SELECT jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'seat_class', q.seat_class_id)) \
            FROM ticket.pools AS q WHERE q.tenant_id = $1 AND q.performance_id = $2) \
         FROM ticket.performances AS p \
         LEFT JOIN LATERAL ( \
           SELECT v.id, v.opens_at, v.closes_at, v.per_order_limit, v.hold_minutes, v.hold_minutes_max, v.payment_minutes, \
             v.selection, v.fee_per_ticket, v.fee_per_order, v.payment_methods \
           FROM ticket.sale_windows AS v \
           WHERE v.tenant_id = $1 AND v.performance_id = $2 AND (v.audience = 'public' OR $4) AND (v.id = $5 OR $5 IS NULL) \
             AND $6 = ANY (v.channels) \
           ORDER BY (v.opens_at <= $3 AND $3 < v.closes_at) DESC, v.opens_at > $3 DESC, \
             CASE WHEN v.opens_at > $3 THEN v.opens_at END, v.closes_at DESC, v.id LIMIT 1) AS w ON true \
         LEFT JOIN LATERAL ( \
           SELECT jsonb_agg(jsonb_build_object('list', x.price_list_id, 'seat_class', x.seat_class_id, \
             'ticket_type', x.ticket_type_id, 'amount', x.amount, 'tax', x.tax_rate, 'class_name', c.name, \
             'type_name', t.name, 'type_code', t.code)) AS list \
           FROM ticket.prices AS x \
           JOIN ticket.seat_classes AS c ON c.tenant_id = $1 AND c.id = x.seat_class_id \
           JOIN ticket.ticket_types AS t ON t.tenant_id = $1 AND t.id = x.ticket_type_id \
           WHERE x.tenant_id = $1 AND x.price_list_id = ( \
             SELECT l.id FROM ticket.price_lists AS l \
             WHERE l.tenant_id = $1 AND l.production_id = p.production_id \
               AND (l.performance_id = $2 OR l.performance_id IS NULL) \
             ORDER BY l.performance_id IS NULL, l.id DESC LIMIT 1)) AS prices ON true \
         WHERE p.tenant_id = $1 AND p.id = $2"
}

type Row = (String, Instant, Instant, Instant, Option<Value>, Option<Value>, Option<Value>);

pub(super) async fn terms(
    tx: &mut TenantTx,
    performance: PerformanceId,
    window: Option<SaleWindowId>,
    audience: Audience,
    now: Instant,
) -> Result<Option<Terms>, Fault> {
    let (staff, channel) = (audience != Audience::Public, audience.channel().to_owned());
    let statement = ReadTerms { tenant: tx.tenant(), performance, now, staff, window, channel };
    let row: Option<Row> = statement.get_result(tx.conn()).await.optional()?;
    let Some((state, doors_at, ends_at, sales_cutoff_at, window, prices, pools)) = row else {
        return Ok(None);
    };
    let unreadable = |_| Fault::Unexpected("windows, prices and pools read back");
    Ok(Some(Terms {
        performance,
        on_sale: state == "on_sale",
        doors_at,
        ends_at,
        sales_cutoff_at,
        window: window.map(serde_json::from_value).transpose().map_err(unreadable)?,
        prices: prices.map(serde_json::from_value).transpose().map_err(unreadable)?.unwrap_or_default(),
        pools: pools.map(serde_json::from_value).transpose().map_err(unreadable)?.unwrap_or_default(),
    }))
}
