//! The half of `make bench` that hires rooms: calendar, quote and a rush on one afternoon, among a million rows of occupancy, beside
//! what PostgreSQL alone does on the same cluster with the same table.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::print_stdout
)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use tests::{
    measure::{Figures, Tries, pgbench, raw_seconds, seconds},
    rig::Rig,
    stage::Asks as _,
    wire::Wire,
};

const ROOMS: usize = 100;
/// The first room is a hall of so many parts, the next ones its parts.
const PARTS: usize = 4;

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("{value} has an id")).to_owned()
}

/// A facility of a hundred rooms, one of them a hall that is hired in parts, too; three slots a day, and one price for each slot.
struct House {
    facility: String,
    rooms: Vec<String>,
}

impl House {
    async fn build(asker: &mut Wire) -> Self {
        let from = "2026-04-01";
        let facility = json!({ "code": "F", "name": "会館", "effective_from": from });
        let facility = id(&asker.ask_json("POST", "/v1/venue/facilities", Some(facility)).await);
        let mut rooms = Vec::new();
        for n in 0..ROOMS {
            let code = format!("R{n}");
            let part = |n: usize| format!("R{n}");
            let parts: Vec<String> = if n == 0 { (1..=PARTS).map(part).collect() } else { vec![part(n)] };
            let room = json!({ "facility": facility, "code": code, "name": code, "parts": parts, "time_unit": "slots",
                               "approval": "staff", "visibility": "bookable", "effective_from": from });
            let room = id(&asker.ask_json("POST", "/v1/venue/rooms", Some(room)).await);
            let slot = |code: &str, starts: &str, ends: &str| json!({ "code": code, "name": code, "starts": starts, "ends": ends });
            let slots = [slot("AM", "09:00", "12:00"), slot("PM", "13:00", "17:00"), slot("NT", "18:00", "22:00")];
            let set = json!({ "room": room, "name": "通常", "gap_policy": "free_if_both", "effective_from": from, "slots": slots });
            asker.ask_json("POST", "/v1/venue/slot-sets", Some(set)).await;
            rooms.push(room);
        }
        let row = |span: &str, yen: i64| json!({ "span": span, "yen": yen });
        let base = json!({ "kind": "table", "key": ["span"], "span_by": ["exact_span", "sum_of_slots"],
                           "rows": [row("AM", 6_000), row("PM", 10_000), row("NT", 12_000)] });
        let document = json!({
            "name": "使用料", "legal_reference": "条例別表", "applies_by": "use_date", "effective_from": from, "engine": 1,
            "tax": { "rate": "standard", "inclusive": true, "rounding": "down" },
            "components": [{ "code": "BASE", "label": { "ja": "基本" }, "rule": base }] });
        let tariff = json!({ "facility": facility, "document": document });
        let tariff = id(&asker.ask_json("POST", "/v1/venue/tariffs", Some(tariff)).await);
        asker.ask_json("POST", &format!("/v1/venue/tariffs/{tariff}/publish"), None).await;
        Self { facility, rooms }
    }

    fn ask(&self, room: usize, day: &str) -> Value {
        json!({ "facility": self.facility, "uses": [{ "room": self.rooms[room], "date": day, "slots": ["PM"] }] })
    }
}

/// Every part taken in every slot, from eight years back until a year ahead: 1,000,296 rows.
const FILL: &str = "INSERT INTO venue.occupancy (tenant_id, atom_id, source_id, source_kind, room_id, starts_at, ends_at) \
    SELECT m.tenant_id, m.atom_id, gen_random_uuid(), 'hire', m.room_id, d.day + s.starts, d.day + s.ends \
    FROM (SELECT DISTINCT ON (a.atom_id) a.tenant_id, a.atom_id, a.room_id FROM venue.room_atoms AS a ORDER BY a.atom_id, a.room_id DESC) AS m, \
      (SELECT (current_date + 365 - n)::timestamp AT TIME ZONE 'Asia/Tokyo' AS day FROM generate_series(0, 3367) AS n) AS d, \
      (VALUES (interval '9 hours', interval '12 hours'), ('13 hours', '17 hours'), ('18 hours', '22 hours')) AS s (starts, ends); \
    ANALYZE venue.occupancy";

/// The same tables without us around them.
const RAW: &str = "DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench; \
    CREATE TABLE bench.occupancy (LIKE venue.occupancy INCLUDING ALL); CREATE SEQUENCE bench.had; \
    CREATE TABLE bench.quotes (id uuid PRIMARY KEY, asked jsonb NOT NULL, lines jsonb NOT NULL, total bigint NOT NULL)";

