//! Attendance: plain translations.

use ::course::attendance::{Line, Mark, Marking, Revision, Sheet, Status};
use contract::course::attendance::{
    AttendanceLine, AttendanceMark, AttendanceRequest, AttendanceSheet, AttendanceSource, AttendanceStatus,
};

const fn status(told: AttendanceStatus) -> Status {
    match told {
        AttendanceStatus::Present => Status::Present,
        AttendanceStatus::Late => Status::Late,
        AttendanceStatus::LeftEarly => Status::LeftEarly,
        AttendanceStatus::Absent => Status::Absent,
        AttendanceStatus::Excused => Status::Excused,
        AttendanceStatus::MadeUp => Status::MadeUp,
    }
}

const fn status_told(status: Status) -> AttendanceStatus {
    match status {
        Status::Present => AttendanceStatus::Present,
        Status::Late => AttendanceStatus::Late,
        Status::LeftEarly => AttendanceStatus::LeftEarly,
        Status::Absent => AttendanceStatus::Absent,
        Status::Excused => AttendanceStatus::Excused,
        Status::MadeUp => AttendanceStatus::MadeUp,
    }
}

pub fn marking(ask: &AttendanceRequest) -> Marking {
    let entries = ask.entries.iter().flatten();
    let marks =
        entries.map(|one| Mark { enrolment: one.enrolment.0, status: status(one.status), note: one.note.clone() });
    Marking { marks: marks.collect(), others: ask.others.map(status) }
}

pub fn mark(one: &Revision) -> AttendanceMark {
    AttendanceMark {
        revision: one.revision,
        status: status_told(one.status),
        note: one.note.clone(),
        source: if one.source == "device" { AttendanceSource::Device } else { AttendanceSource::Staff },
        actor: one.actor.clone(),
        marked_at: one.marked_at.into(),
    }
}

pub fn sheet(one: &Sheet) -> AttendanceSheet {
    let line = |line: &Line| AttendanceLine {
        enrolment: line.enrolment.into(),
        person: line.person.into(),
        mark: line.latest.as_ref().map(mark),
    };
    AttendanceSheet {
        session: one.session.id.into(),
        class: one.session.class_id.into(),
        number: one.session.number,
        lines: one.lines.iter().map(line).collect(),
        version: one.version,
    }
}
