//! Which pages may use a publishable key: exact origins, or every host below one.

/// `https://www.example.jp`, `http://localhost:3000`, or `https://*.example.jp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// The text is no origin a key can be bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin is scheme, host and port as browsers send them: https, lower case, without a path")]
pub struct NotAnOrigin;

impl Origin {
    /// Reads an origin of a key's list. `https` always; `http` for localhost alone; a star only as the first label, with
    /// at least two labels after it.
    ///
    /// # Errors
    /// [`NotAnOrigin`].
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let (scheme, authority) = text.split_once("://").ok_or(NotAnOrigin)?;
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let default = if scheme == "https" { "443" } else { "80" };
        let port_fits = port.is_none_or(|port| {
            port != default && !port.starts_with('0') && port.parse::<u16>().is_ok_and(|number| number > 0)
        });
        let local = matches!(host, "localhost" | "127.0.0.1");
        let scheme_fits = scheme == "https" || (scheme == "http" && local);
        let (star, labels) = host.strip_prefix("*.").map_or((false, host), |rest| (true, rest));
        let host_fits = labels.len() <= 253
            && labels.split('.').all(is_label)
            && (local || labels.split('.').count() >= 2)
            && !(star && local);
        if port_fits && scheme_fits && host_fits { Ok(Self(text.to_owned())) } else { Err(NotAnOrigin) }
    }

    /// Whether a page with this `Origin` header may use the key. A star stands for one or more labels, never for none.
    pub fn admits(&self, shown: &str) -> bool {
        let Some((scheme, below)) = self.0.split_once("://*") else { return self.0 == shown };
        shown
            .strip_prefix(scheme)
            .and_then(|rest| rest.strip_prefix("://"))
            .and_then(|host| host.strip_suffix(below))
            .is_some_and(|labels| labels.split('.').all(is_label))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_as_browsers_send_them_are_taken() {
        for good in
            ["https://example.jp", "https://a.b.example.jp:8443", "http://localhost:3000", "https://*.example.jp"]
        {
            assert!(Origin::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "*",
            "https://*",
            "https://*.jp",
            "https://*.localhost",
            "http://example.jp",
            "https://example.jp/",
            "https://example.jp:443",
            "https://EXAMPLE.jp",
            "https://a.*.example.jp",
            "https://user@example.jp",
            "https://example.jp:0",
            "https://-a.jp",
            "null",
            "",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_star_admits_what_is_below_and_nothing_beside() {
        let origin = Origin::parse("https://*.example.jp").unwrap();
        for (shown, admitted) in [
            ("https://www.example.jp", true),
            ("https://a.b.example.jp", true),
            ("https://example.jp", false),
            ("https://evilexample.jp", false),
            ("https://evil.jp/.example.jp", false),
            ("https://x@y.example.jp", false),
            ("http://www.example.jp", false),
            ("https://www.example.jp:8443", false),
            ("https://.example.jp", false),
        ] {
            assert_eq!(origin.admits(shown), admitted, "{shown}");
        }
    }
}
