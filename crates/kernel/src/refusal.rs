//! How a rule says no: one stable code, one sentence in two languages, and what the caller can do instead.

use serde_json::{Map, Value};

/// What sort of no it is. The contract translates it once into a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request breaks the contract.
    Malformed,
    /// Nobody has said who they are, or not convincingly.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// There is no such thing, or not for this caller.
    Absent,
    /// The state of things stands against it.
    Conflict,
    /// It was there and is over.
    Gone,
    /// Somebody else changed it first.
    Stale,
    /// The request is larger than we read.
    TooLarge,
    /// The request is in a form we do not read.
    Unsupported,
    /// Well-formed, but a rule of the house refuses it.
    Rejected,
    /// The caller must say which version it means.
    Unconditional,
    /// Too many requests.
    Limited,
    /// Not now; try again.
    Busy,
    /// Our fault.
    Fault,
}

/// A rule of the house with its stable code. Codes are never renamed, reused or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub kind: Kind,
    pub code: &'static str,
    /// One English sentence, the same for every refusal by this rule.
    pub en: &'static str,
    /// The same sentence in Japanese.
    pub ja: &'static str,
}

impl Rule {
    /// This rule says no.
    pub fn refuse(&'static self) -> Refusal {
        Refusal { rule: self, facts: Map::new(), retry_after: None, because: None }
    }
}

/// One no, with what is known about it.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub rule: &'static Rule,
    /// Members of the problem document beside the standard ones: what stood against it, what is possible instead.
    pub facts: Map<String, Value>,
    /// Seconds until it may become possible.
    pub retry_after: Option<u32>,
    /// A precise English sentence that replaces the rule's general one.
    pub because: Option<String>,
}

impl Refusal {
    pub fn fact(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub fn because(mut self, sentence: impl Into<String>) -> Self {
        self.because = Some(sentence.into());
        self
    }
}

/// The one bridge from a verb's own error to what a caller is told.
pub trait Refuse: std::error::Error {
    fn refusal(&self) -> Refusal;
}

/// What a transaction may end with: it says whether running it once more may help.
pub trait Outcome {
    /// Whether the refusal came from the database being busy, with nothing changed.
    fn is_busy(&self) -> bool;
}

/// The code of the one refusal that a transaction is run again for.
pub const UNAVAILABLE: &str = "unavailable";

impl<E: Refuse> Outcome for E {
    fn is_busy(&self) -> bool {
        self.refusal().rule.code == UNAVAILABLE
    }
}

/// Declares the rules of a crate: one constant each, and `ALL` for the published list.
///
/// ```
/// kernel::rules! {
///     SEAT_TAKEN = Conflict "ticket.hold.seat_taken", "At least one of the seats is taken.", "選択した座席の一部はすでに確保されています。";
/// }
/// assert_eq!(SEAT_TAKEN.refuse().rule.code, "ticket.hold.seat_taken");
/// ```
#[macro_export]
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $kind:ident $code:literal, $en:literal, $ja:literal;)*) => {
        $($(#[$doc])* pub static $name: $crate::Rule =
            $crate::Rule { kind: $crate::Kind::$kind, code: $code, en: $en, ja: $ja };)*
        /// Every rule of this crate, in the order of its file.
        pub static ALL: &[&$crate::Rule] = &[$(&$name),*];
    };
}
