//! `/v1/course/applications/{id}/answers`

use ::course::{
    application::{self, Applied},
    class,
    rule::ClassRules,
};
use contract::{
    ApiError, Done, Ref, Shown,
    course::answer::{CourseAnswers, CourseAnswersUpdate},
    patron::form::FormAnswer,
};
use db::TenantTx;
use kernel::ids::{PersonId, kind};
use patron::{
    Keys,
    form::{self, AnswerError, Asked, Subject},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::{Permission, Permit, permission::permit};

use super::{applications::acts::admitted, parties, wire::answers as wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, patron::form_wire, subject, tags::Tag};

/// Operations on what was answered with applications.
pub struct ApplicationAnswers {
    desk: Desk,
}

impl ApplicationAnswers {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/applications", tag = "Tag::Course")]
impl ApplicationAnswers {
    /// Read what was answered.
    ///
    /// Beside each question as it was asked, whatever became of the form since. Whoever applied reads their own; of the house,
    /// answers of special care are withheld from who may not read them; of whoever left the party nothing is told. The reading is
    /// journalled.
    #[oai(path = "/:id/answers", method = "get", operation_id = "course_answers_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourseAnswers>,
        id: Path<Ref<kind::CourseApplication>>,
        /// The code of the receipt, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
    ) -> Result<Shown<CourseAnswers>, ApiError> {
        let (person, id, code) = (&caller, id.0.0, code.0.as_deref());
        let kept = parties::keys(&self.desk, &caller)?;
        let keys = parties::lent(&kept);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = admitted(tx, person, id, code).await?;
            let rules = class::find(tx, found.application.class_id, true).await?.class.class_rules();
            shown(tx, keys, person, (&found, &rules)).await
        };
        Ok(Shown::new(&self.desk.db.tenant(&caller.scope(), work).await?))
    }

    /// Change what was answered.
    ///
    /// As long as the class says, to the questions that were asked then: one that was added since is not asked. What is not among
    /// the answers stays, and what was answered before is kept. The house corrects while the application is active.
    #[oai(path = "/:id/answers", method = "patch", operation_id = "course_answers_update")]
    async fn amend(
        &self,
        caller: May<permit::ChangeCourseApplications>,
        id: Path<Ref<kind::CourseApplication>>,
        /// The code of the receipt, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<CourseAnswersUpdate>,
    ) -> Result<Done<CourseAnswers>, ApiError> {
        let (person, id, code) = (&caller, id.0.0, code.0.as_deref());
        let asked: &CourseAnswersUpdate = &body;
        let kept = parties::keys(&self.desk, &caller)?;
        let keys = parties::lent(&kept);
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = admitted(tx, person, id, code).await?;
            let rules = class::find(tx, found.application.class_id, true).await?.class.class_rules();
            application::expect_amendable(&rules, &found.application, person.of_the_house(), person.now())?;
            amend(tx, keys, &found, asked, person.now()).await?;
            Ok(Done::new(&shown(tx, keys, person, (&found, &rules)).await?))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }
}

async fn amend(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    found: &Applied,
    asked: &CourseAnswersUpdate,
    now: kernel::Instant,
) -> Result<(), ApiError> {
    let one = |person: Option<PersonId>| Asked { subject: of(found), person };
    if let Some(given) = &asked.answers {
        again(tx, keys, &one(None), given, "/answers", now).await?;
    }
    for (at, each) in asked.people.iter().flatten().enumerate() {
        if !takes_part(found, each.person.0) {
            return Err(AnswerError::Absent.into());
        }
        again(tx, keys, &one(Some(each.person.0)), &each.answers, &format!("/people/{at}/answers"), now).await?;
    }
    Ok(())
}

async fn again(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    asked: &Asked,
    given: &[FormAnswer],
    part: &str,
    now: kernel::Instant,
) -> Result<(), ApiError> {
    let wrong = |error: AnswerError| form_wire::placed(error, given, part);
    let answers = form_wire::answers(given).map_err(wrong)?;
    form::amend_some(tx, keys, asked, &answers, now).await.map_err(wrong)?;
    Ok(())
}

/// Whether somebody is of the party and has not left it: what was answered for who left is kept as long as their questions say, and
/// nobody reads or changes it with the application.
fn takes_part(found: &Applied, person: PersonId) -> bool {
    found.people.iter().any(|(one, _)| *one == person)
}

/// What answers are given for.
pub fn of(found: &Applied) -> Subject {
    Subject { kind: subject::COURSE_APPLICATION, id: found.application.id.uuid() }
}

async fn shown<P: Permit>(
    tx: &mut TenantTx,
    keys: Keys<'_>,
    caller: &May<P>,
    (found, rules): (&Applied, &ClassRules),
) -> Result<CourseAnswers, ApiError> {
    let (house, now) = (caller.of_the_house(), caller.now());
    let amendable = application::expect_amendable(rules, &found.application, house, now).is_ok();
    let mut sets = form::read_all(tx, keys, &of(found), now).await?;
    sets.retain(|set| set.person.is_none_or(|person| takes_part(found, person)));
    let version = match found.application.form_version_id {
        Some(version) => Some(form::version(tx, version).await?),
        None => None,
    };
    let all = !house || caller.also_may(Permission::ReadSensitiveAnswers);
    let told = wire::answers(found.application.id, version.as_ref(), &sets, all);
    Ok(CourseAnswers { amendable, amendable_until: rules.answers_until.map(Into::into), ..told })
}
