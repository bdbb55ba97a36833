//! Sealing the journals: every quarter of a second, tenant by tenant, a batch each, so that no tenant waits for another's flood.

use std::{
    collections::HashMap,
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use audit::{
    Signer,
    sealer::{Signing, journals_with_work, seal},
};
use db::{Fault, TenantTx};
use kernel::{Actor, Instant, RequestId, Scope, Service, ids::TenantId};

use crate::{Job, Tools};

/// How long a journal that cannot be sealed is left alone, so that it neither fills the log nor slows the others.
const REST: time::Duration = time::Duration::MINUTE;

/// Moves committed facts from the outbox into the sealed log and signs checkpoints.
#[derive(Default)]
pub struct Sealing {
    witness: Option<PathBuf>,
    resting: Mutex<HashMap<TenantId, Instant>>,
}

impl Sealing {
    pub fn new() -> Self {
        Self::default()
    }

    /// Also appends every checkpoint to `<folder>/<tenant uuid>.notes`: kept outside of the database, they show when a
    /// journal was cut off or rewritten as a whole.
    #[must_use]
    pub fn with_witness(mut self, folder: impl Into<PathBuf>) -> Self {
        self.witness = Some(folder.into());
        self
    }

    fn rests(&self, tenant: TenantId, now: Instant) -> bool {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        resting.retain(|_, until| *until > now);
        resting.contains_key(&tenant)
    }

    fn rest(&self, tenant: TenantId, now: Instant) {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant, now.saturating_add(REST));
    }

    async fn seal_one(&self, tools: &Tools, signer: &Signer, tenant: TenantId, now: Instant) -> Result<usize, Fault> {
        let scope = Scope::assume(tenant, Service::Core, Actor::System, RequestId::random());
        let work = async |tx: &mut TenantTx| seal(tx, signer, Signing::WhenDue, now).await;
        let sealed = tools.db.sealer(&scope, work).await?;
        let Some(note) = sealed.checkpoint else { return Ok(sealed.entries) };
        if let Some(folder) = self.witness.clone() {
            let kept = tokio::task::spawn_blocking(move || keep(&folder, tenant, &note)).await;
            if let Ok(Err(error)) = kept {
                tracing::error!(%error, tenant = %tenant, "a checkpoint could not be kept outside of the database");
            }
        }
        Ok(sealed.entries + 1)
    }
}

impl Job for Sealing {
    fn name(&self) -> &'static str {
        "seal journals"
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(250)
    }

    async fn run_once(&self, tools: &Tools) -> Result<usize, Fault> {
        let now = tools.clock.now();
        let signer = Signer::new(tools.keys.journal_signing());
        let (mut done, mut busy) = (0, None);
        for tenant in journals_with_work(&tools.db, now).await? {
            if self.rests(tenant, now) {
                continue;
            }
            match self.seal_one(tools, &signer, tenant, now).await {
                Ok(sealed) => done += sealed,
                Err(Fault::Unavailable) => return Err(Fault::Unavailable),
                // tried again soon, and meanwhile holds up no other
                Err(fault @ Fault::Busy(_)) => busy = Some(fault),
                Err(fault) => {
                    complain(tenant, &fault);
                    self.rest(tenant, now);
                }
            }
        }
        busy.map_or(Ok(done), Err)
    }
}

fn complain(tenant: TenantId, error: &(dyn std::error::Error + 'static)) {
    tracing::error!(error, tenant = %tenant, "a journal cannot be sealed");
    metrics::counter!("itsudemo_journal_unsealable_total").increment(1);
}

/// Appends a note; its last line starts with a dash as no other does, which tells notes apart.
fn keep(folder: &Path, tenant: TenantId, note: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}.notes", tenant.uuid()));
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(note.as_bytes())?;
    file.sync_data()
}

/// The notes that were kept of a journal, oldest first; none when there is no file.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn witnesses(folder: &Path, tenant: TenantId) -> std::io::Result<Vec<String>> {
    let text = match std::fs::read_to_string(folder.join(format!("{}.notes", tenant.uuid()))) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(audit::checkpoint::notes(&text).into_iter().map(str::to_owned).collect())
}
