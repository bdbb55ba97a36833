//! 開館: what the layers of a calendar come to on a day.

use kernel::{clock::start_of_day, ids::RoomId};
use tariff::hire::DayClass;
use time::{Date, Duration, Weekday};

use crate::{catalogue::in_force, holiday::Holidays, layer::Laid, span::Span};

/// How many days ahead an open day is looked for.
pub(crate) const LONGEST_CLOSURE: i64 = 62;

/// The longest time that anybody has a room for at once.
pub const LONGEST_USE: Duration = Duration::days(31);

/// The opening of a facility and its rooms.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    layers: Vec<Laid>,
    holidays: Holidays,
    /// When no room is open, whatever layers say: only [`Opening::next_open`] looks at it.
    closed: Vec<Span>,
}

/// One day of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayPlan {
    pub day: Date,
    pub class: DayClass,
    /// Nothing: no layer speaks of it, and the room's own slots are all that limits it. Empty: closed.
    pub open: Option<Vec<Span>>,
    /// The layer that decided about the hours: why a day is closed.
    pub why: Option<String>,
}

impl DayPlan {
    /// Whether the hours of this day alone cover a time; where nothing limits them they do.
    pub fn covers(&self, during: Span) -> bool {
        self.open.as_ref().is_none_or(|open| open.iter().any(|one| one.covers(during)))
    }
}

impl Opening {
    /// Of layers in the order in which they decide.
    pub const fn new(layers: Vec<Laid>, holidays: Holidays) -> Self {
        Self { layers, holidays, closed: Vec::new() }
    }

    /// As it is with closures of the whole facility: a day that these leave nothing of is not open.
    #[must_use]
    pub fn closing(self, closed: Vec<Span>) -> Self {
        Self { closed, ..self }
    }

    /// As it would be with one layer away and another laid.
    pub fn instead(&self, away: Option<&Laid>, laid: Option<&Laid>) -> Self {
        let stays = |one: &&Laid| away.is_none_or(|away| away.layer.id != one.layer.id);
        let mut layers: Vec<Laid> = self.layers.iter().filter(stays).chain(laid).cloned().collect();
        layers.sort_by_key(|one| (one.layer.ordinal, one.layer.room_id.is_some(), one.layer.id));
        Self { layers, holidays: self.holidays.clone(), closed: self.closed.clone() }
    }

    /// Whether a layer is in force on a day and holds it.
    pub fn holds(&self, one: &Laid, day: Date) -> bool {
        let layer = &one.layer;
        in_force(layer.effective_from, layer.effective_until, day) && one.rule.holds(day, &self.holidays)
    }

    /// What a day is for a room.
    pub fn day(&self, room: RoomId, day: Date) -> DayPlan {
        let in_force = |one: &&Laid| one.layer.room_id.is_none_or(|of| of == room) && self.holds(one, day);
        let (mut class, mut hours) = (None, None);
        for one in self.layers.iter().filter(in_force) {
            class = one.layer.day_class.as_deref().and_then(class_of).or(class);
            hours = one.hours.as_ref().map(|of_day| (of_day, &one.layer.name)).or(hours);
        }
        DayPlan {
            day,
            class: class.unwrap_or_else(|| self.class_by_law(day)),
            open: hours.map(|(of_day, _)| of_day.iter().filter_map(|pair| on(*pair, day)).collect()),
            why: hours.map(|(_, name)| name.clone()),
        }
    }

    /// Whether a room is open all through a time, over midnight too. It never is for longer than [`LONGEST_USE`].
    pub fn covers(&self, room: RoomId, during: Span) -> bool {
        if during.until() - during.from() > LONGEST_USE {
            return false;
        }
        let (first, last) = (kernel::clock::civil_day(during.from()), kernel::clock::civil_day(during.until()));
        let mut open: Vec<Span> = Vec::new();
        let mut day = first.previous_day().unwrap_or(first);
        while day <= last {
            match self.day(room, day).open {
                Some(spans) => open.extend(spans),
                None => open.extend(on((0, 1_440), day)),
            }
            let Some(next) = day.next_day() else { break };
            day = next;
        }
        open.sort_unstable();
        let mut reached = during.from();
        for span in open {
            if span.from() <= reached && reached < span.until() {
                reached = span.until();
            }
        }
        reached >= during.until()
    }

