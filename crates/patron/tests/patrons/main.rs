//! Patrons against a real database, with the neighbour always there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod office;
mod register;
mod sign_in;
mod sign_up;
