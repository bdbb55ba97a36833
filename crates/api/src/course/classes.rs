//! `/v1/course/classes`

use ::course::{application, class, draw, session};
use contract::{
    ApiError, CalendarFile, Created, Done, Listed, Ref, Shown,
    course::class::{ClassCopyRequest, ClassRequest, ClassUpdate, CourseClass},
};
use db::TenantTx;
use kernel::ids::kind;
use patron::form;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::{letters, parties, rooms, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on classes.
pub struct Classes {
    desk: Desk,
}

impl Classes {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/classes", tag = "Tag::Course")]
impl Classes {
    /// List classes.
    ///
    /// Oldest first. Pages and patrons find those that were published.
    #[oai(path = "/", method = "get", operation_id = "course_class_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCourses>,
        /// Of this one.
        course: Query<Option<Ref<kind::Course>>>,
        /// Of this one.
        term: Query<Option<Ref<kind::Term>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<CourseClass>, ApiError> {
        let list = "course.classes";
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let (course, term) = (course.0.map(|of| of.0), term.0.map(|of| of.0));
        let house = caller.of_the_house();
        let work = async |tx: &mut TenantTx| class::list(tx, course, term, &ask, house).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::class(&one, house)))
    }

    /// Make a class.
    ///
    /// As a draft, which nobody outside the house sees. Rules that contradict themselves are refused with every fault and its place.
    #[oai(path = "/", method = "post", operation_id = "course_class_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCourses>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<ClassRequest>,
    ) -> Result<Created<CourseClass>, ApiError> {
        let (asked, now): (&ClassRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            if let Some(version) = asked.form_version {
                form::expect_offered(tx, version.0).await?;
            }
            let made = class::create(tx, wire::class_draft(asked)?, now).await?;
            let at = format!("/v1/course/classes/{}", made.class.id);
            Ok(Created::new(&wire::class(&made, true)).at(at).version(made.class.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a class.
    ///
    /// Pages and patrons find it once it was published, without what is for the house alone.
    #[oai(path = "/:id", method = "get", operation_id = "course_class_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::CourseClass>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<CourseClass>, ApiError> {
        let id = id.0.0;
        let house = caller.of_the_house();
        let work = async |tx: &mut TenantTx| class::find(tx, id, house).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.class.version, have.0.as_deref(), || wire::class(&found, house)))
    }

    /// Change a class.
    ///
    /// Once it was published, only the title, the minimum, the day of decision, the threshold of completion, the link, the moment of the results and the session until which places are offered change; the threshold only downwards.
    /// Whoever is admitted is told another link at once.
    /// What an announced draw draws by (the tiers, how many stand by, the policy for groups) stays in a draft, too, until the draw is voided.
    #[oai(path = "/:id", method = "patch", operation_id = "course_class_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::CourseClass>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<ClassUpdate>,
    ) -> Result<Done<CourseClass>, ApiError> {
        let (desk, id, asked, now): (_, _, &ClassUpdate, _) = (&self.desk, id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            if let Some(version) = asked.form_version.value() {
                form::expect_offered(tx, version.0).await?;
            }
            let was = class::find(tx, id, true).await?.class;
            let changed = class::update(tx, id, version, wire::class_change(asked)?, now).await?;
            if changed.class.state == "published" && changed.class.join_url != was.join_url {
                letters::link_changed(desk, tx, (id, changed.class.version), now).await?;
            }
            Ok(Done::new(&wire::class(&changed, true)).version(changed.class.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Publish a class.
    ///
    /// From then on everybody finds it, and its windows take applications by the clock. It needs a capacity and a window that
    /// has not closed. The draws of its windows are announced with it. Publishing it twice is publishing it once.
    #[oai(path = "/:id/publish", method = "post", operation_id = "course_class_publish")]
    async fn publish(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::CourseClass>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<CourseClass>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let keys = parties::keys(&self.desk, &caller)?;
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let stands = class::publish(tx, id, version, now).await?;
            draw::align(tx, seal, id, now).await?;
            Ok(Done::new(&wire::class(&stands, true)).version(stands.class.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Copy a class into another term.
    ///
    /// As a draft, with its rules, windows and fees, and with its sessions: what speaks of a day moves by whole weeks, as many as
    /// the terms are apart; the day on which age and grade are judged stays the same day of its year. All of its
    /// sessions get their rooms and teachers again, or nothing is copied and `conflicts` says why; `sessions: false` leaves them out, to be
    /// made anew. One that would be on a holiday is such a conflict, unless `on_holidays` says that it is held all the same, or left out. A
    /// class whose capacity was lowered below what else it says is copied with
    /// another `capacity`, or refused with the `fault`.
    #[oai(path = "/:id/copy", method = "post", operation_id = "course_class_copy")]
    async fn copy(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::CourseClass>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<ClassCopyRequest>,
    ) -> Result<Created<CourseClass>, ApiError> {
        let (id, asked, now): (_, &ClassCopyRequest, _) = (id.0.0, &body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let copied = class::copy(tx, id, wire::class_copy(asked), now).await?;
            let made = copied.made;
            if let Some(version) = made.class.form_version_id {
                form::expect_offered(tx, version).await?;
            }
            if asked.sessions.unwrap_or(true) {
                rooms::create_copied(tx, made.class.id, copied.sessions, asked.on_holidays, now).await?;
            }
            let at = format!("/v1/course/classes/{}", made.class.id);
            Ok(Created::new(&wire::class(&made, true)).at(at).version(made.class.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Subscribe to the sessions of a class.
    ///
    /// A calendar (RFC 5545) that names nobody. A session that moved keeps its entry with a higher `SEQUENCE`; a cancelled one
    /// stays and says so.
    #[oai(path = "/:id/calendar.ics", method = "get", operation_id = "course_calendar_view")]
    async fn calendar(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::CourseClass>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<CalendarFile, ApiError> {
        let (id, house, language) = (id.0.0, caller.of_the_house(), caller.language());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            class::find(tx, id, house).await?;
            let titles = application::titles(tx, id).await?;
            let sessions = session::of_class(tx, id).await?;
            let rooms = rooms::names(tx, sessions.iter().filter_map(|one| one.session.room_id)).await?;
            Ok(wire::sessions::calendar(&titles, &sessions, &rooms, language))
        };
        let text = self.desk.db.read(&caller.scope(), work).await?;
        Ok(CalendarFile::words(have.0.as_deref(), text))
    }
}
