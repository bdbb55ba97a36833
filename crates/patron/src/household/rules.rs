//! How long a patron acts for somebody: pure.

use time::Date;

use super::Relationship;
use crate::person::age::age_on;

/// 成年 (民法4条), in full years.
const OF_AGE: u16 = 18;

/// Whether who became somebody's guardian on one civil day in Japan still is on another. 親権 ends as a child comes of age (民法4条・818条);
/// whoever came to act for a grown-up, as the staff confirms it (成年後見), goes on, and so does whoever acts for somebody whose birth
/// date nobody knows.
pub fn lasts(relationship: Relationship, since: Date, birth: Option<Date>, on: Date) -> bool {
    let grown_up = |day: Date| birth.and_then(|birth| age_on(birth, day)).is_some_and(|age| age >= OF_AGE);
    relationship == Relationship::Oneself || !grown_up(on) || grown_up(since)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn guards(birth: Option<Date>, since: Date, on: Date) -> bool {
        lasts(Relationship::GuardianOf, since, birth, on)
    }

    #[test]
    fn a_parent_acts_for_a_child_until_the_eighteenth_birthday_and_on_29_february_until_the_end_of_the_day_before() {
        let (born, since) = (Some(date!(2009 - 04 - 10)), date!(2020 - 04 - 01));
        assert!(guards(born, since, date!(2027 - 04 - 09)) && !guards(born, since, date!(2027 - 04 - 10)));
        let leap = Some(date!(2008 - 02 - 29));
        assert!(guards(leap, since, date!(2026 - 02 - 28)) && !guards(leap, since, date!(2026 - 03 - 01)));
    }

    #[test]
    fn who_came_to_act_for_a_grown_up_goes_on_and_so_does_everybody_for_themselves() {
        let born = Some(date!(1940 - 01 - 01));
        assert!(guards(born, date!(2026 - 04 - 01), date!(2030 - 01 - 01)));
        assert!(guards(None, date!(1990 - 04 - 01), date!(2030 - 01 - 01)));
        assert!(lasts(Relationship::Oneself, date!(1950 - 01 - 01), born, date!(2030 - 01 - 01)));
    }
}
