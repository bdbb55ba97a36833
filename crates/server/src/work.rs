//! The jobs that run beside the requests.

use std::{io, path::PathBuf};

use custody::keyring::Keyring;
use db::Db;
use kernel::{Clock, ids::TenantId};
use worker::{Overdue, Sealing, Tools, Worker, sealing::witnesses};

use crate::{Failure, cli::DatabaseArgs};

/// Where checkpoints are kept outside of the database.
fn witness_folder(args: &DatabaseArgs) -> PathBuf {
    args.data.join("witness")
}

/// The checkpoints of a journal that were kept outside of the database.
pub(crate) fn kept_notes(args: &DatabaseArgs, tenant: TenantId) -> io::Result<Vec<String>> {
    witnesses(&witness_folder(args), tenant)
}

/// The worker with all its jobs.
///
/// # Errors
/// [`Failure::Keys`].
pub(crate) fn worker(args: &DatabaseArgs, db: &Db) -> Result<Worker, Failure> {
    let keys = Keyring::open_or_create(args.data.join("keys"))?;
    let tools = Tools { db: db.clone(), clock: Clock::system(), keys };
    Ok(Worker::new(tools).with(Sealing::new().with_witness(witness_folder(args))).with(Overdue))
}
