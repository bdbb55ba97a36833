//! What a room may be.

use std::collections::BTreeSet;

use super::Room;
use crate::{catalogue::CatalogueError, span::Span};

/// A room that is hired by the grid has one, and its shortest and longest use are whole steps of it, in their order.
pub(super) fn expect_lengths(
    time_unit: &str,
    grid: Option<i32>,
    min: Option<i32>,
    max: Option<i32>,
) -> Result<(), CatalogueError> {
    let fits = match (time_unit, grid) {
        ("grid", Some(grid)) => {
            (5..=1_440).contains(&grid)
                && 1_440 % grid == 0
                && [min, max].into_iter().flatten().all(|minutes| minutes % grid == 0)
        }
        ("grid", None) | (_, Some(_)) => false,
        _ => true,
    };
    let ordered = min.zip(max).is_none_or(|(min, max)| min <= max);
    if fits && ordered { Ok(()) } else { Err(CatalogueError::Lengths) }
}

/// Labels in their order, each once.
pub(super) fn parts(mut labels: Vec<String>) -> Result<Vec<String>, CatalogueError> {
    let given = labels.len();
    labels.sort_unstable();
    let different: BTreeSet<&String> = labels.iter().collect();
    if different.len() == given { Ok(labels) } else { Err(CatalogueError::PartTwice) }
}

/// What a use of a room takes: itself, and what must stay free beside it. When gaps do not add up, it is the longer one,
/// behind it: so two uses are as far apart as the longer gap, and not as both.
pub fn occupied(room: &Room, during: Span) -> Span {
    let (before, after) = (i64::from(room.gap_before_minutes), i64::from(room.gap_after_minutes));
    if room.gap_mode == "sum" { during.widened(before, after) } else { during.widened(0, before.max(after)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_divides_the_day_and_the_lengths_are_whole_steps() {
        assert!(expect_lengths("grid", Some(30), Some(60), Some(240)).is_ok());
        assert!(expect_lengths("slots", None, None, None).is_ok());
        for wrong in [
            ("grid", None, None, None),
            ("grid", Some(25), None, None),
            ("grid", Some(30), Some(45), None),
            ("grid", Some(30), Some(120), Some(60)),
            ("slots", Some(30), None, None),
        ] {
            assert!(expect_lengths(wrong.0, wrong.1, wrong.2, wrong.3).is_err(), "{wrong:?}");
        }
    }
}
