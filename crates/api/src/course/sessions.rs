//! `/v1/course/sessions`

use std::collections::BTreeSet;

use ::course::{
    class, problems as rules,
    session::{self, MOST, SessionDraft, SessionWithPeople, When, pattern::LaidOut},
};
use ::venue::house_use::{self, People};
use contract::{
    ApiError, Created, Done, Listed, NoContent, Ref, Shown,
    course::session::{
        CourseSession, CourseSessionUpdate, CourseSessions, CourseSessionsRequest, PlannedSession,
        SessionPatternRequest, SessionsPreview,
    },
};
use db::TenantTx;
use kernel::{
    Instant,
    ids::{RoomId, kind},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::{rooms, wire::sessions as wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag, venue::wire::closures::collision};

/// Operations on sessions.
pub struct Sessions {
    desk: Desk,
}

impl Sessions {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/sessions", tag = "Tag::Course")]
impl Sessions {
    /// List sessions.
    ///
    /// In the order of time, of one class or of all. Pages and patrons find those of published classes.
    #[oai(path = "/", method = "get", operation_id = "course_session_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCourses>,
        /// Of this one.
        class: Query<Option<Ref<kind::CourseClass>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<CourseSession>, ApiError> {
        let (class, house) = (class.0.map(|of| of.0), caller.of_the_house());
        let list = class.map_or_else(|| "course.sessions".to_owned(), |of| format!("course.sessions {of}"));
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| session::list(tx, class, &ask, house).await;
        let page = self.desk.db.read(&caller.scope(), work).await?.ok_or_else(params::lost)?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::session(&one, house)))
    }

    /// Make sessions.
    ///
    /// All of them with their rooms and teachers, or none: then `conflicts` says of each that something hinders what takes the
    /// room, which rooms are free and large enough, and who teaches elsewhere. While the class is a draft they are numbered by time.
    #[oai(path = "/", method = "post", operation_id = "course_session_create")]
    async fn create(
        &self,
        caller: May<permit::WriteCourses>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseSessionsRequest>,
    ) -> Result<Created<CourseSessions>, ApiError> {
        let (asked, now): (&CourseSessionsRequest, _) = (&body, caller.now());
        let drafts: &Vec<SessionDraft> = &asked.sessions.iter().map(wire::session_draft).collect();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            Ok(created(rooms::create(tx, asked.class.0, drafts, now).await?))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// See the sessions of a pattern.
    ///
    /// Every session that a period and days of the week mean, without closed days and, unless wanted, holidays; with what hinders
    /// each of them, and the days that are left out. A room has to hold everybody who has a place by now; one that holds fewer than there
    /// are places for is possible, and `room_capacity` warns of it. Nothing is made.
    #[oai(path = "/preview", method = "post", operation_id = "course_session_preview")]
    async fn preview(
        &self,
        caller: May<permit::WriteCourses>,
        body: Body<SessionPatternRequest>,
    ) -> Result<Shown<SessionsPreview>, ApiError> {
        let (asked, now): (&SessionPatternRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let places = class::find(tx, asked.class.0, true).await?.places;
            let (laid, drafts) = laid_out(tx, asked).await?;
            session::expect_possible(tx, asked.class.0, &drafts, None, now).await?;
            let people = People { by_now: places.taken, at_most: Some(places.at_most()) };
            let hindered = rooms::survey(tx, &drafts, None, people, now).await?;
            let planned = |(at, draft): (usize, &SessionDraft)| planned(at, draft, (&hindered, places.at_most()));
            let planned = drafts.iter().enumerate().map(planned).collect();
            let skipped = laid.skipped.iter().map(wire::skipped).collect();
            Ok(SessionsPreview { possible: !hindered.any(), sessions: planned, skipped })
        };
        Ok(Shown::new(&self.desk.db.read(&caller.scope(), work).await?))
    }

    /// Make the sessions of a pattern.
    ///
    /// What the preview of the same pattern shows: all of them with their rooms and teachers, or none, with `conflicts`.
    #[oai(path = "/generate", method = "post", operation_id = "course_session_generate")]
    async fn generate(
        &self,
        caller: May<permit::WriteCourses>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<SessionPatternRequest>,
    ) -> Result<Created<CourseSessions>, ApiError> {
        let (asked, now): (&SessionPatternRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let (laid, drafts) = laid_out(tx, asked).await?;
            if drafts.is_empty() {
                let skipped: Vec<_> = laid.skipped.iter().map(|(day, _)| day.to_string()).collect();
                return Err(ApiError::of(rules::SESSION_NO_DAY.refuse().fact("skipped", skipped)));
            }
            Ok(created(rooms::create(tx, asked.class.0, &drafts, now).await?))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Read a session.
    ///
    /// When and where it is, and who teaches it. Pages and patrons find those of published classes.
    #[oai(path = "/:id", method = "get", operation_id = "course_session_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::CourseSession>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<CourseSession>, ApiError> {
        let (id, house) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| session::find(tx, id, house).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.session.version, have.0.as_deref(), || wire::session(&found, house)))
    }

    /// Change a session.
    ///
    /// Who teaches it changes at any time; whose honorarium for it is approved goes on teaching it. When and where it is changes so only
    /// while the class is a draft; afterwards by a change plan, which tells everybody.
    #[oai(path = "/:id", method = "patch", operation_id = "course_session_update")]
    async fn update(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::CourseSession>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseSessionUpdate>,
    ) -> Result<Done<CourseSession>, ApiError> {
        let (id, asked, now): (_, &CourseSessionUpdate, _) = (id.0.0, &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let mut found = session::find(tx, id, true).await?;
            // two changes are one request: only the first meets the version that was meant
            let mut expected = version;
            if let Some(teachers) = &asked.teachers {
                found = session::assign(tx, id, expected.take(), &wire::teachers(teachers), now).await?;
            }
            if let Some(to) = wire::moved(asked, &found.session) {
                found = changed(tx, &found, expected.take(), &to, now).await?;
            }
            Ok(Done::new(&wire::session(&found, true)).version(found.session.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Remove a session.
    ///
    /// While the class is a draft. Its room is free again, and the others are numbered anew.
    #[oai(path = "/:id", method = "delete", operation_id = "course_session_delete")]
    async fn delete(
        &self,
        caller: May<permit::WriteCourses>,
        id: Path<Ref<kind::CourseSession>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
    ) -> Result<NoContent, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            session::remove(tx, id, version, now).await?;
            rooms::free(tx, &[id]).await
        };
        self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(NoContent)
    }
}

fn created((made, small): (Vec<SessionWithPeople>, BTreeSet<RoomId>)) -> Created<CourseSessions> {
    let sessions = made.iter().map(|one| wire::session(one, true)).collect();
    Created::new(&CourseSessions { sessions, small_rooms: small.into_iter().map(Into::into).collect() })
}

/// The sessions that a pattern means, and the days that it leaves out.
async fn laid_out(tx: &mut TenantTx, asked: &SessionPatternRequest) -> Result<(LaidOut, Vec<SessionDraft>), ApiError> {
    let pattern = wire::pattern(asked, MOST);
    if let Some(fault) = pattern.fault() {
        return Err(ApiError::of(rules::SESSION_PATTERN.refuse().fact("fault", fault)));
    }
    let room = asked.room.map(|room| room.0);
    let days = house_use::days_off(tx, room, (pattern.from, pattern.until)).await?;
    let on_holidays = asked.on_holidays.unwrap_or(false);
    let laid = pattern.lay_out(|day| rooms::day_off(&days, on_holidays, day));
    let people = wire::teachers(asked.teachers.as_deref().unwrap_or_default());
    let draft = |(starts_at, ends_at): &(Instant, Instant)| SessionDraft {
        at: When { starts_at: *starts_at, ends_at: *ends_at, room, place: asked.place.clone() },
        people: people.clone(),
    };
    let drafts = laid.sessions.iter().map(draft).collect();
    Ok((laid, drafts))
}

fn planned(at: usize, draft: &SessionDraft, (hindered, people): (&rooms::Hindered, i32)) -> PlannedSession {
    let room = hindered.room(at);
    let teachers = hindered.teachers.get(at).map(Vec::as_slice).unwrap_or_default();
    let (from, until) = room.and_then(|one| one.in_force).unzip();
    PlannedSession {
        starts_at: draft.at.starts_at.into(),
        ends_at: draft.at.ends_at.into(),
        possible: room.is_none() && teachers.is_empty(),
        room_taken: room.map(|one| one.collisions.iter().map(collision).collect()).unwrap_or_default(),
        room_closed: room.and_then(|one| one.closed.clone()),
        room_from: from.map(Into::into),
        room_until: until.flatten().map(Into::into),
        room_capacity: hindered.smaller(at, people),
        free_rooms: room.map(|one| one.free_rooms.iter().map(|id| (*id).into()).collect()).unwrap_or_default(),
        teachers_elsewhere: teachers.iter().map(wire::elsewhere).collect(),
    }
}

/// Puts a session elsewhere, with its room.
async fn changed(
    tx: &mut TenantTx,
    found: &SessionWithPeople,
    version: Option<i32>,
    to: &When,
    now: Instant,
) -> Result<SessionWithPeople, ApiError> {
    let one = &found.session;
    let state = class::find(tx, one.class_id, true).await?.class.state;
    rooms::expect_draft(&state, one, to)?;
    if (to.starts_at, to.ends_at, to.room) == (one.starts_at, one.ends_at, one.room_id) {
        return Ok(session::update(tx, one.id, version, to.place.clone(), now).await?);
    }
    let moved = session::move_to(tx, one.id, version, to, now).await?.after;
    rooms::take(tx, std::slice::from_ref(&moved), now).await?;
    Ok(moved)
}
