//! The guard between the client and the network: the address that was checked is the one connected to.
//!
//! Names are resolved here and nowhere else, as part of connecting, and every address of a name is
//! judged; so a name that answers differently the second time gains nothing.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Origin;
use crate::domain::odoo_address::{
    AddressRules, Allowed, Destination, NotAllowed, ParseAllowedError, Scheme,
};

/// Says which addresses may be called. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AddressGuard(Arc<AddressRules>);

impl AddressGuard {
    /// A guard that lets through public https servers and what `allow` lists (`HOST:PORT` or
    /// `CIDR:PORT`), and never `own`: where Aidoo itself listens.
    ///
    /// # Errors
    /// The entry that cannot be read.
    pub fn new(allow: &[String], own: Vec<SocketAddr>) -> Result<Self, ParseAllowedError> {
        let allow = allow.iter().map(|entry| entry.parse::<Allowed>()).collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(AddressRules::new(allow, own))))
    }

    /// What can be said of an address before its name is resolved.
    ///
    /// # Errors
    /// [`NotAllowed`] when it may not be called.
    pub fn check(&self, origin: &Origin) -> Result<(), NotAllowed> {
        let destination = origin.destination();
        self.0.check_destination(destination)?;
        match destination.host.trim_matches(['[', ']']).parse() {
            Ok(address) => self.check_address(destination, address),
            Err(_) => Ok(()),
        }
    }

    /// Every pair of scheme and port on which a server can be called at all.
    pub(super) fn doors(&self) -> Vec<(Scheme, u16)> {
        let mut doors = vec![(Scheme::Https, 443)];
        for port in self.0.listed_ports() {
            doors.extend([(Scheme::Http, port), (Scheme::Https, port)]);
        }
        doors.sort_unstable_by_key(|(scheme, port)| (*port, *scheme == Scheme::Https));
        doors.dedup();
        doors
    }

    /// A resolver for names that are called with this scheme on this port.
    pub(super) fn resolver(&self, scheme: Scheme, port: u16) -> Arc<GuardedResolver> {
        Arc::new(GuardedResolver { guard: self.clone(), scheme, port })
    }

    fn check_address(
        &self,
        destination: Destination<'_>,
        address: IpAddr,
    ) -> Result<(), NotAllowed> {
        self.0.check_address(destination, address)?;
        if self.0.listens_everywhere_on(destination.port) && is_of_this_machine(address) {
            return Err(NotAllowed::Address);
        }
        Ok(())
    }
}

/// Resolves names to the addresses that the guard lets through.
#[derive(Debug)]
pub(super) struct GuardedResolver {
    guard: AddressGuard,
    scheme: Scheme,
    port: u16,
}

/// Why a name gives no address to connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum ResolveError {
    #[error("the name has no address")]
    Unknown,
    #[error(transparent)]
    NotAllowed(NotAllowed),
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, scheme, port) = (self.guard.clone(), self.scheme, self.port);
        Box::pin(async move {
            let host = name.as_str();
            let destination = Destination { scheme, host, port };
            let mut found =
                tokio::net::lookup_host((host, port)).await.map_err(|_| ResolveError::Unknown)?;
            let mut refusal = ResolveError::Unknown;
            let mut allowed = Vec::new();
            for address in found.by_ref() {
                match guard.check_address(destination, address.ip()) {
                    Ok(()) => allowed.push(address),
                    Err(reason) => refusal = ResolveError::NotAllowed(reason),
                }
            }
            if allowed.is_empty() {
                return Err(refusal.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether the address belongs to this machine: the system then chooses it as its own end of a
/// connection to it. Nothing is sent.
fn is_of_this_machine(address: IpAddr) -> bool {
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    UdpSocket::bind((any, 0))
        .and_then(|socket| socket.connect((address, 9)).and_then(|()| socket.local_addr()))
        .is_ok_and(|own| own.ip().to_canonical() == address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allow: &[&str], own: &[&str]) -> AddressGuard {
        let allow: Vec<String> = allow.iter().map(ToString::to_string).collect();
        AddressGuard::new(&allow, own.iter().map(|own| own.parse().unwrap()).collect()).unwrap()
    }

    async fn resolve(guard: &AddressGuard, scheme: Scheme, host: &str, port: u16) -> Vec<String> {
        match guard.resolver(scheme, port).resolve(host.parse().unwrap()).await {
            Ok(addresses) => addresses.map(|address| address.ip().to_string()).collect(),
            Err(error) => vec![error.downcast::<ResolveError>().unwrap().to_string()],
        }
    }

    #[tokio::test]
    async fn a_name_gives_only_addresses_that_were_checked() {
        let none = guard(&[], &[]);
        assert_eq!(
            resolve(&none, Scheme::Https, "localhost", 443).await,
            ["the address is not allowed"]
        );
        let four = guard(&["127.0.0.0/8:8069"], &[]);
        assert_eq!(resolve(&four, Scheme::Http, "localhost", 8069).await, ["127.0.0.1"]);
        assert_eq!(
            resolve(&four, Scheme::Http, "localhost", 8070).await,
            ["the address is not allowed"]
        );
    }

    #[test]
    fn addresses_of_this_machine_are_its_own_where_it_listens_everywhere() {
        let guard = guard(&["127.0.0.0/8:3000", "127.0.0.0/8:3001"], &["0.0.0.0:3000"]);
        let check = |text: &str| guard.check(&Origin::parse(text).unwrap());
        assert_eq!(check("http://127.0.0.1:3000"), Err(NotAllowed::Address));
        assert_eq!(check("http://127.0.0.1:3001"), Ok(()));
        assert!(is_of_this_machine("127.0.0.1".parse().unwrap()));
        assert!(!is_of_this_machine("198.51.100.7".parse().unwrap()));
    }

    #[test]
    fn a_listed_port_has_a_door_for_each_scheme() {
        let doors = guard(&["10.0.0.0/8:8069", "erp:8069", "erp:443"], &[]).doors();
        let expected = [
            (Scheme::Http, 443),
            (Scheme::Https, 443),
            (Scheme::Http, 8069),
            (Scheme::Https, 8069),
        ];
        assert_eq!(doors, expected);
    }
}
