//! `itsudemo verify` and `itsudemo journal`.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter},
    path::Path,
};

use audit::{FirstBad, Signer, VerifyingKey, checkpoint, export::ExportError, read, verify::VerifyError};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use custody::keyring::Keyring;
use db::Db;
use kernel::{Actor, RequestId, Scope, Service, ids::TenantId};
use tokio::runtime::Builder;

use crate::{
    Failure,
    cli::{DatabaseArgs, JournalArgs, JournalCommand, VerifyArgs},
    database::Database,
    work::kept_notes,
};

/// Checks a file, or every journal of the database, and prints one line for each that is in order.
///
/// # Errors
/// [`Failure::Journal`] names the first bad entry of the first bad journal.
pub fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let key = match &args.key {
        Some(text) => public_key(text)?,
        None => own_key(&args.database)?,
    };
    match &args.file {
        Some(file) => verify_file(file, key, args),
        None => with_database(&args.database, async |db| verify_database(db, key, &args.database).await),
    }
}

fn verify_file(file: &Path, key: VerifyingKey, args: &VerifyArgs) -> Result<(), Failure> {
    let witnesses = args.witness.iter().map(|path| fs::read_to_string(path).map_err(at(path)));
    let witnesses: Vec<String> = witnesses.collect::<Result<_, _>>()?;
    let witnesses: Vec<&str> = witnesses.iter().flat_map(|text| checkpoint::notes(text)).collect();
    let reader = BufReader::new(File::open(file).map_err(at(file))?);
    let report = audit::verify::verify_with_witnesses(reader, &[key], &witnesses);
    println!("{}", report.map_err(|bad| bad_journal(&file.display().to_string(), bad))?);
    Ok(())
}

/// The checkpoints that the server kept beside its database are asked too.
async fn verify_database(db: &Db, key: VerifyingKey, args: &DatabaseArgs) -> Result<(), Failure> {
    let tenants = read::journals(db).await?;
    for tenant in &tenants {
        let kept = kept_notes(args, *tenant).map_err(at(&args.data))?;
        let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
        match audit::verify_database(db, &scope(*tenant), &[key], &kept).await {
            Ok(report) => println!("{report}"),
            Err(VerifyError::Bad(bad)) => return Err(bad_journal(&tenant.to_string(), bad)),
            Err(VerifyError::Fault(fault)) => return Err(fault.into()),
        }
    }
    println!("{} journals in order", tenants.len());
    Ok(())
}

/// Takes a journal out, or shows its key.
///
/// # Errors
/// See [`Failure`].
pub fn journal(args: &JournalArgs) -> Result<(), Failure> {
    match &args.command {
        JournalCommand::Key { tenant } => {
            println!("{}", checkpoint::verifier_key(*tenant, &own_key(&args.database)?));
            Ok(())
        }
        JournalCommand::Export { tenant, file } => {
            let mut out = BufWriter::new(File::create_new(file).map_err(at(file))?);
            let done = with_database(&args.database, async |db| {
                audit::export(db, &scope(*tenant), &mut out).await.map_err(|failed| match failed {
                    ExportError::Write(source) => at(file)(source),
                    ExportError::Fault(fault) => fault.into(),
                })
            })?;
            println!("{} entries under {} checkpoints", done.entries, done.checkpoints);
            if done.unsigned > 0 {
                println!("{} newer entries are left out: they are not signed yet", done.unsigned);
            }
            Ok(())
        }
    }
}

/// Works on the database of a command that serves nothing.
pub(crate) fn with_database<T>(
    args: &DatabaseArgs,
    work: impl AsyncFnOnce(&Db) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let database = Database::open_beside(args)?;
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let done = runtime.block_on(async {
        let db = database.connect(2).await?;
        work(&db).await
    });
    drop(runtime);
    done
}

/// The right to read a journal from the terminal of the machine that holds the keys.
fn scope(tenant: TenantId) -> Scope {
    Scope::assume(tenant, Service::Core, Actor::System, RequestId::random())
}

fn own_key(args: &DatabaseArgs) -> Result<VerifyingKey, Failure> {
    let folder = args.data.join("keys");
    if !folder.join("master.json").exists() {
        return Err(Failure::NoKeys(folder));
    }
    let keyring = Keyring::open_or_create(folder)?;
    Ok(Signer::new(keyring.journal_signing()).verifying_key())
}

/// Reads `name+key id+base64(0x01 ‖ public key)`; the name and the id are for people and note tools.
fn public_key(text: &str) -> Result<VerifyingKey, Failure> {
    let bytes = text.trim().splitn(3, '+').nth(2).and_then(|key| STANDARD.decode(key).ok());
    let key = bytes.as_deref().and_then(|bytes| bytes.strip_prefix(&[1])).and_then(|key| key.try_into().ok());
    key.and_then(|key| VerifyingKey::from_bytes(key).ok()).ok_or_else(|| Failure::PublicKey(text.to_owned()))
}

fn bad_journal(whose: &str, bad: FirstBad) -> Failure {
    Failure::Journal { tenant: whose.to_owned(), bad }
}

fn at(path: &Path) -> impl Fn(io::Error) -> Failure {
    let path = path.to_owned();
    move |source| Failure::File { path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_is_shown_is_the_key_that_is_taken() {
        let key = Signer::new(&kernel::SigningSeed::new([7; 32])).verifying_key();
        let tenant = TenantId::from_uuid("0193f0c6-0000-7000-8000-000000000001".parse().unwrap());
        assert_eq!(public_key(&checkpoint::verifier_key(tenant, &key)).unwrap(), key);
        assert!(public_key("itsudemo/x+00000000+AAAA").is_err());
    }
}
