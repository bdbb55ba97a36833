//! Rosters: plain translations.

use std::collections::BTreeMap;

use ::course::roster::{Roster, RosterLine};
use kernel::ids::PersonId;
use patron::person::PersonName;

use crate::file::cell;

pub fn csv(roster: &Roster, names: &BTreeMap<PersonId, PersonName>) -> String {
    let mut text = "受付番号,氏名,ふりがな,受講者,受講,状態,受講開始回,出席回数,実施回数,修了\r\n".to_owned();
    for one in &roster.lines {
        text.push_str(&line(one, names.get(&one.person)));
        text.push_str("\r\n");
    }
    text
}

fn line(one: &RosterLine, name: Option<&PersonName>) -> String {
    let completion = match one.completion.as_str() {
        "passed" => "修了",
        "failed" => "未修了",
        _ => "",
    };
    let cells = [
        one.receipt_number.to_string(),
        name.map(|name| name.name.clone()).unwrap_or_default(),
        name.and_then(|name| name.kana.clone()).unwrap_or_default(),
        name.map_or(one.person, |name| name.person).to_string(),
        one.enrolment.to_string(),
        if one.state == "ended" { "終了" } else { "受講中" }.to_owned(),
        one.joined_session.to_string(),
        one.attended.to_string(),
        one.held.to_string(),
        completion.to_owned(),
    ];
    cells.map(|text| cell(&text)).join(",")
}
