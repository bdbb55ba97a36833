//! 文面: the words of a letter with their placeholders, `{{deadline}}`. The house has its own for every kind and language, and a
//! tenant may say it otherwise ([`crate::wording`]).
//!
//! What is filled in is never read again: a title that looks like a placeholder stays as it is written. Letters are plain text,
//! so nothing in them is markup; a subject is one line, whatever is filled in.

mod kind;
mod standard;

use std::collections::BTreeMap;

use kernel::{Instant, Locale, Yen};

use time::Date;

use crate::template::{Rendered, day_en, day_ja, deadline_en, deadline_ja, grouped, moment_en, moment_ja};
pub use kind::{Kind, Placeholder};

/// Subject and body as they are written, placeholders and all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub subject: String,
    pub body: String,
}

/// What is filled in, by the name of its placeholder.
pub type Values = BTreeMap<&'static str, String>;

/// Where something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Subject,
    Body,
}

impl Part {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
        }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing but blanks.
    Empty,
    /// Not one of the placeholders of the kind.
    Unknown(String),
    /// `{{` without its `}}`.
    Unclosed,
    /// A letter without it would not say what it is for.
    Missing(&'static str),
    /// A line break in a subject, which would end the header; or a control character anywhere.
    Control,
}

impl Wrong {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unknown(_) => "unknown_placeholder",
            Self::Unclosed => "unclosed_placeholder",
            Self::Missing(_) => "missing_placeholder",
            Self::Control => "control_character",
        }
    }

    /// The placeholder it is about.
    pub fn placeholder(&self) -> Option<&str> {
        match self {
            Self::Unknown(name) => Some(name),
            Self::Missing(name) => Some(name),
            Self::Empty | Self::Unclosed | Self::Control => None,
        }
    }
}

/// One fault of a text with its place, lines and columns counted from 1; what is missing has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFault {
    pub part: Part,
    pub wrong: Wrong,
    pub at: Option<(usize, usize)>,
}

/// A piece of a text, with where it begins in bytes.
enum Piece<'a> {
    Plain(&'a str),
    Placeholder(usize, &'a str),
    Unclosed(usize, &'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        let at = text.len() - after.len() - 2;
        found.push(Piece::Plain(before));
        // a placeholder is a short name: braces that close elsewhere are not its own
        match after.split_once("}}").filter(|(name, _)| !name.contains(['{', '\n'])) {
            Some((name, later)) => {
                found.push(Piece::Placeholder(at, name));
                rest = later;
            }
            None => {
                found.push(Piece::Unclosed(at, "{{"));
                rest = after;
            }
        }
    }
    found.push(Piece::Plain(rest));
    found
}

/// Every fault of a text of this kind, in the order in which they stand; none: it can be sent.
pub fn faults(kind: Kind, text: &Text) -> Vec<TextFault> {
    let mut found = faults_of(kind, Part::Subject, &text.subject);
    found.extend(faults_of(kind, Part::Body, &text.body));
    let both = [text.subject.as_str(), text.body.as_str()];
    let says = |name: &str| both.iter().any(|text| has(text, name));
    let missing = kind.placeholders().filter(|one| one.required && !says(one.name));
    found.extend(missing.map(|one| TextFault { part: Part::Body, wrong: Wrong::Missing(one.name), at: None }));
    found
}

fn has(text: &str, name: &str) -> bool {
    pieces(text).iter().any(|piece| matches!(piece, Piece::Placeholder(_, found) if *found == name))
}

fn faults_of(kind: Kind, part: Part, text: &str) -> Vec<TextFault> {
    if text.trim().is_empty() {
        return vec![TextFault { part, wrong: Wrong::Empty, at: None }];
    }
    let mut found: Vec<(usize, Wrong)> = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Placeholder(at, name) if !kind.placeholders().any(|one| one.name == name) => {
                found.push((at, Wrong::Unknown(name.to_owned())));
            }
            Piece::Unclosed(at, _) => found.push((at, Wrong::Unclosed)),
            Piece::Plain(_) | Piece::Placeholder(..) => {}
        }
    }
    let allowed = |one: char| !one.is_control() || (part == Part::Body && one == '\n');
    found.extend(text.char_indices().filter(|(_, one)| !allowed(*one)).map(|(at, _)| (at, Wrong::Control)));
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(at, wrong)| TextFault { part, wrong, at: Some(place(text, at)) }).collect()
}

/// The line and column of a byte, from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or(before);
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// A text with its values. Whatever they hold, the subject stays one line. A placeholder without a value stays empty, and a line of
/// the body that has placeholders and none of them has a value is left out.
pub fn fill(text: &Text, values: &Values) -> Rendered {
    let value = |name: &str| values.get(name).map_or("", String::as_str);
    let filled = |text: &str| -> String {
        let told = pieces(text).into_iter().map(|piece| match piece {
            Piece::Plain(plain) | Piece::Unclosed(_, plain) => plain,
            Piece::Placeholder(_, name) => value(name),
        });
        told.collect()
    };
    let speaks = |line: &&str| {
        let mut named = pieces(line).into_iter().filter_map(|piece| match piece {
            Piece::Placeholder(_, name) => Some(name),
            Piece::Plain(_) | Piece::Unclosed(..) => None,
        });
        let Some(first) = named.next() else { return true };
        std::iter::once(first).chain(named).any(|name| !value(name).is_empty())
    };
    let body: Vec<String> = text.body.split('\n').filter(speaks).map(filled).collect();
    Rendered { subject: filled(&text.subject).replace(char::is_control, " "), body: body.join("\n") }
}

