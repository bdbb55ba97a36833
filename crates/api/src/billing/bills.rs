//! `/v1/bills`

use std::collections::BTreeMap;

use billing::{
    Outcome, PaymentState, Settlement, Subject,
    bill::{self, BillFilter},
    document, payment, refund,
};
use contract::{
    ApiError, Created, Date, Listed, Ref, Shown,
    billing::{Bill, BillState, CounterPaymentRequest, Payment, PaymentRequest, Refund, RefundRequest},
};
use db::TenantTx;
use kernel::{
    Actor, Page, PageAsk, Service, Yen, clock,
    ids::{BillId, kind},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::{Permit, permission::permit};

use super::{
    access, returns,
    wire::{self, Told},
};
use ::venue::application;

use crate::{Body, Desk, IdempotencyKey, Keep, May, letters, params, settle, subject, tags::Tag};

/// Operations on bills.
pub struct Bills {
    desk: Desk,
}

impl Bills {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

async fn told(tx: &mut TenantTx, bill: billing::Bill) -> Result<Told, ApiError> {
    let payments = payment::of_bill(tx, bill.id).await?;
    let refunds = refund::of_bill(tx, bill.id).await?;
    Ok(Told { bill, payments, refunds })
}

/// The bills that are asked for. Without a subject a patron means their own; a guest says for what.
fn asked<P: Permit>(
    caller: &May<P>,
    subject: Option<&Subject>,
    state: Option<BillState>,
    due_until: Option<time::Date>,
    reference: Option<&str>,
) -> Result<BillFilter, ApiError> {
    let payer = match (caller.actor(), subject) {
        (Actor::Guest(_), None) => return Err(ApiError::of(billing::problems::BILL_SUBJECT_NEEDED.refuse())),
        (Actor::Patron(patron), None) => Some(*patron),
        _ => None,
    };
    Ok(BillFilter {
        subjects: subject.map(|subject| vec![subject.clone()]),
        payer,
        state: state.map(wire::bill_state_asked),
        due_until: due_until.and_then(time::Date::next_day).map(clock::start_of_day),
        reference: reference.map(|number| billing::reference::normal(number).unwrap_or_default()),
        outstanding: None,
        overdue_at: None,
    })
}

/// The bills asked for that this caller may know of, in a number of statements that does not depend on how many the house has.
async fn told_of<P: Permit>(
    tx: &mut TenantTx,
    caller: &May<P>,
    mut filter: BillFilter,
    secret: Option<&str>,
    ask: &PageAsk,
) -> Result<Page<Told>, ApiError> {
    if let Some(subjects) = &mut filter.subjects
        && let Some(application) = subjects.first().and_then(subject::application_of)
    {
        let supplements = application::supplements(tx, application).await?;
        subjects.extend(supplements.into_iter().map(subject::supplement));
    }
    let page = bill::list(tx, &filter, ask).await?;
    let (mut bills, mut judged) = (Vec::with_capacity(page.items.len()), BTreeMap::new());
    for bill in page.items {
        // a patron knows of all bills of a payer or of none
        let known = match judged.get(&bill.payer) {
            Some(known) if matches!(caller.actor(), Actor::Patron(_)) => *known,
            _ => access::may_know(tx, caller, &bill, secret).await?,
        };
        judged.insert(bill.payer, known);
        if known {
            bills.push(bill);
        }
    }
    let ids: Vec<BillId> = bills.iter().map(|bill| bill.id).collect();
    let (payments, refunds) = (payment::of_bills(tx, &ids).await?, refund::of_bills(tx, &ids).await?);
    let with = |bill: billing::Bill| Told {
        payments: payments.iter().filter(|one| one.bill == bill.id).cloned().collect(),
        refunds: refunds.iter().filter(|one| one.bill == bill.id).cloned().collect(),
        bill,
    };
    Ok(Page { items: bills.into_iter().map(with).collect(), next: page.next })
}

#[OpenApi(prefix_path = "/v1/bills", tag = "Tag::Billing")]
impl Bills {
    /// List bills.
    ///
    /// Newest first. At most one bill of a subject is not cancelled; an application for a hire has a bill of its own for everything
    /// that was added later. A patron finds their own bills, a guest those of the order whose secret, or of the application
    /// whose code, they show.
    #[expect(clippy::too_many_arguments, reason = "the filters of one list")]
    #[oai(path = "/", method = "get", operation_id = "billing_bill_list")]
    async fn list(
        &self,
        caller: May<permit::ReadBills>,
        /// What the bills are for: the id of an order, of an application for a hire, or of an application for a course.
        #[oai(validator(pattern = "^(ord|hap|cap)_[0-7][0-9a-hjkmnp-tv-z]{25}$"))]
        subject: Query<Option<String>>,
        state: Query<Option<BillState>>,
        /// Those that ask for exactly so many yen: what a transfer without a number may be for.
        #[oai(validator(minimum(value = "1"), maximum(value = "999999999999")))]
        outstanding: Query<Option<i64>>,
        /// Those due on this day or before.
        due_until: Query<Option<Date>>,
        /// `true`: only those that ask for money although `due_at` is over. In the days of grace, too: the deadline that is told stays.
        overdue: Query<Option<bool>>,
        /// The number that a bank transfer carries.
        #[oai(validator(max_length = 40))]
        reference: Query<Option<String>>,
        /// How many items a page holds at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// Where the page begins.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// The secret of the order, from a guest.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
        /// The code of the receipt of an application for a course, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
    ) -> Result<Listed<Bill>, ApiError> {
        let due_until = due_until.0.map(|day| day.0);
        let subject = subject.0.as_deref().map(wire::subject).transpose()?;
        let filter = asked(&caller, subject.as_ref(), state.0, due_until, reference.0.as_deref())?;
        let filter = BillFilter { outstanding: outstanding.0.map(Yen), ..filter };
        let list = format!("bills {filter:?} {:?}", overdue.0);
        let overdue_at = (overdue.0 == Some(true)).then_some(caller.now());
        let filter = BillFilter { overdue_at, ..filter };
        let service = subject.as_ref().map_or(Service::Core, Subject::service);
        let ask = params::page(&self.desk.cursor_key, &list, limit.0, cursor.0.as_deref())?;
        let secret = access::shown(secret.0, code.0);
        let (person, secret, scope) = (&caller, secret.as_deref(), caller.scope().in_service(service));
        let page =
            self.desk.db.read(&scope, async |tx| told_of(tx, person, filter.clone(), secret, &ask).await).await?;
        let next = page.next;
        let items = page.items.into_iter().map(|told| wire::bill(told, caller.now())).collect::<Result<Vec<_>, _>>()?;
        Ok(params::listed(&self.desk.cursor_key, &list, Page { items, next }, |bill| bill))
    }

    /// Read a bill.
    ///
    /// With its lines, every attempt to pay it and everything that went back. A patron reads their own bills, a guest the
    /// bill of the order whose secret, or of the application for a course whose code, they show.
    #[oai(path = "/:id", method = "get", operation_id = "billing_bill_view")]
    async fn view(
        &self,
        caller: May<permit::ReadBills>,
        id: Path<Ref<kind::Bill>>,
        /// The secret of the order, from a guest.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
        /// The code of the receipt of an application for a course, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Bill>, ApiError> {
        let scope = caller.scope().in_service(access::service_of(&self.desk, &caller, id.0.0).await?);
        let secret = access::shown(secret.0, code.0);
        let (caller, secret) = (&caller, secret.as_deref());
        let told = self
            .desk
            .db
            .read(&scope, async |tx| {
                let bill = access::admitted(tx, caller, id.0.0, secret).await?;
                told(tx, bill).await
            })
            .await?;
        let version = told.version();
        let bill = wire::bill(told, caller.now())?;
        Ok(Shown::version(version, have.0.as_deref(), || bill))
    }

    /// Pay a bill through a provider.
    ///
    /// Starts a payment of all that is outstanding. The only provider so far is the sandbox, which moves no money: for sandbox
    /// tenants, unless the operator has opened it. A card may be captured at once, be declined (`failed`, which is an
    /// answer and not a problem), or ask the patron for a confirmation; a convenience store payment waits for the provider's
    /// notice. The time of its number is fixed when it is given; starting another gives a number that holds longer, and the one before
    /// is cancelled: money that comes with it all the same counts, or goes back when the bill is paid by then. When the bill is paid, what it is for is settled in the same moment.
    #[oai(path = "/:id/payments", method = "post", operation_id = "billing_payment_create")]
    async fn pay(
        &self,
        caller: May<permit::PayBill>,
        id: Path<Ref<kind::Bill>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        /// The secret of the order, from a guest.
        #[oai(name = "Client-Secret", validator(max_length = 200))]
        secret: Header<Option<String>>,
        /// The code of the receipt of an application for a course, from a guest.
        #[oai(name = "Receipt-Code", validator(max_length = 40))]
        code: Header<Option<String>>,
        body: Body<PaymentRequest>,
    ) -> Result<Created<Payment>, ApiError> {
        let service = access::service_of(&self.desk, &caller, id.0.0).await?;
        access::sandbox(&self.desk, &caller)?;
        let secret = access::shown(secret.0, code.0);
        let (ask, now, secret) = (&wire::start(id.0.0, &body), caller.now(), secret.as_deref());
        let (desk, person, bill) = (&self.desk, &caller, id.0.0);
        let work = async |tx: &mut TenantTx| {
            access::admitted(tx, person, bill, secret).await?;
            settle::takes(tx, bill, ask.method, now).await?;
            let answer = payment::start(tx, &payment::provider::Sandbox, ask, now).await?;
            if let Some(settlement) = &answer.settlement {
                settle::tell(desk, tx, settlement, now).await?;
            }
            if let Some(subject) = bill::subject_of(tx, bill).await? {
                letters::konbini_number(desk, tx, &subject, &answer.payment, now).await?;
            }
            Ok(created(answer.payment, now))
        };
        self.desk.once_in(service, &caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Take money for a bill at the counter.
    ///
    /// Cash or a card terminal's payment, captured at once; it may be a part of what is outstanding. After the bill's time it is all
    /// that is missing, and is taken while what the bill is for can still be had; otherwise it is refused, and no money is to be taken.
    #[oai(path = "/:id/counter-payments", method = "post", operation_id = "billing_payment_take")]
    async fn take(
        &self,
        caller: May<permit::TakePayment>,
        id: Path<Ref<kind::Bill>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<CounterPaymentRequest>,
    ) -> Result<Created<Payment>, ApiError> {
        let service = access::service_of(&self.desk, &caller, id.0.0).await?;
        let (desk, ask, now) = (&self.desk, &wire::take(id.0.0, &body), caller.now());
        let work = async |tx: &mut TenantTx| {
            settle::takes(tx, ask.bill, ask.method, now).await?;
            let (payment, settlement) = payment::take(tx, ask, now).await?;
            settle::tell(desk, tx, &settlement, now).await?;
            Ok(created(taken(tx, payment, &settlement).await?, now))
        };
        self.desk.once_in(service, &caller, Some(&key.0), &body, Keep::Durably, work).await
    }

    /// Give money back.
    ///
    /// Records that money of a paid bill went back, line by line or ticket by ticket, never more than was paid for each. The
    /// tickets whose money goes back become void in the same moment and their seats and places are for sale again, unless
    /// `seats` says otherwise; money goes back without tickets by lines without `quantity`. A ticket that somebody entered with
    /// cannot come back. A bill with a qualified invoice gets its credit note in the same moment. A whole payment of a bill that is still
    /// open can be returned too; the bill then asks for it again. What was paid for a hire goes back this way once its application has ended
    /// or is settled; before that by a reduction, by a change, or by taking it back.
    #[oai(path = "/:id/refunds", method = "post", operation_id = "billing_refund_create")]
    async fn refund(
        &self,
        caller: May<permit::RefundPayment>,
        id: Path<Ref<kind::Bill>>,
        #[oai(name = "Idempotency-Key")] key: Header<IdempotencyKey>,
        body: Body<RefundRequest>,
    ) -> Result<Created<Refund>, ApiError> {
        let service = access::service_of(&self.desk, &caller, id.0.0).await?;
        let (asked, now): (&RefundRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let returned = returns::plan(tx, id.0.0, asked, now).await?;
            let refund = refund::record(tx, &returned.draft, now).await?;
            document::credit(tx, &refund, now).await?;
            let voided = returns::take_back(tx, &returned, now).await?;
            let bill = location(refund.bill);
            let voided = Some(voided.into_iter().map(Into::into).collect());
            Ok(Created::new(&Refund { voided_tickets: voided, ..wire::refund(refund) }).at(bill))
        };
        self.desk.once_in(service, &caller, Some(&key.0), &body, Keep::Durably, work).await
    }
}

fn location(bill: BillId) -> String {
    format!("/v1/bills/{bill}")
}

/// The payment as it stands once the service was told. Late money that could only go back is not taken at all.
async fn taken(
    tx: &mut TenantTx,
    payment: billing::Payment,
    settlement: &Settlement,
) -> Result<billing::Payment, ApiError> {
    if !matches!(settlement.outcome, Outcome::Late { .. }) {
        return Ok(payment);
    }
    let stands = payment::find(tx, payment.id).await?.filter(|one| one.state == PaymentState::Captured);
    stands.ok_or_else(|| ApiError::of(billing::problems::BILL_UNDELIVERABLE.refuse()))
}

fn created(payment: billing::Payment, now: kernel::Instant) -> Created<Payment> {
    let (location, version) = (format!("/v1/payments/{}", payment.id), payment.version);
    Created::new(&wire::payment(payment, now)).at(location).version(version)
}
