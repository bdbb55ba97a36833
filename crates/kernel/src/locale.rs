//! The two languages in which the house writes to people.

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    #[default]
    Ja,
    En,
}

impl Locale {
    /// The tag of RFC 5646.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }
}

impl std::str::FromStr for Locale {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "ja" => Ok(Self::Ja),
            "en" => Ok(Self::En),
            _ => Err(()),
        }
    }
}
