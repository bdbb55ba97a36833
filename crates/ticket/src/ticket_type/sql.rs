//! Queries on 券種.

use kernel::ids::{ProductionId, TicketTypeId};

use super::TicketType;
use crate::{
    catalogue::{standard_list, standard_sql},
    schema::ticket_types,
};

standard_sql!(ticket_types, TicketType, TicketTypeId);
standard_list!(ticket_types, TicketType, production_id: ProductionId);
