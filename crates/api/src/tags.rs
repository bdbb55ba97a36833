//! The chapters of the contract: each operation is in exactly one.

use poem_openapi::Tags;

/// A chapter.
#[derive(Tags)]
pub enum Tag {
    /// いつでも発券: halls and seats, productions and performances, holds, orders, tickets, admission.
    Ticket,
    /// いつでも貸館: facilities, rooms and their slots, equipment, closures, the calendar.
    Venue,
    /// いつでも学習: terms, courses and classes, applications and draws, sessions, attendance, certificates.
    Course,
    /// Bills, payments, bank transfers, refunds, receipts, invoices and the money ledger, shared by the services.
    Billing,
    /// 利用者: the people served, guests and registered.
    Patrons,
    /// Letters: what people are told, in the words of the contractor.
    Notice,
    /// The contractor's own staff, keys and contract.
    Tenancy,
    /// Operators only, on their own listener: contractors, contracts, provisioning.
    Operator,
    /// The server itself: time, version, health.
    System,
}
