//! What can go wrong below the rules: the database is away, busy, or a named constraint stood against it.

use diesel::result::{DatabaseErrorKind, Error};
use kernel::{Refusal, Refuse};

use crate::problems;

/// A failure that no rule of the house explains.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No connection could be had in time.
    #[error("no database connection")]
    Unavailable,
    /// A serialization failure, a deadlock or a timeout; trying again may work.
    #[error("the database gave up for now")]
    Busy(#[source] Error),
    /// What was seen had changed before it was locked; the transaction runs again and sees how it is.
    #[error("it changed before it was locked")]
    Overtaken,
    /// A named constraint refused the change.
    #[error("constraint {name} refused")]
    Violation { name: String, source: Error },
    /// The connection was lost while committing.
    #[error("the outcome of the commit is unknown")]
    OutcomeUnknown(#[source] Error),
    /// Anything else.
    #[error("the database refused")]
    Broken(#[source] Error),
    /// Our own arithmetic or data is not what it must be.
    #[error("broken expectation: {0}")]
    Unexpected(&'static str),
}

impl Fault {
    /// Whether the constraint of this name refused. A cluster appends `_<digits>` to names; they are ignored.
    pub fn violates(&self, constraint: &str) -> bool {
        match self {
            Self::Violation { name, .. } => name.strip_prefix(constraint).is_some_and(|rest| {
                rest.is_empty()
                    || rest.strip_prefix('_').is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
            }),
            _ => false,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(kind, info) => {
                if let Some(name) = info.constraint_name() {
                    return Self::Violation { name: name.to_owned(), source: error };
                }
                let message = info.message();
                match kind {
                    DatabaseErrorKind::SerializationFailure => Self::Busy(error),
                    DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => Self::Unavailable,
                    // diesel keeps no SQLSTATE; the server speaks English (lc_messages = C)
                    _ if message.contains("deadlock detected")
                        || message.contains("due to statement timeout")
                        || message.contains("due to lock timeout") =>
                    {
                        Self::Busy(error)
                    }
                    _ if message.contains("connection closed") || message.contains("terminating connection") => {
                        Self::Unavailable
                    }
                    _ => Self::Broken(error),
                }
            }
            _ => Self::Broken(error),
        }
    }
}

impl Refuse for Fault {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Unavailable | Self::Busy(_) | Self::Overtaken => problems::UNAVAILABLE.refuse().retry_after(1),
            Self::OutcomeUnknown(_) => problems::OUTCOME_UNKNOWN.refuse().retry_after(1),
            Self::Violation { .. } | Self::Broken(_) | Self::Unexpected(_) => problems::INTERNAL.refuse(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violation(name: &str) -> Fault {
        Fault::Violation { name: name.to_owned(), source: Error::NotFound }
    }

    #[test]
    fn a_constraint_is_known_by_its_name_with_or_without_a_shard_suffix() {
        assert!(violation("one_hold_per_seat").violates("one_hold_per_seat"));
        assert!(violation("one_hold_per_seat_102057").violates("one_hold_per_seat"));
        assert!(!violation("one_hold_per_seat_fkey").violates("one_hold_per_seat"));
        assert!(!violation("one_hold_per_seat_").violates("one_hold_per_seat"));
    }
}
