//! How often somebody may try.

use api::limits::{Limits, Quotas};

#[test]
fn an_address_may_try_to_sign_in_twenty_times_a_minute() {
    let limits = Limits::new(Quotas::default());
    assert!((0..20).all(|_| limits.sign_in("192.0.2.1").is_ok()));
    assert!(limits.sign_in("192.0.2.1").is_err());
    assert!(limits.sign_in("192.0.2.2").is_ok());
    assert!((0..100).all(|_| limits.sign_in("127.0.0.1").is_ok()));
}
