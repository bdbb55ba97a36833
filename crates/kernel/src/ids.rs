//! Typed identifiers: a UUIDv7 inside, `hold_01jd…` outside.
//!
//! An id names a thing and orders by birth; it is never a secret and never grants anything.

use std::{fmt, hash::Hash, marker::PhantomData, str::FromStr, sync::Mutex};

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types,
};
use uuid::{ContextV7, Timestamp, Uuid};

use crate::Instant;

/// What orders the ids of one process within a millisecond (RFC 9562, 6.2).
static ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What an id names. The prefix is part of the contract and never changes.
pub trait Kind: Copy + fmt::Debug + Eq + Ord + Hash + Send + Sync + 'static {
    const PREFIX: &'static str;
}

/// The identifier of one `K`.
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Uuid)]
pub struct Id<K: Kind> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Id<K> {
    /// Wraps a stored uuid.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// A new id that sorts by `now` and, in one process, after whatever was named before it (UUIDv7, RFC 9562).
    pub fn new(now: Instant) -> Self {
        let seconds = u64::try_from(now.unix_timestamp()).unwrap_or(0);
        Self::from_uuid(Uuid::new_v7(Timestamp::from_unix(&ORDER, seconds, now.nanosecond())))
    }

    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

/// The text is no id of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id that starts with {0}_")]
pub struct NotAnId(pub &'static str);

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let wrong = NotAnId(K::PREFIX);
        let digits = text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_')).ok_or(wrong)?;
        if digits.len() != 26 {
            return Err(wrong);
        }
        let mut value: u128 = 0;
        for (at, byte) in digits.bytes().enumerate() {
            let digit = ALPHABET.iter().position(|&known| known == byte).ok_or(wrong)?;
            if at == 0 && digit > 7 {
                return Err(wrong); // 26 digits carry 130 bits; the first two are always zero
            }
            value = (value << 5) | u128::try_from(digit).map_err(|_| wrong)?;
        }
        Ok(Self::from_uuid(Uuid::from_u128(value)))
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.uuid.as_u128();
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        for place in (0..26u32).rev() {
            let digit = usize::try_from((value >> (place * 5)) & 31).unwrap_or(0);
            let byte = ALPHABET.get(digit).copied().unwrap_or(b'0');
            fmt::Write::write_char(f, char::from(byte))?;
        }
        Ok(())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> Copy for Id<K> {}
impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K: Kind> Eq for Id<K> {}
impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K: Kind> Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<K: Kind> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<K: Kind> ToSql<sql_types::Uuid, Pg> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Uuid as ToSql<sql_types::Uuid, Pg>>::to_sql(&self.uuid, out)
    }
}

