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
    /// A member of the problem document. What is not known is left out, as in every answer, however deep it lies.
    pub fn fact(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        let mut value = value.into();
        forget_unknown(&mut value);
        if !value.is_null() {
            self.facts.insert(name.to_owned(), value);
        }
        self
    }

    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same no about one part of what was asked for: pointers begin at that part (`/people/0`), and what has none points at
    /// the part itself.
    #[must_use]
    pub fn within(mut self, part: &str) -> Self {
        let moved = |pointer: &str| format!("#{part}{}", pointer.strip_prefix('#').unwrap_or(pointer));
        match self.facts.get_mut("errors").and_then(Value::as_array_mut) {
            Some(errors) => {
                for pointer in errors.iter_mut().filter_map(|error| error.get_mut("pointer")) {
                    *pointer = moved(pointer.as_str().unwrap_or("#")).into();
                }
            }
            None => {
                let pointer = moved(self.facts.get("pointer").and_then(Value::as_str).unwrap_or("#"));
                self.facts.insert("pointer".to_owned(), pointer.into());
            }
        }
        self
    }

    /// One no of several: the first, with the errors of all others by the same rule.
    #[must_use]
    pub fn joined(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut all = all.into_iter();
        let mut first = all.next()?;
        for mut other in all.filter(|other| other.rule.code == first.rule.code) {
            let more = other.facts.get_mut("errors").and_then(Value::as_array_mut).map(std::mem::take);
            if let Some((known, more)) = first.facts.get_mut("errors").and_then(Value::as_array_mut).zip(more) {
                known.extend(more);
            }
        }
        Some(first)
    }

    pub fn because(mut self, sentence: impl Into<String>) -> Self {
        self.because = Some(sentence.into());
        self
    }
}

fn forget_unknown(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(forget_unknown);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_unknown),
        _ => {}
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static WRONG: Rule =
        Rule { kind: Kind::Rejected, code: "kernel.test.wrong", en: "It is wrong.", ja: "誤りです。" };

    #[test]
    fn several_noes_by_one_rule_are_one_with_all_their_errors() {
        let error = |code: &str| WRONG.refuse().fact("errors", json!([{ "pointer": "#/name", "code": code }]));
        let all = Refusal::joined([error("required").within("/people/0"), error("too_long").within("/people/2")]);
        let told = all.map(|one| one.facts["errors"].clone()).unwrap_or_default();
        assert_eq!((&told[0]["pointer"], &told[1]["pointer"]), (&json!("#/people/0/name"), &json!("#/people/2/name")));
        assert!(Refusal::joined([]).is_none());
    }

    #[test]
    fn what_is_not_known_is_left_out_however_deep_it_lies() {
        let faults = json!([{ "code": "unclosed", "line": 2, "placeholder": null, "in": { "room": null } }]);
        let refused = WRONG.refuse().fact("opens_at", None::<&str>).fact("faults", faults);
        assert_eq!(Value::from(refused.facts), json!({ "faults": [{ "code": "unclosed", "line": 2, "in": {} }] }));
    }

    #[test]
    fn pointers_of_a_part_begin_at_the_part() {
        let errors = json!([{ "pointer": "#/name", "code": "required" }]);
        let refused = WRONG.refuse().fact("errors", errors).within("/people/1");
        assert_eq!(refused.facts["errors"][0]["pointer"], "#/people/1/name");
        let refused = WRONG.refuse().within("/facts/0").within("/people/1");
        assert_eq!(refused.facts["pointer"], "#/people/1/facts/0");
    }
}
