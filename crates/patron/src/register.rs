//! A person the tenant serves, as the office's register keeps it: read, entered and changed by staff and by the patron.

pub(crate) mod events;
mod rules;
pub(crate) mod sql;

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::{Instant, Page, PageAsk, Refusal, Refuse, ids::PatronId};

use crate::{
    Details, Keys, Locale,
    details::DetailsError,
    person, problems,
    registration::{self, Mail},
};
pub use rules::Change;

/// How the patron came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatronKind {
    /// Left a contact with one purchase or application.
    Guest,
    /// 利用者登録: in the register.
    Registered,
    /// 団体: no person, and never signs in; see [`crate::group`].
    Group,
}

impl PatronKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Registered => "registered",
            Self::Group => "group",
        }
    }

    pub(crate) fn read(text: &str) -> Self {
        match text {
            "registered" => Self::Registered,
            "group" => Self::Group,
            _ => Self::Guest,
        }
    }
}

/// Whether the patron may sign in and be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatronState {
    Active,
    /// 利用停止.
    Suspended,
    /// Left for good; the address is free again.
    Closed,
}

impl PatronState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    pub(crate) fn read(text: &str) -> Self {
        match text {
            "active" => Self::Active,
            "suspended" => Self::Suspended,
            _ => Self::Closed,
        }
    }
}

/// A patron with the personal data opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patron {
    pub id: PatronId,
    pub kind: PatronKind,
    pub state: PatronState,
    pub locale: Locale,
    pub details: Details,
    /// When the owner of the address last proved to be the patron.
    pub email_verified_at: Option<Instant>,
    /// From 1, one more with every change.
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// Whom a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct PatronFilter<'a> {
    pub kind: Option<PatronKind>,
    /// The whole address, however typed.
    pub email: Option<&'a str>,
    /// The whole number, however typed.
    pub phone: Option<&'a str>,
    /// The whole reading, however typed.
    pub kana: Option<&'a str>,
}

/// Why a patron is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewPatronError {
    #[error("there is no such patron")]
    Absent,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for ViewPatronError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Why a patron is not entered or changed.
