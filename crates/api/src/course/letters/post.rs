//! Who gets a letter, in which language, and in which words.

use std::collections::{BTreeMap, BTreeSet};

use ::course::{
    application::{self, Title},
    change_plan::Notice,
    decision::RunStanding,
    settings,
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Locale,
    ids::{CourseApplicationId, PatronId, PersonId},
};
use notice::{
    message::{self, Drafted},
    template::Rendered,
    text::{self, Kind, Values},
    wording::{self, Wordings},
};
use patron::{
    Keys, person, register,
    register::{Addressee, Reader},
};

use super::Told;
use crate::{Desk, course::parties::lent, patron::house};

/// What letters are written with: looked up once, whatever is asked of them.
pub struct Post {
    house: String,
    wordings: Wordings,
    /// For each letter who gets it; nobody when nobody left an address.
    readers: Vec<Vec<(PatronId, Reader)>>,
    names: BTreeMap<PersonId, String>,
}

impl Post {
    /// For these letters, in their order.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn of(desk: &Desk, tx: &mut TenantTx, told: &[Told]) -> Result<Self, ApiError> {
        let keys = desk.keyring.tenant(tx.tenant())?;
        let keys = lent(&keys);
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

    /// What a letter says to a reader of this name, and the version of its words.
    fn said(&self, one: &Told, locale: Locale, name: Option<&str>) -> (i32, Rendered) {
        let mut says = self.says(one, locale);
        says.insert("applicant", name.unwrap_or_default().to_owned());
        says.insert("learners", self.learners(one, locale));
        wording::compose(&self.wordings.of(one.kind, locale), &says)
    }

    fn letters(&self, told: &[Told]) -> Vec<Drafted> {
        let letter = |(one, (patron, reader)): (&Told, &(PatronId, Reader))| {
            let locale = reader.locale;
            let (version, said) = self.said(one, locale, reader.name.as_deref());
            Drafted {
                wording: one.kind,
                version,
                locale,
                to: reader.address.clone(),
                patron: Some(*patron),
                fact: fact(one, *patron),
                said,
                not_before: one.not_before,
                not_after: one.not_after,
            }
        };
        self.each(told).map(letter).collect()
    }

    /// Each letter with everybody who reads it.
    fn each<'a>(&'a self, told: &'a [Told]) -> impl Iterator<Item = (&'a Told, &'a (PatronId, Reader))> {
        told.iter().zip(&self.readers).flat_map(|(one, readers)| readers.iter().map(move |who| (one, who)))
    }

    /// Letters as they would be written, one for each language that somebody reads, addressed to nobody, without what is not the same
    /// for everybody.
    pub fn drafted(&self, told: &[Told]) -> Vec<Notice> {
        let of = |locale: Locale| {
            let many = |readers: &[(PatronId, Reader)]| readers.iter().filter(|(_, who)| who.locale == locale).count();
            let both = told.iter().zip(&self.readers);
            let read: Vec<&Told> = both.filter(|(_, readers)| many(readers) > 0).map(|(one, _)| one).collect();
            let first = *read.first()?;
            let mut says = self.says(first, locale);
            let back: BTreeSet<_> = read.iter().map(|one| (one.says)(locale).remove("refund")).collect();
            let of_each = ["applicant", "receipt_number", "learners"].into_iter();
            for name in of_each.chain((back.len() > 1).then_some("refund")) {
                says.insert(name, "…".to_owned());
            }
            let (version, said) = wording::compose(&self.wordings.of(first.kind, locale), &says);
            let readers = self.readers.iter().map(|readers| many(readers)).sum();
            let language = locale.as_str().to_owned();
            Some(Notice { language, version, readers, subject: said.subject, body: said.body })
        };
        [Locale::Ja, Locale::En].into_iter().filter_map(of).collect()
    }

    /// The applications whose letters would reach nobody.
    pub fn unreached(&self, told: &[Told]) -> BTreeSet<CourseApplicationId> {
        let nobody = told.iter().zip(&self.readers).filter(|(_, readers)| readers.is_empty());
        nobody.filter_map(|(one, _)| one.application).collect()
    }

    /// Intends the letters, each in the language of its reader and in the words that count for it now.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn send(&self, desk: &Desk, tx: &mut TenantTx, told: &[Told], now: Instant) -> Result<(), ApiError> {
        let letters = self.letters(told);
        if !letters.is_empty() {
            let keys = desk.keyring.tenant(tx.tenant())?;
            message::intend_all(tx, &keys.seal, &self.house, &letters, now).await?;
        }
        Ok(())
    }
}

