//! `/v1/course/withdrawal-quotes`

use ::course::{
    seats::{self, Leaving, State},
    withdrawal::{self, WithdrawalError, WithdrawalQuote},
};
use billing::{Bill, BillState, bill, refund::Reason};
use contract::{
    ApiError, Created, Done, Ref, Shown,
    course::{
        application::CourseApplication,
        withdrawal::{CourseWithdrawalQuote, CourseWithdrawalQuoteRequest},
    },
};
use db::TenantTx;
use kernel::{
    Instant, Yen,
    ids::{CourseApplicationId, CourseClassId, PersonId, WithdrawalQuoteId, kind},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::{Permit, permission::permit};

use super::{
    applications::acts::{admitted, done},
    letters, moves, parties, refunds, wire,
};
use crate::{Body, Desk, IdempotencyKey, Keep, May, subject, tags::Tag};

/// Operations on withdrawals of what is paid for.
pub struct Withdrawals {
    desk: Desk,
}

impl Withdrawals {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/course", tag = "Tag::Course")]
impl Withdrawals {
    /// See what would go back.
    ///
    /// What is given back if the application is withdrawn with this quote before `valid_until`, line by line and to the yen, by
    /// the steps of the class; the part for a session that was cancelled and is not made up for goes back whole. What a
    /// change plan is about to give back is neither in `paid` nor in `refund`: it goes back beside them. It binds the house until
    /// `valid_until`, though it decides to make up for that session meanwhile, as long as what makes up for it has not begun. With
    /// `people`, only they leave the party. Nothing is withdrawn yet.
    #[oai(path = "/withdrawal-quotes", method = "post", operation_id = "course_withdrawal_quote_create")]
    async fn create(
        &self,
        caller: May<permit::ChangeCourseApplications>,
        /// The code of the receipt, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CourseWithdrawalQuoteRequest>,
    ) -> Result<Created<CourseWithdrawalQuote>, ApiError> {
        let (person, id, code, now) = (&caller, body.application.0, code.0.as_deref(), caller.now());
        let people: Option<Vec<PersonId>> = body.people.as_ref().map(|all| all.iter().map(|one| one.0).collect());
        let people = people.as_deref();
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            admitted(tx, person, id, code).await?;
            let bill = bill::find_of(tx, &subject::course_application(id)).await?;
            let quote = withdrawal::quote(tx, (id, people), &refunds::money_of(bill.as_ref()), now).await?;
            let at = format!("/v1/course/withdrawal-quotes/{}", quote.id);
            Ok(Created::new(&wire::withdrawals::told(&quote)?).at(at))
        };
        self.desk.once(&caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Read a quote.
    ///
    /// As it was told: what would go back, line by line, and until when that binds.
    #[oai(path = "/withdrawal-quotes/:id", method = "get", operation_id = "course_withdrawal_quote_view")]
    async fn view(
        &self,
        caller: May<permit::ReadCourseApplications>,
        id: Path<Ref<kind::WithdrawalQuote>>,
        /// The code of the receipt, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
    ) -> Result<Shown<CourseWithdrawalQuote>, ApiError> {
        let (person, id, code) = (&caller, id.0.0, code.0.as_deref());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            Ok(wire::withdrawals::told(&own(tx, person, id, code).await?)?)
        };
        Ok(Shown::new(&self.desk.db.read(&caller.scope(), work).await?))
    }

    /// Withdraw with a quote.
    ///
    /// Exactly what the quote says goes back, the way it was paid, and the place goes to the line. Refused once the quote does not
    /// hold any more: its time is over, money moved or a session has begun since, or a change plan began to give some of it back.
    #[oai(path = "/withdrawal-quotes/:id/withdraw", method = "post", operation_id = "course_withdrawal_create")]
    async fn withdraw(
        &self,
        caller: May<permit::ChangeCourseApplications>,
        id: Path<Ref<kind::WithdrawalQuote>>,
        /// The code of the receipt, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
    ) -> Result<Done<CourseApplication>, ApiError> {
        let (desk, person, id, code, now) = (&self.desk, &caller, id.0.0, code.0.as_deref(), caller.now());
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let of = own(tx, person, id, code).await?.application_id;
            let class = admitted(tx, person, of, code).await?.application.class_id;
            let held = moves::hold_bill(tx, of).await?;
            let quote = withdrawal::redeem(tx, id, &refunds::money_of(held.as_ref()), now).await?;
            if !moves::still_counts(tx, of, held.as_ref()).await? {
                return Err(WithdrawalError::Changed.into());
            }
            match quote.people()? {
                Some(people) => some_leave(desk, tx, (class, of, &people), (&quote, held.as_ref()), now).await?,
                None => all_leave(desk, tx, (class, of), (&quote, held.as_ref()), now).await?,
            }
            done(desk, tx, person, of).await
        };
        self.desk.once(&caller, Some(&key.0), &(), Keep::Durably, work).await
    }
}

/// The whole party withdraws: what the quote says goes back, and its places go to the line.
async fn all_leave(
    desk: &Desk,
    tx: &mut TenantTx,
    (class, id): (CourseClassId, CourseApplicationId),
    (quote, held): (&WithdrawalQuote, Option<&Bill>),
    now: Instant,
) -> Result<(), ApiError> {
    let moved = seats::leave(tx, class, id, State::Withdrawn, None, now).await?;
    if let Some(bill) = held.filter(|bill| bill.state == BillState::Paid && quote.refund > 0) {
        refunds::give_back(tx, bill, &quote.lines()?, Reason::Patron, now).await?;
    }
    moves::call_off(tx, held, Reason::Patron, now).await?;
    moves::follow_with(desk, tx, &moved, &[(id, Yen(quote.refund))].into(), now).await
}

/// Some of a party withdraw: what the quote says goes back, their places go to the line, and a bill that asks for money asks for the
/// others' alone from now on.
async fn some_leave(
    desk: &Desk,
    tx: &mut TenantTx,
    (class, id, people): (CourseClassId, CourseApplicationId, &[PersonId]),
    (quote, held): (&WithdrawalQuote, Option<&Bill>),
    now: Instant,
) -> Result<(), ApiError> {
    let keys = desk.keyring.tenant(tx.tenant())?;
    let households = parties::left_behind(tx, id, people).await?;
    let leaving = Leaving { people, households: &households };
    let mut moved = seats::leave_in_part(tx, &keys.seal, (class, id), leaving, now).await?;
    match held.map(|bill| (bill, bill.state)) {
        Some((bill, BillState::Paid)) if quote.refund > 0 => {
            refunds::give_back(tx, bill, &quote.lines()?, Reason::Patron, now).await?;
        }
        Some((bill, BillState::Open)) => {
            moves::call_off(tx, Some(bill), Reason::Patron, now).await?;
            moved.extend(moves::asked_again(tx, id).await?);
        }
        _ => {}
    }
    letters::part_left(desk, tx, (id, people), Yen(quote.refund), now).await?;
    moves::follow(desk, tx, &moved, now).await
}

/// A quote, if this caller may know of its application.
async fn own<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    id: WithdrawalQuoteId,
    code: Option<&str>,
) -> Result<WithdrawalQuote, ApiError> {
    let found = withdrawal::find(tx, id).await?;
    admitted(tx, caller, found.application_id, code).await?;
    Ok(found)
}
