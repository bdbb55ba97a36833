//! A journal as a file of JSON lines, complete in itself: who has it and the public key needs nothing of ours to check it.
//!
//! ```text
//! {"format":1,"journal":"itsudemo/0193f0c6-…","size":1042}
//! {"leaf":"base64 SHA-256","entry":{"actor":…}}        one line per entry, from sequence 1; the entry in canonical form
//! {"checkpoint":"itsudemo/0193f0c6-…\n1000\n…"}        a signed note, after the last entry that it covers
//! ```

use std::io::Write;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use db::{Db, Fault};
use kernel::{Scope, ids::TenantId};
use serde_json::Value;

use crate::{canonical, checkpoint::origin, read};

/// Why a journal could not be written out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the file cannot be written")]
    Write(#[from] std::io::Error),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    pub entries: u64,
    pub checkpoints: u64,
    /// Sealed entries left out because no checkpoint covers them yet; sign first ([`crate::sealer::Signing::Now`]) to have them.
    pub unsigned: u64,
}

/// Writes the scope's journal, up to its last checkpoint, to `out`. Memory stays flat.
///
/// # Errors
/// [`ExportError`].
pub async fn export(db: &Db, scope: &Scope, out: &mut (impl Write + Send)) -> Result<Exported, ExportError> {
    let bounds = read::bounds(db, scope).await?;
    let signed = bounds.signed.1;
    let mut done = Exported { entries: 0, checkpoints: 0, unsigned: u64::try_from(bounds.last - signed).unwrap_or(0) };
    let mut walk = read::Walk::new(db, scope, bounds, signed);
    out.write_all(header(scope.tenant(), u64::try_from(signed).unwrap_or(0)).as_bytes())?;
    while let Some(item) = walk.next().await? {
        match item {
            read::Item::Row(row) => {
                done.entries += 1;
                out.write_all(entry_line(&row.leaf, &row.canonical).as_bytes())?;
            }
            read::Item::Note(note) => {
                done.checkpoints += 1;
                out.write_all(checkpoint_line(&note).as_bytes())?;
            }
        }
    }
    out.flush()?;
    Ok(done)
}

pub(crate) fn header(tenant: TenantId, size: u64) -> String {
    format!("{{\"format\":1,\"journal\":\"{}\",\"size\":{size}}}\n", origin(tenant))
}

pub(crate) fn entry_line(leaf: &[u8], canonical: &str) -> String {
    format!("{{\"leaf\":\"{}\",\"entry\":{canonical}}}\n", STANDARD.encode(leaf))
}

pub(crate) fn checkpoint_line(note: &str) -> String {
    format!("{{\"checkpoint\":{}}}\n", canonical::text(&Value::from(note)))
}
