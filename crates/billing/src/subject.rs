//! What a bill is for, in the words of the service that opened it.

use std::borrow::Cow;

use kernel::Service;
use uuid::Uuid;

/// A thing of a service: `ticket.order` and the uuid inside its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    /// `<service>.<noun>`.
    pub kind: Cow<'static, str>,
    pub id: Uuid,
}

impl Subject {
    pub const fn new(kind: &'static str, id: Uuid) -> Self {
        Self { kind: Cow::Borrowed(kind), id }
    }

    pub(crate) fn stored(kind: String, id: Uuid) -> Self {
        Self { kind: Cow::Owned(kind), id }
    }

    /// The service that must hear of what happens to the bill.
    pub fn service(&self) -> Service {
        let service = self.kind.split('.').next().unwrap_or_default();
        service.parse().unwrap_or(Service::Core)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_stands_before_the_dot() {
        assert_eq!(Subject::new("ticket.order", Uuid::nil()).service(), Service::Ticket);
        assert_eq!(Subject::new("membership", Uuid::nil()).service(), Service::Core);
    }
}
