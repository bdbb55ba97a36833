//! 別表: prices by row. What no row says has no price.

use kernel::Yen;

use super::{
    charge::ChargeError,
    document::{Key, Per, Row, SpanBy},
    facts::Facts,
    quote::begun,
};

/// A price that was found.
pub(super) struct Found {
    /// Which slot of the use it is for; none for the use as a whole.
    pub slot: Option<usize>,
    /// The slots as the row calls them.
    pub span: String,
    pub price: Yen,
    pub quantity: i64,
}

/// A table as its component has it.
pub(super) struct Table<'a> {
    pub component: &'a str,
    pub key: &'a [Key],
    pub span_by: &'a [SpanBy],
    pub per: &'a Per,
    pub rows: &'a [Row],
}

impl Table<'_> {
    /// The prices of one use: one for its span, or one for each of its slots.
    pub fn prices(&self, facts: Facts<'_>) -> Result<Vec<Found>, ChargeError> {
        self.know_the_rest(facts)?;
        let span = facts.span();
        if !self.key.contains(&Key::Span) {
            let row = self.row(facts, "").ok_or_else(|| self.missing(facts, ""))?;
            return Ok(vec![self.found(facts, None, span, row.yen)?]);
        }
        for way in self.span_by {
            let slots = &facts.room.slots;
            match way {
                SpanBy::ExactSpan => {
                    if let Some(row) = self.row(facts, &span) {
                        let slot = (slots.len() == 1).then_some(0);
                        return Ok(vec![self.found(facts, slot, span, row.yen)?]);
                    }
                }
                SpanBy::SumOfSlots => {
                    let each = slots.iter().enumerate().map(|(at, slot)| {
                        let row = self.row(facts, &slot.code).ok_or_else(|| self.missing(facts, &slot.code))?;
                        self.found(facts, Some(at), slot.code.clone(), row.yen)
                    });
                    let found = each.collect::<Result<Vec<_>, _>>()?;
                    if !found.is_empty() {
                        return Ok(found);
                    }
                }
            }
        }
        Err(self.missing(facts, &span))
    }

    fn know_the_rest(&self, facts: Facts<'_>) -> Result<(), ChargeError> {
        if self.key.contains(&Key::Band) && facts.band().is_none() {
            return Err(ChargeError::MissingBand { admission: facts.room.admission });
        }
        if self.key.contains(&Key::Season) && facts.season().is_none() {
            return Err(ChargeError::MissingSeason { date: facts.room.date });
        }
        Ok(())
    }

    fn row(&self, facts: Facts<'_>, span: &str) -> Option<&Row> {
        let says = |row: &Row, key: Key| match key {
            Key::Space => row.space.as_deref() == Some(facts.room.space.as_str()),
            Key::DayClass => row.day_class == Some(facts.room.day_class),
            Key::Band => row.band.as_deref() == facts.band(),
            Key::Season => row.season.as_deref() == facts.season(),
            Key::Span => row.span.as_deref() == Some(span),
            Key::UserClass => row.user_class == facts.ask.user_class,
            Key::UseKind => row.use_kind == facts.room.use_kind,
        };
        self.rows.iter().find(|row| self.key.iter().all(|key| says(row, *key)))
    }

    fn found(&self, facts: Facts<'_>, slot: Option<usize>, span: String, price: Yen) -> Result<Found, ChargeError> {
        let minutes = match slot.and_then(|at| facts.room.slots.get(at)) {
            Some(slot) => slot.minutes,
            None => facts.room.minutes,
        };
        let quantity = match &self.per {
            Per::Use => 1,
            Per::Day => facts.room.days()?,
            Per::Minutes(step) => begun(minutes, *step)?,
            Per::Head => facts.room.heads()?,
            Per::HeadOf(kind) => facts.room.heads_of(kind)?,
        };
        let nobody = matches!(self.per, Per::Head) && quantity == 0;
        if quantity < 0 || nobody || (matches!(self.per, Per::Minutes(_)) && quantity == 0) {
            return Err(ChargeError::Senseless { what: "a use by nobody, or for no time" });
        }
        Ok(Found { slot, span, price, quantity })
    }

    fn missing(&self, facts: Facts<'_>, span: &str) -> ChargeError {
        let said = |key: &Key| match key {
            Key::Space => ("space", facts.room.space.as_str()),
            Key::DayClass => ("day_class", facts.room.day_class.as_str()),
            Key::Band => ("band", facts.band().unwrap_or_default()),
            Key::Season => ("season", facts.season().unwrap_or_default()),
            Key::Span => ("span", span),
            Key::UserClass => ("user_class", facts.ask.user_class.as_deref().unwrap_or_default()),
            Key::UseKind => ("use_kind", facts.room.use_kind.as_deref().unwrap_or_default()),
        };
        let key = self.key.iter().map(said).map(|(name, value)| (name, value.to_owned())).collect();
        ChargeError::MissingRow { component: self.component.to_owned(), key }
    }
}