const RAW_QUOTE: &str =
    "INSERT INTO bench.quotes VALUES (gen_random_uuid(), '{\"uses\": []}', '[{\"yen\": 10000}]', 10000);";

/// What the calendar reads, for the rooms of the only facility.
const RAW_CALENDAR: &str = "SELECT count(*) FROM (SELECT o.atom_id, o.source_kind, o.hold_until IS NOT NULL, o.starts_at, o.ends_at \
    FROM venue.atoms AS a JOIN venue.occupancy AS o ON o.tenant_id = a.tenant_id AND o.atom_id = a.id \
    WHERE o.active AND o.ends_at > current_date AND o.ends_at < current_date + 65 AND o.starts_at < current_date + 31) AS taken;";

/// The hall or one of its parts is claimed for the afternoon. Who gets all of it commits, loosely as a hold is, and lets it go; everybody
/// else rolls back, and clears what has run out, which is nothing here.
const RAW_RUSH: &str = "\\set n random(1, 1000000000)\n\
    \\set room random(0, 4)\n\
    \\set first CASE WHEN :room = 0 THEN 1 ELSE :room END\n\
    \\set last CASE WHEN :room = 0 THEN 4 ELSE :room END\n\
    BEGIN;\n\
    WITH got AS (INSERT INTO bench.occupancy (tenant_id, atom_id, source_id, source_kind, starts_at, ends_at) \
      SELECT '01936000-0000-7000-8000-00000000000a', ('01936000-0000-7000-8000-00000000000' || part)::uuid, md5(:n::text)::uuid, 'hire', \
        '2034-01-10 13:00+09', '2034-01-10 17:00+09' \
      FROM generate_series(:first::int, :last::int) AS part ORDER BY part ON CONFLICT DO NOTHING RETURNING atom_id) \
    SELECT (count(*) > :last::int - :first::int)::int AS had, set_config('synchronous_commit', 'off', true) AS loosely FROM got \\gset\n\
    \\if :had\n\
    COMMIT;\n\
    WITH gone AS (DELETE FROM bench.occupancy WHERE tenant_id = '01936000-0000-7000-8000-00000000000a' \
      AND source_id = md5(:n::text)::uuid RETURNING atom_id) SELECT nextval('bench.had') FROM gone LIMIT 1;\n\
    \\else\n\
    ROLLBACK;\n\
    UPDATE bench.occupancy SET active = false WHERE tenant_id = '01936000-0000-7000-8000-00000000000a' \
      AND atom_id = ('01936000-0000-7000-8000-00000000000' || :first)::uuid AND active AND hold_until <= now();\n\
    \\endif\n";

/// What the two figures of the rush are of.
const COMPARED: &str = "raw rush: a try claims the hall or a part of it; who gets it commits and lets it go, everybody else rolls back and clears \
    what ran out. Ours does the same statements with quote, hold, journal and key, and tells who gets nothing what else is free";

/// One unit of work of one client.
#[derive(Clone)]
enum Work {
    Calendar(String),
    Quote(Arc<House>),
    /// Everybody wants the same afternoon, in the hall or a part of it; who gets it lets it go.
    Rush(Arc<House>),
}

/// Whether it went well, and in how much time.
async fn run(work: &Work, wire: &mut Wire, quote: &Value, n: u64) -> bool {
    let key = format!("{n}-{}", uuid::Uuid::new_v4());
    match work {
        Work::Calendar(path) => {
            let origin = [("origin", testkit::twins::ORIGIN)];
            wire.ask("GET", path, &origin, None).await.is_ok_and(|heard| heard.status == 200)
        }
        Work::Quote(house) => {
            let ask = house.ask((n % ROOMS as u64) as usize, "2026-12-31");
            let ask = later(ask, n);
            wire.post("/v1/venue/quotes", &key, &ask).await.is_ok_and(|heard| heard.status == 201)
        }
        Work::Rush(_) => {
            let held = wire.post("/v1/venue/holds", &key, &json!({ "quote": quote["id"] })).await.expect("an answer");
            // somebody else has it, or too many are asking
            if [409, 503].contains(&held.status) {
                return false;
            }
            assert_eq!(held.status, 201, "{}", held.json());
            let release = format!("/v1/venue/holds/{}/release", id(&held.json()));
            let gone = wire.post(&release, &format!("r{key}"), &json!({})).await.expect("an answer");
            assert!([200, 503].contains(&gone.status), "{}", gone.json());
            gone.status == 200
        }
    }
}

