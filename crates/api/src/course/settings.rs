//! `/v1/course/settings`

use ::course::settings::{self, Settings as Kept, SettingsChange};
use contract::{
    ApiError, Done, Shown,
    course::settings::{CourseSettings, CourseSettingsUpdate},
};
use db::TenantTx;
use poem_openapi::{OpenApi, param::Header};
use tenancy::permission::permit;

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
        let found = self.desk.db.read(&caller.scope(), async |tx: &mut TenantTx| settings::find(tx).await).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || told(&found)))
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
        };
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let stands = settings::update(tx, version, change, now).await?;
            Ok(Done::new(&told(&stands)).version(stands.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}

const fn told(one: &Kept) -> CourseSettings {
    let Kept { copy_to_guardians, paper_hours, remind_hours, version } = *one;
    CourseSettings { copy_to_guardians, paper_hours, remind_hours, version }
}
