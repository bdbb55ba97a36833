//! Who joined with what the house kept: decided without a database.

use kernel::ids::PersonId;

use super::JOINING;
use crate::{application::PriceLine, withdrawal::QuoteLine};

/// Who of these leaves so much of a joining fee with the house that they have joined: any of it.
pub(crate) fn kept(price: &[PriceLine], back: &[QuoteLine], leaving: &[PersonId]) -> Vec<PersonId> {
    let stays = |line: &PriceLine| back.iter().any(|one| one.fee == line.fee && one.refund < one.paid);
    let joining = |line: &&PriceLine| line.kind == JOINING && line.charged > 0 && !line.member && stays(line);
    let lines: Vec<&PriceLine> = price.iter().filter(joining).collect();
    let joined = |person: &&PersonId| lines.iter().any(|line| line.person.is_none_or(|of| of == **person));
    leaving.iter().filter(joined).copied().collect()
}

#[cfg(test)]
mod tests {
    use kernel::ids::{BillLineId, FeeId};
    use uuid::Uuid;

    use super::*;

    fn person(n: u128) -> PersonId {
        PersonId::from_uuid(Uuid::from_u128(n))
    }

    fn fee(n: u128) -> FeeId {
        FeeId::from_uuid(Uuid::from_u128(n))
    }

    fn line(of: u128, kind: &str, person: Option<PersonId>, charged: i64) -> PriceLine {
        PriceLine { person, ..PriceLine::example(fee(of), kind, charged) }
    }

    fn back(of: u128, paid: i64, refund: i64) -> QuoteLine {
        let line = BillLineId::from_uuid(Uuid::from_u128(of));
        QuoteLine { line, fee: fee(of), label: String::new(), refundable: true, paid, ahead: refund, refund }
    }

    #[test]
    fn whoever_leaves_some_of_their_joining_fee_has_joined_and_whoever_gets_all_of_it_has_not() {
        let price = [
            line(1, "tuition", Some(person(1)), 3_000),
            line(2, JOINING, Some(person(1)), 5_000),
            line(2, JOINING, Some(person(2)), 0),
        ];
        let both = [person(1), person(2)];
        assert!(kept(&price, &[back(1, 3_000, 0), back(2, 5_000, 5_000)], &both).is_empty());
        assert_eq!(kept(&price, &[back(1, 3_000, 3_000), back(2, 5_000, 4_999)], &both), [person(1)]);
        assert!(kept(&price, &[back(2, 5_000, 0)], &[person(2)]).is_empty(), "who was charged nothing leaves nothing");
        assert!(kept(&price, &[], &both).is_empty(), "of what was never paid nothing is kept");
        let party = [line(2, JOINING, None, 5_000)];
        assert_eq!(kept(&party, &[back(2, 5_000, 0)], &both), both);
    }
}