/// What a letter is about, by whom it is read: told once.
fn fact(one: &Told, reader: PatronId) -> String {
    let fact = format!("{} {}", one.kind.as_str(), one.of);
    if reader == one.patron { fact } else { format!("{fact} {reader}") }
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
    Post::of(desk, tx, &told).await?.send(desk, tx, &told, now).await
}

/// A letter that reaches nobody by mail: to whom it goes on paper, and what it says.
pub struct OnPaper {
    pub to: Addressee,
    pub said: Rendered,
}

/// Of letters about applications those that reach nobody by mail, because there is no address or no server took it, and those of
/// `unreached`, each in the language of who applied and in the words that count for it now. Whose names and addresses are in them is
/// journalled.
///
/// # Errors
/// A fault of the database.
pub async fn posted(
    desk: &Desk,
    tx: &mut TenantTx,
    told: &[Told],
    unreached: &BTreeSet<CourseApplicationId>,
    now: Instant,
) -> Result<BTreeMap<CourseApplicationId, OnPaper>, ApiError> {
    let kept = desk.keyring.tenant(tx.tenant())?;
    let keys = lent(&kept);
    let post = Post::of(desk, tx, told).await?;
    let facts: Vec<String> = post.each(told).map(|(one, (patron, _))| fact(one, *patron)).collect();
    let given_up = message::given_up(tx, &facts).await?;
    let nobody = |one: &Told, readers: &[(PatronId, Reader)]| {
        readers.iter().all(|(patron, _)| given_up.contains(&fact(one, *patron)))
            || one.application.is_some_and(|id| unreached.contains(&id))
    };
    let left: Vec<&Told> =
        told.iter().zip(&post.readers).filter(|(one, readers)| nobody(one, readers)).map(|(one, _)| one).collect();
    let patrons: BTreeSet<PatronId> = left.iter().map(|one| one.patron).collect();
    let addressees = register::addressees(tx, keys, &patrons.into_iter().collect::<Vec<_>>(), now).await?;
    let letter = |one: &Told| {
        let to = addressees.get(&one.patron)?.clone();
        let (_, said) = post.said(one, to.locale, to.name.as_deref());
        Some((one.application?, OnPaper { to, said }))
    };
    Ok(left.into_iter().filter_map(letter).collect())
}

/// Tells the house itself of decisions that are owed, where it says that it is told anywhere: one letter for each class and day by which
/// it is decided.
///
/// # Errors
/// A fault of the database.
pub async fn owed(desk: &Desk, tx: &mut TenantTx, owed: &[RunStanding], now: Instant) -> Result<(), ApiError> {
    if owed.is_empty() {
        return Ok(());
    }
    let (keys, tenant) = (desk.keyring.tenant(tx.tenant())?, tx.tenant());
    let Some((to, locale)) = settings::find(tx).await?.staff(&keys.seal, tenant)? else { return Ok(()) };
    let titles = application::titles_of(tx, owed.iter().map(|one| one.class).collect()).await?;
    let (house, kind) = (house(tx).await?, Kind::CourseDecisionOwed);
    let words = wording::current(tx).await?.of(kind, locale);
    let letter = |one: &RunStanding| {
        let ((course, class), day, minimum) = (titles.get(&one.class)?, one.decide_by?, one.minimum?);
        let says = Values::from([
            ("house", house.clone()),
            ("course", titled(course, locale)),
            ("class", titled(class, locale)),
            ("decide_by", text::day(day, locale)),
            ("minimum", minimum.to_string()),
            ("admitted", one.admitted.to_string()),
        ]);
        let (version, said) = wording::compose(&words, &says);
        let (fact, to) = (format!("{} {} {day}", kind.as_str(), one.class), to.clone());
        let (not_before, not_after) = (None, None);
        Some(Drafted { wording: kind, version, locale, to, patron: None, fact, said, not_before, not_after })
    };
    let letters: Vec<Drafted> = owed.iter().filter_map(letter).collect();
    Ok(message::intend_all(tx, &keys.seal, &house, &letters, now).await?)
}

fn titled(title: &Title, locale: Locale) -> String {
    match (locale, &title.en) {
        (Locale::En, Some(en)) => en.clone(),
        _ => title.ja.clone(),
    }
}
