//! `/v1/course/leaflet` and how full its classes are

use ::course::listing::{self, ListingFilter};
use contract::{
    ApiError, Listed, Ref, Shown,
    course::listing::{ClassFullness, LeafletClass, LeafletPage, LeafletSort},
};
use db::TenantTx;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    types::ToJSON,
};
use tenancy::permission::permit;

use super::wire::listings as wire;
use crate::{Desk, May, params, tags::Tag};

/// What everybody reads of courses.
pub struct Listings {
    desk: Desk,
}

impl Listings {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course", tag = "Tag::Course")]
impl Listings {
    /// Search the leaflet.
    ///
    /// Published classes that have not ended, with their windows, fees and how full they are, for everybody alike. Words are found
    /// however they are written: `ヨガ`, `よが` and `ﾖｶﾞ` are one.
    #[oai(path = "/leaflet", method = "get", operation_id = "course_leaflet_list")]
    #[expect(clippy::too_many_arguments, reason = "each of them is a parameter of the request")]
    async fn list(
        &self,
        caller: May<permit::ReadCourses>,
        /// Each of these words is in a title, its reading, the genres, the summary or the public name of who teaches.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        #[oai(validator(max_length = 50))] genre: Query<Option<String>>,
        term: Query<Option<Ref<kind::Term>>>,
        /// `true`: only those of which a window is open now.
        open: Query<Option<bool>>,
        /// `true`: only those with a place for whoever applies now.
        places_left: Query<Option<bool>>,
        /// Only those whose rules, and one of whose windows, do not forbid this age.
        #[oai(validator(minimum(value = "0"), maximum(value = "130")))]
        age: Query<Option<i32>>,
        /// Only those whose rules, and one of whose windows, do not forbid this school year: 1 is the first of the primary school
        /// (小1), 7 of the secondary (中1).
        #[oai(validator(minimum(value = "-3"), maximum(value = "12")))]
        grade: Query<Option<i32>>,
        /// `true`: those that have ended, too: whose last session is over, or, while they have none, whose term is.
        past: Query<Option<bool>>,
        /// In the order in which they were made when absent.
        sort: Query<Option<LeafletSort>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<LeafletClass>, ApiError> {
        let filter = ListingFilter {
            genre: genre.0,
            term: term.0.map(|term| term.0),
            open: open.0.unwrap_or(false),
            places_left: places_left.0.unwrap_or(false),
            age: age.0,
            grade: grade.0,
            past: past.0.unwrap_or(false),
            sort: wire::sort(sort.0),
            ..ListingFilter::of_text(q.0.as_deref().unwrap_or_default())
        };
        let (list, now) = (format!("course.leaflet {filter:?}"), caller.now());
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| listing::list(tx, &filter, &ask, now).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, &list, page, |one| wire::listing(&one, now)))
    }

    /// Read a page of the leaflet.
    ///
    /// Everything that one reads before one applies for a class: what it is, when it meets, what it costs, who may come, who comes
    /// first, and what goes back.
    #[oai(path = "/leaflet/:id", method = "get", operation_id = "course_leaflet_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::CourseClass>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<LeafletPage>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| listing::find(tx, id, now).await;
        let (found, meetings) = self.desk.db.read(&caller.scope(), work).await?;
        let text = wire::page(&found, &meetings, now).to_json_string();
        Ok(Shown::words(have.0.as_deref(), text))
    }

    /// See how full a class is.
    ///
    /// Places left, who waits, and for a draw how many there are for one place, by tier; what fewer than five applied for is not
    /// told. Asked again with `If-None-Match`, what has not changed is not told again.
    #[oai(path = "/classes/:id/availability", method = "get", operation_id = "course_availability_view")]
    async fn availability(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::CourseClass>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<ClassFullness>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let work = async |tx: &mut TenantTx| listing::fullness(tx, id, now).await;
        let (class, fullness) = self.desk.db.read(&caller.scope(), work).await?;
        let text = wire::availability(&class, &fullness).to_json_string();
        Ok(Shown::words(have.0.as_deref(), text))
    }
}
