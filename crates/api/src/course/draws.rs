//! `/v1/course/draws`

use ::course::{
    draw::{self, Announcement, DrawError},
    seats::Move,
};
use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    course::{
        application::CourseReasonRequest,
        draw::{Draw, DrawProof, DrawPublication, DrawPublished, DrawRehearsal, DrawRequest},
    },
};
use db::TenantTx;
use kernel::{
    Instant, SealKey,
    ids::{DrawId, kind},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::{assessing, moves, parties, wire};
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on draws.
pub struct Draws {
    desk: Desk,
}

impl Draws {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course/draws", tag = "Tag::Course")]
impl Draws {
    /// List draws.
    ///
    /// Oldest first, of one class or of all, those that were voided included.
    #[oai(path = "/", method = "get", operation_id = "course_draw_list")]
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
    ) -> Result<Listed<Draw>, ApiError> {
        let (class, house) = (class.0.map(|class| class.0), caller.of_the_house());
        let list = format!("course draws {class:?}");
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| draw::list(tx, class, &ask, house).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        let items = page.items.iter().map(|one| wire::draws::draw(one, house)).collect::<Result<Vec<_>, _>>()?;
        Ok(params::listed(&self.desk.cursor_key, &list, kernel::Page { items, next: page.next }, |one| one))
    }

    /// Announce a draw.
    ///
    /// Of a window that is decided by one: its rules, and the hash of a seed that stays sealed until the results are out.
    /// Publishing a class announces the draws of its windows; this is for another draw after one was voided, or one that mixes
    /// in a public value. Not of a class that was cancelled or is over. Once the window has opened, only with a public value. How many places there are is fixed at the freeze.
    #[oai(path = "/", method = "post", operation_id = "course_draw_create")]
    async fn create(
        &self,
        caller: May<permit::RunDraws>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<DrawRequest>,
    ) -> Result<Created<Draw>, ApiError> {
        let (asked, now): (&DrawRequest, _) = (&body, caller.now());
        let keys = parties::keys(&self.desk, &caller)?;
        let seal = &keys.seal;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let announcement = Announcement { beacon: asked.beacon.clone(), standby: asked.standby };
            let made = draw::commit(tx, seal, asked.window.0, announcement, now).await?;
            let at = format!("/v1/course/draws/{}", made.id);
            Ok(Created::new(&wire::draws::draw(&made, true)?).at(at).version(made.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a draw.
    ///
    /// What is public of it so far: rules and commitment, then the hash of the entries, then everything.
    #[oai(path = "/:id", method = "get", operation_id = "course_draw_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::Draw>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Draw>, ApiError> {
        let (id, house) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| draw::find(tx, id, house).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let told = wire::draws::draw(&found, house)?;
        Ok(Shown::version(found.version, have.0.as_deref(), || told))
    }

    /// Read the proof of a draw.
    ///
    /// For everybody, once it is published: entries without names, rules, seed and outcome. Saved to a file,
    /// `itsudemo verify-draw` draws again from it.
    #[oai(path = "/:id/proof", method = "get", operation_id = "course_draw_proof")]
    async fn proof(
        &self,
        caller: May<permit::ReadCourses>,
        id: Path<Ref<kind::Draw>>,
    ) -> Result<Shown<DrawProof>, ApiError> {
        let (id, house) = (id.0.0, caller.of_the_house());
        let work = async |tx: &mut TenantTx| draw::find(tx, id, house).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let proof = found.proof.ok_or(DrawError::State(found.state))?;
        Ok(Shown::new(&wire::draws::proof(proof)?))
    }

    /// Freeze a draw.
    ///
    /// After its window has closed and what came on paper is entered. Whoever entered is judged once more, by what is known of them
    /// now; the price changes only where another rule decides it. The hash of the entries and of the places that are free is
    /// public from now on. Nobody enters any more, and nobody else gets these places before the results are out. It happens by itself
    /// once what came on paper has had its time (`paper_hours`), or when the results are due, where they are told after the window has
    /// closed.
    #[oai(path = "/:id/freeze", method = "post", operation_id = "course_draw_freeze")]
    async fn freeze(
        &self,
        caller: May<permit::RunDraws>,
        id: Path<Ref<kind::Draw>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<Draw>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            draw::expect(tx, id, version).await?;
            let stands = freeze(&self.desk, tx, id, now).await?;
            Ok(Done::new(&wire::draws::draw(&stands, true)?).version(stands.version))
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }

    /// Rehearse a draw.
    ///
    /// With a seed of its own that is forgotten: how many would be seated, never who will be.
    #[oai(path = "/:id/rehearsal", method = "post", operation_id = "course_draw_preview")]
    async fn rehearse(
        &self,
        caller: May<permit::RunDraws>,
        id: Path<Ref<kind::Draw>>,
    ) -> Result<Done<DrawRehearsal>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| draw::rehearse(tx, id).await;
        Ok(Done::new(&wire::draws::rehearsal(self.desk.db.read(&caller.scope(), work).await?)))
    }

    /// Draw and publish.
    ///
    /// In one moment for everybody, not before the class tells its results. The seed is revealed with them. A draw that waits for no
    /// public value is published by itself when the class tells its results; that of a window that closes after them once what came on
    /// paper has had its time (`paper_hours`).
    #[oai(path = "/:id/publish", method = "post", operation_id = "course_draw_publish")]
    async fn publish(
        &self,
        caller: May<permit::RunDraws>,
        id: Path<Ref<kind::Draw>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<DrawPublication>,
    ) -> Result<Done<DrawPublished>, ApiError> {
        let (id, now) = (id.0.0, caller.now());
        let keys = parties::keys(&self.desk, &caller)?;
        let seal = &keys.seal;
        let beacon = body.beacon.as_deref();
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            draw::expect(tx, id, version).await?;
            let (stands, moved) = publish(&self.desk, tx, seal, (id, beacon), now).await?;
            let told = DrawPublished {
                draw: wire::draws::draw(&stands, true)?,
                moves: wire::applications::moves(&moved).moves,
            };
            Ok(Done::new(&told).version(stands.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Void a draw.
    ///
    /// Before it is published, with a reason that everybody reads. Who entered stays entered; another draw is announced. What was kept
    /// for a frozen one is offered to those in line who come before everybody undecided.
    #[oai(path = "/:id/void", method = "post", operation_id = "course_draw_void")]
    async fn void(
        &self,
        caller: May<permit::RunDraws>,
        id: Path<Ref<kind::Draw>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseReasonRequest>,
    ) -> Result<Done<Draw>, ApiError> {
        let (id, reason, now) = (id.0.0, body.reason.as_str(), caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            draw::expect(tx, id, version).await?;
            let (stands, moved) = draw::void(tx, id, reason, now).await?;
            moves::follow(&self.desk, tx, &moved, now).await?;
            Ok(Done::new(&wire::draws::draw(&stands, true)?).version(stands.version))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}

/// Fixes who takes part in a draw, as the rules see them by what is known now, with what follows from whoever ran out meanwhile.
///
/// # Errors
/// What the draw refuses with.
pub(super) async fn freeze(desk: &Desk, tx: &mut TenantTx, id: DrawId, now: Instant) -> Result<draw::Draw, ApiError> {
    assessing::before_freeze(desk, tx, id, now).await?;
    let (stands, moved) = draw::freeze(tx, id, now).await?;
    moves::follow(desk, tx, &moved, now).await?;
    Ok(stands)
}

/// Draws and publishes, with what follows for everybody.
///
/// # Errors
/// What the draw refuses with.
pub(super) async fn publish(
    desk: &Desk,
    tx: &mut TenantTx,
    seal: &SealKey,
    (id, beacon): (DrawId, Option<&str>),
    now: Instant,
) -> Result<(draw::Draw, Vec<Move>), ApiError> {
    let (stands, moved) = draw::publish(tx, seal, id, beacon, now).await?;
    moves::follow(desk, tx, &moved, now).await?;
    Ok((stands, moved))
}
