//! The addresses of the gateways that Single Servers shared, region by region.
//!
//! From Microsoft's page on the connectivity architecture of Azure Database for PostgreSQL - Single
//! Server, in its last revision (2023-03-09): the gateways' subnets, and the gateway addresses that
//! lie outside of them. Single Server was retired on 2025-03-28.

use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// The gateways of one region.
pub(super) struct Gateways {
    /// The region, as Microsoft writes it.
    pub(super) region: &'static str,
    networks: &'static [Ipv4Net],
}

impl Gateways {
    /// Whether the region is one of Azure China, a cloud of its own.
    pub(super) fn in_china(&self) -> bool {
        self.region.starts_with("China ")
    }
}

/// The gateways that this address belongs to.
pub(super) fn of(ip: Ipv4Addr) -> Option<&'static Gateways> {
    REGIONS
        .iter()
        .find(|gateways| gateways.networks.iter().any(|net| net.contains(&ip)))
}

const fn net(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const REGIONS: &[Gateways] = &[
    Gateways {
        region: "Australia Central",
        networks: &[net(20, 36, 105, 32, 29), net(20, 53, 48, 96, 27)],
    },
    Gateways {
        region: "Australia Central 2",
        networks: &[net(20, 36, 113, 32, 29), net(20, 53, 56, 32, 27)],
    },
    Gateways {
        region: "Australia East",
        networks: &[
            net(13, 70, 112, 32, 29),
            net(40, 79, 160, 32, 29),
            net(40, 79, 168, 32, 29),
            net(20, 53, 46, 128, 27),
        ],
    },
    Gateways {
        region: "Australia Southeast",
        networks: &[net(13, 77, 49, 32, 29), net(104, 46, 179, 160, 27)],
    },
    Gateways {
        region: "Brazil South",
        networks: &[
            net(191, 234, 153, 32, 27),
            net(191, 234, 152, 32, 27),
            net(191, 234, 157, 136, 29),
            net(191, 233, 200, 32, 29),
            net(191, 234, 144, 32, 29),
            net(191, 234, 142, 160, 27),
            net(191, 233, 201, 8, 32),
            net(191, 233, 200, 16, 32),
        ],
    },
    Gateways {
        region: "Brazil Southeast",
        networks: &[
            net(191, 233, 48, 32, 29),
            net(191, 233, 15, 160, 27),
            net(191, 233, 48, 2, 32),
        ],
    },
    Gateways {
        region: "Canada Central",
        networks: &[
            net(13, 71, 168, 32, 29),
            net(20, 38, 144, 32, 29),
            net(52, 246, 152, 32, 29),
            net(20, 48, 196, 32, 27),
        ],
    },
    Gateways {
        region: "Canada East",
        networks: &[net(40, 69, 105, 32, 29), net(52, 139, 106, 192, 27)],
    },
    Gateways {
        region: "Central US",
        networks: &[
            net(104, 208, 21, 192, 29),
            net(13, 89, 168, 192, 29),
            net(52, 182, 136, 192, 29),
            net(20, 40, 228, 128, 27),
            net(52, 182, 136, 37, 32),
            net(52, 182, 136, 38, 32),
        ],
    },
    Gateways {
        region: "China East",
        networks: &[net(52, 130, 112, 136, 29), net(52, 130, 13, 96, 27)],
    },
    Gateways {
        region: "China East 2",
        networks: &[
            net(52, 130, 120, 88, 29),
            net(52, 130, 7, 0, 27),
            net(40, 73, 82, 1, 32),
        ],
    },
    Gateways {
        region: "China North",
        networks: &[net(52, 130, 128, 88, 29), net(40, 72, 77, 128, 27)],
    },
    Gateways {
        region: "China North 2",
        networks: &[
            net(52, 130, 40, 64, 29),
            net(52, 130, 21, 160, 27),
            net(40, 73, 50, 0, 32),
        ],
    },
    Gateways {
        region: "East Asia",
        networks: &[
            net(20, 205, 77, 176, 29),
            net(20, 205, 83, 224, 29),
            net(20, 205, 77, 200, 29),
            net(13, 75, 32, 192, 29),
            net(13, 75, 33, 192, 29),
            net(20, 195, 72, 32, 27),
            net(13, 75, 33, 20, 32),
            net(13, 75, 33, 21, 32),
        ],
    },
    Gateways {
        region: "East US",
        networks: &[
            net(20, 42, 65, 64, 29),
            net(20, 42, 73, 0, 29),
            net(52, 168, 116, 64, 29),
            net(20, 62, 132, 160, 27),
            net(40, 71, 8, 203, 32),
            net(40, 71, 83, 113, 32),
        ],
    },
    Gateways {
        region: "East US 2",
        networks: &[
            net(104, 208, 150, 192, 29),
            net(40, 70, 144, 192, 29),
            net(52, 167, 104, 192, 29),
            net(20, 62, 58, 128, 27),
            net(52, 167, 105, 38, 32),
            net(40, 70, 144, 38, 32),
        ],
    },
    Gateways {
        region: "France Central",
        networks: &[
            net(40, 79, 128, 32, 29),
            net(40, 79, 136, 32, 29),
            net(40, 79, 144, 32, 29),
            net(20, 43, 47, 192, 27),
            net(40, 79, 129, 1, 32),
        ],
    },
    Gateways {
        region: "France South",
        networks: &[
            net(40, 79, 176, 40, 29),
            net(40, 79, 177, 32, 29),
            net(52, 136, 185, 0, 27),
        ],
    },
    Gateways {
        region: "Germany North",
        networks: &[
            net(51, 116, 57, 32, 29),
            net(51, 116, 54, 96, 27),
            net(51, 116, 56, 0, 32),
        ],
    },
    Gateways {
        region: "Germany West Central",
        networks: &[
            net(51, 116, 152, 32, 29),
            net(51, 116, 240, 32, 29),
            net(51, 116, 248, 32, 29),
            net(51, 116, 149, 32, 27),
            net(51, 116, 152, 0, 32),
        ],
    },
    Gateways {
        region: "India Central",
        networks: &[
            net(40, 80, 48, 32, 29),
            net(104, 211, 86, 32, 29),
            net(20, 192, 96, 32, 29),
            net(20, 192, 43, 160, 27),
        ],
    },
    Gateways {
        region: "India South",
        networks: &[
            net(40, 78, 192, 32, 29),
            net(40, 78, 193, 32, 29),
            net(52, 172, 113, 96, 27),
        ],
    },
    Gateways {
        region: "India West",
        networks: &[
            net(104, 211, 144, 32, 29),
            net(104, 211, 145, 32, 29),
            net(52, 136, 53, 160, 27),
        ],
    },
    Gateways {
        region: "Japan East",
        networks: &[
            net(13, 78, 104, 32, 29),
            net(40, 79, 184, 32, 29),
            net(40, 79, 192, 32, 29),
            net(20, 191, 165, 160, 27),
            net(40, 79, 184, 8, 32),
            net(40, 79, 192, 23, 32),
        ],
    },
    Gateways {
        region: "Japan West",
        networks: &[
            net(20, 18, 179, 192, 29),
            net(40, 74, 96, 32, 29),
            net(20, 189, 225, 160, 27),
            net(40, 74, 96, 6, 32),
        ],
    },
    Gateways {
        region: "Jio India Central",
        networks: &[net(20, 192, 233, 32, 29), net(20, 192, 48, 32, 27)],
    },
    Gateways {
        region: "Jio India West",
        networks: &[net(20, 193, 200, 32, 29), net(20, 192, 167, 224, 27)],
    },
    Gateways {
        region: "Korea Central",
        networks: &[
            net(20, 194, 64, 32, 29),
            net(20, 44, 24, 32, 29),
            net(52, 231, 16, 32, 29),
            net(20, 194, 73, 64, 27),
            net(52, 231, 17, 13, 32),
        ],
    },
    Gateways {
        region: "Korea South",
        networks: &[
            net(52, 231, 151, 96, 27),
            net(52, 231, 151, 88, 29),
            net(52, 231, 145, 0, 29),
            net(52, 147, 112, 160, 27),
        ],
    },
    Gateways {
        region: "North Central US",
        networks: &[
            net(52, 162, 105, 200, 29),
            net(20, 125, 171, 192, 29),
            net(52, 162, 105, 192, 29),
            net(20, 49, 119, 32, 27),
            net(52, 162, 104, 35, 32),
            net(52, 162, 104, 36, 32),
        ],
    },
    Gateways {
        region: "North Europe",
        networks: &[
            net(13, 69, 233, 136, 29),
            net(13, 74, 105, 192, 29),
            net(52, 138, 229, 72, 29),
            net(52, 146, 133, 128, 27),
            net(52, 138, 224, 6, 32),
            net(52, 138, 224, 7, 32),
        ],
    },
    Gateways {
        region: "Norway East",
        networks: &[
            net(51, 120, 208, 32, 29),
            net(51, 120, 104, 32, 29),
            net(51, 120, 96, 32, 29),
            net(51, 120, 232, 192, 27),
            net(51, 120, 96, 0, 32),
        ],
    },
    Gateways {
        region: "Norway West",
        networks: &[
            net(51, 120, 217, 32, 29),
            net(51, 13, 136, 224, 27),
            net(51, 120, 216, 0, 32),
        ],
    },
    Gateways {
        region: "South Africa North",
        networks: &[
            net(102, 133, 120, 32, 29),
            net(102, 133, 152, 32, 29),
            net(102, 133, 248, 32, 29),
            net(102, 133, 221, 224, 27),
            net(102, 133, 152, 0, 32),
        ],
    },
    Gateways {
        region: "South Africa West",
        networks: &[
            net(102, 133, 25, 32, 29),
            net(102, 37, 80, 96, 27),
            net(102, 133, 24, 0, 32),
        ],
    },
    Gateways {
        region: "South Central US",
        networks: &[
            net(20, 45, 121, 32, 29),
            net(20, 49, 88, 32, 29),
            net(20, 49, 89, 32, 29),
            net(40, 124, 64, 136, 29),
            net(20, 65, 132, 160, 27),
            net(20, 45, 120, 0, 32),
        ],
    },
    Gateways {
        region: "Southeast Asia",
        networks: &[
            net(13, 67, 16, 192, 29),
            net(23, 98, 80, 192, 29),
            net(40, 78, 232, 192, 29),
            net(20, 195, 65, 32, 27),
            net(23, 98, 80, 12, 32),
            net(40, 78, 233, 2, 32),
        ],
    },
    Gateways {
        region: "Sweden Central",
        networks: &[
            net(51, 12, 96, 32, 29),
            net(51, 12, 232, 32, 29),
            net(51, 12, 224, 32, 29),
            net(51, 12, 46, 32, 27),
        ],
    },
    Gateways {
        region: "Sweden South",
        networks: &[
            net(51, 12, 201, 32, 29),
            net(51, 12, 200, 32, 29),
            net(51, 12, 198, 32, 27),
        ],
    },
    Gateways {
        region: "Switzerland North",
        networks: &[
            net(51, 107, 56, 32, 29),
            net(51, 103, 203, 192, 29),
            net(20, 208, 19, 192, 29),
            net(51, 107, 242, 32, 27),
            net(51, 107, 56, 0, 32),
        ],
    },
    Gateways {
        region: "Switzerland West",
        networks: &[
            net(51, 107, 153, 32, 29),
            net(51, 107, 250, 64, 27),
            net(51, 107, 152, 0, 32),
        ],
    },
    Gateways {
        region: "UAE Central",
        networks: &[
            net(20, 37, 72, 96, 29),
            net(20, 37, 73, 96, 29),
            net(20, 37, 71, 64, 27),
            net(20, 37, 72, 64, 32),
        ],
    },
    Gateways {
        region: "UAE North",
        networks: &[
            net(20, 38, 152, 24, 29),
            net(40, 120, 72, 32, 29),
            net(65, 52, 248, 32, 29),
            net(20, 38, 143, 64, 27),
            net(65, 52, 248, 0, 32),
        ],
    },
    Gateways {
        region: "UK South",
        networks: &[
            net(51, 105, 64, 32, 29),
            net(51, 105, 72, 32, 29),
            net(51, 140, 144, 32, 29),
            net(51, 143, 209, 224, 27),
            net(51, 105, 64, 0, 32),
        ],
    },
    Gateways {
        region: "UK West",
        networks: &[
            net(51, 140, 208, 96, 29),
            net(51, 140, 209, 32, 29),
            net(20, 58, 66, 128, 27),
        ],
    },
    Gateways {
        region: "West Central US",
        networks: &[net(13, 71, 193, 32, 29), net(20, 69, 0, 32, 27)],
    },
    Gateways {
        region: "West Europe",
        networks: &[
            net(104, 40, 169, 32, 29),
            net(13, 69, 112, 168, 29),
            net(52, 236, 184, 32, 29),
            net(20, 61, 99, 192, 27),
            net(13, 69, 105, 208, 32),
            net(104, 40, 169, 187, 32),
        ],
    },
    Gateways {
        region: "West US",
        networks: &[
            net(20, 168, 163, 192, 29),
            net(13, 86, 217, 224, 29),
            net(20, 66, 3, 64, 27),
            net(13, 86, 216, 212, 32),
            net(13, 86, 217, 212, 32),
        ],
    },
    Gateways {
        region: "West US 2",
        networks: &[
            net(13, 66, 136, 192, 29),
            net(40, 78, 240, 192, 29),
            net(40, 78, 248, 192, 29),
            net(20, 51, 9, 128, 27),
        ],
    },
    Gateways {
        region: "West US 3",
        networks: &[
            net(20, 150, 168, 32, 29),
            net(20, 150, 176, 32, 29),
            net(20, 150, 184, 32, 29),
            net(20, 150, 241, 128, 27),
            net(20, 150, 184, 2, 32),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn region(text: &str) -> Option<&'static str> {
        of(text.parse().unwrap()).map(|gateways| gateways.region)
    }

    #[test]
    fn addresses_lead_to_their_region() {
        assert_eq!(region("13.69.105.208"), Some("West Europe"));
        assert_eq!(region("20.61.99.223"), Some("West Europe"));
        assert_eq!(region("20.61.99.224"), None);
        assert_eq!(region("40.71.8.203"), Some("East US"));
        assert_eq!(region("52.130.112.139"), Some("China East"));
        assert_eq!(region("8.8.8.8"), None);
    }

    #[test]
    fn no_network_stands_in_two_regions_and_none_has_bits_beyond_its_prefix() {
        let mut seen = HashSet::new();
        for gateways in REGIONS {
            assert!(!gateways.networks.is_empty(), "{}", gateways.region);
            for network in gateways.networks {
                assert_eq!(network.trunc(), *network, "{}", gateways.region);
                assert!(seen.insert(*network), "{network}");
                assert_eq!(of(network.addr()).map(|g| g.region), Some(gateways.region));
            }
        }
    }
}
