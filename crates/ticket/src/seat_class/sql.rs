//! Queries on 席種.

use kernel::ids::{ProductionId, SeatClassId};

use super::SeatClass;
use crate::{
    catalogue::{standard_list, standard_sql},
    schema::seat_classes,
};

standard_sql!(seat_classes, SeatClass, SeatClassId);
standard_list!(seat_classes, SeatClass, production_id: ProductionId);
