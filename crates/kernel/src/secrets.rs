//! Key material. It never prints, never compares by accident, and is wiped when dropped.

use std::fmt;

use zeroize::Zeroizing;

macro_rules! secret {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Zeroizing<[u8; 32]>);

        impl $name {
            pub fn new(bytes: [u8; 32]) -> Self {
                Self(Zeroizing::new(bytes))
            }

            /// The bytes, for the one algorithm they are meant for.
            pub fn expose(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

secret! {
    /// Seals one tenant's personal data (XChaCha20-Poly1305).
    SealKey;
    /// Makes blind indexes over one tenant's personal data (HMAC-SHA-256).
    IndexKey;
    /// Kept outside the database and mixed into what is stored of credentials and passwords (HMAC-SHA-256).
    Pepper;
    /// The seed of an Ed25519 signing key.
    SigningSeed;
}
