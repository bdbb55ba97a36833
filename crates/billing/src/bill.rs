//! 請求: what is owed for one subject of a service, line by line.

mod events;
pub(crate) mod rules;
pub(crate) mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Page, PageAsk, Refusal, Refuse, Yen,
    ids::{BillId, BillLineId, PatronId},
};
use tariff::{DocumentTotals, Explanation, LineKind, PricedLine, Rounding, TaxRate};
use uuid::Uuid;

use crate::{Subject, document, ledger, payment, problems, words::words};

words! {
    /// Where a bill stands. Partly paid and overdue are not states but facts: `paid`, `due_at`.
    pub enum BillState {
        /// It asks for money.
        Open = "open",
        /// Everything is paid. Refunds do not reopen it.
        Paid = "paid",
        /// It asks for nothing and holds nothing.
        Cancelled = "cancelled",
    }
}

/// A bill to be opened.
#[derive(Debug, Clone)]
pub struct BillDraft {
    /// What it is for. A subject has one bill that is not cancelled.
    pub subject: Subject,
    pub payer: Option<PatronId>,
    /// 販路: where the sale took place, as the service calls it.
    pub channel: String,
    /// How the tenant rounds tax.
    pub rounding: Rounding,
    pub lines: Vec<LineDraft>,
    /// After this moment it takes no more payments; `None` for a bill without a deadline.
    pub due_at: Option<Instant>,
}

/// A line to be billed.
#[derive(Debug, Clone)]
pub struct LineDraft {
    pub kind: LineKind,
    pub label: String,
    /// At least 1.
    pub quantity: i64,
    /// Yen for one, tax included; what `why` computes.
    pub unit_amount: Yen,
    pub tax: TaxRate,
    /// What this line is for, in the words of the service.
    pub subject: Option<Subject>,
    pub why: Explanation,
}

impl LineDraft {
    /// A line at a price that stands in a list: `rule` is the id or code of the price.
    pub fn listed(
        label: impl Into<String>,
        quantity: i64,
        unit_amount: Yen,
        tax: TaxRate,
        rule: impl Into<String>,
    ) -> Self {
        let why = Explanation::listed(rule, unit_amount);
        Self { kind: LineKind::Sale, label: label.into(), quantity, unit_amount, tax, subject: None, why }
    }

    /// The same line, for this thing.
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }
}

impl From<PricedLine> for LineDraft {
    fn from(line: PricedLine) -> Self {
        let PricedLine { kind, label, quantity, unit_amount, tax, why } = line;
        Self { kind, label, quantity, unit_amount, tax, subject: None, why }
    }
}

/// A bill with its lines.
#[derive(Debug, Clone)]
pub struct Bill {
    pub id: BillId,
    /// 振込番号: twelve digits that a bank transfer carries; see [`crate::reference`].
    pub reference: String,
    pub subject: Subject,
    pub payer: Option<PatronId>,
    pub channel: String,
    pub state: BillState,
    pub rounding: Rounding,
    /// Σ of the lines, yen, tax included.
    pub total: Yen,
    /// What has been captured for it and counts, yen.
    pub paid: Yen,
    /// How much of `paid` has been given back, yen.
    pub refunded: Yen,
    pub due_at: Option<Instant>,
    /// Whether it stays open and takes payments after that.
    pub stands: bool,
    /// Until when it takes payments after `due_at`, when that is longer.
    pub open_until: Option<Instant>,
    pub created_at: Instant,
    /// When it was paid or cancelled.
    pub closed_at: Option<Instant>,
    /// Counts changes.
    pub version: i32,
    pub lines: Vec<BillLine>,
}

/// One line of a bill.
#[derive(Debug, Clone)]
pub struct BillLine {
    pub id: BillLineId,
    pub kind: LineKind,
    pub label: String,
    pub quantity: i64,
    pub unit_amount: Yen,
    /// `quantity × unit_amount`.
    pub amount: Yen,
    pub tax: TaxRate,
    /// How much of `amount` has been given back, yen.
    pub refunded: Yen,
    pub subject: Option<Subject>,
    /// How `unit_amount` came about.
    pub why: Explanation,
}

impl Bill {
    /// What it would still take if it were open, in yen.
    pub fn missing(&self) -> Yen {
        self.total - self.paid
    }

    /// What is still to be paid, in yen; nothing once it is cancelled.
    pub fn outstanding(&self) -> Yen {
        if self.state == BillState::Open { self.missing() } else { Yen::ZERO }
    }

    /// The sums per tax rate, each tax rounded once.
    ///
    /// # Errors
    /// [`tariff::TooLarge`] never happens to a stored bill.
    pub fn totals(&self) -> Result<DocumentTotals, tariff::TooLarge> {
        DocumentTotals::of_amounts(self.lines.iter().map(|line| (line.tax, line.amount)), self.rounding)
    }

