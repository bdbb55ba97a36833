//! How long texts may be: as long as the contract lets a quote tell them.

use super::{
    super::document::{Component, ExtensionPrice, HireTariff, Label, Per, Rule},
    Findings,
};

/// Names of documents, labels and articles.
const LONG: usize = 200;
/// Codes of components.
const CODE: usize = 50;
/// The words that rooms, bands, classes and the like are called by.
const WORD: usize = 64;
/// Slot codes joined by `+`.
const SPAN: usize = 1_000;

/// At most so many characters of a text.
pub(in super::super) fn cut(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text,
        Some(_) => {
            let kept = text.char_indices().nth(most.saturating_sub(1)).map_or(0, |(at, _)| at);
            format!("{}…", text.get(..kept).unwrap_or_default())
        }
    }
}

fn text(text: &str, most: usize, pointer: String, found: &mut Findings) {
    if text.trim().is_empty() {
        found.error(pointer, "empty", "This says nothing.");
    } else if text.chars().count() > most {
        found.error(pointer, "too_long", format!("This is longer than {most} characters."));
    }
}

fn label(one: &Label, here: &str, found: &mut Findings) {
    text(&one.ja, LONG, format!("{here}/ja"), found);
    if let Some(en) = &one.en {
        text(en, LONG, format!("{here}/en"), found);
    }
}

pub(super) fn of_document(tariff: &HireTariff, found: &mut Findings) {
    text(&tariff.name, LONG, "/name".into(), found);
    text(&tariff.legal_reference, LONG, "/legal_reference".into(), found);
    for (at, band) in tariff.bands.iter().enumerate() {
        text(&band.code, WORD, format!("/bands/{at}/code"), found);
    }
    for (at, season) in tariff.seasons.iter().enumerate() {
        text(&season.code, WORD, format!("/seasons/{at}/code"), found);
    }
    if let Some(schedule) = &tariff.cancel {
        text(&schedule.legal_reference, LONG, "/cancel/legal_reference".into(), found);
    }
    if let Some(rule) = &tariff.change {
        text(&rule.legal_reference, LONG, "/change/legal_reference".into(), found);
    }
    if let Some(rule) = &tariff.payment {
        text(&rule.legal_reference, LONG, "/payment/legal_reference".into(), found);
    }
}

pub(super) fn of_component(component: &Component, here: &str, found: &mut Findings) {
    text(&component.code, CODE, format!("{here}/code"), found);
    label(&component.label, &format!("{here}/label"), found);
    if let Some(reference) = &component.legal_reference {
        text(reference, LONG, format!("{here}/legal_reference"), found);
    }
    match &component.rule {
        Rule::Table { per, rows, .. } => {
            if let Per::HeadOf(kind) = per {
                text(kind, WORD, format!("{here}/rule/per/head_of"), found);
            }
            for (at, row) in rows.iter().enumerate() {
                let words = [
                    ("space", &row.space, WORD),
                    ("band", &row.band, WORD),
                    ("season", &row.season, WORD),
                    ("span", &row.span, SPAN),
                    ("user_class", &row.user_class, WORD),
                    ("use_kind", &row.use_kind, WORD),
                ];
                for (name, word, most) in words {
                    if let Some(word) = word {
                        text(word, most, format!("{here}/rule/rows/{at}/{name}"), found);
                    }
                }
            }
        }
        Rule::Metered { meter, .. } => text(meter, WORD, format!("{here}/rule/meter"), found),
        Rule::Equipment { prices } => {
            for (at, price) in prices.iter().enumerate() {
                text(&price.item, WORD, format!("{here}/rule/prices/{at}/item"), found);
            }
        }
        Rule::Extension { price: ExtensionPrice::Rows(rows), .. } => {
            for (at, row) in rows.iter().enumerate() {
                if let Some(space) = &row.space {
                    text(space, WORD, format!("{here}/rule/price/rows/{at}/space"), found);
                }
            }
        }
        _ => {}
    }
}
