//! Every rule that can refuse a request, from every crate, for the published list.

use document::{Facts, PublishedRule};
use kernel::Rule;
use poem::http::StatusCode;

/// The lists of the crates, in the order of the crates' names.
const LISTS: &[&[&Rule]] = &[
    crate::problems::ALL,
    billing::problems::ALL,
    ::course::problems::ALL,
    db::problems::ALL,
    notice::problems::ALL,
    patron::problems::ALL,
    tenancy::problems::ALL,
    ticket::problems::ALL,
    ::venue::problems::ALL,
];

/// Every rule as its crate declares it; what several crates say is there several times.
pub fn every() -> impl Iterator<Item = &'static Rule> {
    LISTS.iter().flat_map(|list| list.iter().copied())
}

/// Every rule once.
pub fn all() -> Vec<&'static Rule> {
    let mut seen = std::collections::BTreeSet::new();
    every().filter(|rule| seen.insert(rule.code)).collect()
}

/// The rules as the document lists them.
pub fn facts() -> Facts {
    let problems = all()
        .into_iter()
        .map(|rule| PublishedRule {
            code: rule.code.to_owned(),
            status: status(rule).as_u16(),
            sentence: rule.en.to_owned(),
        })
        .collect();
    Facts { problems, examples: document::examples() }
}

/// The status a rule is answered with. A method unknown to its path is malformed like any other fault of form, and has
/// a status of its own all the same (RFC 9110, 15.5.6).
pub fn status(rule: &Rule) -> StatusCode {
    if rule.code == crate::problems::METHOD.code {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    contract::problem::status(rule.kind)
}