/// Another day for each ask, beyond what is taken.
fn later(mut ask: Value, n: u64) -> Value {
    let day = time::Date::from_calendar_date(2033, time::Month::January, 1).unwrap();
    ask["uses"][0]["date"] = json!((day + time::Duration::days((n % 300) as i64)).to_string());
    ask
}

/// How often PostgreSQL alone tries, and how often it has something, a second.
async fn raw_rush(rig: &Rig, clients: usize) -> Tries {
    #[derive(QueryableByName)]
    struct Had {
        #[diesel(sql_type = BigInt)]
        had: i64,
    }
    let tried = pgbench(rig, RAW_RUSH, clients);
    let query = sql_query("SELECT last_value AS had FROM bench.had");
    let Had { had } = query.get_result(&mut rig.connect().await).await.unwrap();
    Tries { tried, had: had as f64 / raw_seconds() as f64 }
}

async fn load(name: &str, rig: &Rig, clients: usize, work: Work) -> Figures {
    let mut wires = Vec::new();
    for client in 0..clients {
        let mut wire = if matches!(work, Work::Calendar(_)) { rig.page() } else { rig.server() };
        let quote = match &work {
            Work::Rush(house) => {
                wire.ask_json("POST", "/v1/venue/quotes", Some(house.ask(client % (PARTS + 1), "2034-01-10"))).await
            }
            _ => Value::Null,
        };
        wires.push((wire, quote));
    }
    let (begun, used) = (Instant::now(), rig.processor_time());
    let until = begun + Duration::from_secs(seconds());
    let mut tasks = Vec::new();
    for (client, (mut wire, quote)) in wires.into_iter().enumerate() {
        let work = work.clone();
        tasks.push(tokio::spawn(async move {
            let (mut times, mut refused) = (Vec::new(), 0);
            let mut n = (client as u64) << 32;
            while Instant::now() < until {
                n += 1;
                let started = Instant::now();
                if run(&work, &mut wire, &quote, n).await { times.push(started.elapsed()) } else { refused += 1 }
            }
            (times, refused)
        }));
    }
    let (mut times, mut refused) = (Vec::new(), 0);
    for task in tasks {
        let (own, not) = task.await.unwrap();
        times.extend(own);
        refused += not;
    }
    Figures::of(name, times, refused, begun.elapsed(), [used, rig.processor_time()])
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let clients: usize = std::env::var("BENCH_CLIENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(32);
    let rig = Rig::new("bench-hire").await;
    let house = Arc::new(House::build(&mut rig.server()).await);
    let filled = Instant::now();
    rig.sql(FILL).await;
    rig.sql(RAW).await;
    println!(
        "\nhire: 1,000,296 rows of occupancy, taken in {:.0} s; {clients} connections, {} s each",
        filled.elapsed().as_secs_f64(),
        seconds()
    );
    let raw_calendar = pgbench(&rig, RAW_CALENDAR, clients.min(4));
    let raw_quote = pgbench(&rig, RAW_QUOTE, clients);
    let raw_rush = raw_rush(&rig, clients).await;
    println!("{:<44} {raw_calendar:>9.0} /s", "raw: what takes 100 rooms in 31 days");
    println!("{:<44} {raw_quote:>9.0} /s", "raw: a quote's row");
    println!(
        "{:<44} {:>9.0} /s tried   {:>7.0} /s had",
        "raw: an afternoon of a divided hall", raw_rush.tried, raw_rush.had
    );
    println!("{COMPARED}\n");
    let today = kernel::Clock::system().now().to_offset(kernel::JST).date();
    let path = format!("/v1/venue/facilities/{}/calendar?from={today}&days=31", house.facility);
    load("calendar, 100 rooms x 31 days, one client", &rig, 1, Work::Calendar(path.clone()))
        .await
        .print(Some(raw_calendar));
    load("calendar, 100 rooms x 31 days", &rig, clients.min(4), Work::Calendar(path)).await.print(Some(raw_calendar));
    load("quote, one client", &rig, 1, Work::Quote(house.clone())).await.print(Some(raw_quote));
    load("quote", &rig, clients, Work::Quote(house.clone())).await.print(Some(raw_quote));
    load("rush on an afternoon of a divided hall", &rig, clients, Work::Rush(house)).await.print_tries(&raw_rush);
    println!("\npeak memory of the server: {} MiB", rig.peak_memory());
}
