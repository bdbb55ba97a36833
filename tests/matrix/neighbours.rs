//! Between two tenants: what the one has does not exist for the other.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use serde_json::Value;
use tests::{Answer, staff::session};

use crate::{Published, day::Day, operations};

static ID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b([a-z]{2,5})_([0-7][0-9a-hjkmnp-tv-z]{25})\b").unwrap());

/// Why the neighbour is not tried where an id is named.
const UNTRIED: [(&str, &str); 8] = [
    (
        "/v1/course/certificate-checks/",
        "a code is no id; that a neighbour's code says nothing is tried where certificates are",
    ),
    ("/v1/ledger/days/", "a day belongs to everybody"),
    (
        "/v1/templates/",
        "a kind of letter is no id; that a neighbour has words of their own is tried where templates are",
    ),
    ("/v1/venue/permit-checks/", "a code is no id; that a neighbour's code says nothing is tried where permits are"),
    ("/v1/venue/room-calendars/", "a token is the credential of one room and no id"),
    ("/v1/operator/", "an operator works for every contractor"),
    ("/v1/patrons/me/", "what is one's own is tried between two patrons"),
    ("/.well-known/", "keys that verify tickets are for everybody"),
];

/// What a server's own key may do as well as the staff whose role is in the core.
const SERVERS: [&str; 4] = ["/v1/ticket", "/v1/venue", "/v1/course", "/v1/bills"];

/// Ids of the same kinds that nobody has, each of its own.
fn unknown(text: &str) -> String {
    ID.replace_all(text, |found: &regex::Captures| format!("{}_7zzzzzzzzzzzz{}", &found[1], &found[2][13..]))
        .into_owned()
}

/// What was answered, without what is different in every answer.
fn said(answer: &Answer) -> (u16, String) {
    let text = match serde_json::from_str::<Value>(&answer.text) {
        Ok(mut json) => {
            for member in ["request_id", "instance"] {
                json.as_object_mut().map(|problem| problem.remove(member));
            }
            json.to_string()
        }
        Err(_) => answer.text.clone(),
    };
    (answer.status.as_u16(), ID.replace_all(&text, "$1").into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_neighbour_has_is_answered_like_what_nobody_has_and_stays_as_it_is() {
    let day = Day::play().await;
    let app = &day.app;
    let staff = app.with(&session(app, "core", "manager").await);
    let before = day.entries(Some(day.tenant)).await;
    let (mut tried, mut named) = (BTreeSet::new(), BTreeSet::new());
    for played in &day.played {
        if !ID.is_match(&played.path) && !played.body.as_ref().is_some_and(|body| ID.is_match(&body.to_string())) {
            continue;
        }
        named.insert(played.operation.id.as_str());
        let client = match played.who.as_str() {
            "staff" if SERVERS.iter().any(|chapter| played.operation.path.starts_with(chapter)) => app.server(),
            "staff" => staff.clone(),
            "server" => app.server(),
            "page" => app.page(),
            "gate" => app.gate(),
            _ => continue,
        };
        let neighbours = played.send(&client, str::to_owned).await;
        let nobodys = played.send(&client, unknown).await;
        assert_eq!(said(&neighbours), said(&nobodys), "{} {}", played.operation.id, played.path);
        let empty = neighbours.status == 200 && neighbours.json()["data"].as_array().is_some_and(Vec::is_empty);
        let refused = neighbours.status == 404 || (!ID.is_match(&played.path) && neighbours.status == 422);
        assert!(empty || refused, "{}: {} {}", played.operation.id, neighbours.status, neighbours.text);
        tried.insert(played.operation.id.as_str());
    }
    assert_eq!(day.entries(Some(day.tenant)).await, before, "the neighbour's journal tells of nothing");
    let names = |operation: &Published| operation.path.contains('{') || named.contains(operation.id.as_str());
    let untried = operations().into_iter().filter(|one| names(one) && !tried.contains(one.id.as_str()));
    let (told, forgotten): (Vec<Published>, Vec<Published>) =
        untried.partition(|one| UNTRIED.iter().any(|(prefix, _)| one.path.starts_with(prefix)));
    let forgotten: Vec<String> = forgotten.into_iter().map(|one| one.id).collect();
    assert_eq!(forgotten, [""; 0], "operations that name ids and that no neighbour tried");
    for (prefix, why) in UNTRIED {
        assert!(
            told.iter().any(|one| one.path.starts_with(prefix)),
            "nothing below {prefix} is left out because {why}"
        );
    }
}
