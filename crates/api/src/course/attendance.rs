//! `/v1/course/sessions/{id}/attendance`

use ::course::attendance;
use contract::{
    ApiError, Done, Ref, Shown,
    course::attendance::{AttendanceRequest, AttendanceRevisions, AttendanceSheet},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::permission::permit;

use super::{parties, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on attendance.
pub struct Attendance {
    desk: Desk,
}

impl Attendance {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/sessions", tag = "Tag::Course")]
impl Attendance {
    /// Read who attended a session.
    ///
    /// 出席簿: everybody who takes part, with what was recorded last. It names nobody; names are on the roster. It is one sheet with one
    /// version and never comes in pages: it has as many lines as people have a place in the class.
    #[oai(path = "/:id/attendance", method = "get", operation_id = "course_attendance_view")]
    async fn view(
        &self,
        caller: May<permit::RecordAttendance>,
        id: Path<Ref<kind::CourseSession>>,
    ) -> Result<Shown<AttendanceSheet>, ApiError> {
        let (id, keys) = (id.0.0, parties::keys(&self.desk, &caller)?);
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| attendance::sheet(tx, seal, id).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        // who takes part changes without it
        Ok(Shown::version(found.version, None, || wire::attendance::sheet(&found)))
    }

    /// Record who attended a session.
    ///
    /// From the day of the session on, for everybody at once: whoever is named, and with `others` everybody else of whom nothing
    /// is recorded yet. A correction is another revision; the earlier one stays.
    ///
    /// ```bash
    /// curl -X PUT "$API/v1/course/sessions/$SESSION/attendance" -u "$KEY:" -H 'Content-Type: application/json' \\
    ///   -d '{"entries": [{"enrolment": "'$ENROLMENT'", "status": "late"}], "others": "present"}'
    /// ```
    #[oai(path = "/:id/attendance", method = "put", operation_id = "course_attendance_record")]
    async fn record(
        &self,
        caller: May<permit::RecordAttendance>,
        id: Path<Ref<kind::CourseSession>>,
        /// The version of the sheet that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<AttendanceRequest>,
    ) -> Result<Done<AttendanceSheet>, ApiError> {
        let (id, marking, now) = (id.0.0, &wire::attendance::marking(&body), caller.now());
        let (version, keys) = (params::version(if_match.0.as_deref())?, parties::keys(&self.desk, &caller)?);
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let stands = attendance::record(tx, seal, id, version, marking, now).await?;
            Ok(Done::new(&wire::attendance::sheet(&stands)).version(stands.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read what was recorded of somebody at a session.
    ///
    /// Every revision, oldest first, with who recorded it and when.
    #[oai(path = "/:id/attendance/:enrolment", method = "get", operation_id = "course_attendance_history")]
    async fn revisions(
        &self,
        caller: May<permit::RecordAttendance>,
        id: Path<Ref<kind::CourseSession>>,
        enrolment: Path<Ref<kind::Enrolment>>,
    ) -> Result<Shown<AttendanceRevisions>, ApiError> {
        let (session, enrolment, keys) = (id.0.0, enrolment.0.0, parties::keys(&self.desk, &caller)?);
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| attendance::revisions(tx, seal, session, enrolment).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let marks = found.iter().map(wire::attendance::mark).collect();
        Ok(Shown::new(&AttendanceRevisions { session: session.into(), enrolment: enrolment.into(), marks }))
    }
}
