//! What somebody wrote in their own words may tell of a person: it stands nowhere in clear, neither in the database nor in the log.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    sync::Mutex,
};

use api::surface::SURFACE;
use serde_json::Value;
use tests::TestApp;

use crate::{day::Day, operations};

const WORD: &str = "秘密の事情";

/// What members are called that hold somebody's own words.
const WORDS: [&str; 2] = ["reason", "note"];

/// Whose words are for everybody: why a session, a class or a draw is called off and why rooms are closed is told to whoever is met by
/// it; why a seat is kept back or a ticket is void is told at the door, and by the contract no personal data belongs there.
const FOR_EVERYBODY: [&str; 7] = [
    "course_cancellation_plan_create",
    "course_closing_plan_create",
    "course_draw_void",
    "ticket_houseseat_block",
    "ticket_ticket_void",
    "venue_closure_create",
    "venue_closure_preview",
];

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The log, kept in memory.
struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Adds the word wherever a body holds somebody's own words, and says whether it does anywhere.
fn marked(body: &mut Value) -> bool {
    match body {
        Value::Object(members) => members.iter_mut().fold(false, |found, (name, value)| match value {
            Value::String(text) if WORDS.contains(&name.as_str()) => {
                text.push_str(WORD);
                true
            }
            value => marked(value) || found,
        }),
        Value::Array(items) => items.iter_mut().map(marked).fold(false, |found, more| found | more),
        _ => false,
    }
}

/// Whether a schema asks for somebody's own words anywhere: not for one of a list.
fn asks(schema: &Value, within: &BTreeSet<&str>) -> bool {
    if let Some(name) = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
        let mut within = within.clone();
        return within.insert(name) && asks(&SURFACE.v30["components"]["schemas"][name], &within);
    }
    let any = |parts: Option<&Vec<Value>>| parts.into_iter().flatten().any(|part| asks(part, within));
    let member = |(name, part): (&String, &Value)| {
        let words = WORDS.contains(&name.as_str()) && part["type"] == "string" && part["enum"].is_null();
        words || asks(part, within)
    };
    schema["properties"].as_object().is_some_and(|members| members.iter().any(member))
        || ["allOf", "oneOf", "anyOf"].iter().any(|kind| any(schema[*kind].as_array()))
        || (schema["items"].is_object() && asks(&schema["items"], within))
}

/// Operations that take somebody's own words about a person.
fn in_confidence() -> BTreeSet<String> {
    let body = |id: &str, item: &Value| {
        let operation = item.as_object()?.values().find(|operation| operation["operationId"] == id)?;
        Some(operation["requestBody"]["content"]["application/json"]["schema"].clone())
    };
    let takes = |id: &str, path: &str| {
        body(id, &SURFACE.v30["paths"][path]).is_some_and(|schema| asks(&schema, &BTreeSet::new()))
    };
    let all = operations().into_iter().filter(|operation| takes(&operation.id, &operation.path));
    let mut all: BTreeSet<String> = all.map(|operation| operation.id).collect();
    for id in FOR_EVERYBODY {
        assert!(all.remove(id), "{id} takes words");
    }
    all
}

/// Every row of every table of the house.
async fn rows(app: &TestApp) -> Vec<(String, String)> {
    let tables = "SELECT c.oid::regclass::text AS line FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
                  WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1";
    let mut found = Vec::new();
    for table in app.test.peek(tables).await {
        let dump = format!("SELECT t::text AS line FROM {table} AS t");
        found.extend(app.test.peek(&dump).await.into_iter().map(|row| (table.clone(), row)));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_of_a_person_stands_nowhere_in_clear() {
    let _ = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
        .with_writer(|| Log)
        .try_init();
    let (asked, said) = (in_confidence(), Mutex::new(BTreeSet::new()));
    let day = Day::play_with(&|operation, body| {
        if asked.contains(operation) && marked(body) {
            said.lock().unwrap().insert(operation.to_owned());
        }
    })
    .await;
    assert_eq!(said.into_inner().unwrap(), asked, "words that nobody wrote on the day");

    let hex: String = WORD.bytes().map(|byte| format!("{byte:02x}")).collect();
    let rows = rows(&day.app).await;
    assert!(rows.len() > 500, "there is something to look at");
    let clear: Vec<_> = rows.iter().filter(|(_, row)| row.contains(WORD) || row.contains(&hex)).collect();
    assert!(clear.is_empty(), "{clear:?}");
    let log = String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned();
    let told: Vec<&str> = log.lines().filter(|line| line.contains(WORD)).collect();
    assert!(told.is_empty(), "{told:?}");
}
