//! Feeds of rooms.

use ::venue::calendar_feed::{Feed, FeedEvent, FeedToken, RoomSchedule};
use contract::venue::calendar_feed::{CalendarFeed, CalendarFeedIssued};

use crate::{
    caller::Language,
    ical::{self, Entry},
};

pub fn feed(one: &Feed) -> CalendarFeed {
    CalendarFeed {
        id: one.id.into(),
        room: one.room_id.into(),
        name: one.name.clone(),
        created_at: one.created_at.into(),
        issued_at: one.issued_at.into(),
        revoked_at: one.revoked_at.map(Into::into),
    }
}

pub fn issued(one: &Feed, token: &FeedToken) -> CalendarFeedIssued {
    let path = format!("/v1/venue/room-calendars/{}.ics", token.reveal());
    CalendarFeedIssued { feed: feed(one), token: token.reveal().to_owned(), path }
}

/// The schedule as a calendar. What has no public title is taken, and that is all there is to know.
pub fn calendar(of: &RoomSchedule, language: Language) -> String {
    let (taken, facility, room) = match language {
        Language::Japanese => ("利用予定", &of.facility.name, &of.room.name),
        Language::English => (
            "In use",
            of.facility.name_en.as_ref().unwrap_or(&of.facility.name),
            of.room.name_en.as_ref().unwrap_or(&of.room.name),
        ),
    };
    let location = format!("{facility} {room}");
    let room_of = |event: &FeedEvent| match language {
        Language::English => event.room_en.clone().unwrap_or_else(|| event.room.clone()),
        Language::Japanese => event.room.clone(),
    };
    let entry = |event: &FeedEvent| Entry {
        uid: format!("{}@itsudemo", event.hire),
        sequence: event.sequence,
        changed_at: event.updated_at,
        starts_at: event.starts_at,
        ends_at: event.ends_at,
        summary: event.public_title.clone().unwrap_or_else(|| taken.to_owned()),
        location: format!("{facility} {}", room_of(event)),
        cancelled: event.cancelled,
    };
    ical::calendar(("venue", location.as_str()), &of.events.iter().map(entry).collect::<Vec<_>>())
}
