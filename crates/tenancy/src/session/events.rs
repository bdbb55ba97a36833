//! What the journal says about sessions.

use audit::{Category, Event, Subject};
use kernel::ids::SessionId;
use serde::Serialize;

macro_rules! facts {
    ($($name:ident = $code:literal;)*) => {$(
        #[derive(Serialize)]
        pub(super) struct $name {
            pub session: SessionId,
        }

        impl Event for $name {
            const NAME: &'static str = $code;
            const CATEGORY: Category = Category::Auth;

            fn subject(&self) -> Subject {
                Subject::new("session", self.session)
            }
        }
    )*};
}

facts! {
    SessionOpened = "tenancy.session.opened";
    SessionEnded = "tenancy.session.ended";
}
