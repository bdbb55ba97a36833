//! Rosters: plain translations.

use std::collections::BTreeMap;

use ::course::{
    application::{Application, Applied, Snapshot},
    roster::{Applicants, LetterPurpose, Roster, RosterLine},
    rule::Effect,
    seats::{Role, State},
};
use contract::course::application::CourseLetterPurpose;
use db::Fault;
use kernel::{
    Instant,
    ids::{CourseApplicationId, PersonId},
};
use patron::person::PersonName;

use super::answers::Columns;
use crate::{
    course::letters::OnPaper,
    file::{cell, minute},
};

type Names = BTreeMap<PersonId, PersonName>;

fn written<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = cells.into_iter().map(cell).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn whole(own: &[String], answered: impl Iterator<Item = String>) -> String {
    let answered: Vec<String> = answered.collect();
    written(own.iter().chain(&answered).map(String::as_str))
}

pub fn csv(roster: &Roster, names: &Names, answered: &Columns) -> String {
    let heads =
        ["受付番号", "氏名", "ふりがな", "受講者", "受講", "状態", "受講開始回", "出席回数", "実施回数", "修了"];
    let mut text = whole(&heads.map(str::to_owned), answered.heads());
    for one in &roster.lines {
        text.push_str(&whole(&line(one, names.get(&one.person)), answered.cells(one.application, one.person)));
    }
    text
}

fn line(one: &RosterLine, name: Option<&PersonName>) -> [String; 10] {
    let completion = match one.completion.as_str() {
        "passed" => "修了",
        "failed" => "未修了",
        _ => "",
    };
    let [name, kana, person] = called(name, one.person);
    [
        one.receipt_number.to_string(),
        name,
        kana,
        person,
        one.enrolment.to_string(),
        if one.state == "ended" { "終了" } else { "受講中" }.to_owned(),
        one.joined_session.to_string(),
        one.attended.to_string(),
        one.held.to_string(),
        completion.to_owned(),
    ]
}

fn called(name: Option<&PersonName>, person: PersonId) -> [String; 3] {
    [
        name.map(|name| name.name.clone()).unwrap_or_default(),
        name.and_then(|name| name.kana.clone()).unwrap_or_default(),
        name.map_or(person, |name| name.person).to_string(),
    ]
}

/// # Errors
/// A fault when what is kept cannot be read.
pub fn applicants(
    found: &Applicants,
    judged: &[Snapshot],
    names: &Names,
    answered: &Columns,
    now: Instant,
) -> Result<String, Fault> {
    let heads = [
        "受付番号",
        "受付日時",
        "申込み",
        "状態",
        "抽選番号",
        "空席待ち順",
        "氏名",
        "ふりがな",
        "受講者",
        "役割",
        "優先区分",
        "要確認",
        "申込者",
    ];
    let mut text = whole(&heads.map(str::to_owned), answered.heads());
    for (one, seen) in found.applications.iter().zip(judged) {
        for (person, role) in &one.people {
            let own = applicant(one, (*person, *role), seen, names.get(person), now)?;
            text.push_str(&whole(&own, answered.cells(one.application.id, *person)));
        }
    }
    Ok(text)
}

fn applicant(
    one: &Applied,
    (person, role): (PersonId, Role),
    seen: &Snapshot,
    name: Option<&PersonName>,
    now: Instant,
) -> Result<[String; 13], Fault> {
    let of = &one.application;
    let judged = seen.assessed(person);
    let verify = |judged: &&::course::application::Assessed| {
        judged
            .findings()
            .filter(|rule| rule.effect == Effect::Verify)
            .map(|rule| rule.label.clone())
            .collect::<Vec<_>>()
    };
    let [name, kana, person] = called(name, person);
    Ok([
        of.receipt_number.to_string(),
        minute(of.received_at),
        of.id.to_string(),
        state(of.standing(now)?).to_owned(),
        of.draw_number.map(::course::draw::name_of).unwrap_or_default(),
        one.position.map(|position| position.to_string()).unwrap_or_default(),
        name,
        kana,
        person,
        if role == Role::Companion { "付添" } else { "受講" }.to_owned(),
        judged.map(|judged| judged.tier.saturating_add(1).to_string()).unwrap_or_default(),
        judged.as_ref().map(verify).unwrap_or_default().join("、"),
        of.applicant_id.to_string(),
    ])
}

pub const fn purpose(asked: CourseLetterPurpose) -> LetterPurpose {
    match asked {
        CourseLetterPurpose::Results => LetterPurpose::Results,
        CourseLetterPurpose::Payment => LetterPurpose::Payment,
        CourseLetterPurpose::Change => LetterPurpose::Change,
        CourseLetterPurpose::Other => LetterPurpose::Other,
    }
}

/// Letters to be posted, in the order of the applications that they are about.
pub fn letters(standings: &[(Application, State)], letters: &BTreeMap<CourseApplicationId, OnPaper>) -> String {
    let mut text = written(["受付番号", "申込み", "状態", "氏名", "郵便番号", "住所", "言語", "件名", "本文"]);
    for (one, stands) in standings {
        if let Some(letter) = letters.get(&one.id) {
            text.push_str(&written([
                one.receipt_number.to_string().as_str(),
                one.id.to_string().as_str(),
                state(*stands),
                letter.to.name.as_deref().unwrap_or_default(),
                letter.to.postal_code.as_deref().unwrap_or_default(),
                letter.to.address.as_deref().unwrap_or_default(),
                letter.to.locale.as_str(),
                &letter.said.subject,
                &letter.said.body,
            ]));
        }
    }
    text
}

const fn state(state: State) -> &'static str {
    match state {
        State::Screening => "選考中",
        State::Entered => "抽選待ち",
        State::Waitlisted => "空席待ち",
        State::Offered => "繰上当選",
        State::PaymentDue => "支払待ち",
        State::Admitted => "受講決定",
        State::Lost => "落選",
        State::Rejected => "不承認",
        State::Declined => "辞退（繰上）",
        State::Expired => "期限切れ",
        State::Withdrawn => "辞退",
        State::ClassCancelled => "中止",
        State::Revoked => "取消",
    }
}
