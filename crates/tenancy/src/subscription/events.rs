//! What the journal says about subscriptions.

use audit::{Event, Subject};
use kernel::{Service, ids::SubscriptionId};
use serde::Serialize;

use super::Subscription;

macro_rules! facts {
    ($($name:ident = $code:literal;)*) => {$(
        #[derive(Serialize)]
        pub(super) struct $name {
            subscription: SubscriptionId,
            subscribed: Service,
            starts_on: String,
            ends_on: String,
        }

        impl $name {
            pub fn of(subscription: &Subscription) -> Self {
                Self {
                    subscription: subscription.id,
                    subscribed: subscription.service,
                    starts_on: subscription.starts_on.to_string(),
                    ends_on: subscription.ends_on.to_string(),
                }
            }
        }

        impl Event for $name {
            const NAME: &'static str = $code;

            fn subject(&self) -> Subject {
                Subject::new("subscription", self.subscription)
            }
        }
    )*};
}

facts! {
    ServiceSubscribed = "tenancy.subscription.started";
    SubscriptionMoved = "tenancy.subscription.moved";
}
