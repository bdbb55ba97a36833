//! Every statement names the tenant, as a bound parameter: the first wall, and what lets a cluster route.

use crate::files;

/// The text between the quotation marks that begin at `start`.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(open) = rest.find('"') {
        let mut text = String::new();
        let mut chars = rest[open + 1..].char_indices();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    chars.next();
                    text.push(' ');
                }
                '"' => {
                    end = open + 1 + at + 1;
                    break;
                }
                c => text.push(c),
            }
        }
        found.push(text);
        rest = &rest[end.min(rest.len())..];
    }
    found
}

fn sql_rooms() -> Vec<(String, String)> {
    files("crates", ".rs")
        .into_iter()
        .filter(|path| path.ends_with("sql.rs") || path.parent().is_some_and(|folder| folder.ends_with("sql")))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

#[test]
fn a_query_on_a_table_begins_with_its_tenant() {
    for (path, source) in sql_rooms() {
        for (at, _) in source.match_indices("::table") {
            let before = &source[..at];
            let inserted = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').ends_with("insert_into(");
            let after = source[at + "::table".len()..].trim_start();
            let tenantless =
                before.ends_with("operators") || before.ends_with("sign_in_attempts") || before.ends_with('$');
            let in_macro = before.ends_with("$table");
            assert!(
                inserted || tenantless || in_macro || after.starts_with(".of(") || !after.starts_with(['.', ')', ',']),
                "{path}: a query on {} does not name its tenant",
                before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
            );
        }
    }
}

#[test]
fn hand_written_sql_names_its_tenant() {
    let touches = ["from ", "update ", "into ", "join ", "delete "];
    for (path, source) in sql_rooms() {
        for text in literals(&source) {
            let sql = text.to_lowercase();
            let ours = ["tenancy.", "patron.", "billing.", "notice.", "audit.", "ticket.", "venue.", "course."];
            let on_a_table =
                touches.iter().any(|verb| ours.iter().any(|schema| sql.contains(&format!("{verb}{schema}"))));
            // what has no tenant by its nature, and functions that take it as their first argument
            let house = ["tenancy.operators", "tenancy.sign_in_attempts", "_tenants(", "audit.journals("]
                .iter()
                .any(|name| sql.contains(name));
            let function = sql.contains("from ") && sql.contains("($1");
            assert!(
                !on_a_table || house || function || sql.contains("tenant_id"),
                "{path}: this statement does not name its tenant:\n{text}"
            );
        }
    }
}
