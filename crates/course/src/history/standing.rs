//! What the house's own records say of somebody who applies: facts that nobody has to prove and nobody can claim.

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use kernel::ids::{CourseApplicationId, CourseClassId, PersonId};

use super::sql;
use crate::rule::{Fact, FactValue, Facts};

/// What the records say of one person, before they apply for a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// 継続: in the term before they were in a class of the same course, or of the one that it was copied from.
    pub continuing: bool,
    /// 初回: they never took part in any class. Whoever withdrew, or whose class was cancelled, did not.
    pub first_time: bool,
    /// Classes that they took part in, of terms that began in the two years before this one does.
    pub courses_in_two_years: i64,
    /// 落選: in the term before, a draw left them out of a class of the same course.
    pub lost_last_term: bool,
}

impl Standing {
    /// Of somebody the records do not know.
    pub const NEW: Self = Self { continuing: false, first_time: true, courses_in_two_years: 0, lost_last_term: false };

    /// As facts, each of them verified.
    pub fn facts(self) -> Facts {
        let yes = |yes: bool| FactValue::Yes(yes);
        let told = [
            ("continuing", yes(self.continuing)),
            ("first_time", yes(self.first_time)),
            ("courses_in_two_years", FactValue::Number(self.courses_in_two_years)),
            ("lost_last_term", yes(self.lost_last_term)),
        ];
        told.into_iter().map(|(name, value)| (name.to_owned(), Fact { value, verified: true })).collect()
    }
}

/// What the records say of these persons, in one statement, by the id that is left. `known_as` gives for each id under which
/// somebody is kept the one that is left; `but` are applications that are judged again: nothing that came of them counts.
///
/// # Errors
/// A [`Fault`].
pub async fn standing(
    tx: &mut TenantTx,
    class: CourseClassId,
    known_as: &BTreeMap<PersonId, PersonId>,
    but: &[CourseApplicationId],
) -> Result<BTreeMap<PersonId, Standing>, Fault> {
    if known_as.is_empty() { Ok(BTreeMap::new()) } else { sql::standing(tx, class, known_as, but).await }
}
