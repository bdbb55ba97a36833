//! Persons, households, facts, forms and answers against a real database, with the neighbour always there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod facts;
mod forms;
mod households;
mod office;
