//! How many connections one address may hold.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

/// A range of addresses such as `10.0.0.0/8`, `fd00::/8` or a single `192.0.2.7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    bits: u128,
    length: u32,
}

/// A text that is not an address or a range of addresses.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is neither an IP address nor a range such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl Network {
    /// Whether the address lies in the range. An IPv4 address and its IPv6-mapped form are the same address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let differing = self.bits ^ bits(address);
        self.length == 0 || differing.leading_zeros() >= self.length
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Network, NotANetwork> {
        let refused = || NotANetwork(text.to_owned());
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u32>().map_err(|_| refused())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| refused())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(width);
        if length > width {
            return Err(refused());
        }
        Ok(Network { bits: bits(address), length: 128 - width + length })
    }
}

fn bits(address: IpAddr) -> u128 {
    let wide = match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    u128::from(wide)
}

/// Counts the connections of each address; an IPv6 customer owns a whole /64, so that is what counts there.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    most: u32,
    exempt: Arc<[Network]>,
    open: Arc<Mutex<HashMap<u128, u32>>>,
}

/// The place of one connection, given back on drop.
#[derive(Debug)]
pub(super) struct Place(Option<(u128, Addresses)>);

impl Addresses {
    pub(super) fn new(most: u32, exempt: &[Network]) -> Addresses {
        Addresses { most, exempt: exempt.into(), open: Arc::default() }
    }

    /// `None` when the address already holds as many connections as it may.
    pub(super) fn enter(&self, address: IpAddr) -> Option<Place> {
        if self.exempt.iter().any(|network| network.contains(address)) {
            return Some(Place(None));
        }
        let household = household(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let held = open.entry(household).or_insert(0);
        if *held >= self.most {
            return None;
        }
        *held += 1;
        Some(Place(Some((household, self.clone()))))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((household, addresses)) = self.0.take() else { return };
        let mut open = addresses.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = open.get_mut(&household) {
            *held -= 1;
            if *held == 0 {
                open.remove(&household);
            }
        }
    }
}

fn household(address: IpAddr) -> u128 {
    let wide = bits(address);
    match Ipv6Addr::from(wide).to_ipv4_mapped() {
        Some(_) => wide,
        None => wide & !u128::from(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_holds_its_addresses_and_their_mapped_forms() {
        let private: Network = "10.0.0.0/8".parse().unwrap();
        assert!(private.contains(ip("10.200.3.4")) && private.contains(ip("::ffff:10.1.1.1")));
        assert!(!private.contains(ip("11.0.0.0")) && !private.contains(ip("fd00::1")));
        let one: Network = "192.0.2.7".parse().unwrap();
        assert!(one.contains(ip("192.0.2.7")) && !one.contains(ip("192.0.2.8")));
        let all: Network = "::/0".parse().unwrap();
        assert!(all.contains(ip("2001:db8::1")) && all.contains(ip("192.0.2.7")));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/x", "host"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_is_let_in_again_when_a_connection_of_its_ends() {
        let addresses = Addresses::new(2, &[]);
        let first = addresses.enter(ip("192.0.2.1"));
        let second = addresses.enter(ip("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(addresses.enter(ip("192.0.2.1")).is_none());
        assert!(addresses.enter(ip("192.0.2.2")).is_some(), "another address is not concerned");
        drop(first);
        assert!(addresses.enter(ip("192.0.2.1")).is_some());
    }

    #[test]
    fn an_ipv6_household_is_its_64_bit_prefix() {
        let addresses = Addresses::new(1, &[]);
        let _held = addresses.enter(ip("2001:db8:1:2::1"));
        assert!(addresses.enter(ip("2001:db8:1:2:ffff::9")).is_none());
        assert!(addresses.enter(ip("2001:db8:1:3::1")).is_some());
    }

    #[test]
    fn a_trusted_proxy_is_not_counted() {
        let addresses = Addresses::new(1, &["192.0.2.0/24".parse().unwrap()]);
        let held: Vec<_> = (0..5).map(|_| addresses.enter(ip("192.0.2.9"))).collect();
        assert!(held.iter().all(Option::is_some));
    }
}
