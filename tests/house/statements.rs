//! Every statement names the tenant, as a bound parameter: the first wall, and what lets a cluster route.

use std::{path::PathBuf, sync::LazyLock};

use regex::Regex;

use crate::files;

/// A table or a function of ours that a statement reads or changes, and what it is called there.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let schemas = "tenancy|patron|billing|notice|audit|ticket|venue|course";
    Regex::new(&format!(r"\b(?:from|join|update|using) ((?:{schemas})\.\w+)(\()?(?: as (\w+))?")).unwrap()
});

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

/// The rooms for queries, and what states one elsewhere.
fn sql_rooms() -> Vec<(String, String)> {
    let read = |path: PathBuf| (path.display().to_string(), std::fs::read_to_string(&path).unwrap());
    let sources = files("crates", ".rs").into_iter().map(read).filter(|(path, _)| path.contains("/src/"));
    let speaks = |source: &str| source.contains("statement!") || source.contains(".of(tx.tenant())");
    sources.filter(|(path, source)| path.ends_with("/sql.rs") || path.contains("/sql/") || speaks(source)).collect()
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
fn hand_written_sql_names_the_tenant_of_every_table() {
    let mut seen = 0;
    for (path, source) in sql_rooms() {
        for text in literals(&source) {
            let sql = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
            for named in NAMED.captures_iter(&sql) {
                let rest = &sql[named.get(0).unwrap().end()..];
                let told = if named.get(2).is_some() {
                    // a function takes it first, but for the one that tells of all tenants
                    rest.starts_with("$1") || &named[1] == "audit.journals"
                } else {
                    let owner = named.get(3).map_or_else(String::new, |name| format!("{}.", name.as_str()));
                    let column = format!("{owner}tenant_id");
                    [format!("{column} = "), format!("{column} is "), format!("= {column}")]
                        .iter()
                        .any(|words| sql.contains(words))
                };
                assert!(told, "{path}: the tenant of {} is not named:\n{sql}", &named[1]);
                seen += 1;
            }
        }
    }
    assert!(seen > 300, "{seen} tables are read");
}
