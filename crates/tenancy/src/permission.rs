//! What may be done, one name per right. An operation declares exactly one of them.

use kernel::Service;

/// Who, beside staff by their role and secret keys by their list, may ever be given a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience {
    /// A page with a publishable key: anybody.
    pub guest: bool,
    /// 利用者 in a session of their own.
    pub patron: bool,
    /// A gate or till with a device key.
    pub device: bool,
    /// Us. A right of operators is nobody else's, and theirs alone.
    pub operator: bool,
}

/// A type that stands for one right: an operation's signature names it.
pub trait Permit: Send + Sync + 'static {
    const PERMISSION: Permission;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $service:ident $code:literal [$($who:ident)*];)*) => {
        /// Every right there is: alphabetical by code, append-only.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// `service.resource.action`, as roles, keys and the contract write it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            #[expect(clippy::as_conversions, reason = "the only const way from a variant to its place")]
            const fn bit(self) -> u128 {
                1 << (self as u32)
            }

            /// The service that must be subscribed to use it.
            pub const fn service(self) -> Service {
                match self { $(Self::$name => Service::$service,)* }
            }

            pub const fn audience(self) -> Audience {
                match self { $(Self::$name => {
                    #[allow(unused_mut)]
                    let mut audience = Audience { guest: false, patron: false, device: false, operator: false };
                    $(audience.$who = true;)*
                    audience
                })* }
            }
        }

        /// One type per right, for signatures.
        pub mod permit {
            $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub struct $name;
            impl super::Permit for $name {
                const PERMISSION: super::Permission = super::Permission::$name;
            })*
        }
    };
}

/// Some rights, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u128);

const _: () = assert!(Permission::ALL.len() <= 128, "a set of rights is 128 bits");

impl PermissionSet {
    pub const EMPTY: Self = Self(0);

    pub const fn of(permissions: &[Permission]) -> Self {
        let mut rest = permissions;
        let mut set = 0;
        while let [first, others @ ..] = rest {
            set |= first.bit();
            rest = others;
        }
        Self(set)
    }

    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !permission.bit())
    }

    /// The rights in this set, in the order of the registry.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.has(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(items: I) -> Self {
        items.into_iter().fold(Self::EMPTY, |set, permission| Self(set.0 | permission.bit()))
    }
}

impl std::str::FromStr for Permission {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|known| known.code() == code).ok_or(())
    }
}

