//! Which of Azure's products a server is, and how it is reached, from what DNS says about its name.
//!
//! What each sign is worth: a `privatelink` name or an `rs-` record in the chain is documented
//! (<https://learn.microsoft.com/azure/postgresql/network/concepts-networking-private-link>), and so
//! are the gateways' addresses. A name in a zone of somebody's own that has no public address is
//! read as virtual network integration
//! (<https://learn.microsoft.com/azure/postgresql/network/concepts-networking-private>). The plain
//! name alone says nothing: Single Server and Flexible Server shared their zone.

mod gateways;

use crate::policy::AddressKind;
use connlint_core::azure::{AzureHost, Kind, Service, Zone};
use connlint_core::model::Target;
use connlint_probe_api::Access;
use std::net::IpAddr;

/// A server of one of Azure's PostgreSQL services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Product {
    /// The product; none if the name could be of more than one.
    pub(crate) target: Option<Target>,
    /// How it is reached; none if that cannot be told.
    pub(crate) access: Option<Access>,
    /// The region of the gateway that it is reached through.
    pub(crate) region: Option<&'static str>,
    /// The server has a private endpoint, even if the way from here is another one.
    pub(crate) private_endpoint: bool,
    /// All its addresses are of a private network.
    pub(crate) inside: bool,
    /// The first of its names that is Azure's.
    pub(crate) name: String,
    /// The name at the end of the chain.
    pub(crate) last: String,
}

/// The product behind these names, from the one asked for to the last alias, and these addresses.
pub(crate) fn recognise(chain: &[String], addresses: &[IpAddr]) -> Option<Product> {
    let names: Vec<AzureHost<'_>> = chain
        .iter()
        .filter_map(|name| AzureHost::parse(name))
        .collect();
    let zone = names.first()?.zone;
    let is = |kind: Kind| names.iter().any(|name| name.kind() == kind);
    let kinds = || addresses.iter().map(|ip| AddressKind::of(*ip));
    let public = !addresses.is_empty() && kinds().all(|k| k == AddressKind::Public);
    let inside = !addresses.is_empty() && kinds().all(|k| k == AddressKind::Private);
    let private_endpoint = is(Kind::PrivateLink);
    let gateway = gateway(zone, addresses);
    // A longer name that somebody typed and that leads nowhere is a slip more often than a zone.
    let aliased = chain.len() > 1 || inside;
    let own_zone =
        zone.service == Service::Postgres && (is(Kind::PrivateZone) || is(Kind::Other) && aliased);
    let access = if gateway.is_some() {
        Some(Access::Gateway)
    } else if public {
        Some(Access::Public)
    } else if private_endpoint {
        Some(Access::PrivateEndpoint)
    } else if own_zone {
        Some(Access::Vnet)
    } else {
        None
    };
    let target = match zone.service {
        Service::Cosmos => Some(Target::AzureCosmos),
        Service::Horizon => Some(Target::AzureHorizon),
        Service::Postgres if gateway.is_some() => Some(Target::AzureSingle),
        // A name that leads nowhere may be that of a Single Server which is gone.
        Service::Postgres if addresses.is_empty() && access.is_none() => None,
        Service::Postgres => Some(Target::AzureFlexible),
    };
    Some(Product {
        target,
        access,
        region: gateway,
        private_endpoint,
        inside,
        name: chain
            .iter()
            .find(|name| AzureHost::parse(name).is_some())?
            .clone(),
        last: chain.last()?.clone(),
    })
}

/// The region of the gateway, if all addresses are of gateways in this zone's cloud.
fn gateway(zone: &Zone, addresses: &[IpAddr]) -> Option<&'static str> {
    if zone.service != Service::Postgres {
        return None;
    }
    let in_china = zone.name.ends_with(".cn");
    let mut regions = addresses.iter().map(|ip| match ip.to_canonical() {
        IpAddr::V4(ip) => gateways::of(ip)
            .filter(|gateways| gateways.in_china() == in_china)
            .map(|gateways| gateways.region),
        IpAddr::V6(_) => None,
    });
    let first = regions.next()??;
    regions.all(|region| region.is_some()).then_some(first)
}

impl Product {
    /// What the names and addresses say about the server, as a sentence.
    pub(crate) fn sentence(&self) -> Option<String> {
        let label = self.target.map(Target::label)?;
        Some(match (self.access?, self.private_endpoint) {
            (Access::Public, false) => {
                format!("The name leads to {label}, over a public address.")
            }
            (Access::Public, true) => format!(
                "The name leads to {label}. It has a private endpoint, but from here the name leads to a public address."
            ),
            (Access::PrivateEndpoint, _) => {
                format!("The name leads to {label}, through a private endpoint.")
            }
            (Access::Vnet, _) => {
                format!("The name leads to {label}, inside a virtual network.")
            }
            (Access::Gateway, _) => format!(
                "The name leads to a gateway of {label}{}, which was retired on 2025-03-28.",
                self.region.map(|r| format!(" in {r}")).unwrap_or_default()
            ),
            (Access::Unknown, _) => return None,
        })
    }

