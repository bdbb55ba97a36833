//! A use over several days has one price: that of each of its days.

use std::collections::BTreeMap;

use time::{Date, Duration};

use super::{
    super::{
        charge::{Charge, ChargeError, DayOfUse},
        document::HireTariff,
        facts::{DayClass, HireAsk, RoomUse},
    },
    evaluated,
};

/// That no use over several days would come to something else by the class or the season of another of its days.
///
/// # Errors
/// [`ChargeError::DaysDiffer`] with every day of the first that would.
pub(super) fn expect_alike(tariff: &HireTariff, ask: &HireAsk, charge: &Charge) -> Result<(), ChargeError> {
    for (of_use, room) in ask.uses.iter().enumerate() {
        let days = days_of(tariff, room);
        let season = tariff.season(room.date);
        let mut others: BTreeMap<(DayClass, Option<&str>), Date> = BTreeMap::new();
        for day in &days {
            others.entry((day.day_class, tariff.season(day.date))).or_insert(day.date);
        }
        others.remove(&(room.day_class, season));
        for ((class, other), date) in others {
            let mut as_if = ask.clone();
            if let Some(one) = as_if.uses.get_mut(of_use) {
                one.day_class = class;
                if other != season {
                    one.date = date;
                }
            }
            if evaluated(tariff, &as_if).ok().is_none_or(|charged| charged.uses != charge.uses) {
                return Err(ChargeError::DaysDiffer { days });
            }
        }
    }
    Ok(())
}

/// The days of a use of which it is said what they are.
fn days_of(tariff: &HireTariff, room: &RoomUse) -> Vec<DayOfUse> {
    let days = (0i64..).map_while(|more| room.date.checked_add(Duration::days(more)));
    let told = days.zip(&room.day_classes).map(|(date, class)| DayOfUse {
        date,
        day_class: *class,
        season: tariff.season(date).map(str::to_owned),
    });
    told.collect()
}
