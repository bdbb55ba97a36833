//! The words of a tenant: versions that never change, of which the newest counts. Taking them back is a version too, so that a
//! letter always says which words it was made from.

mod events;
mod sql;

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{Instant, Locale, Refusal, Refuse};
use serde_json::json;

use crate::{
    problems,
    template::Rendered,
    text::{self, Kind, Text, TextFault, Values},
};

/// The words of a kind in a language, as they count now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    pub kind: Kind,
    pub locale: Locale,
    /// 0: nobody has ever changed them.
    pub version: i32,
    /// Whether they are the house's own.
    pub standard: bool,
    pub text: Text,
    /// Since when they count; absent: they have always been.
    pub since: Option<Instant>,
}

/// Why words are not kept.
#[derive(Debug, thiserror::Error)]
pub enum WordingError {
    #[error("the words have {} faults", .0.len())]
    Text(Vec<TextFault>),
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i32 },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for WordingError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Text(faults) => {
                let told = faults.iter().map(|one| {
                    let (line, column) = one.at.unzip();
                    json!({ "part": one.part.as_str(), "code": one.wrong.code(), "placeholder": one.wrong.placeholder(),
                            "line": line, "column": column })
                });
                problems::TEMPLATE_TEXT.refuse().fact("faults", told.collect::<Vec<_>>())
            }
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// The words of every kind in both languages.
#[derive(Debug, Clone)]
pub struct Wordings(BTreeMap<(Kind, &'static str), (i32, Option<Text>, Instant)>);

impl Wordings {
    /// Those that count.
    pub fn of(&self, kind: Kind, locale: Locale) -> Wording {
        let newest = self.0.get(&(kind, locale.as_str()));
        let own = newest.and_then(|(_, own, _)| own.clone());
        Wording {
            kind,
            locale,
            version: newest.map_or(0, |(version, _, _)| *version),
            standard: own.is_none(),
            text: own.unwrap_or_else(|| text::standard(kind, locale)),
            since: newest.map(|(_, _, since)| *since),
        }
    }
}

/// What counts now, in one statement.
///
/// # Errors
/// A [`Fault`].
pub async fn current(tx: &mut TenantTx) -> Result<Wordings, Fault> {
    let rows = sql::newest(tx).await?;
    let known = rows.into_iter().filter_map(|(kind, locale, version, subject, body, since)| {
        let (kind, locale) = (kind.parse().ok()?, locale.parse::<Locale>().ok()?.as_str());
        let own = subject.zip(body).map(|(subject, body)| Text { subject, body });
        Some(((kind, locale), (version, own, since)))
    });
    Ok(Wordings(known.collect()))
}

/// Says it otherwise from now on. The same words again make no new version. `expected` is the version that was read; nothing
/// means whichever there is.
///
/// # Errors
/// [`WordingError`]: `Text` with every fault and its place, `Stale`.
pub async fn keep(
    tx: &mut TenantTx,
    (kind, locale): (Kind, Locale),
    given: Text,
    expected: Option<i32>,
    now: Instant,
) -> Result<Wording, WordingError> {
    let given = sound(kind, given)?;
    next(tx, (kind, locale), Some(given), expected, now).await
}

/// The house's own words again.
///
/// # Errors
/// [`WordingError::Stale`].
pub async fn reset(
    tx: &mut TenantTx,
    of: (Kind, Locale),
    expected: Option<i32>,
    now: Instant,
) -> Result<Wording, WordingError> {
    next(tx, of, None, expected, now).await
}

/// What a letter would look like, with samples for what is filled in.
///
/// # Errors
/// [`WordingError::Text`] with every fault and its place.
pub fn preview(kind: Kind, locale: Locale, given: Text) -> Result<Rendered, WordingError> {
    Ok(text::fill(&sound(kind, given)?, &text::samples(kind, locale)))
}

/// A letter in the words that count: the version, and what it says.
pub fn compose(wording: &Wording, values: &Values) -> (i32, Rendered) {
    (wording.version, text::fill(&wording.text, values))
}

/// Line breaks as they are kept; refused with everything that stands against it.
fn sound(kind: Kind, given: Text) -> Result<Text, WordingError> {
    let given = Text { body: given.body.replace("\r\n", "\n"), ..given };
    let faults = text::faults(kind, &given);
    if faults.is_empty() { Ok(given) } else { Err(WordingError::Text(faults)) }
}

async fn next(
    tx: &mut TenantTx,
    (kind, locale): (Kind, Locale),
    own: Option<Text>,
    expected: Option<i32>,
    now: Instant,
) -> Result<Wording, WordingError> {
    let stands = current(tx).await?.of(kind, locale);
    if expected.is_some_and(|wanted| wanted != stands.version) {
        return Err(WordingError::Stale { current: stands.version });
    }
    let same = own.as_ref().map_or(stands.standard, |own| !stands.standard && *own == stands.text);
    if same {
        return Ok(stands);
    }
    let version = stands.version.saturating_add(1);
    if !sql::insert(tx, (kind, locale, version), own.as_ref(), now).await? {
        // somebody else made this version while we looked
        return Err(WordingError::Stale { current: version });
    }
    let event =
        events::TemplateChanged { kind: kind.as_str(), language: locale.as_str(), version, standard: own.is_none() };
    audit::journal(tx, now, &event).await?;
    let standard = own.is_none();
    let text = own.unwrap_or_else(|| text::standard(kind, locale));
    Ok(Wording { kind, locale, version, standard, text, since: Some(now) })
}
