//! Every rule that can refuse a request, from every crate, for the published list.

use kernel::Rule;

use crate::document::{Facts, PublishedRule};

/// The lists of the crates, in the order of the crates' names.
pub fn all() -> Vec<&'static Rule> {
    let lists: &[&[&Rule]] = &[crate::problems::ALL, db::problems::ALL, tenancy::problems::ALL];
    let mut seen = std::collections::BTreeSet::new();
    lists.iter().flat_map(|list| list.iter().copied()).filter(|rule| seen.insert(rule.code)).collect()
}

/// The rules as the document lists them.
pub fn facts() -> Facts {
    let problems = all()
        .into_iter()
        .map(|rule| PublishedRule {
            code: rule.code.to_owned(),
            status: contract::problem::status(rule.kind).as_u16(),
            sentence: rule.en.to_owned(),
        })
        .collect();
    Facts { problems }
}
