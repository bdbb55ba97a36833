//! Each role × operation, as the committed table of roles has it.

use std::collections::BTreeSet;

use tests::{TestApp, staff::session};

use crate::operations;

/// What the committed table gives a role in a service.
fn granted(service: &str, role: &str) -> BTreeSet<String> {
    let table = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/roles.txt")).unwrap();
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let (of, as_, code) = (words.next()?, words.next()?, words.next()?);
        (of == service && as_ == role).then(|| code.to_owned())
    };
    table.lines().filter_map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_may_do_exactly_what_the_committed_table_gives_their_role() {
    let app = TestApp::new().await;
    for service in ["core", "ticket", "venue", "course"] {
        for role in ["manager", "editor", "front", "finance", "gate", "viewer", "approver"] {
            let client = app.with(&session(&app, service, role).await);
            let granted = granted(service, role);
            for operation in operations().into_iter().filter(|operation| operation.permission != "public") {
                let body = operation.body();
                let answer = client
                    .send(operation.method.clone(), &operation.nowhere(), &operation.headers(), body.as_ref())
                    .await;
                let denied = answer.status == 403 && answer.code() == "permission_denied";
                let expected = !granted.contains(&operation.permission);
                assert_eq!(denied, expected, "{service}:{role} {}: {} {}", operation.id, answer.status, answer.text);
            }
        }
    }
}
