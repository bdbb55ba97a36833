//! What each listener serves.

use std::{collections::BTreeSet, sync::Arc};

use api::{
    Desk, app,
    desk::{self, Inner},
    front::Guard,
    limits::{Limits, Quotas},
    venue::otherwise::Searches,
};
use custody::keyring::Keyring;
use db::Db;
use kernel::{Clock, Service};
use poem::EndpointExt;

use crate::{
    Failure,
    cli::{ServeArgs, ServedService},
    edge::Shutdown,
    serve::Plane,
};

/// The public plane and the operators' plane, at one desk.
pub fn planes(desk: &Desk) -> (Plane, Plane) {
    let guard = Guard::default();
    (app::public(desk, guard).boxed(), app::operator(desk, guard).boxed())
}

/// What the operations and the jobs of this process work with.
///
/// # Errors
/// The keyring cannot be used, or the system refuses a thread.
pub fn desk(args: &ServeArgs, db: &Db, shutdown: &Shutdown) -> Result<Desk, Failure> {
    let keyring = Keyring::open_or_create(args.database.data.join("keys"))?;
    let shutdown = shutdown.clone();
    Ok(Desk::new(Inner {
        db: db.clone(),
        clock: Clock::system(),
        passwords: desk::passwords(&keyring)?,
        pepper: keyring.credential_pepper().clone(),
        cursor_key: *keyring.credential_pepper().expose(),
        keyring,
        limits: Limits::new(Quotas {
            server: args.rate_per_minute,
            page: args.page_rate_per_minute,
            ..Quotas::default()
        }),
        searches: Searches::of_this_machine(),
        pages: api::Pages::default(),
        sandbox_payments: args.sandbox_payments,
        services: services(args),
        taking: Arc::new(move || !shutdown.is_leaving()),
    }))
}

/// The named services, and what they share.
fn services(args: &ServeArgs) -> BTreeSet<Service> {
    let named = args.services.iter().map(|service| match service {
        ServedService::Ticket => Service::Ticket,
        ServedService::Venue => Service::Venue,
        ServedService::Course => Service::Course,
    });
    named.chain([Service::Core]).collect()
}
