//! What the ticket office can make us say. Append only.

kernel::rules! {
    /// The performance is not, or not yet, or no longer on sale.
    NOT_ON_SALE = Conflict "ticket.performance.not_on_sale",
        "This performance is not on sale.",
        "この公演は現在販売していません。";
}
