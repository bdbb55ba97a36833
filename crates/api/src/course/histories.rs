//! `/v1/course/persons/{id}/history` and `/v1/patrons/me/course-history`

use ::course::history;
use contract::{ApiError, Listed, Ref, course::history::CourseHistoryItem};
use db::TenantTx;
use kernel::{Actor, Instant, Page, ids::kind};
use patron::person::{self, PersonError};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use tenancy::permission::permit;

use super::{
    parties,
    wire::histories::{Resolved, item},
};
use crate::{Desk, May, params, tags::Tag};

/// Operations on what persons learned, by staff.
pub struct Histories {
    desk: Desk,
}

impl Histories {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/persons", tag = "Tag::Course")]
impl Histories {
    /// Read what a person learned.
    ///
    /// 受講履歴: what they applied for, oldest first, with enrolments, attendance and certificates; under every id they had before
    /// they were merged. The reading is journalled.
    #[oai(path = "/:id/history", method = "get", operation_id = "course_history_list")]
    async fn list(
        &self,
        caller: May<permit::ReadRosters>,
        id: Path<Ref<kind::Person>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<CourseHistoryItem>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let list = format!("course history {id}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let known = person::known_as(tx, &[id]).await?;
            let left = known.values().next().copied().ok_or(PersonError::Absent)?;
            let ids: Vec<_> = known.keys().copied().collect();
            Ok((history::read(tx, left, &ids, &ask, now).await?, known))
        };
        let (page, known) = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, told(&page, &known, now)?, |one| one))
    }
}

/// Operations on what a patron and whom they act for learned.
pub struct OwnHistories {
    desk: Desk,
}

impl OwnHistories {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/patrons/me", tag = "Tag::Course")]
impl OwnHistories {
    /// Read what one's own household learned.
    ///
    /// For a patron, signed in: what they and everybody they act for applied for, oldest first, with enrolments, attendance and
    /// certificates; or of one of them.
    #[oai(path = "/course-history", method = "get", operation_id = "course_ownhistory_list")]
    async fn list(
        &self,
        caller: May<permit::ReadCourseApplications>,
        /// Of this one alone.
        person: Query<Option<Ref<kind::Person>>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<CourseHistoryItem>, ApiError> {
        let Actor::Patron(patron) = *caller.actor() else { return Err(PersonError::Absent.into()) };
        let (only, now) = (person.0.map(|person| person.0), caller.now());
        let kept = parties::keys(&self.desk, &caller)?;
        let keys = parties::lent(&kept);
        let list = format!("course history of one's own {only:?}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let whom = match only {
                Some(only) => {
                    person::may_act_for(tx, keys, patron, &[only], now).await?;
                    vec![only]
                }
                None => person::wards(tx, keys, patron, now).await?,
            };
            let known = person::known_as(tx, &whom).await?;
            let ids: Vec<_> = known.keys().copied().collect();
            Ok((history::of(tx, &ids, &ask, now).await?, known))
        };
        let (page, known) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, told(&page, &known, now)?, |one| one))
    }
}

/// A page as it stands at a moment.
fn told(page: &Page<history::Episode>, known: &Resolved, now: Instant) -> Result<Page<CourseHistoryItem>, ApiError> {
    let items = page.items.iter().map(|one| item(one, known, now)).collect::<Result<_, _>>()?;
    Ok(Page { items, next: page.next })
}
