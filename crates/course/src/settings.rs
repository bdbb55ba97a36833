//! 運用設定: what a house decides once for all of its courses.

mod events;
mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::Instant;

use crate::{
    catalogue::{CatalogueError, expect_version},
    schema::settings,
};

/// What a house decides for all of its courses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = settings)]
pub struct Settings {
    /// A copy of each letter to the guardians of whom it is about, though whoever applied is reached.
    pub copy_to_guardians: bool,
    /// Hours after a window has closed in which what came on paper in time is entered; then its draw is frozen.
    pub paper_hours: i32,
    /// Hours before a deadline at which somebody is reminded of it; absent: nobody is.
    pub remind_hours: Option<i32>,
    /// 0 until somebody changes something.
    pub version: i32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { copy_to_guardians: false, paper_hours: 72, remind_hours: Some(24), version: 0 }
    }
}

/// What changes; `Some(None)` clears.
#[derive(Debug, Clone, Copy, Default)]
pub struct SettingsChange {
    pub copy_to_guardians: Option<bool>,
    pub paper_hours: Option<i32>,
    pub remind_hours: Option<Option<i32>>,
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
    version: Option<i32>,
    change: SettingsChange,
    now: Instant,
) -> Result<Settings, CatalogueError> {
    let before = find(tx).await?;
    expect_version(version, before.version)?;
    let after = Settings {
        copy_to_guardians: change.copy_to_guardians.unwrap_or(before.copy_to_guardians),
        paper_hours: change.paper_hours.unwrap_or(before.paper_hours),
        remind_hours: change.remind_hours.unwrap_or(before.remind_hours),
        version: before.version.saturating_add(1),
    };
    // whoever changed them meanwhile was first
    if !sql::keep(tx, &after, before.version, now).await? {
        return Err(CatalogueError::Stale { current: find(tx).await?.version });
    }
    journal(tx, now, &events::SettingsChanged::of(tx.tenant(), &after)).await?;
    Ok(after)
}
