//! What an application has already, while something of it changes.

use super::PlannedUse;

/// Uses that were let: those that stay as they are, and those that are given up or go elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Agreed<'a> {
    pub stays: &'a [PlannedUse],
    pub goes: &'a [PlannedUse],
}

/// Of what was let, what stays when the uses in these places go, and what goes, each in its order.
pub(crate) fn split(uses: &[PlannedUse], places: &[usize]) -> (Vec<PlannedUse>, Vec<PlannedUse>) {
    let side = |goes: bool| {
        let of_side = uses.iter().enumerate().filter(move |(at, _)| places.contains(at) == goes);
        of_side.map(|(_, one)| one.clone()).collect::<Vec<_>>()
    };
    (side(false), side(true))
}
