//! `/v1/course/classes/{id}/roster`

use ::course::roster;
use contract::{ApiError, CsvFile, Ref, ticket::plan::FileCharset};
use db::TenantTx;
use kernel::ids::{PersonId, kind};
use patron::person;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use tenancy::permission::permit;

use super::{parties, wire};
use crate::{Desk, May, file, tags::Tag};

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
    /// 受講者名簿 as a CSV file, by receipt number, with names and what everybody attended: UTF-8 with a byte order mark, or
    /// Shift_JIS, where `X-Replaced-Characters` tells how many it does not have. Whoever withdrew is not in it. The export is
    /// journalled with the id of everybody in it.
    #[oai(path = "/:id/roster", method = "get", operation_id = "course_roster_export")]
    async fn export(
        &self,
        caller: May<permit::ReadRosters>,
        id: Path<Ref<kind::CourseClass>>,
        /// How the file is to write its characters. Absent: UTF-8 with a byte order mark.
        charset: Query<Option<FileCharset>>,
    ) -> Result<CsvFile, ApiError> {
        let keys = parties::keys(&self.desk, &caller)?;
        let (keys, id, now) = (parties::lent(&keys), id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let found = roster::export(tx, id, now).await?;
            let persons: Vec<PersonId> = found.lines.iter().map(|line| line.person).collect();
            Ok((person::names(tx, keys, &persons).await?, found))
        };
        let (names, found) = self.desk.db.tenant(&caller.scope(), work).await?;
        Ok(file::csv(&wire::rosters::csv(&found, &names), charset.0, format!("roster-{id}.csv")))
    }
}
