//! `itsudemo migrate`.

use db::migrate;
use tokio::runtime::Builder;

use crate::{
    Failure,
    cli::{MigrateArgs, MigrateWay},
    database::Database,
};

/// Runs the command and prints one line per migration.
///
/// # Errors
/// See [`Failure`].
pub fn migrate(args: &MigrateArgs) -> Result<(), Failure> {
    let way = args.way.unwrap_or(MigrateWay::Up);
    if matches!(way, MigrateWay::Down { lose_all_data: false }) {
        return Err(Failure::NotConfirmed);
    }
    let database = Database::open(&args.database)?;
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (done, names) = runtime.block_on(async {
        let url = database.admin_url()?;
        Ok::<_, Failure>(match way {
            MigrateWay::Up => ("applied", migrate::up(url).await?.into_iter().map(str::to_owned).collect()),
            MigrateWay::Down { .. } => ("taken back", migrate::down(url).await?),
            MigrateWay::Status => ("in place", migrate::applied(url).await?),
        })
    })?;
    for name in &names {
        println!("{done}: {name}");
    }
    println!("{} migrations {done}", names.len());
    Ok(())
}