    /// The first day from one on that is not closed for a room; nothing when there is none for two months.
    pub fn next_open(&self, room: RoomId, from: Date) -> Option<Date> {
        let mut days = (0..LONGEST_CLOSURE).map_while(|more| from.checked_add(Duration::days(more)));
        days.find(|day| self.is_open(room, *day))
    }

    /// Whether a room is open at some time of a day; where no layer speaks of it, all of it would have to be closed.
    fn is_open(&self, room: RoomId, day: Date) -> bool {
        let is_left = |span: Span| !span.without(self.closed.iter().copied()).is_empty();
        match self.day(room, day).open {
            Some(spans) => spans.into_iter().any(is_left),
            None => Span::of_day(day).is_none_or(is_left),
        }
    }

    /// 祝日 before 日曜 before 土曜.
    fn class_by_law(&self, day: Date) -> DayClass {
        match day.weekday() {
            _ if self.holidays.name(day).is_some() => DayClass::Holiday,
            Weekday::Sunday => DayClass::Sunday,
            Weekday::Saturday => DayClass::Saturday,
            _ => DayClass::Weekday,
        }
    }
}

fn class_of(text: &str) -> Option<DayClass> {
    DayClass::ALL.into_iter().find(|class| class.as_str() == text)
}

/// Minutes after midnight on a day.
fn on((opens, closes): (i32, i32), day: Date) -> Option<Span> {
    let at = |minute: i32| start_of_day(day).checked_add(Duration::minutes(minute.into()));
    Span::new(at(opens)?, at(closes)?)
}

#[cfg(test)]
mod tests {
    use kernel::ids::{CalendarLayerId, FacilityId};
    use time::macros::{date, datetime};
    use uuid::Uuid;

    use super::*;
    use crate::layer::{Hours, Layer, LayerRule};

    const ROOM: RoomId = RoomId::from_uuid(Uuid::nil());

    fn layer(ordinal: i32, name: &str, rule: LayerRule, hours: Option<Hours>, class: Option<&str>) -> Laid {
        let at = datetime!(2026-01-01 0:00 UTC);
        let layer = Layer {
            id: CalendarLayerId::from_uuid(Uuid::nil()),
            facility_id: FacilityId::from_uuid(Uuid::nil()),
            room_id: None,
            name: name.into(),
            ordinal,
            rule: serde_json::to_value(rule).unwrap(),
            hours: hours.map(|hours| serde_json::to_value(hours).unwrap()),
            day_class: class.map(Into::into),
            effective_from: date!(2026 - 04 - 01),
            effective_until: None,
            created_at: at,
            updated_at: at,
            version: 1,
            closed_despite: None,
        };
        layer.read().unwrap()
    }

    fn house() -> Opening {
        let all = LayerRule::default();
        let mondays = LayerRule { weekdays: Some(vec![1]), moved_by_holiday: true, ..all.clone() };
        let sale = LayerRule { dates: Some(vec![(date!(2026 - 12 - 07), date!(2026 - 12 - 08))]), ..all.clone() };
        let layers = vec![
            layer(0, "通常", all, Some(vec![(540, 1_320)]), None),
            layer(10, "月曜休館", mondays, Some(Vec::new()), None),
            layer(20, "特別開館", sale, Some(vec![(540, 1_560)]), Some("special")),
        ];
        Opening::new(layers, Holidays::default())
    }

    #[test]
    fn the_last_layer_that_holds_a_day_decides() {
        let open = house();
        assert_eq!(open.day(ROOM, date!(2026 - 12 - 01)).open.unwrap().len(), 1);
        let monday = open.day(ROOM, date!(2026 - 12 - 14));
        assert_eq!((monday.open.unwrap().len(), monday.why.as_deref()), (0, Some("月曜休館")));
        let special = open.day(ROOM, date!(2026 - 12 - 07));
        assert_eq!((special.class, special.why.as_deref()), (DayClass::Special, Some("特別開館")));
        assert_eq!(open.next_open(ROOM, date!(2026 - 12 - 14)), Some(date!(2026 - 12 - 15)));
        assert_eq!(Opening::default().day(ROOM, date!(2026 - 11 - 23)).class, DayClass::Holiday);
    }

    #[test]
    fn of_a_house_that_is_closed_for_long_no_next_open_day_is_told() {
        let year_end = vec![(date!(2026 - 12 - 01), date!(2027 - 04 - 01))];
        let closed = LayerRule { dates: Some(year_end), ..LayerRule::default() };
        let mut layers = house().layers;
        layers.push(layer(30, "改修", closed, Some(Vec::new()), None));
        let open = Opening::new(layers, Holidays::default());
        assert_eq!(open.next_open(ROOM, date!(2026 - 12 - 01)), None);
        assert_eq!(open.next_open(ROOM, date!(2027 - 03 - 01)), Some(date!(2027 - 04 - 01)));
    }

