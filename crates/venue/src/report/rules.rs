//! What counts.

/// Whether an application in this state is sure to be used.
pub fn is_certain(state: &str) -> bool {
    matches!(state, "confirmed" | "settled")
}
