//! From what happened to a patron to the message about it, in the same transaction.

use db::{Fault, TenantTx};
use kernel::{Instant, SealKey};
use notice::{Intent, Template};
use patron::registration::{Mail, Says};

/// The tenant as its patrons know it.
///
/// # Errors
/// A [`Fault`].
pub async fn house(tx: &mut TenantTx) -> Result<String, Fault> {
    Ok(tenancy::tenant::name(tx).await?.unwrap_or_default())
}

/// Intends the message.
///
/// # Errors
/// A [`Fault`].
pub async fn intend(tx: &mut TenantTx, seal: &SealKey, mail: &Mail, now: Instant) -> Result<(), Fault> {
    let house = house(tx).await?;
    let template = match &mail.says {
        Says::Verify { token, expires_at } => {
            Template::VerifyEmail { token: token.expose().to_owned(), expires_at: *expires_at }
        }
        Says::AlreadyRegistered => Template::AlreadyRegistered,
        Says::ResetPassword { token, expires_at } => {
            Template::ResetPassword { token: token.expose().to_owned(), expires_at: *expires_at }
        }
        Says::PasswordChanged => Template::PasswordChanged,
    };
    let fact = format!("{} {}", template.name(), mail.verification);
    let intent = Intent {
        house: &house,
        template: &template,
        locale: mail.locale,
        to: &mail.address,
        patron: mail.patron,
        fact: &fact,
    };
    notice::intend(tx, seal, &intent, now).await?;
    Ok(())
}
