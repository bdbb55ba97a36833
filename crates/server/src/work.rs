//! The jobs that run beside the requests.

use std::{io, path::PathBuf};

use api::Desk;
use custody::keyring::Keyring;
use db::Db;
use kernel::{Clock, ids::TenantId};
use worker::{Forgetting, Indexing, Mail, Overdue, Sealing, Sweeping, Tools, Worker, sealing::witnesses};

use crate::{
    Failure,
    cli::{DatabaseArgs, ServeArgs},
    counting::Counting,
    lapsing::Lapsing,
    tidying::Tidying,
};

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
/// [`Failure::Keys`], [`Failure::Mail`].
pub(crate) fn worker(args: &ServeArgs, db: &Db, desk: &Desk) -> Result<Worker, Failure> {
    let data = &args.database.data;
    let mail = Mail::configured(args.smtp_url.as_deref(), &data.join("mail"), &args.mail_from)?;
    let tools = Tools { db: db.clone(), clock: Clock::system(), keys: Keyring::open_or_create(data.join("keys"))? };
    let sealing = Sealing::new().with_witness(witness_folder(&args.database));
    Ok(Worker::new(tools)
        .with(sealing)
        .with(Overdue)
        .with(Forgetting)
        .with(Indexing)
        .with(Sweeping)
        .with(Lapsing(desk.clone()))
        .with(Counting::new(desk.clone()))
        .with(Tidying(desk.clone()))
        .with(mail))
}
