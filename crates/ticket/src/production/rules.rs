//! Which way a production goes into the open.

/// Whether a production may go from one state to another.
pub fn may_move(from: &str, to: &str) -> bool {
    matches!((from, to), ("draft", "announced") | ("draft" | "announced", "published"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_is_never_hidden_again() {
        for from in ["announced", "published"] {
            assert!(!may_move(from, "draft"));
        }
        assert!(!may_move("published", "announced"));
        assert!(may_move("draft", "published") && may_move("announced", "published"));
    }
}
