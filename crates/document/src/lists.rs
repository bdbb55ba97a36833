//! The two lists a reviewer reads instead of the document.

use crate::PublishedRule;
use crate::walk::operations;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// One line for each operation, by id: `id METHOD path permission journalled`, in columns.
pub fn operations_txt(document: &Value) -> String {
    let mut rows: Vec<[&str; 5]> = operations(document)
        .map(|op| {
            let journalled = if op.journalled() { "journalled" } else { "-" };
            [op.id(), op.method, op.path, op.permission().unwrap_or("?"), journalled]
        })
        .collect();
    rows.sort_unstable();
    let widths: [usize; 5] =
        std::array::from_fn(|column| rows.iter().filter_map(|row| row.get(column)).map(|c| c.len()).max().unwrap_or(0));
    let mut out = String::new();
    for row in &rows {
        let line: Vec<String> =
            row.iter().zip(widths).enumerate().map(|(i, (cell, width))| cell_text(i, cell, width)).collect();
        let _ = writeln!(out, "{}", line.join("  ").trim_end());
    }
    out
}

fn cell_text(column: usize, cell: &str, width: usize) -> String {
    let cell = if column == 1 { cell.to_uppercase() } else { cell.to_owned() };
    format!("{cell:width$}")
}

/// One line for each rule that can refuse a request, by code: code, status, sentence.
pub fn problems_txt(rules: &[PublishedRule]) -> String {
    let by_code: BTreeMap<&str, &PublishedRule> = rules.iter().map(|rule| (rule.code.as_str(), rule)).collect();
    let width = by_code.keys().map(|code| code.len()).max().unwrap_or(0);
    by_code.values().fold(String::new(), |mut out, rule| {
        let _ = writeln!(out, "{:width$}  {}  {}", rule.code, rule.status, rule.sentence);
        out
    })
}

/// The codes of a committed list that a newer one lost or gave another status: a published code is for ever.
pub fn problems_lost(committed: &str, now: &str) -> Vec<String> {
    let now: BTreeMap<&str, &str> = now.lines().filter_map(code_and_status).collect();
    committed
        .lines()
        .filter_map(code_and_status)
        .filter_map(|(code, status)| match now.get(code) {
            None => Some(format!("the problem code {code} is gone")),
            Some(other) if *other != status => Some(format!("the problem code {code} was {status} and is {other}")),
            Some(_) => None,
        })
        .collect()
}

fn code_and_status(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    Some((words.next()?, words.next()?))
}

#[cfg(test)]
mod tests {
    use super::{operations_txt, problems_lost, problems_txt};
    use crate::PublishedRule;
    use serde_json::json;

    #[test]
    fn operations_stand_in_columns() {
        let document = json!({ "paths": {
            "/v1/time": { "get": { "operationId": "time_view", "x-permission": "public" } },
            "/v1/ticket/holds": { "post": { "operationId": "ticket_hold_create", "x-permission": "ticket.hold.create", "x-journalled": true } },
        } });
        assert_eq!(
            operations_txt(&document),
            "\
ticket_hold_create  POST  /v1/ticket/holds  ticket.hold.create  journalled\n\
time_view           GET   /v1/time          public              -\n"
        );
    }

    #[test]
    fn a_published_code_is_for_ever() {
        let rule = |code: &str, status| PublishedRule { code: code.into(), status, sentence: "No.".into() };
        let old = problems_txt(&[rule("b", 409), rule("absent", 404)]);
        assert_eq!(old, "absent  404  No.\nb       409  No.\n");
        assert!(problems_lost(&old, &problems_txt(&[rule("absent", 404), rule("b", 409), rule("c", 422)])).is_empty());
        assert_eq!(problems_lost(&old, &problems_txt(&[rule("absent", 410)])).len(), 2);
    }
}