    #[test]
    fn a_day_that_closures_leave_nothing_of_is_not_the_next_open_one() {
        let span = |from, until| Span::new(from, until).unwrap();
        let days = span(datetime!(2026-12-16 0:00 +9), datetime!(2026-12-18 0:00 +9));
        let (morning, rest) = (
            span(datetime!(2026-12-18 8:00 +9), datetime!(2026-12-18 13:00 +9)),
            span(datetime!(2026-12-18 13:00 +9), datetime!(2026-12-18 22:00 +9)),
        );
        let next = |closed: &[Span]| house().closing(closed.to_vec()).next_open(ROOM, date!(2026 - 12 - 16));
        assert_eq!(next(&[]), Some(date!(2026 - 12 - 16)));
        assert_eq!(next(&[days]), Some(date!(2026 - 12 - 18)));
        assert_eq!(next(&[days, morning]), Some(date!(2026 - 12 - 18)), "it is open in the evening");
        assert_eq!(next(&[rest, days, morning]), Some(date!(2026 - 12 - 19)));
        let always = Opening::default().closing(vec![days]);
        assert_eq!(always.next_open(ROOM, date!(2026 - 12 - 16)), Some(date!(2026 - 12 - 18)));
    }

    #[test]
    fn a_rule_that_cannot_be_read_is_a_fault_and_not_every_day() {
        let mut layer = layer(0, "通常", LayerRule::default(), Some(Vec::new()), None).layer;
        layer.rule = serde_json::json!({ "weekdays": [1], "moon": "full" });
        assert!(layer.clone().read().is_err());
        (layer.rule, layer.hours) = (serde_json::json!({}), Some(serde_json::json!("late")));
        assert!(layer.read().is_err());
    }

    #[test]
    fn nothing_is_covered_for_longer_than_anybody_may_have_it() {
        let days = |until| Span::new(datetime!(2026-12-01 0:00 +9), until).unwrap();
        let always = Opening::default();
        assert!(always.covers(ROOM, days(datetime!(2027-01-01 0:00 +9))));
        assert!(!always.covers(ROOM, days(datetime!(2027-01-01 0:05 +9))));
        assert!(!always.covers(ROOM, days(datetime!(8999-01-01 0:00 +9))));
    }

    #[test]
    fn before_the_first_layer_is_in_force_nothing_is_closed() {
        assert_eq!(house().day(ROOM, date!(2026 - 03 - 31)).open, None);
    }

    #[test]
    fn a_time_is_covered_only_when_all_of_it_is_open() {
        let open = house();
        let span = |from, until| Span::new(from, until).unwrap();
        assert!(open.covers(ROOM, span(datetime!(2026-12-01 9:00 +9), datetime!(2026-12-01 22:00 +9))));
        assert!(!open.covers(ROOM, span(datetime!(2026-12-01 9:00 +9), datetime!(2026-12-01 22:01 +9))));
        assert!(!open.covers(ROOM, span(datetime!(2026-12-14 9:00 +9), datetime!(2026-12-14 10:00 +9))));
        assert!(open.covers(ROOM, span(datetime!(2026-12-07 22:00 +9), datetime!(2026-12-08 2:00 +9))), "until 26:00");
        assert!(!open.covers(ROOM, span(datetime!(2026-12-07 22:00 +9), datetime!(2026-12-08 10:00 +9))));
        let day = |day| open.day(ROOM, day);
        assert!(day(date!(2026 - 12 - 01)).covers(span(datetime!(2026-12-01 9:00 +9), datetime!(2026-12-01 22:00 +9))));
        assert!(
            !day(date!(2026 - 12 - 01)).covers(span(datetime!(2026-12-01 9:00 +9), datetime!(2026-12-01 22:01 +9)))
        );
        assert!(
            !day(date!(2026 - 12 - 14)).covers(span(datetime!(2026-12-14 9:00 +9), datetime!(2026-12-14 10:00 +9)))
        );
        assert!(day(date!(2026 - 03 - 31)).covers(span(datetime!(2026-03-31 9:00 +9), datetime!(2026-03-31 10:00 +9))));
    }
}
