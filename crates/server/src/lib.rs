//! The one binary: its command line, its listeners, its logs and metrics.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod cli;
mod counting;
pub mod database;
mod demo;
pub mod edge;
mod failure;
mod journal;
mod lapsing;
pub mod logging;
pub mod metrics;
mod migrate;
mod openapi;
mod operator;
mod planes;
mod proof;
mod serve;
mod tidying;
mod work;

use cli::{Cli, Command};
pub use failure::Failure;

/// Runs a command to its end.
///
/// # Errors
/// See [`Failure`]; [`Failure::line`] is for the terminal.
pub fn run(cli: &Cli) -> Result<(), Failure> {
    logging::start(&cli.log.filter, cli.log.format)?;
    match &cli.command {
        Command::Serve(args) => serve::serve(args),
        Command::Migrate(args) => migrate::migrate(args),
        Command::CreateOperator(args) => operator::create(args),
        Command::Demo(args) => demo::demo(args),
        Command::Openapi => openapi::openapi(),
        Command::Verify(args) => journal::verify(args),
        Command::VerifyDraw(args) => proof::verify(args),
        Command::Journal(args) => journal::journal(args),
    }
}
