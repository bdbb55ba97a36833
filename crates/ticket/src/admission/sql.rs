//! Admissions. The unique key on (tenant, ticket) decides who was first.

use db::{Fault, TenantTx};
use diesel::{
    OptionalExtension,
    sql_types::{Bool as SqlBool, Nullable as SqlNull, Text as SqlText, Timestamptz as SqlTime, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use kernel::{
    Instant, PageAsk,
    ids::{AdmissionId, PerformanceId, TenantId, TicketId},
};
use uuid::Uuid as Raw;

use super::{Admission, rules::Found};
use crate::ticket::Cause;

db::statement! {
    /// A ticket by its serial; whoever makes it void meanwhile waits.
    FindTicket { tenant: TenantId => Uuid, serial: i64 => BigInt } ->
        (SqlUuid, SqlUuid, SqlText, SqlText, SqlNull<SqlTime>, SqlNull<SqlText>, SqlNull<SqlText>, SqlBool, SqlTime, SqlTime) =
        "SELECT t.id, t.performance_id, t.label, t.type_code, t.voided_at, t.void_cause, t.void_note, p.state = 'cancelled', p.doors_at, p.ends_at FROM ticket.tickets AS t \
         JOIN ticket.performances AS p ON p.tenant_id = $1 AND p.id = t.performance_id \
         WHERE t.tenant_id = $1 AND t.serial = $2 FOR SHARE OF t"
}

db::statement! {
    /// Who is first writes; who is not gets no row.
    InsertAdmission {
        tenant: TenantId => Uuid, id: AdmissionId => Uuid, ticket: TicketId => Uuid, performance: PerformanceId => Uuid,
        device: String => Text, nonce: String => Text, gate: Option<String> => Nullable<Text>, at: Instant => Timestamptz,
    } -> (SqlBool,) =
        "INSERT INTO ticket.admissions (tenant_id, id, ticket_id, performance_id, device, nonce, gate, admitted_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, ticket_id) DO NOTHING RETURNING true"
}

db::statement! {
    /// The one admission of a ticket.
    Before { tenant: TenantId => Uuid, ticket: TicketId => Uuid } -> (SqlUuid, SqlTime, SqlNull<SqlText>, SqlText, SqlText) =
        "SELECT a.id, a.admitted_at, a.gate, a.device, a.nonce FROM ticket.admissions AS a \
         WHERE a.tenant_id = $1 AND a.ticket_id = $2"
}

db::statement! {
    /// Admissions in the order of their ids.
    ListAdmissions {
        tenant: TenantId => Uuid, performance: PerformanceId => Uuid, after: Option<Raw> => Nullable<Uuid>, rows: i64 => BigInt,
    } -> (SqlUuid, SqlUuid, SqlUuid, SqlText, SqlText, SqlNull<SqlText>, SqlTime) =
        "SELECT a.id, a.ticket_id, a.performance_id, t.label, t.type_code, a.gate, a.admitted_at FROM ticket.admissions AS a \
         JOIN ticket.tickets AS t ON t.tenant_id = $1 AND t.id = a.ticket_id \
         WHERE a.tenant_id = $1 AND a.performance_id = $2 AND (a.id > $3 OR $3 IS NULL) ORDER BY a.id LIMIT $4"
}

pub(super) async fn ticket(tx: &mut TenantTx, serial: i64) -> Result<Option<Found>, Fault> {
    type Row = (
        TicketId,
        PerformanceId,
        String,
        String,
        Option<Instant>,
        Option<String>,
        Option<String>,
        bool,
        Instant,
        Instant,
    );
    let row: Option<Row> = FindTicket { tenant: tx.tenant(), serial }.get_result(tx.conn()).await.optional()?;
    let Some((ticket, performance, place, type_code, voided_at, cause, note, cancelled, doors_at, ends_at)) = row
    else {
        return Ok(None);
    };
    let cause = cause.as_deref().map(Cause::stored).transpose()?;
    let voided = voided_at.map(|at| (at, cause, note));
    Ok(Some(Found { ticket, performance, place, type_code, voided, cancelled, doors_at, ends_at }))
}

pub(super) async fn insert(tx: &mut TenantTx, admission: &Admission, device: &str, nonce: &str) -> Result<bool, Fault> {
    let statement = InsertAdmission {
        tenant: tx.tenant(),
        id: admission.id,
        ticket: admission.ticket,
        performance: admission.performance,
        device: device.to_owned(),
        nonce: nonce.to_owned(),
        gate: admission.gate.clone(),
        at: admission.admitted_at,
    };
    Ok(statement.get_result::<(bool,)>(tx.conn()).await.optional()?.is_some())
}

pub(super) type Earlier = (AdmissionId, Instant, Option<String>, String, String);

pub(super) async fn before(tx: &mut TenantTx, ticket: TicketId) -> Result<Option<Earlier>, Fault> {
    Ok(Before { tenant: tx.tenant(), ticket }.get_result(tx.conn()).await.optional()?)
}

pub(super) async fn list(tx: &mut TenantTx, performance: PerformanceId, ask: PageAsk) -> Result<Vec<Admission>, Fault> {
    type Row = (AdmissionId, TicketId, PerformanceId, String, String, Option<String>, Instant);
    let statement = ListAdmissions { tenant: tx.tenant(), performance, after: ask.after, rows: ask.rows() };
    let rows: Vec<Row> = statement.load(tx.conn()).await?;
    let admission = |(id, ticket, performance, place, type_code, gate, admitted_at): Row| Admission {
        id,
        ticket,
        performance,
        place,
        type_code,
        gate,
        admitted_at,
    };
    Ok(rows.into_iter().map(admission).collect())
}
