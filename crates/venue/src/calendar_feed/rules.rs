//! The token of a feed.

use std::fmt;

use db::Fault;
use kernel::ids::{TenantId, kind};
use subtle::ConstantTimeEq as _;

use crate::tariff_version::hex;

const PREFIX: &str = "vcf_";
/// Of its random part: 160 bits in hexadecimal.
const SECRET: usize = 40;

/// `vcf_<tenant><secret>`: it says itself whose it is, because nobody else in the request does.
#[derive(Clone)]
pub struct FeedToken {
    tenant: TenantId,
    text: String,
}

impl fmt::Debug for FeedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FeedToken({}, …)", self.tenant)
    }
}

impl PartialEq for FeedToken {
    fn eq(&self, other: &Self) -> bool {
        self.text.as_bytes().ct_eq(other.text.as_bytes()).into()
    }
}

impl FeedToken {
    /// A token that nobody has.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub(super) fn random(tenant: TenantId) -> Result<Self, Fault> {
        let mut bytes = [0; SECRET / 2];
        getrandom::fill(&mut bytes).map_err(|_| Fault::Unexpected("the system gives random numbers"))?;
        Ok(Self::of(tenant, bytes))
    }

    fn of(tenant: TenantId, secret: [u8; SECRET / 2]) -> Self {
        let whose = tenant.to_string();
        let whose = whose.rsplit('_').next().unwrap_or_default();
        let secret: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { tenant, text: format!("{PREFIX}{whose}{secret}") }
    }

    /// A token as somebody shows it, with or without the `.ics` that some calendars want at the end of an address. Nothing when
    /// it cannot be one.
    pub fn read(shown: &str) -> Option<Self> {
        let text = shown.strip_suffix(".ics").unwrap_or(shown);
        let rest = text.strip_prefix(PREFIX)?;
        let (whose, secret) = rest.split_at_checked(rest.len().checked_sub(SECRET)?)?;
        if !secret.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
            return None;
        }
        let tenant = format!("{}_{whose}", <kind::Tenant as kernel::ids::Kind>::PREFIX).parse().ok()?;
        Some(Self { tenant, text: text.to_owned() })
    }

    /// Whose feed it opens.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What is kept of it.
    pub(super) fn hash(&self) -> String {
        hex(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    proptest! {
        #[test]
        fn a_token_is_read_as_it_was_written_and_nothing_else_is(tenant: u128, secret: [u8; 20], cut in 0usize..70) {
            let token = FeedToken::of(TenantId::from_uuid(Uuid::from_u128(tenant)), secret);
            let read = FeedToken::read(&format!("{}.ics", token.reveal())).unwrap();
            prop_assert_eq!((read.tenant(), read.hash()), (token.tenant(), token.hash()));
            prop_assert!(FeedToken::read(token.reveal()) == Some(token.clone()));
            prop_assert!(FeedToken::read(&token.reveal()[..cut]).is_none());
            let printed = format!("{token:?}");
            prop_assert!(!printed.contains(&token.reveal()[30..]));
        }

        #[test]
        fn whatever_is_shown_is_read_or_not_but_never_a_panic(shown: String) {
            let _ = FeedToken::read(&shown);
            let _ = FeedToken::read(&format!("vcf_{shown}"));
        }
    }
}
