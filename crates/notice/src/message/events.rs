//! What the journal says about messages: that they went, never to which address or with which words.

use audit::{Event, Subject};
use kernel::ids::{MessageId, PatronId};
use serde::Serialize;

/// A message was handed to the mail server.
#[derive(Debug, Serialize)]
pub struct MessageSent<'a> {
    pub message: MessageId,
    pub template: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patron: Option<PatronId>,
}

impl Event for MessageSent<'_> {
    const NAME: &'static str = "notice.message.sent";

    fn subject(&self) -> Subject {
        Subject::new("message", self.message)
    }
}

/// A message was given up.
#[derive(Debug, Serialize)]
pub struct MessageFailed<'a> {
    pub message: MessageId,
    pub template: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patron: Option<PatronId>,
    pub attempts: i32,
    /// `smtp_550`, `timeout`, `outdated` of what was not so any more, …
    pub failure: &'a str,
}

impl Event for MessageFailed<'_> {
    const NAME: &'static str = "notice.message.failed";

    fn subject(&self) -> Subject {
        Subject::new("message", self.message)
    }
}