    /// What to do about the failure with this code; none if the product makes no difference to it.
    pub(crate) fn advice(&self, code: &str) -> Option<Advice> {
        let no_way = matches!(
            code,
            "tcp.timeout" | "tcp.host_unreachable" | "tcp.net_unreachable"
        );
        let no_name = matches!(
            code,
            "dns.privatelink_unresolved" | "dns.cname_dangling" | "dns.nodata" | "dns.nxdomain"
        );
        match self.access {
            Some(Access::PrivateEndpoint) if no_name => Some(self.unknown_endpoint()),
            Some(Access::Vnet) if no_name => Some(self.unknown_in_zone()),
            Some(Access::PrivateEndpoint) if no_way => Some(self.endpoint_silent()),
            Some(Access::Vnet) if no_way => Some(self.network_silent()),
            None if no_way && self.inside => Some(self.network_silent()),
            Some(Access::Gateway) if no_way || code == "tcp.refused" => Some(self.retired()),
            Some(Access::Public) if code == "tcp.timeout" => Some(self.public_silent()),
            None if code == "dns.nxdomain" => Some(Advice::more(Vec::new())),
            _ => None,
        }
    }

    fn unknown_endpoint(&self) -> Advice {
        let zone = self.last.split_once('.').map_or("", |(_, zone)| zone);
        Advice::all(vec![
            format!(
                "The server has a private endpoint, and {} is not known here. Look from inside the virtual network, \
                 from a network that is peered with it, or over VPN.",
                self.last
            ),
            format!(
                "If you are inside: link the private DNS zone {zone} to this network, and check that it has a record for \
                 the server. Linking counts for each network; peering alone is not enough."
            ),
            "A DNS server of your own has to forward Azure's names to 168.63.129.16.".to_owned(),
        ])
    }

    fn unknown_in_zone(&self) -> Advice {
        let zone = self.last.split_once('.').map_or("", |(_, zone)| zone);
        Advice::all(vec![
            format!(
                "The name leads into the private DNS zone {zone}, which is not known here: the server lives in a virtual \
                 network. Look from inside that network, from one that is peered with it, or over VPN."
            ),
            format!(
                "If you are inside: link the private DNS zone {zone} to this network, and let a DNS server of your own \
                 forward to 168.63.129.16. Peering alone is not enough."
            ),
        ])
    }

    fn endpoint_silent(&self) -> Advice {
        Advice::all(vec![
            "The address is that of a private endpoint: it answers only inside its virtual network, in networks that are \
             peered with it, or over VPN or ExpressRoute. Look from there."
                .to_owned(),
            "If you are inside: check network security groups and routes on the way to the endpoint. The server's \
             firewall rules do not apply to it."
                .to_owned(),
            self.is_it_started(),
        ])
    }

    fn network_silent(&self) -> Advice {
        Advice::all(vec![
            "The server has a private address: it answers only inside its virtual network, in networks that are peered \
             with it, or over VPN or ExpressRoute. Look from there."
                .to_owned(),
            "If you are inside: check network security groups and routes on the way to the server. Firewall rules do not \
             apply to it."
                .to_owned(),
            self.is_it_started(),
        ])
    }

    fn public_silent(&self) -> Advice {
        if self.private_endpoint {
            return Advice::more(vec![
                "The server has a private endpoint, so its public access may be off: then it answers only inside its \
                 virtual network. Look from there, where the name leads to a private address."
                    .to_owned(),
            ]);
        }
        Advice::more(Vec::new())
    }

    fn retired(&self) -> Advice {
        Advice::all(vec![format!(
            "The name still leads to a gateway of Single Server{}, which was retired on 2025-03-28. If the server was \
             migrated, use the name of the new one; if not, ask Azure support what became of it.",
            self.region.map(|r| format!(" in {r}")).unwrap_or_default()
        )])
    }

    fn is_it_started(&self) -> String {
        let server = AzureHost::parse(&self.name).map_or("<server>", |host| host.server());
        format!(
            "Check that the server is started: az postgres flexible-server show --resource-group <resource-group> --name \
             {server} --query state"
        )
    }
}

/// What to do, instead of what is said of servers in general.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    /// What to do, most promising first.
    pub(crate) next: Vec<String>,
    /// Whether Azure's usual advice for this failure follows; it is about public servers.
    pub(crate) usual: bool,
}

impl Advice {
    fn all(next: Vec<String>) -> Self {
        Self { next, usual: false }
    }

    fn more(next: Vec<String>) -> Self {
        Self { next, usual: true }
    }
}

#[cfg(test)]
mod tests;