permissions! {
    /// Read bills and their payments.
    ReadBills = Core "billing.bill.read" [guest patron];
    /// Issue receipts, invoices and credit notes, copy them, make them void.
    IssueDocuments = Core "billing.document.issue" [];
    /// Read receipts, invoices, credit notes and who issues them.
    ReadDocuments = Core "billing.document.read" [];
    /// Set who issues documents.
    WriteIssuer = Core "billing.issuer.update" [];
    /// Read the money ledger.
    ReadLedger = Core "billing.ledger.read" [];
    /// Pay a bill through a provider.
    PayBill = Core "billing.payment.create" [guest patron];
    /// Take cash or a card terminal's payment at the counter.
    TakePayment = Core "billing.payment.take" [device];
    /// Give money back.
    RefundPayment = Core "billing.refund.create" [];
    /// Read bank transfers.
    ReadTransfers = Core "billing.transfer.read" [];
    /// Register, match and return bank transfers.
    WriteTransfers = Core "billing.transfer.update" [];
    /// Read what was answered with applications for courses. Every use is journalled.
    ReadCourseAnswers = Course "course.answer.read" [guest patron];
    /// Read answers of special care, too.
    ReadSensitiveAnswers = Course "course.answer.read_sensitive" [];
    /// Decide on applications for courses: screen, admit, reject, revoke, move in the waiting list, change capacity.
    DecideCourses = Course "course.application.decide" [];
    /// Apply for courses, and see what is possible and what it would cost.
    ApplyForCourses = Course "course.application.create" [guest patron];
    /// Enter applications that came over the counter, by telephone or by post.
    EnterApplications = Course "course.application.enter" [];
    /// Read applications for courses.
    ReadCourseApplications = Course "course.application.read" [guest patron];
    /// Accept, decline, amend and withdraw applications for courses.
    ChangeCourseApplications = Course "course.application.update" [guest patron];
    /// Record who attended.
    RecordAttendance = Course "course.attendance.record" [device];
    /// Issue and revoke certificates.
    IssueCertificates = Course "course.certificate.issue" [];
    /// Run classes: decide that they run, move and cancel sessions, cancel classes.
    RunClasses = Course "course.class.run" [];
    /// Read terms, courses, classes, sessions and instructors.
    ReadCourses = Course "course.course.read" [guest patron device];
    /// Change terms, courses, classes, sessions and instructors.
    WriteCourses = Course "course.course.update" [];
    /// Announce, freeze, run, publish and void draws.
    RunDraws = Course "course.draw.run" [];
    /// Compute, approve and pay honoraria.
    PayInstructors = Course "course.honorarium.update" [];
    /// Read and export rosters, with names. Every use is journalled.
    ReadRosters = Course "course.roster.read" [];
    /// Read the words of letters.
    ReadTemplates = Core "notice.template.read" [];
    /// Change the words of letters.
    WriteTemplates = Core "notice.template.update" [];
    /// Create and end tenants, contracts and subscriptions; provision staff.
    OperateTenants = Core "operator.tenant.write" [operator];
    /// Read tenants.
    OperateTenantsRead = Core "operator.tenant.read" [operator];
    /// Read forms and their versions.
    ReadForms = Core "patron.form.read" [guest patron];
    /// Make forms and their versions.
    WriteForms = Core "patron.form.update" [];
    /// Sign up as a patron, verify an address, sign in.
    SignUpPatron = Core "patron.patron.register" [guest patron];
    /// Read one's own registration, as a patron.
    ReadOwnPatron = Core "patron.self.read" [patron];
    /// Change one's own registration, as a patron.
    WriteOwnPatron = Core "patron.self.update" [patron];
    /// Read patrons, personal data included. Every use is journalled.
    ReadPatrons = Core "patron.patron.pii" [];
    /// Enter and change patrons.
    WritePatrons = Core "patron.patron.update" [];
    /// Approve, return and refuse registrations; suspend, reinstate, renew and close them.
    DecideStandings = Core "patron.standing.decide" [];
    /// Read user classes.
    ReadUserClasses = Core "patron.user_class.read" [guest patron];
    /// Change user classes.
    WriteUserClasses = Core "patron.user_class.update" [];
    /// Read API keys; never their secrets.
    ReadKeys = Core "tenancy.key.read" [];
    /// Create, rotate and revoke API keys.
    WriteKeys = Core "tenancy.key.update" [];
    /// Read the journal, where the contract says so.
    ReadJournal = Core "tenancy.journal.read" [];
    /// Read and end one's own sessions, as staff. Everybody on the staff has it.
    KeepOwnSessions = Core "tenancy.session.self" [];
    /// Read staff accounts and roles.
    ReadStaff = Core "tenancy.staff.read" [];
    /// Change staff accounts and their roles within the roster.
    WriteStaff = Core "tenancy.staff.update" [];
    /// Read one's own tenant: name, contract, subscriptions.
    ReadTenant = Core "tenancy.tenant.read" [];
    /// Admit tickets at the gate.
    AdmitTickets = Ticket "ticket.admission.create" [device];
    /// Read who has been admitted.
    ReadAdmissions = Ticket "ticket.admission.read" [device];
    /// Read halls, seating plans, productions, performances, prices.
    ReadCatalogue = Ticket "ticket.catalogue.read" [guest patron device];
    /// Change halls, seating plans, productions, performances, prices, sale windows.
    WriteCatalogue = Ticket "ticket.catalogue.update" [];
    /// Place, read, extend and release holds.
    HoldPlaces = Ticket "ticket.hold.create" [guest patron device];
    /// Cancel an unpaid order.
    CancelOrders = Ticket "ticket.order.cancel" [guest patron device];
    /// Order what is held.
    PlaceOrders = Ticket "ticket.order.create" [guest patron device];
    /// Read orders and their tickets.
    ReadOrders = Ticket "ticket.order.read" [guest patron device];
    /// Sell over the counter or from a server: selection and payment in one request.
    SellTickets = Ticket "ticket.order.sell" [device];
    /// See which seats and places are free.
    ReadStock = Ticket "ticket.stock.read" [guest patron device];
    /// Block seats of a performance and unblock them.
    BlockSeats = Ticket "ticket.stock.update" [];
    /// Make tickets void without money.
    VoidTickets = Ticket "ticket.ticket.void" [];
    /// See which rooms are free, booked or closed.
    ReadRoomCalendar = Venue "venue.calendar.read" [guest patron device];
    /// Close rooms and open them again.
    CloseRooms = Venue "venue.closure.update" [];
    /// Decide hire applications: permit, return, refuse, revoke.
    DecideHires = Venue "venue.hire.decide" [];
    /// Hold rooms and apply for a hire.
    ApplyForHires = Venue "venue.hire.create" [patron];
    /// Read hires and their permits.
    ReadHires = Venue "venue.hire.read" [patron];
    /// Change, withdraw and cancel hires.
    ChangeHires = Venue "venue.hire.update" [patron];
    /// Ask what a hire would cost.
    QuoteHires = Venue "venue.quote.create" [guest patron];
    /// Read utilisation, ledgers and revenue of hires.
    ReadHireReports = Venue "venue.report.read" [];
    /// Read facilities, rooms, slots, opening calendars, equipment and purposes.
    ReadRooms = Venue "venue.room.read" [guest patron device];
    /// Change facilities, rooms, slots, opening calendars, equipment and purposes.
    WriteRooms = Venue "venue.room.update" [];
    /// Read tariffs that are or were in force.
    ReadTariffs = Venue "venue.tariff.read" [guest patron];
    /// Write, check and publish tariffs and fee schedules.
    WriteTariffs = Venue "venue.tariff.update" [];
    /// Record how a hired room was used.
    RecordUse = Venue "venue.usage.record" [device];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_read_back() {
        for permission in Permission::ALL {
            assert_eq!(permission.code().parse(), Ok(*permission));
        }
        let mut codes: Vec<_> = Permission::ALL.iter().map(|p| p.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Permission::ALL.len());
    }
}