    /// Whether its time is over at `now`, and it takes no more payments. Judged by the clock, never by a sweeper.
    pub fn overdue(&self, now: Instant) -> bool {
        self.state == BillState::Open && self.closes_at().is_some_and(|due| due <= now)
    }

    /// After which moment it takes no more payments; `None` when there is no such moment.
    pub fn closes_at(&self) -> Option<Instant> {
        self.due_at.filter(|_| !self.stands).map(|due_at| self.open_until.map_or(due_at, |until| due_at.max(until)))
    }

    /// Whether it is over because its time is, and nothing else had ended it by then: money that comes all the same is tried as late
    /// money. While it takes payments, in its days of grace or because it stands, somebody may call it off: then it did not run out.
    pub fn ran_out(&self, now: Instant) -> bool {
        match self.state {
            BillState::Open => self.overdue(now),
            BillState::Paid => false,
            BillState::Cancelled => self.closes_at().zip(self.closed_at).is_some_and(|(until, closed)| until <= closed),
        }
    }

    /// The deadline that whoever begins to pay at `now` is told: that of the bill, and after it the end of its grace. `None` when it has
    /// none.
    pub fn asks_until(&self, now: Instant) -> Option<Instant> {
        self.closes_at().map(|closes_at| self.due_at.filter(|due_at| now < *due_at).unwrap_or(closes_at))
    }
}

/// Why a bill was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenBillError {
    #[error("a bill needs lines of at least one thing at no less than zero yen")]
    Empty,
    #[error("the amounts are beyond what can be computed")]
    TooLarge,
    #[error("the subject has a bill already")]
    Exists,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for OpenBillError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Empty => problems::BILL_EMPTY.refuse(),
            Self::TooLarge => problems::BILL_TOO_LARGE.refuse(),
            Self::Exists => problems::BILL_EXISTS.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Opens a bill and books what it charges, in one statement. A bill of nothing is paid at once: look at its state.
///
/// # Errors
/// [`OpenBillError`].
pub async fn open(tx: &mut TenantTx, draft: &BillDraft, now: Instant) -> Result<Bill, OpenBillError> {
    let bill = rules::draft(draft, now)?;
    write(tx, std::slice::from_ref(&bill), now).await?;
    Ok(bill)
}

/// Opens a bill as [`open`] does, for what was had already: after its time it stays open and takes payments all the same.
///
/// # Errors
/// [`OpenBillError`].
pub async fn open_standing(tx: &mut TenantTx, draft: &BillDraft, now: Instant) -> Result<Bill, OpenBillError> {
    let mut bill = open(tx, draft, now).await?;
    sql::stand(tx, bill.id).await?;
    bill.stands = true;
    Ok(bill)
}

/// Opens many bills as [`open`] opens one, in as many statements as one: all of them or none.
///
/// # Errors
/// [`OpenBillError`].
pub async fn open_all(tx: &mut TenantTx, drafts: &[BillDraft], now: Instant) -> Result<Vec<Bill>, OpenBillError> {
    let bills = drafts.iter().map(|draft| rules::draft(draft, now)).collect::<Result<Vec<_>, _>>()?;
    if !bills.is_empty() {
        write(tx, &bills, now).await?;
    }
    Ok(bills)
}

/// Lets bills that have just been opened take payments until later than their deadlines: 猶予. What they say of the deadline stays.
///
/// # Errors
/// A [`Fault`].
pub async fn keep_open(tx: &mut TenantTx, kept: &[(BillId, Instant)]) -> Result<(), Fault> {
    if kept.is_empty() { Ok(()) } else { sql::keep_open(tx, kept).await }
}

async fn write(tx: &mut TenantTx, bills: &[Bill], now: Instant) -> Result<(), OpenBillError> {
    let opening = |bill| sql::Opening { bill, payment: None, entries: ledger::rules::charges(bill) };
    sql::insert(tx, &bills.iter().map(opening).collect::<Vec<_>>(), now).await?;
    let told: Vec<_> = bills.iter().map(events::BillOpened::of).collect();
    Ok(audit::journal_many(tx, now, &told).await?)
}

/// The bill, if there is one.
///
/// # Errors
/// A [`Fault`].
pub async fn find(tx: &mut TenantTx, id: BillId) -> Result<Option<Bill>, Fault> {
    sql::find(tx, id).await
}

/// The bill, locked until the transaction ends, if there is one: what is read of it stays. Before the rows of the service behind it.
///
/// # Errors
/// A [`Fault`].
pub async fn hold(tx: &mut TenantTx, id: BillId) -> Result<Option<Bill>, Fault> {
    sql::lock(tx, id).await
}

/// What a bill is for, if there is one.
///
/// # Errors
/// A [`Fault`].
pub async fn subject_of(tx: &mut TenantTx, id: BillId) -> Result<Option<Subject>, Fault> {
    sql::subject_of(tx, id).await
}

