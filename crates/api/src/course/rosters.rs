//! `/v1/course/classes/{id}/roster`, `/v1/course/classes/{id}/applicants` and `/v1/course/classes/{id}/letters`

use ::course::{application::Snapshot, roster};
use contract::{
    ApiError, CsvFile, Ref,
    course::application::{CourseApplicationState, CourseLetterPurpose},
    ticket::plan::FileCharset,
};
use db::TenantTx;
use kernel::ids::{FormVersionId, PersonId, kind};
use patron::{Keys, form, person};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use tenancy::{Permission, Permit, permission::permit};
use uuid::Uuid;

use super::{
    changes, letters, parties,
    wire::{answers::Columns, applications::state_kept, rosters as wire},
};
use crate::{Desk, May, file, subject, tags::Tag};

/// Operations on rosters.
pub struct Rosters {
    desk: Desk,
}

impl Rosters {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/classes", tag = "Tag::Course")]
impl Rosters {
    /// Export the roster of a class.
    ///
    /// 受講者名簿 as a CSV file, by receipt number, with names, what everybody attended and what they answered: UTF-8 with a byte
    /// order mark, or Shift_JIS, where `X-Replaced-Characters` tells how many it does not have. Answers, and those of special care,
    /// are in it for who may read them. Whoever withdrew is not in it. The export is journalled with the id of everybody in it.
    #[oai(path = "/:id/roster", method = "get", operation_id = "course_roster_export")]
    async fn export(
        &self,
        caller: May<permit::ReadRosters>,
        id: Path<Ref<kind::CourseClass>>,
        /// How the file is to write its characters. Absent: UTF-8 with a byte order mark.
        charset: Query<Option<FileCharset>>,
    ) -> Result<CsvFile, ApiError> {
        let keys = parties::keys(&self.desk, &caller)?;
        let (keys, id, person) = (parties::lent(&keys), id.0.0, &caller);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = roster::export(tx, id, person.now()).await?;
            let persons: Vec<PersonId> = found.lines.iter().map(|line| line.person).collect();
            let names = person::names(tx, keys, &persons).await?;
            let of = found.lines.iter().map(|line| (line.application.uuid(), found.class.form_version_id));
            let answered = answered(tx, keys, person, of.collect()).await?;
            Ok(wire::csv(&found, &names, &answered))
        };
        let text = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(file::csv(&text, charset.0, format!("roster-{id}.csv")))
    }

    /// Export the applicants of a class.
    ///
    /// 申込者名簿 as a CSV file, one line for each person of each application, by receipt number: where it stands, who is who, the
    /// tier, what is to be verified and what was answered. Answers, and those of special care, are in it for who may read them.
    /// The export is journalled with the id of everybody in it.
    #[oai(path = "/:id/applicants", method = "get", operation_id = "course_applicants_export")]
    async fn applicants(
        &self,
        caller: May<permit::ReadRosters>,
        id: Path<Ref<kind::CourseClass>>,
        /// How the file is to write its characters. Absent: UTF-8 with a byte order mark.
        charset: Query<Option<FileCharset>>,
    ) -> Result<CsvFile, ApiError> {
        let kept = parties::keys(&self.desk, &caller)?;
        let (keys, id, person) = (parties::lent(&kept), id.0.0, &caller);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = roster::applicants(tx, id, person.now()).await?;
            let persons: Vec<PersonId> =
                found.applications.iter().flat_map(|one| &one.people).map(|(person, _)| *person).collect();
            let names = person::names(tx, keys, &persons).await?;
            let of = found.applications.iter().map(|one| &one.application);
            let judged = of.clone().map(|one| Snapshot::open(keys.seal, tx.tenant(), one));
            let judged = judged.collect::<Result<Vec<_>, _>>()?;
            let of = of.map(|one| (one.id.uuid(), one.form_version_id)).collect();
            let answered = answered(tx, keys, person, of).await?;
            Ok(wire::applicants(&found, &judged, &names, &answered, person.now())?)
        };
        let text = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(file::csv(&text, charset.0, format!("applicants-{id}.csv")))
    }

    /// Export the letters of a class that are to be posted.
    ///
    /// 宛名と文面 as a CSV file, by receipt number: of each application that no e-mail address leads to, not even that of who acts for
    /// somebody, or whose e-mail was given up, to whom a letter goes on paper and what it says of how the application stands now, in
    /// the words of the templates.
    /// With `plan` it says instead what that change plan told everybody else as it was carried out: the session that was moved,
    /// cancelled or made up for, or the end of the class, and what goes back. Names and addresses are the register's. The export is
    /// journalled with what it is for and the id of everybody in it.
    #[oai(path = "/:id/letters", method = "get", operation_id = "course_letters_export")]
    async fn letters(
        &self,
        caller: May<permit::ReadRosters>,
        id: Path<Ref<kind::CourseClass>>,
        /// What the letters are for.
        purpose: Query<CourseLetterPurpose>,
        /// Only about applications in this state now.
        state: Query<Option<CourseApplicationState>>,
        /// About this change plan of the class, which was carried out, to those whom it told by no e-mail.
        plan: Query<Option<Ref<kind::ChangePlan>>>,
        /// How the file is to write its characters. Absent: UTF-8 with a byte order mark.
        charset: Query<Option<FileCharset>>,
    ) -> Result<CsvFile, ApiError> {
        let (id, now, desk) = (id.0.0, caller.now(), &self.desk);
        let (purpose, state, plan) = (wire::purpose(purpose.0), state.0.map(state_kept), plan.0.map(|plan| plan.0));
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let standings = roster::standings(tx, id, state, now).await?;
            let letters = match plan {
                Some(plan) => changes::on_paper(desk, tx, (id, plan), now).await?,
                None => letters::on_paper(desk, tx, &standings, now).await?,
            };
            let about = standings.iter().map(|(one, _)| one.id).filter(|id| letters.contains_key(id)).collect();
            roster::letters_taken(tx, id, about, purpose, now).await?;
            Ok(wire::letters(&standings, &letters))
        };
        let text = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(file::csv(&text, charset.0, format!("letters-{id}.csv")))
    }
}

/// What was answered with applications, as columns, as far as the caller may read it.
async fn answered<P: Permit>(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    caller: &May<P>,
    of: Vec<(Uuid, Option<FormVersionId>)>,
) -> Result<Columns, ApiError> {
    let mut versions: Vec<FormVersionId> = of.iter().filter_map(|(_, version)| *version).collect();
    versions.sort_unstable();
    versions.dedup();
    if versions.is_empty() || !caller.also_may(Permission::ReadCourseAnswers) {
        return Ok(Columns::of(&[], [].into(), false));
    }
    let versions = form::versions_of(tx, &versions).await?;
    let subjects: Vec<Uuid> = of.iter().map(|(subject, _)| *subject).collect();
    let sets = form::read_many(tx, keys, subject::COURSE_APPLICATION, &subjects, caller.now()).await?;
    Ok(Columns::of(&versions, sets, caller.also_may(Permission::ReadSensitiveAnswers)))
}