impl<K: Kind> FromSql<sql_types::Uuid, Pg> for Id<K> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Uuid as FromSql<sql_types::Uuid, Pg>>::from_sql(value).map(Self::from_uuid)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $alias:ident: $kind:ident = $prefix:literal;)*) => {
        /// The registry of kinds: alphabetical, append-only. Ids are the only thing domains share about each other.
        pub mod kind {
            $($(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $kind;
            impl super::Kind for $kind {
                const PREFIX: &'static str = $prefix;
            })*

            /// Every prefix with the name of its kind, for the contract's documentation and for tests.
            pub const ALL: &[(&str, &str)] = &[$(($prefix, stringify!($kind))),*];
        }
        $($(#[$doc])* pub type $alias = Id<kind::$kind>;)*
    };
}

ids! {
    /// 入場: one successful passage of a ticket through a gate.
    AdmissionId: Admission = "adm";
    /// 回答: what was answered to the questions of a form.
    AnswerSetId: AnswerSet = "ans";
    /// An API key: secret, publishable or device.
    ApiKeyId: ApiKey = "key";
    /// 講座の申込期間.
    ApplicationWindowId: ApplicationWindow = "apw";
    /// The smallest part of a house that can be used apart.
    AtomId: Atom = "atom";
    /// 請求: what a patron owes.
    BillId: Bill = "bill";
    /// One line of a bill.
    BillLineId: BillLine = "bli";
    /// 予定表の配信: a room's schedule for whoever has its token.
    CalendarFeedId: CalendarFeed = "cfd";
    /// 開館暦の層: one rule of when a facility or room is open.
    CalendarLayerId: CalendarLayer = "cal";
    /// 取消料の定め: what cancelling costs, by date.
    CancelScheduleId: CancelSchedule = "csd";
    /// 修了証.
    CertificateId: Certificate = "crt";
    /// A change of a class as it was shown before it is done.
    ChangePlanId: ChangePlan = "cpl";
    /// 休館: rooms taken out of use for a while.
    ClosureId: Closure = "clo";
    /// 契約: the terms a tenant signed.
    ContractId: Contract = "ctr";
    /// 講座.
    CourseId: Course = "crs";
    /// 受講申込: a party that is admitted, waits or loses together.
    CourseApplicationId: CourseApplication = "cap";
    /// 講座のクラス.
    CourseClassId: CourseClass = "cla";
    /// 講座の回.
    CourseSessionId: CourseSession = "cse";
    /// 領収書・適格請求書・適格返還請求書.
    DocumentId: Document = "doc";
    /// 抽選.
    DrawId: Draw = "drw";
    /// 受講: one person in one class.
    EnrolmentId: Enrolment = "enr";
    /// 附属設備・備品.
    EquipmentId: Equipment = "eqp";
    /// 施設: a house with rooms.
    FacilityId: Facility = "fac";
    /// 受講料など: what a class costs.
    FeeId: Fee = "fee";
    /// 質問票: questions that a contractor asks, in versions.
    FormId: Form = "frm";
    /// 質問票の版: never changes.
    FormVersionId: FormVersion = "fmv";
    /// 会場の中のホール.
    HallId: Hall = "hall";
    /// One room at one time within an application.
    HireId: Hire = "hire";
    /// 利用申請.
    HireApplicationId: HireApplication = "hap";
    /// Rooms and equipment kept for an applicant until a deadline.
    HireHoldId: HireHold = "hhd";
    /// 見積: what a hire costs, explained, by one version of a tariff.
    HireQuoteId: HireQuote = "quo";
    /// 仮押さえ.
    HoldId: Hold = "hold";
    /// One line of a hold.
    HoldLineId: HoldLine = "hln";
    /// 講師謝金.
    HonorariumId: Honorarium = "hon";
    /// 講師.
    InstructorId: Instructor = "ins";
    /// One entry of the journal.
    JournalEntryId: JournalEntry = "jrn";
    /// One row of the money ledger.
    LedgerEntryId: LedgerEntry = "led";
    /// One message to one recipient.
    MessageId: Message = "msg";
    /// 運営者.
    OperatorId: Operator = "opr";
    /// 注文.
    OrderId: Order = "ord";
    /// One line of an order.
    OrderLineId: OrderLine = "orl";
    /// 利用者.
    PatronId: Patron = "pat";
    /// 入金.
    PaymentId: Payment = "pay";
    /// 公演回.
    PerformanceId: Performance = "perf";
    /// 使用許可.
    PermitId: Permit = "prm";
    /// 受講者: a person, with or without a sign-in of their own.
    PersonId: Person = "per";
    /// One thing said of a person: where they live, where they work.
    PersonFactId: PersonFact = "pfa";
    /// A stock of places without numbers: free seating, standing, a nested cap.
    PoolId: Pool = "pool";
    /// 価格表.
    PriceListId: PriceList = "prl";
    /// 公演.
    ProductionId: Production = "prod";
    /// 利用目的.
    PurposeId: Purpose = "pur";
    /// 払戻.
    RefundId: Refund = "rfd";
    /// 室場: what can be hired, a set of atoms.
    RoomId: Room = "room";
    /// 契約書に名前のある職員: the roster that staff accounts come from.
    RosterMemberId: RosterMember = "rst";
    /// 販売区分: who may buy what, where and when.
    SaleWindowId: SaleWindow = "win";
    /// 座席.
    SeatId: Seat = "seat";
    /// 席種.
    SeatClassId: SeatClass = "cls";
    /// 座席表.
    SeatingPlanId: SeatingPlan = "plan";
    /// 座席表の版.
    SeatingPlanVersionId: SeatingPlanVersion = "plv";
    /// A signed-in session of staff, a patron or an operator.
    SessionId: Session = "ses";
    /// 利用区分の組: the slots of a room in a season.
    SlotSetId: SlotSet = "sls";
    /// 職員.
    StaffId: Staff = "stf";
    /// 利用者登録: a patron as a user of a class, for a period.
    StandingId: Standing = "std";
    /// 契約サービス.
    SubscriptionId: Subscription = "sub";
    /// 料金表: the tariff of a facility, in versions.
    TariffId: Tariff = "trf";
    /// 料金表の版.
    TariffVersionId: TariffVersion = "tfv";
    /// 契約者: the unit of isolation.
    TenantId: Tenant = "ten";
    /// 期.
    TermId: Term = "term";
    /// 券.
    TicketId: Ticket = "tkt";
    /// 券種.
    TicketTypeId: TicketType = "typ";
    /// 振込: one line of a bank's statement.
    TransferId: Transfer = "trn";
    /// 利用区分: what sort of user somebody is registered as.
    UserClassId: UserClass = "ucl";
    /// 辞退の見積: what would be given back.
    WithdrawalQuoteId: WithdrawalQuote = "wdq";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::{Duration, macros::datetime};

    proptest! {
        #[test]
        fn an_id_reads_back_as_itself(value: u128) {
            let id = HoldId::from_uuid(Uuid::from_u128(value));
            prop_assert_eq!(id.to_string().parse::<HoldId>(), Ok(id));
        }

        #[test]
        fn no_text_crashes_the_reader(text: String) {
            let _ = text.parse::<HoldId>();
        }
    }

    #[test]
    fn what_is_named_later_sorts_later_though_the_clock_stands_still_or_goes_back() {
        let now = datetime!(2026-04-01 09:00 +9);
        let ticks = (0..1_000).map(|tick| now + Duration::microseconds(tick * 7 - tick % 3 * 900));
        let ids: Vec<_> = ticks.map(HoldId::new).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let hold = HoldId::from_uuid(Uuid::nil()).to_string();
        assert!(hold.parse::<OrderId>().is_err());
        assert!("hold_80000000000000000000000000".parse::<HoldId>().is_err());
    }

    #[test]
    fn prefixes_are_unique() {
        let mut prefixes: Vec<_> = kind::ALL.iter().map(|(prefix, _)| prefix).collect();
        prefixes.sort();
        prefixes.dedup();
        assert_eq!(prefixes.len(), kind::ALL.len());
    }
}