#[derive(Debug, thiserror::Error)]
pub enum WritePatronError {
    #[error("there is no such patron")]
    Absent,
    #[error("the patron was changed in the meantime")]
    Stale,
    #[error("another registered patron has this address")]
    EmailTaken,
    #[error(transparent)]
    Details(#[from] DetailsError),
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for WritePatronError {
    fn from(fault: Fault) -> Self {
        if fault.violates("one_registration_per_email") { Self::EmailTaken } else { Self::Fault(fault) }
    }
}

impl Refuse for WritePatronError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::Stale => problems::PATRON_STALE.refuse(),
            Self::EmailTaken => problems::EMAIL_TAKEN.refuse(),
            Self::Details(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Shows a patron to staff. The reading is journalled.
///
/// # Errors
/// [`ViewPatronError`].
pub async fn view(tx: &mut TenantTx, keys: Keys<'_>, id: PatronId, now: Instant) -> Result<Patron, ViewPatronError> {
    let patron = sql::one(tx, keys, id).await?.ok_or(ViewPatronError::Absent)?;
    audit::journal(tx, now, &events::PatronRead { patron: id, own: false }).await?;
    Ok(patron)
}

/// Shows a patron their own data. The reading is journalled.
///
/// # Errors
/// [`ViewPatronError`].
pub async fn view_self(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: PatronId,
    now: Instant,
) -> Result<Patron, ViewPatronError> {
    let patron = sql::one(tx, keys, id).await?.ok_or(ViewPatronError::Absent)?;
    audit::journal(tx, now, &events::PatronRead { patron: id, own: true }).await?;
    Ok(patron)
}

/// What patrons are called, for staff who read it beside something else. The reading is journalled with every id shown.
///
/// # Errors
/// A [`Fault`].
pub async fn names(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    ids: &[PatronId],
    now: Instant,
) -> Result<BTreeMap<PatronId, String>, Fault> {
    let found = sql::several(tx, keys, ids).await?;
    let shown = found.iter().map(|patron| patron.id).collect();
    audit::journal(tx, now, &events::PatronsListed::new(shown, &PatronFilter::default())).await?;
    Ok(found.into_iter().filter_map(|patron| Some((patron.id, patron.details.name?))).collect())
}

/// Shows staff one page of patrons, in the order in which they became known. The reading is journalled with every id shown.
///
/// An address or a number that cannot be one finds nobody.
///
/// # Errors
/// A [`Fault`].
pub async fn list(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    filter: PatronFilter<'_>,
    ask: &PageAsk,
    now: Instant,
) -> Result<Page<Patron>, Fault> {
    let sought = match rules::sought(keys, filter) {
        Some(sought) => sought,
        None => return Ok(Page { items: Vec::new(), next: None }),
    };
    let page = Page::from_rows(sql::page(tx, keys, &sought, ask).await?, ask, |patron| patron.id.uuid());
    let shown = page.items.iter().map(|patron| patron.id).collect();
    audit::journal(tx, now, &events::PatronsListed::new(shown, &filter)).await?;
    Ok(page)
}

/// Enters a patron into the register, by the hand of staff. The patron can claim the registration by signing up with the
/// same address.
///
/// # Errors
/// [`WritePatronError`].
pub async fn create(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    details: Details,
    locale: Locale,
    now: Instant,
) -> Result<Patron, WritePatronError> {
    let details = details.checked(&["name"])?;
    let patron = rules::fresh(PatronKind::Registered, details, locale, now);
    sql::insert(tx, keys, &patron).await?;
    audit::journal(tx, now, &events::PatronCreated { patron: patron.id }).await?;
    Ok(patron)
}

/// Changes a patron, by the hand of staff. `expected` is the version the caller has read; nothing means whichever there is.
/// A new address counts as unproven, and codes that went out before are good for nothing.
///
/// # Errors
/// [`WritePatronError`].
pub async fn update(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: PatronId,
    change: Change,
    expected: Option<i64>,
    now: Instant,
) -> Result<Patron, WritePatronError> {
    let before = locked(tx, keys, id, expected).await?;
    let (after, fields) = rules::changed(&before, change, now)?;
    if fields.is_empty() {
        // what is shown of a patron is journalled, also where nothing differs
        audit::journal(tx, now, &events::PatronRead { patron: id, own: false }).await?;
        return Ok(before);
    }
    sql::update(tx, keys, &after).await?;
    if after.details.email != before.details.email {
        registration::sql::forget(tx, id).await?;
    }
    person::follow(tx, keys, &after, now).await?;
    audit::journal(tx, now, &events::PatronUpdated { patron: id, fields, version: after.version, own: false }).await?;
    Ok(after)
}

/// What a patron's own change came to.
#[derive(Debug)]
pub struct SelfUpdated {
    pub patron: Patron,
    /// To be sent to the new address, which takes effect when its owner answers; none when it has had too many messages. The
    /// answer looks the same whether another patron has that address or not.
    pub mail: Option<Mail>,
}

/// Changes a patron by their own hand. Everything takes effect at once except a new address, which must be proven first.
///
/// # Errors
/// [`WritePatronError`]; never [`WritePatronError::EmailTaken`].
pub async fn update_self(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: PatronId,
    change: Change,
    expected: Option<i64>,
    now: Instant,
) -> Result<SelfUpdated, WritePatronError> {
    let before = locked(tx, keys, id, expected).await?;
    let (change, address) = rules::without_address(&before, change)?;
    let (after, fields) = rules::changed(&before, change, now)?;
    let differs = !fields.is_empty();
    if differs {
        sql::update(tx, keys, &after).await?;
        person::follow(tx, keys, &after, now).await?;
        audit::journal(tx, now, &events::PatronUpdated { patron: id, fields, version: after.version, own: true })
            .await?;
    } else {
        audit::journal(tx, now, &events::PatronRead { patron: id, own: true }).await?;
    }
    let mail = match address {
        Some(address) => registration::ask_for_address(tx, keys, &after, address, now).await?,
        None => None,
    };
    let patron = if differs { after } else { before };
    Ok(SelfUpdated { patron, mail })
}

async fn locked(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    id: PatronId,
    expected: Option<i64>,
) -> Result<Patron, WritePatronError> {
    let patron = sql::locked(tx, keys, id).await?.ok_or(WritePatronError::Absent)?;
    match expected {
        Some(version) if version != patron.version => Err(WritePatronError::Stale),
        _ => Ok(patron),
    }
}

/// The address a message to the patron goes to, and the patron's language. For deliveries only: it is not journalled here.
///
/// # Errors
/// A [`Fault`].
pub async fn reach(tx: &mut TenantTx, keys: Keys<'_>, id: PatronId) -> Result<Option<(String, Locale)>, Fault> {
    let patron = sql::one(tx, keys, id).await?;
    Ok(patron.and_then(|patron| patron.details.email.map(|email| (email, patron.locale))))
}

/// Where a patron is written to.
#[derive(Clone, PartialEq, Eq)]
pub struct Reader {
    pub address: String,
    pub name: Option<String>,
    pub locale: Locale,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader(…)")
    }
}

/// As [`reach`], of many in one statement; who left no address is left out.
///
/// # Errors
/// A [`Fault`].
pub async fn reach_all(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    ids: &[PatronId],
) -> Result<BTreeMap<PatronId, Reader>, Fault> {
    let found = sql::several(tx, keys, ids).await?.into_iter().filter_map(|patron| {
        let (address, name) = (patron.details.email?, patron.details.name);
        Some((patron.id, Reader { address, name, locale: patron.locale }))
    });
    Ok(found.collect())
}

/// Whom a letter on paper goes to.
#[derive(Clone, PartialEq, Eq)]
pub struct Addressee {
    pub name: Option<String>,
    /// Seven digits.
    pub postal_code: Option<String>,
    /// As typed.
    pub address: Option<String>,
    pub locale: Locale,
}

impl std::fmt::Debug for Addressee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Addressee(…)")
    }
}

/// 宛名: where these are written to on paper, for staff who post letters. The reading is journalled with every id shown.
///
/// # Errors
/// A [`Fault`].
pub async fn addressees(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    ids: &[PatronId],
    now: Instant,
) -> Result<BTreeMap<PatronId, Addressee>, Fault> {
    let found = sql::several(tx, keys, ids).await?;
    let shown = found.iter().map(|patron| patron.id).collect();
    audit::journal(tx, now, &events::PatronsListed::new(shown, &PatronFilter::default())).await?;
    let addressee = |patron: Patron| {
        let Details { name, postal_code, address, .. } = patron.details;
        (patron.id, Addressee { name, postal_code, address, locale: patron.locale })
    };
    Ok(found.into_iter().map(addressee).collect())
}

pub(crate) use rules::fresh;
