//! Whom a reverse proxy speaks for.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

use super::Network;

/// The address a request really comes from: the peer's own, or, when the peer is a proxy of ours, the last address in
/// `X-Forwarded-For` that is not a proxy of ours. What stands before that was written by the client and may be a lie.
pub(super) fn client(peer: SocketAddr, headers: &HeaderMap, proxies: &[Network]) -> SocketAddr {
    let ours = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    if proxies.is_empty() || !ours(peer.ip()) {
        return peer;
    }
    let mut hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = peer.ip();
    while let Some(hop) = hops.pop() {
        // a hop that is no address ends the trail: nothing before it can be believed
        let Some(address) = address(hop.trim()) else { break };
        nearest = address;
        if !ours(address) {
            break;
        }
    }
    SocketAddr::new(nearest, peer.port())
}

/// `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443`.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        client(SocketAddr::new(peer.parse().unwrap(), 1), &headers, &proxies).ip().to_string()
    }

    #[test]
    fn a_stranger_is_believed_nothing() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.1"]), "192.0.2.1");
    }

    #[test]
    fn behind_our_proxies_the_last_address_that_is_not_ours_counts() {
        assert_eq!(seen("10.0.0.1", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(
            seen("10.0.0.1", &["1.1.1.1, 203.0.113.5, 10.0.0.2"]),
            "203.0.113.5",
            "1.1.1.1 is the client's claim"
        );
        assert_eq!(seen("10.0.0.1", &["1.1.1.1", "[2001:db8::7]:443"]), "2001:db8::7");
    }

    #[test]
    fn a_trail_that_breaks_off_ends_at_the_last_known_hop() {
        assert_eq!(seen("10.0.0.1", &["203.0.113.5, unknown, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }
}
