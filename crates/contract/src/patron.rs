//! 利用者 on the wire: patrons, their registrations and their sessions.

pub mod form;
pub mod group;
pub mod password_reset;
pub mod person;
pub mod register;
pub mod registration;
pub mod session;
pub mod standing;

pub use password_reset::{PasswordResetCompletion, PasswordResetReceipt, PasswordResetRequest};
pub use register::{
    Locale, OwnPatronChange, Patron, PatronChange, PatronKind, PatronRequest, PatronSearch, PatronState,
};
pub use registration::{EmailVerification, RegistrationReceipt, RegistrationRequest, VerificationRequest};
pub use session::{PatronSession, PatronSessionRequest};
