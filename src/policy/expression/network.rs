//! Networks of addresses, as Python's `ipaddress` has them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Network {
    base: IpAddr,
    prefix: u32,
}

fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

fn mask(prefix: u32, width: u32) -> u128 {
    let all = if width == 32 { u128::from(u32::MAX) } else { u128::MAX };
    if prefix == 0 { 0 } else { all & all.wrapping_shl(width - prefix) }
}

/// Reads an address as `ipaddress.ip_address` does: no zones, no leading zeros.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    if text.contains(':') { text.parse().ok().map(IpAddr::V6) } else { text.parse().ok().map(IpAddr::V4) }
}

impl Network {
    /// Reads a network as `ipaddress.ip_network` does; `None` where that raises `ValueError`.
    ///
    /// # Errors
    /// For masks instead of lengths, which are not looked into.
    pub(super) fn parse(text: &str, strict: bool) -> Result<Option<Self>, &'static str> {
        if text.contains('%') {
            return Err("an address with a zone");
        }
        let (base, length) = text.split_once('/').map_or((text, None), |(base, length)| (base, Some(length)));
        let Some(base) = address(base) else { return Ok(None) };
        let (value, width) = bits(base);
        let prefix = match length {
            None => width,
            Some(length) if length.contains(['.', ':']) => return Err("a network with a mask"),
            Some(length) if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Ok(None);
            }
            Some(length) => match length.parse::<u32>() {
                Ok(length) if length <= width => length,
                _ => return Ok(None),
            },
        };
        let masked = value & mask(prefix, width);
        if strict && masked != value {
            return Ok(None);
        }
        let base = match base {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(masked).unwrap_or_default())),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(masked)),
        };
        Ok(Some(Self { base, prefix }))
    }

    /// The network of one address.
    pub(super) fn of_address(address: IpAddr) -> Self {
        Self { base: address, prefix: bits(address).1 }
    }

    /// Whether `address` is in it. An address of the other family never is.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        let ((base, width), (value, other)) = (bits(self.base), bits(address));
        width == other && value & mask(self.prefix, width) == base
    }

    /// Whether every address of `self` is in `other`; `None` for networks of two families.
    pub(super) fn is_within(&self, other: &Self) -> Option<bool> {
        let same = bits(self.base).1 == bits(other.base).1;
        same.then(|| self.prefix >= other.prefix && other.contains(self.base))
    }

    pub(super) fn class(&self) -> &'static str {
        if self.base.is_ipv4() { "IPv4Network" } else { "IPv6Network" }
    }

    /// The version of the protocol.
    pub(super) fn version(&self) -> i128 {
        if self.base.is_ipv4() { 4 } else { 6 }
    }

    pub(super) fn prefix(&self) -> u32 {
        self.prefix
    }

    pub(super) fn base(&self) -> IpAddr {
        self.base
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

/// What Python says of an address that is private to a site, where every known release says the same: the
/// well-known ranges. `None` elsewhere near the ranges that changed between releases of Python.
pub(super) fn is_private(address: IpAddr) -> Option<bool> {
    let within = |list: &[&str]| {
        list.iter().any(|network| {
            Network::parse(network, true).ok().flatten().is_some_and(|network| network.contains(address))
        })
    };
    match address {
        IpAddr::V4(_) => {
            if within(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"]) {
                Some(true)
            } else if within(&[
                "0.0.0.0/8",
                "100.64.0.0/10",
                "192.0.0.0/16",
                "198.0.0.0/8",
                "203.0.113.0/24",
                "240.0.0.0/4",
            ]) {
                None
            } else {
                Some(false)
            }
        }
        IpAddr::V6(_) => {
            if within(&["fc00::/7", "fe80::/10", "::1/128"]) {
                Some(true)
            } else if within(&["2000::/12", "2003::/16", "2400::/6", "2600::/12", "2a00::/12"])
                && !within(&["2001::/16", "2002::/16"])
            {
                Some(false)
            } else {
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::parse(text, true).unwrap().unwrap()
    }

    #[test]
    fn host_bits_are_refused_where_python_is_strict() {
        assert_eq!(Network::parse("10.1.2.3/8", true), Ok(None));
        assert_eq!(Network::parse("10.1.2.3/8", false), Ok(Some(network("10.0.0.0/8"))));
        assert_eq!(Network::parse("10.0.0.0/33", true), Ok(None));
        assert_eq!(Network::parse("10.0.0/8", true), Ok(None));
        assert_eq!(Network::parse("010.0.0.0/8", true), Ok(None));
        assert!(Network::parse("10.0.0.0/255.0.0.0", true).is_err());
    }

    #[test]
    fn addresses_belong_to_networks_of_their_family() {
        assert!(network("10.0.0.0/8").contains(address("10.200.3.4").unwrap()));
        assert!(!network("10.0.0.0/8").contains(address("11.0.0.0").unwrap()));
        assert!(network("0.0.0.0/0").contains(address("1.2.3.4").unwrap()));
        assert!(!network("::/0").contains(address("1.2.3.4").unwrap()));
        assert!(network("2001:db8::/32").contains(address("2001:db8::1").unwrap()));
        assert_eq!(network("10.1.0.0/16").is_within(&network("10.0.0.0/8")), Some(true));
        assert_eq!(network("10.0.0.0/8").is_within(&network("10.1.0.0/16")), Some(false));
        assert_eq!(network("::/0").is_within(&network("0.0.0.0/0")), None);
    }
}
