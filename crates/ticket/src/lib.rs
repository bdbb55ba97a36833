//! いつでも発券: the ticket office. A hall has a seating plan, a production has performances, seats are held, ordered and
//! paid, tickets are issued and admitted once.
//!
//! The catalogue (hall, plan, production, performance, classes, types, prices, windows) says what may be sold; the sale
//! (pools, stock, holds, orders, tickets, admission) sells it, with PostgreSQL's constraints as the referee.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions))]

pub mod admission;
pub mod block;
pub mod catalogue;
pub mod hall;
pub mod hold;
pub mod line;
pub mod order;
pub mod performance;
pub mod plan;
pub mod pool;
pub mod price_list;
pub mod problems;
pub mod production;
pub mod schema;
pub mod seat_class;
pub mod secret;
pub mod stock;
pub mod terms;
pub mod ticket;
pub mod ticket_type;
pub mod window;
