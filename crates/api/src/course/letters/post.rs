//! Who gets a letter, in which language, and in which words.

use std::collections::{BTreeMap, BTreeSet};

use ::course::{application::Title, change_plan::Notice, settings};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Locale,
    ids::{CourseApplicationId, PatronId, PersonId},
};
use notice::{
    message::{self, Drafted},
    text::Values,
    wording::{self, Wordings},
};
use patron::{Keys, person, register, register::Reader};

use super::Told;
use crate::{Desk, course::parties::lent, patron::house};

/// What letters are written with.
struct Post {
    house: String,
    wordings: Wordings,
    /// For each letter who gets it; nobody when nobody left an address.
    readers: Vec<Vec<(PatronId, Reader)>>,
    names: BTreeMap<PersonId, String>,
}

impl Post {
    async fn of(tx: &mut TenantTx, keys: Keys<'_>, told: &[Told]) -> Result<Self, ApiError> {
        let readers = readers(tx, keys, told).await?;
        let persons: BTreeSet<PersonId> = told.iter().flat_map(|one| one.learners.iter().copied()).collect();
        let persons: Vec<PersonId> = persons.into_iter().collect();
        let names = person::names(tx, keys, &persons).await?;
        let names = names.into_iter().map(|(id, name)| (id, name.name)).collect();
        Ok(Self { house: house(tx).await?, wordings: wording::current(tx).await?, readers, names })
    }

    fn learners(&self, one: &Told, locale: Locale) -> String {
        let names: Vec<&str> = one.learners.iter().filter_map(|id| self.names.get(id)).map(String::as_str).collect();
        names.join(match locale {
            Locale::Ja => "、",
            Locale::En => ", ",
        })
    }

    fn says(&self, one: &Told, locale: Locale) -> Values {
        let mut says = (one.says)(locale);
        says.insert("house", self.house.clone());
        says.insert("course", titled(&one.course, locale));
        says.insert("class", titled(&one.class, locale));
        says
    }

    fn letters(&self, told: &[Told]) -> Vec<Drafted> {
        let each = told.iter().zip(&self.readers).flat_map(|(one, readers)| readers.iter().map(move |who| (one, who)));
        let letter = |(one, (patron, reader)): (&Told, &(PatronId, Reader))| {
            let locale = reader.locale;
            let mut says = self.says(one, locale);
            says.insert("applicant", reader.name.clone().unwrap_or_default());
            says.insert("learners", self.learners(one, locale));
            let (version, said) = wording::compose(&self.wordings.of(one.kind, locale), &says);
            let fact = match *patron == one.patron {
                true => format!("{} {}", one.kind.as_str(), one.of),
                false => format!("{} {} {patron}", one.kind.as_str(), one.of),
            };
            Drafted {
                wording: one.kind,
                version,
                locale,
                to: reader.address.clone(),
                patron: Some(*patron),
                fact,
                said,
                not_before: one.not_before,
            }
        };
        each.map(letter).collect()
    }
}

/// Whoever applied, where they left an address; else who acts for those who learn. These as well, where the house sends copies.
async fn readers(tx: &mut TenantTx, keys: Keys<'_>, told: &[Told]) -> Result<Vec<Vec<(PatronId, Reader)>>, ApiError> {
    let copies = settings::find(tx).await?.copy_to_guardians;
    let patrons: BTreeSet<PatronId> = told.iter().map(|one| one.patron).collect();
    let mut reached = register::reach_all(tx, keys, &patrons.into_iter().collect::<Vec<_>>()).await?;
    let stands_in = |one: &&Told| copies || !reached.contains_key(&one.patron);
    let persons: BTreeSet<PersonId> =
        told.iter().filter(stands_in).flat_map(|one| one.learners.iter().copied()).collect();
    let mut acting = BTreeMap::new();
    if !persons.is_empty() {
        acting = person::letters_to(tx, &persons.into_iter().collect::<Vec<_>>()).await?;
        let more: BTreeSet<PatronId> = acting.values().copied().filter(|one| !reached.contains_key(one)).collect();
        reached.extend(register::reach_all(tx, keys, &more.into_iter().collect::<Vec<_>>()).await?);
    }
    let of = |one: &Told| {
        let own = reached.contains_key(&one.patron);
        let mut who: Vec<PatronId> = own.then_some(one.patron).into_iter().collect();
        if copies || !own {
            let guardians: BTreeSet<PatronId> = one.learners.iter().filter_map(|id| acting.get(id)).copied().collect();
            who.extend(guardians.into_iter().filter(|guardian| *guardian != one.patron));
        }
        who.into_iter().filter_map(|one| Some((one, reached.get(&one)?.clone()))).collect()
    };
    Ok(told.iter().map(of).collect())
}

/// Intends letters, each in the language of its reader and in the words that count for it now.
///
/// # Errors
/// A fault of the database.
pub async fn write(desk: &Desk, tx: &mut TenantTx, told: Vec<Told>, now: Instant) -> Result<(), ApiError> {
    if told.is_empty() {
        return Ok(());
    }
    let keys = desk.keyring.tenant(tx.tenant())?;
    let post = Post::of(tx, lent(&keys), &told).await?;
    message::intend_all(tx, &keys.seal, &post.house, &post.letters(&told), now).await?;
    Ok(())
}

/// Letters as they would be written, one for each language that somebody reads, addressed to nobody.
///
/// # Errors
/// A fault of the database.
pub async fn drafted(desk: &Desk, tx: &mut TenantTx, told: &[Told]) -> Result<Vec<Notice>, ApiError> {
    let keys = desk.keyring.tenant(tx.tenant())?;
    let post = Post::of(tx, lent(&keys), told).await?;
    let of = |locale: Locale| {
        let many = |readers: &[(PatronId, Reader)]| readers.iter().filter(|(_, who)| who.locale == locale).count();
        let first = told.iter().zip(&post.readers).find(|(_, readers)| many(readers) > 0)?.0;
        let mut says = post.says(first, locale);
        for of_each in ["applicant", "receipt_number", "learners"] {
            says.insert(of_each, "…".to_owned());
        }
        let (version, said) = wording::compose(&post.wordings.of(first.kind, locale), &says);
        let readers = post.readers.iter().map(|readers| many(readers)).sum();
        Some(Notice { language: locale.as_str().to_owned(), version, readers, subject: said.subject, body: said.body })
    };
    Ok([Locale::Ja, Locale::En].into_iter().filter_map(of).collect())
}

/// The applications whose letters would reach nobody.
///
/// # Errors
/// A fault of the database.
pub async fn unreached(
    desk: &Desk,
    tx: &mut TenantTx,
    told: &[Told],
) -> Result<BTreeSet<CourseApplicationId>, ApiError> {
    let keys = desk.keyring.tenant(tx.tenant())?;
    let readers = readers(tx, lent(&keys), told).await?;
    let nobody = told.iter().zip(&readers).filter(|(_, readers)| readers.is_empty());
    Ok(nobody.filter_map(|(one, _)| one.application).collect())
}

fn titled(title: &Title, locale: Locale) -> String {
    match (locale, &title.en) {
        (Locale::En, Some(en)) => en.clone(),
        _ => title.ja.clone(),
    }
}
