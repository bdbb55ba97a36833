//! `/v1/course/settings`

use ::course::{
    problems,
    settings::{self, Settings as Kept, SettingsChange},
};
use contract::{
    ApiError, Done, Shown,
    course::settings::{CourseSettings, CourseSettingsUpdate},
    patron::register::Locale as Language,
};
use db::{Fault, TenantTx};
use kernel::{Locale, SealKey, ids::TenantId};
use poem_openapi::{OpenApi, param::Header};
use tenancy::permission::permit;

use super::parties;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, params::patched, tags::Tag};

/// Operations on what a house decides once for all of its courses.
pub struct Settings {
    desk: Desk,
}

impl Settings {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/settings", tag = "Tag::Course")]
impl Settings {
    /// Read the settings of the courses.
    ///
    /// What counts for all of them.
    #[oai(path = "/", method = "get", operation_id = "course_settings_view")]
    async fn view(
        &self,
        caller: May<permit::WriteCourses>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<CourseSettings>, ApiError> {
        let keys = parties::keys(&self.desk, &caller)?;
        let found = self.desk.db.read(&caller.scope(), async |tx: &mut TenantTx| settings::find(tx).await).await?;
        let told = told(&found, &keys.seal, caller.tenant())?;
        Ok(Shown::version(found.version, have.0.as_deref(), || told))
    }

    /// Change the settings of the courses.
    ///
    /// From now on, for all of them.
    #[oai(path = "/", method = "patch", operation_id = "course_settings_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCourses>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CourseSettingsUpdate>,
    ) -> Result<Done<CourseSettings>, ApiError> {
        let (asked, now): (&CourseSettingsUpdate, _) = (&body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let change = SettingsChange {
            copy_to_guardians: asked.copy_to_guardians,
            paper_hours: asked.paper_hours,
            remind_hours: patched(&asked.remind_hours),
            staff_email: address(patched(&asked.staff_email))?,
            staff_locale: asked.staff_language.map(|language| match language {
                Language::Ja => Locale::Ja,
                Language::En => Locale::En,
            }),
        };
        let keys = parties::keys(&self.desk, &caller)?;
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let stands = settings::update(tx, seal, version, change.clone(), now).await?;
            Ok(Done::new(&told(&stands, seal, tx.tenant())?).version(stands.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}

/// An address in the form in which mail servers take it.
fn address(typed: Option<Option<String>>) -> Result<Option<Option<String>>, ApiError> {
    let refused = || ApiError::of(problems::SETTINGS_ADDRESS.refuse());
    match typed {
        Some(Some(typed)) => Ok(Some(Some(patron::search::email(&typed).ok_or_else(refused)?))),
        other => Ok(other),
    }
}

fn told(one: &Kept, key: &SealKey, tenant: TenantId) -> Result<CourseSettings, Fault> {
    Ok(CourseSettings {
        copy_to_guardians: one.copy_to_guardians,
        paper_hours: one.paper_hours,
        remind_hours: one.remind_hours,
        staff_email: one.staff(key, tenant)?.map(|(address, _)| address),
        staff_language: match one.staff_locale.as_str() {
            "en" => Language::En,
            _ => Language::Ja,
        },
        version: one.version,
    })
}