/// The house's own words.
pub fn standard(kind: Kind, locale: Locale) -> Text {
    let (subject, body) = standard::words(kind, locale);
    let close = match (kind, locale) {
        // the house does not address itself
        (Kind::CourseDecisionOwed, _) => "",
        (_, Locale::Ja) => "{{applicant}} 様\n\n",
        (_, Locale::En) => "Dear {{applicant}},\n\n",
    };
    Text { subject: subject.to_owned(), body: format!("{close}{body}\n-- \n{{{{house}}}}\n") }
}

/// What a preview is filled with.
pub fn samples(kind: Kind, locale: Locale) -> Values {
    kind.placeholders().map(|one| (one.name, one.sample(locale).to_owned())).collect()
}

/// A moment in the words of a language, in Japan's time.
pub fn moment(at: Instant, locale: Locale) -> String {
    match locale {
        Locale::Ja => moment_ja(at),
        Locale::En => moment_en(at),
    }
}

/// A deadline in the words of a language, in Japan's time: the end of a day is its 24:00, so that nobody reads the next day.
pub fn deadline(at: Instant, locale: Locale) -> String {
    match locale {
        Locale::Ja => deadline_ja(at),
        Locale::En => deadline_en(at),
    }
}

/// A civil day in the words of a language.
pub fn day(day: Date, locale: Locale) -> String {
    match locale {
        Locale::Ja => day_ja(day),
        Locale::En => day_en(day),
    }
}

/// An amount in the words of a language.
pub fn money(amount: Yen, locale: Locale) -> String {
    match locale {
        Locale::Ja => format!("{}円", grouped(amount)),
        Locale::En => format!("¥{}", grouped(amount)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(subject: &str, body: &str) -> Text {
        Text { subject: subject.to_owned(), body: body.to_owned() }
    }

    #[test]
    fn the_houses_own_words_can_be_sent_in_every_kind_and_language_and_say_what_is_asked_of_them() {
        for kind in Kind::every() {
            for locale in [Locale::Ja, Locale::En] {
                let standard = standard(kind, locale);
                assert_eq!(faults(kind, &standard), [], "{kind:?} {locale:?}");
                let told = fill(&standard, &samples(kind, locale));
                assert!(!told.subject.contains("{{") && !told.body.contains("{{"), "{}", told.body);
                for one in kind.placeholders().filter(|one| one.required) {
                    assert!(
                        format!("{}{}", told.subject, told.body).contains(one.sample(locale)),
                        "{kind:?} {}",
                        one.name
                    );
                }
            }
        }
    }

    #[test]
    fn every_fault_is_told_with_its_line_and_column() {
        let bad = text("{{clas}}\r\n席", "{{deadline}}\nいつ {{dead\nline}} と {{amount}}\u{7}");
        let told: Vec<_> = faults(Kind::CourseOffered, &bad)
            .into_iter()
            .map(|one| (one.part.as_str(), one.wrong.code(), one.wrong.placeholder().map(str::to_owned), one.at))
            .collect();
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(
            told,
            [
                ("subject", "unknown_placeholder", name("clas"), Some((1, 1))),
                ("subject", "control_character", None, Some((1, 9))),
                ("subject", "control_character", None, Some((1, 10))),
                ("body", "unclosed_placeholder", None, Some((2, 4))),
                ("body", "control_character", None, Some((3, 20))),
                ("body", "missing_placeholder", name("class"), None),
            ]
        );
        assert_eq!(faults(Kind::CourseOffered, &text(" ", "{{class}}{{deadline}}"))[0].wrong, Wrong::Empty);
    }

    #[test]
    fn a_line_that_has_nothing_to_say_is_left_out() {
        let values = Values::from([("class", "土曜".to_owned()), ("reason", String::new())]);
        let told = fill(
            &text("{{class}}", "クラス: {{class}} {{reason}}\n返金額: {{refund}}\n理由: {{reason}}\n\n以上"),
            &values,
        );
        assert_eq!(told.body, "クラス: 土曜 \n\n以上");
    }

    proptest! {
        #[test]
        fn what_is_filled_in_is_never_read_again_and_ends_no_header(value in "\\PC{0,20}[\r\n]{0,2}(\\{\\{(house|applicant)\\}\\})?") {
            let values = Values::from([("class", value.clone()), ("house", "H".to_owned())]);
            let told = fill(&text("{{class}} {{house}}", "{{class}}"), &values);
            prop_assert_eq!(&told.body, &value);
            prop_assert!(!told.subject.contains(char::is_control));
            prop_assert!(told.subject.ends_with(" H"));
        }

        #[test]
        fn any_text_is_judged_and_filled_without_harm(subject in "[{}a-z\n ]{0,30}", body in "\\PC{0,40}[{}]{0,6}\\PC{0,10}") {
            let any = text(&subject, &body);
            for fault in faults(Kind::CourseLost, &any) {
                prop_assert!(fault.at.is_none_or(|(line, column)| line >= 1 && column >= 1));
            }
            fill(&any, &samples(Kind::CourseLost, Locale::Ja));
        }
    }
}
