//! However many apply: what is done for all of them is a fixed number of statements.

use ::course::draw;
use api::course::{changes, moves};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Service,
    ids::{ChangePlanId, DrawId},
};
use serde_json::json;
use testkit::{Cluster, Twins};
use tests::counting::{self, counted, counted_naming};
use time::macros::datetime;

use crate::{
    course_applications::Centre,
    course_changes::{plan, running},
    venue_hire::id,
};

const ENTRIES: i64 = 8_000;
const PLACES: i64 = 4_000;
/// Whatever the number of entries.
const MOST_STATEMENTS: usize = 80;

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_of_eight_thousand_is_published_with_bills_and_letters_in_as_many_statements_as_one_of_eight() {
    counting::start();
    let class = json!({ "capacity": PLACES, "admission": "draw", "waiting_capacity": 1_000 });
    let centre = Centre::new(class, &[json!({ "amount": 3_000 })]).await;
    centre.one(&["一"]).await;
    // everybody is the first of them again, under a number of their own
    let more = format!(
        "INSERT INTO course.applications (tenant_id, id, class_id, window_id, party_id, applicant_id, units, channel, received_at, \
           receipt_number, receipt_code_hash, draw_number, state, price, total, created_at, updated_at) \
         SELECT a.tenant_id, gen_random_uuid(), a.class_id, a.window_id, gen_random_uuid(), a.applicant_id, a.units, a.channel, \
           a.received_at, a.receipt_number + n, a.receipt_code_hash, a.draw_number + n, a.state, a.price, a.total, \
           a.created_at, a.updated_at FROM course.applications AS a CROSS JOIN generate_series(1, {ENTRIES} - 1) AS n; \
         INSERT INTO course.application_people (tenant_id, application_id, class_id, person_id, role, active) \
         SELECT a.tenant_id, a.id, a.class_id, gen_random_uuid(), 'participant', true FROM course.applications AS a \
         WHERE a.draw_number > 1; \
         UPDATE course.places SET receipt_number = {ENTRIES}, draw_number = {ENTRIES}, undecided = {ENTRIES}"
    );
    centre.app.test.execute(&more).await;
    let server = centre.app.server();
    let found = server.get(&format!("/v1/course/draws?class={}", centre.class)).await.ok();
    let at = id(&found["data"][0]);
    centre.app.clock.set(datetime!(2026-12-02 09:00 +9));
    let frozen = server.post(&format!("/v1/course/draws/{at}/freeze"), &json!({})).await.ok();
    assert_eq!((&frozen["entries"], &frozen["capacity"]), (&json!(ENTRIES), &json!(PLACES)));

    let (desk, now) = (&centre.app.desk, centre.app.clock.now());
    let keys = Twins::keyring(Cluster::shared()).tenant(centre.app.test.twins.first.tenant).unwrap();
    let (seal, draw_id) = (&keys.seal, at.parse::<DrawId>().unwrap());
    let work = async |tx: &mut TenantTx| -> Result<usize, ApiError> {
        let (_, moves) = draw::publish(tx, seal, draw_id, None, now).await?;
        moves::follow(desk, tx, &moves, now).await?;
        Ok(moves.len())
    };
    let (used, moved) = counted(&centre.app.test, desk.db.tenant(&centre.app.test.scope(Service::Course), work)).await;
    let moved = moved.unwrap();
    assert_eq!(moved, usize::try_from(ENTRIES).unwrap());
    assert!(used > 10 && used <= MOST_STATEMENTS, "{used} statements");
    let kept = format!(
        "DO $$ BEGIN ASSERT (SELECT count(*) FROM billing.bills WHERE state = 'open') = {PLACES}; \
           ASSERT (SELECT count(*) FROM notice.messages WHERE template = 'course.lost') = {}; \
           ASSERT (SELECT count(*) FROM course.application_events WHERE kind <> 'assessed') = {ENTRIES} + 1; END $$",
        ENTRIES - PLACES - 1_000
    );
    centre.app.test.execute(&kept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_begun_in_as_many_statements_for_nine_as_for_two_and_who_hears_of_it_is_looked_up_once() {
    counting::start();
    let mut used = Vec::new();
    for many in [2, 9] {
        let (centre, _, sessions) = running(many).await;
        let cancel = json!({ "session": sessions[0], "reason": "台風", "refund": true });
        let (names, told) = counted_naming(&centre.app.test, "persons", plan(&centre, "cancellations", &cancel)).await;
        let told = told.created();
        assert_eq!((names, &told["notices"][0]["readers"]), (1, &json!(many)));
        let (desk, id, now) = (&centre.app.desk, id(&told).parse::<ChangePlanId>().unwrap(), centre.app.clock.now());
        let begin = async |tx: &mut TenantTx| changes::begin(desk, tx, id, now).await;
        let (statements, begun) =
            counted(&centre.app.test, desk.db.tenant(&centre.app.test.scope(Service::Course), begin)).await;
        begun.unwrap();
        used.push(statements);
    }
    assert!(used[0] > 10 && used[0] == used[1], "{used:?} statements");
}
