//! 運用設定: what a house decides once for all of its courses.

mod events;
mod sql;

use audit::journal;
use db::{
    Fault, TenantTx,
    sealed::{self, Cell},
};
use diesel::prelude::*;
use kernel::{Instant, Locale, SealKey, ids::TenantId};

use crate::{
    catalogue::{CatalogueError, expect_version},
    schema::settings,
};

/// What a house decides for all of its courses.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = settings)]
pub struct Settings {
    /// A copy of each letter to the guardians of whom it is about, though whoever applied is reached.
    pub copy_to_guardians: bool,
    /// Hours after a window has closed in which what came on paper in time is entered; then its draw is frozen.
    pub paper_hours: i32,
    /// Hours before a deadline at which somebody is reminded of it; absent: nobody is.
    pub remind_hours: Option<i32>,
    /// Where the house itself is told what is to be decided, sealed; absent: nowhere.
    pub staff_email: Option<Vec<u8>>,
    /// The language of what it is told there: `ja` or `en`.
    pub staff_locale: String,
    /// 0 until somebody changes something.
    pub version: i32,
}

impl Settings {
    /// The address at which the house itself is told what is to be decided, and the language; nothing when it is told nowhere.
    ///
    /// # Errors
    /// A [`Fault`] when what is sealed cannot be read.
    pub fn staff(&self, key: &SealKey, tenant: TenantId) -> Result<Option<(String, Locale)>, Fault> {
        let Some(kept) = &self.staff_email else { return Ok(None) };
        let text = sealed::open(key, &cell(tenant), kept)?;
        let address = String::from_utf8(text.to_vec()).map_err(|_| Fault::Unexpected("a sealed address reads back"))?;
        Ok(Some((address, self.staff_locale.parse().unwrap_or_default())))
    }
}

const fn cell(tenant: TenantId) -> Cell {
    Cell { tenant, table: "course.settings", column: "staff_email", row: tenant.uuid() }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            copy_to_guardians: false,
            paper_hours: 72,
            remind_hours: Some(24),
            staff_email: None,
            staff_locale: Locale::Ja.as_str().to_owned(),
            version: 0,
        }
    }
}

/// What changes; `Some(None)` clears.
#[derive(Clone, Default)]
pub struct SettingsChange {
    pub copy_to_guardians: Option<bool>,
    pub paper_hours: Option<i32>,
    pub remind_hours: Option<Option<i32>>,
    /// An address as mail servers take it.
    pub staff_email: Option<Option<String>>,
    pub staff_locale: Option<Locale>,
}

impl std::fmt::Debug for SettingsChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SettingsChange(…)")
    }
}

/// What counts now.
///
/// # Errors
/// A [`Fault`].
pub async fn find(tx: &mut TenantTx) -> Result<Settings, Fault> {
    Ok(sql::find(tx).await?.unwrap_or_default())
}

/// Changes settings, if they are still in the version that was meant.
///
/// # Errors
/// [`CatalogueError::Stale`].
pub async fn update(
    tx: &mut TenantTx,
    key: &SealKey,
    version: Option<i32>,
    change: SettingsChange,
    now: Instant,
) -> Result<Settings, CatalogueError> {
    let before = find(tx).await?;
    expect_version(version, before.version)?;
    let staff_email = match change.staff_email {
        Some(Some(address)) => Some(sealed::seal(key, &cell(tx.tenant()), address.as_bytes()).map_err(Fault::from)?),
        Some(None) => None,
        None => before.staff_email,
    };
    let after = Settings {
        copy_to_guardians: change.copy_to_guardians.unwrap_or(before.copy_to_guardians),
        paper_hours: change.paper_hours.unwrap_or(before.paper_hours),
        remind_hours: change.remind_hours.unwrap_or(before.remind_hours),
        staff_email,
        staff_locale: change.staff_locale.map_or(before.staff_locale, |locale| locale.as_str().to_owned()),
        version: before.version.saturating_add(1),
    };
    // whoever changed them meanwhile was first
    if !sql::keep(tx, &after, before.version, now).await? {
        return Err(CatalogueError::Stale { current: find(tx).await?.version });
    }
    journal(tx, now, &events::SettingsChanged::of(tx.tenant(), &after)).await?;
    Ok(after)
}
