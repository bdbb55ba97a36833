//! One request, one effect: the outcome of a keyed request is a row in the same transaction as what it did.
//!
//! An answer may hold what is told once and to nobody else (a secret, a receipt's code, a name), so it is kept sealed under the
//! tenant's key, in its place.
//!
//! Only what was committed is remembered. A refusal rolls back, so a retry is judged anew and can never be stuck
//! behind an old failure.

use diesel::{OptionalExtension, sql_types};
use diesel_async::RunQueryDsl;
use kernel::{Instant, SealKey, ids::TenantId};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    Fault, TenantTx,
    sealed::{self, Cell},
};

/// Which request it is: who asked for what, under which key, with which content.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Operation and caller: the same key in another operation or of another caller is another request.
    pub scope: String,
    /// The caller's `Idempotency-Key`.
    pub key: String,
    /// SHA-256 over path, query and body.
    pub fingerprint: Vec<u8>,
}

impl Ask {
    /// Where its answer is kept. A row has no uuid of its own, so its place is named by what finds it.
    fn cell(&self, tenant: TenantId) -> Cell {
        let place = Sha256::new().chain_update(&self.scope).chain_update([0]).chain_update(&self.key).finalize();
        let row = Uuid::from_slice(place.get(..16).unwrap_or_default()).unwrap_or_default();
        Cell { tenant, table: "tenancy.idempotency_keys", column: "sealed", row }
    }
}

/// The response that was given, as it went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub status: i16,
    pub location: Option<String>,
    pub etag: Option<String>,
    /// JSON text, byte for byte.
    pub body: String,
    /// The request that did it.
    pub request_id: String,
}

/// What a key tells about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nobody has used this key: go ahead, and [`remember`] before committing.
    Fresh,
    /// It was done already; this was the answer.
    Replay(Stored),
    /// The key was used for something else.
    Reused,
    /// A twin of this request is at work at this moment.
    InFlight,
}

type Row = (bool, Option<Vec<u8>>, Option<i16>, Option<String>, Option<String>, Option<Vec<u8>>, Option<String>);

crate::statement! {
    /// Tries the key's lock and looks for the key's row in one step.
    ClaimKey { tenant: TenantId => Uuid, scope: String => Text, key: String => Text } -> (
        sql_types::Bool,
        sql_types::Nullable<sql_types::Binary>,
        sql_types::Nullable<sql_types::SmallInt>,
        sql_types::Nullable<sql_types::Text>,
        sql_types::Nullable<sql_types::Text>,
        sql_types::Nullable<sql_types::Binary>,
        sql_types::Nullable<sql_types::Text>,
    ) = "SELECT pg_try_advisory_xact_lock(hashtextextended($1::text || $2 || ':' || $3, 7)), \
         k.fingerprint, k.status, k.location, k.etag, k.sealed, k.request_id \
         FROM (SELECT 1) AS one LEFT JOIN tenancy.idempotency_keys AS k \
         ON k.tenant_id = $1 AND k.scope = $2 AND k.key = $3"
}

crate::statement! {
    /// Keeps an outcome.
    KeepOutcome {
        tenant: TenantId => Uuid, scope: String => Text, key: String => Text, fingerprint: Vec<u8> => Binary,
        status: i16 => SmallInt, sealed: Vec<u8> => Binary, request_id: String => Text, at: Instant => Timestamptz,
        location: String => Text, etag: String => Text,
    } -> (sql_types::Bool,) = "INSERT INTO tenancy.idempotency_keys \
         (tenant_id, scope, key, fingerprint, status, sealed, request_id, created_at, location, etag) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''), nullif($10, '')) RETURNING true"
}

crate::statement! {
    /// Drops outcomes that are kept long enough.
    ForgetOutcomes { tenant: TenantId => Uuid, before: Instant => Timestamptz } -> (sql_types::Bool,) =
        "DELETE FROM tenancy.idempotency_keys AS k WHERE k.tenant_id = $1 AND k.created_at < $2"
}

/// How long an outcome is kept for retries.
const KEPT: time::Duration = time::Duration::hours(72);

/// Forgets the outcomes that nobody retries any more, and says how many.
///
/// # Errors
/// A [`Fault`].
pub async fn sweep(tx: &mut TenantTx, now: Instant) -> Result<usize, Fault> {
    let statement = ForgetOutcomes { tenant: tx.tenant(), before: now.saturating_sub(KEPT) };
    Ok(statement.execute(tx.conn()).await?)
}

/// Says what this key has been used for, and keeps twins out until the transaction ends.
///
/// # Errors
/// A [`Fault`].
pub async fn claim(tx: &mut TenantTx, ask: &Ask, key: &SealKey) -> Result<Claim, Fault> {
    let statement = ClaimKey { tenant: tx.tenant(), scope: ask.scope.clone(), key: ask.key.clone() };
    let row: Option<Row> = statement.get_result(tx.conn()).await.optional()?;
    let Some((locked, fingerprint, status, location, etag, answer, request_id)) = row else {
        return Err(Fault::Unexpected("the claim of a key returns one row"));
    };
    let (Some(fingerprint), Some(status), Some(answer), Some(request_id)) = (fingerprint, status, answer, request_id)
    else {
        return Ok(if locked { Claim::Fresh } else { Claim::InFlight });
    };
    if fingerprint != ask.fingerprint {
        return Ok(Claim::Reused);
    }
    let opened = sealed::open(key, &ask.cell(tx.tenant()), &answer)?;
    let body = String::from_utf8(opened.to_vec()).map_err(|_| Fault::Unexpected("an answer is text"))?;
    Ok(Claim::Replay(Stored { status, location, etag, body, request_id }))
}

/// Keeps the outcome for retries; they get it back for 72 hours.
///
/// # Errors
/// A [`Fault`]; `idempotency_keys_pkey` is violated when a twin was faster, whose outcome then counts.
pub async fn remember(
    tx: &mut TenantTx,
    ask: &Ask,
    outcome: &Stored,
    key: &SealKey,
    now: Instant,
) -> Result<(), Fault> {
    let statement = KeepOutcome {
        tenant: tx.tenant(),
        scope: ask.scope.clone(),
        key: ask.key.clone(),
        fingerprint: ask.fingerprint.clone(),
        status: outcome.status,
        sealed: sealed::seal(key, &ask.cell(tx.tenant()), outcome.body.as_bytes())?,
        request_id: outcome.request_id.clone(),
        at: now,
        location: outcome.location.clone().unwrap_or_default(),
        etag: outcome.etag.clone().unwrap_or_default(),
    };
    statement.get_result::<(bool,)>(tx.conn()).await?;
    Ok(())
}
