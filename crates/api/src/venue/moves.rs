//! Hires of an application that change: one by itself, or several at once.

use ::venue::{
    account::Received,
    alternative,
    application::{self, Application, ApplicationError},
    hire_change::{self, Changing, HireChange},
    hire_quote::{CountsAs, UseAsk},
};
use contract::{ApiError, venue::hire::HireChangeCause};
use db::TenantTx;
use kernel::{
    Actor, Instant,
    ids::{BillId, HireId},
};
use tariff::hire::Cause;
use tenancy::{Permission, Permit};

use super::{
    letters,
    money::{self, Held},
    otherwise::missed,
    whom, wire,
};
use crate::{Desk, May};

/// What is to change: of which application, in which version, and into what; whether the house itself asks.
#[derive(Clone, Copy)]
pub struct Move<'a> {
    /// As it was seen.
    pub of: &'a Application,
    /// The one that is meant; absent: any.
    pub version: Option<i32>,
    pub wanted: &'a [(HireId, UseAsk)],
    pub hidden: bool,
    /// Whose reason it is.
    pub cause: Cause,
    /// As whom it is priced from now on when all of it changes, and who moves into a room for the registered; absent: as it was.
    pub counts_as: &'a Option<CountsAs>,
}

/// What came of it.
pub struct Moved {
    pub change: HireChange,
    /// Of what is to be paid.
    pub bill: Option<BillId>,
    /// Of the application from now on.
    pub version: i32,
}

impl Move<'_> {
    fn with<'r>(&'r self, received: &'r Received) -> Changing<'r> {
        Changing { hidden: self.hidden, cause: self.cause, counts_as: self.counts_as.as_ref(), received }
    }

    /// What it comes to: in a transaction that is not committed.
    pub async fn rehearse(self, tx: &mut TenantTx, now: Instant) -> Result<HireChange, ApiError> {
        let received = &money::came_in(tx, self.of).await?;
        Ok(hire_change::change(tx, self.of.id, self.version, self.wanted, self.with(received), now).await?.1)
    }

    /// Changes the hires, and bills or gives back the difference. The bills' rows before the application's, as everywhere.
    pub async fn make(self, desk: &Desk, tx: &mut TenantTx, now: Instant) -> Result<Moved, ApiError> {
        let Held { bills, received } = money::held(tx, self.of).await?;
        let with = self.with(&received);
        let (applied, change) = hire_change::change(tx, self.of.id, self.version, self.wanted, with, now).await?;
        let reason = money::reason(self.cause);
        let bill = money::settle(tx, (&bills, reason), &applied, &(&change.balance).into(), now).await?;
        letters::permitted(desk, tx, &applied, now).await?;
        letters::changed(desk, tx, &applied, &change, now).await?;
        Ok(Moved { version: applied.application.version, change, bill })
    }
}

/// Whose reason a change is, as the caller says it. One that is not of who hired costs the house money, as taking back does, and is said
/// by whoever may do that.
///
/// # Errors
/// `permission_denied`.
pub fn cause<P: Permit>(caller: &May<P>, said: Option<HireChangeCause>) -> Result<Cause, ApiError> {
    let cause = wire::hires::change_cause(said);
    if cause != Cause::User {
        caller.principal().may(Permission::DecideHires, caller.request_id())?;
    }
    Ok(cause)
}

/// The answer, or the refusal with other ways to change what is not to be had so.
pub async fn or_otherwise<P: Permit, T>(
    desk: &Desk,
    caller: &May<P>,
    wanted: &[(HireId, UseAsk)],
    answer: Result<T, ApiError>,
) -> Result<T, ApiError> {
    let error = match answer {
        Err(error) => error,
        done => return done,
    };
    let Some(uses) = missed(&error) else { return Err(error) };
    let Some(turn) = desk.searches.turn().await else { return Err(error) };
    let (hidden, now) = (caller.of_the_house(), caller.now());
    let own = matches!(caller.actor(), Actor::Patron(_));
    let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
        let (hire, _) = wanted.first().ok_or(ApplicationError::Absent)?;
        let of = application::of_hire(tx, *hire).await?;
        let patron = Some(of.application.patron_id).filter(|_| own);
        let counts_as = match patron {
            Some(patron) => Some(whom::counts_as(desk, tx, patron, now).await?),
            None => None,
        };
        let as_whom = (hidden, counts_as.as_ref());
        Ok(alternative::of_change(tx, &of, (wanted, &uses), as_whom, now).await?)
    };
    Err(turn.told(error, desk.db.read(&caller.scope(), work).await).await)
}