/// The newest bill of a subject; a cancelled one only when there is no other.
///
/// # Errors
/// A [`Fault`].
pub async fn find_of(tx: &mut TenantTx, subject: &Subject) -> Result<Option<Bill>, Fault> {
    match sql::id_of(tx, subject).await? {
        Some(id) => sql::find(tx, id).await,
        None => Ok(None),
    }
}

/// Its id alone.
///
/// # Errors
/// A [`Fault`].
pub async fn id_of(tx: &mut TenantTx, subject: &Subject) -> Result<Option<BillId>, Fault> {
    sql::id_of(tx, subject).await
}

/// The newest bill of each of many subjects of one kind, cancelled or not, in two statements.
///
/// # Errors
/// A [`Fault`].
pub async fn find_all_of(tx: &mut TenantTx, kind: &str, subjects: &[Uuid]) -> Result<Vec<Bill>, Fault> {
    if subjects.is_empty() { Ok(Vec::new()) } else { sql::find_all_of(tx, kind, subjects).await }
}

/// The bills of these subjects that are not cancelled, the oldest first, in two statements.
///
/// # Errors
/// A [`Fault`].
pub async fn standing_of(tx: &mut TenantTx, subjects: &[Subject]) -> Result<Vec<Bill>, Fault> {
    sql::standing_of(tx, subjects, false).await
}

/// The same, locked until the transaction ends as [`hold`] locks one, the oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn hold_all_of(tx: &mut TenantTx, subjects: &[Subject]) -> Result<Vec<Bill>, Fault> {
    sql::standing_of(tx, subjects, true).await
}

/// Which bills are asked for: those of which everything given is true.
#[derive(Debug, Clone, Default)]
pub struct BillFilter {
    /// For one of these.
    pub subjects: Option<Vec<Subject>>,
    pub payer: Option<PatronId>,
    pub state: Option<BillState>,
    /// Open and asking for exactly so many yen: what a transfer without a number may be for.
    pub outstanding: Option<Yen>,
    /// Due at this moment or before it: the end of a day is the beginning of the next.
    pub due_until: Option<Instant>,
    /// In its normal form: see [`crate::reference::normal`].
    pub reference: Option<String>,
    /// Whose deadline that is told is over at this moment and that still ask for money, though they take it in their days of grace or
    /// because they stand. Judged by the clock, never by a sweeper.
    pub overdue_at: Option<Instant>,
}

/// The bills that are asked for, newest first, in two statements. At most one bill of a subject is not cancelled.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, filter: &BillFilter, ask: &PageAsk) -> Result<Page<Bill>, Fault> {
    Ok(Page::from_rows(sql::list(tx, filter, ask).await?, ask, |bill| bill.id.uuid()))
}

/// Why a bill was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelBillError {
    #[error("no such bill")]
    Absent,
    #[error("the bill is paid")]
    Paid,
    #[error("{paid} came in already")]
    PartlyPaid { paid: Yen },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for CancelBillError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Paid => problems::BILL_PAID.refuse(),
            Self::PartlyPaid { paid } => problems::BILL_PARTLY_PAID.refuse().fact("paid", paid.0),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Cancels a bill that nothing was paid for, and every payment that is under way for it; its documents count no more. A cancelled bill
/// stays as it is. One that may be paid in part is called off: [`crate::call_off`].
///
/// # Errors
/// [`CancelBillError`].
pub async fn cancel_unpaid(tx: &mut TenantTx, id: BillId, now: Instant) -> Result<Bill, CancelBillError> {
    let mut bill = sql::lock(tx, id).await?.ok_or(CancelBillError::Absent)?;
    if !rules::cancellable(&bill)? {
        return Ok(bill);
    }
    rules::cancel(&mut bill, now);
    payment::sql::cancel_pending(tx, &bill, None).await?;
    document::void_all_of(tx, id, now).await?;
    sql::keep(tx, &bill).await?;
    ledger::post(tx, &bill, &ledger::rules::cancellation(&bill), now).await?;
    audit::journal(tx, now, &events::BillCancelled::of(&bill)).await?;
    Ok(bill)
}

/// Gives more time to pay a bill that asks for money; nothing when it is paid or called off. A payment that is under way keeps the time
/// that its provider gave it: whoever pays at a store asks for another number.
///
/// # Errors
/// A [`Fault`].
pub async fn extend(tx: &mut TenantTx, id: BillId, due_at: Instant, now: Instant) -> Result<Option<Bill>, Fault> {
    let Some(mut bill) = sql::lock(tx, id).await?.filter(|bill| bill.state == BillState::Open) else {
        return Ok(None);
    };
    bill.due_at = Some(due_at);
    sql::keep(tx, &bill).await?;
    audit::journal(tx, now, &events::BillExtended::of(&bill, due_at)).await?;
    Ok(Some(bill))
}
