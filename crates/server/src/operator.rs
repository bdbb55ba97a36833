//! `itsudemo create-operator`: the first of us, by the hand of whoever runs this machine.

use std::fs;

use api::desk;
use custody::keyring::Keyring;
use kernel::Clock;
use tenancy::{Vault, operator, password::Password};

use crate::{Failure, cli::CreateOperatorArgs, journal::with_database};

/// Makes an operator and prints how they sign in. Without a password file a password is made and printed, once.
///
/// # Errors
/// See [`Failure`].
pub fn create(args: &CreateOperatorArgs) -> Result<(), Failure> {
    let given = match &args.password_file {
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|source| Failure::File { path: path.clone(), source })?;
            Some(Password::new(text.trim_end_matches(['\r', '\n'])))
        }
        None => None,
    };
    let keyring = Keyring::open_or_create(args.database.data.join("keys"))?;
    let vault = Vault { pepper: keyring.credential_pepper().clone(), passwords: desk::passwords(&keyring)? };
    let name = args.name.as_deref().unwrap_or(&args.login_id);
    let chosen = given.is_some();
    let (id, password) = with_database(&args.database, async |db| {
        Ok(operator::create(db, &vault, &args.login_id, name, given, Clock::system().now()).await?)
    })?;
    println!("operator: {id}\nlogin_id: {}", args.login_id.trim().to_lowercase());
    if !chosen {
        println!("password: {}", password.reveal());
    }
    Ok(())
}
