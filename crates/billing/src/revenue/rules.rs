//! From the movements of bills to what each thing came to.

use std::collections::BTreeMap;

use kernel::{
    Yen,
    ids::{BillId, BillLineId},
};
use tariff::TaxRate;
use time::Date;
use uuid::Uuid;

use super::Takings;
use crate::ledger::EntryKind;

/// A row of the ledger with what its line is about.
#[derive(Debug, Clone)]
pub(super) struct Movement {
    pub bill: BillId,
    pub day: Date,
    pub kind: EntryKind,
    pub amount: Yen,
    pub line: Option<BillLineId>,
    pub tax: Option<TaxRate>,
    pub about: Option<Uuid>,
}

/// A line of a bill, and how much of it is paid.
struct Line {
    id: Option<BillLineId>,
    key: (Option<Uuid>, TaxRate),
    charged: Yen,
    paid: Yen,
}

#[derive(Clone, Copy)]
enum Column {
    Billed,
    Paid,
    Refunded,
}

/// Sums by month, thing and rate.
struct Sums {
    from: Date,
    by_key: BTreeMap<(Date, Option<Uuid>, TaxRate), [Yen; 3]>,
}

impl Sums {
    fn add(&mut self, day: Date, (about, tax): (Option<Uuid>, TaxRate), column: Column, amount: Yen) {
        if day < self.from || amount == Yen::ZERO {
            return;
        }
        let month = day.replace_day(1).unwrap_or(day);
        let [billed, paid, refunded] = self.by_key.entry((month, about, tax)).or_default();
        let sum = match column {
            Column::Billed => billed,
            Column::Paid => paid,
            Column::Refunded => refunded,
        };
        *sum = *sum + amount;
    }
}

/// What the movements from `from` on came to. Those before only tell which lines were paid already; a bill's movements follow
/// each other in their order.
pub(super) fn takings(movements: &[Movement], from: Date) -> Vec<Takings> {
    let mut sums = Sums { from, by_key: BTreeMap::new() };
    for of_bill in movements.chunk_by(|one, next| one.bill == next.bill) {
        let mut lines: Vec<Line> = Vec::new();
        for movement in of_bill {
            count(&mut sums, &mut lines, movement);
        }
    }
    let takings = |(key, sums): ((Date, Option<Uuid>, TaxRate), [Yen; 3])| {
        let ((month, about, tax), [billed, paid, refunded]) = (key, sums);
        Takings { about, month, tax, billed, paid, refunded }
    };
    sums.by_key.into_iter().map(takings).collect()
}

fn count(sums: &mut Sums, lines: &mut Vec<Line>, movement: &Movement) {
    let (day, amount) = (movement.day, movement.amount);
    let key = (movement.about, movement.tax.unwrap_or(TaxRate::OutOfScope));
    match movement.kind {
        EntryKind::Sale | EntryKind::Fee => {
            lines.push(Line { id: movement.line, key, charged: amount, paid: Yen::ZERO });
            sums.add(day, key, Column::Billed, amount);
        }
        EntryKind::Cancellation => {
            if let Some(line) = lines.iter_mut().find(|line| line.id == movement.line) {
                line.charged = line.charged - amount;
            }
            sums.add(day, key, Column::Billed, -amount);
        }
        EntryKind::Payment | EntryKind::LateAccepted => {
            let left = lines.iter_mut().fold(amount, |left, line| {
                let part = left.min(line.charged - line.paid).max(Yen::ZERO);
                line.paid = line.paid + part;
                sums.add(day, line.key, Column::Paid, part);
                left - part
            });
            // more than the lines come to is still money: nothing is lost between the report and the ledger
            sums.add(day, lines.last().map_or(key, |line| line.key), Column::Paid, left);
        }
        EntryKind::PaymentReturned => {
            let left = lines.iter_mut().rev().fold(amount, |left, line| {
                let part = left.min(line.paid);
                line.paid = line.paid - part;
                sums.add(day, line.key, Column::Paid, -part);
                left - part
            });
            sums.add(day, lines.last().map_or(key, |line| line.key), Column::Paid, -left);
        }
        EntryKind::Refund => sums.add(day, key, Column::Refunded, amount),
        EntryKind::LatePayment | EntryKind::LateReturned => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    const KINDS: [EntryKind; 6] = [
        EntryKind::Sale,
        EntryKind::Payment,
        EntryKind::PaymentReturned,
        EntryKind::Refund,
        EntryKind::Cancellation,
        EntryKind::LateAccepted,
    ];

    fn movement(bill: u128, day: Date, kind: EntryKind, amount: i64, line: u128) -> Movement {
        let money = matches!(kind, EntryKind::Payment | EntryKind::PaymentReturned | EntryKind::LateAccepted);
        Movement {
            bill: BillId::from_uuid(Uuid::from_u128(bill)),
            day,
            kind,
            amount: Yen(amount),
            line: (!money).then(|| BillLineId::from_uuid(Uuid::from_u128(line))),
            tax: (!money).then_some(TaxRate::Standard),
            about: (!money).then(|| Uuid::from_u128(line)),
        }
    }

    #[test]
    fn a_part_that_was_paid_is_for_the_first_lines_and_the_rest_for_the_others_in_its_own_month() {
        let (november, december) = (date!(2026 - 11 - 30), date!(2026 - 12 - 02));
        let story = [
            movement(1, november, EntryKind::Sale, 6_000, 1),
            movement(1, november, EntryKind::Sale, 4_000, 2),
            movement(1, november, EntryKind::Payment, 7_000, 0),
            movement(1, december, EntryKind::Payment, 3_000, 0),
            movement(1, december, EntryKind::Refund, 2_500, 2),
        ];
        let told: Vec<_> = takings(&story, date!(2026 - 11 - 01))
            .iter()
            .map(|one| (one.month, one.about.unwrap().as_u128(), one.billed.0, one.paid.0, one.refunded.0))
            .collect();
        let (november, december) = (date!(2026 - 11 - 01), date!(2026 - 12 - 01));
        assert_eq!(
            told,
            [(november, 1, 6_000, 6_000, 0), (november, 2, 4_000, 1_000, 0), (december, 2, 0, 3_000, 2_500)]
        );
        assert_eq!(takings(&story, december).len(), 1, "what was before tells what was paid already, and no more");
    }

    proptest! {
        #[test]
        fn whatever_moves_the_columns_are_the_ledger(
            story in prop::collection::vec((0u128..3, 0usize..6, 0i64..10_000, 1u128..4, 0i64..120), 0..40),
        ) {
            let mut story = story;
            story.sort_by_key(|one| one.0);
            let first = date!(2026 - 11 - 15);
            let movements: Vec<Movement> = story
                .iter()
                .map(|(bill, kind, amount, line, after)| {
                    movement(*bill, first + time::Duration::days(*after), KINDS[*kind], *amount, *line)
                })
                .collect();
            let found = takings(&movements, first);
            let sum = |of: fn(&Takings) -> Yen| found.iter().map(of).sum::<Yen>();
            let moved = |kinds: &[EntryKind]| {
                movements.iter().filter(|one| kinds.contains(&one.kind)).map(|one| one.amount).sum::<Yen>()
            };
            prop_assert_eq!(sum(|one| one.billed), moved(&[EntryKind::Sale]) - moved(&[EntryKind::Cancellation]));
            let came = moved(&[EntryKind::Payment, EntryKind::LateAccepted]) - moved(&[EntryKind::PaymentReturned]);
            prop_assert_eq!(sum(|one| one.paid), came);
            prop_assert_eq!(sum(|one| one.refunded), moved(&[EntryKind::Refund]));
        }
    }
}
