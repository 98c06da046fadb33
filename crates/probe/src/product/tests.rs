//! What is recognised from which names and addresses, and what is left open.

use super::*;

fn see(chain: &[&str], addresses: &[&str]) -> Option<Product> {
    let chain: Vec<String> = chain.iter().map(ToString::to_string).collect();
    let addresses: Vec<IpAddr> = addresses.iter().map(|ip| ip.parse().unwrap()).collect();
    recognise(&chain, &addresses)
}

const SHOP: &str = "shop.postgres.database.azure.com";
const RECORD: &str = "shop.rs-a1b2c3d4e5f6g7h.postgres.database.azure.com";
const LINK: &str = "shop.privatelink.postgres.database.azure.com";

#[test]
fn names_and_addresses_tell_product_and_access() {
    use Access::{Gateway, PrivateEndpoint, Public, Vnet};
    use Target::{AzureCosmos, AzureFlexible, AzureHorizon, AzureSingle};
    type Case<'a> = (&'a [&'a str], &'a [&'a str], Option<Target>, Option<Access>);
    let cases: &[Case<'_>] = &[
        // Public, as new servers are laid out, and as older ones are.
        (
            &[SHOP, RECORD],
            &["20.50.60.70"],
            Some(AzureFlexible),
            Some(Public),
        ),
        (&[SHOP], &["20.50.60.70"], Some(AzureFlexible), Some(Public)),
        // A private endpoint, from inside, from outside, and from where it is not known.
        (
            &[SHOP, LINK],
            &["10.1.2.3"],
            Some(AzureFlexible),
            Some(PrivateEndpoint),
        ),
        (
            &[SHOP, LINK],
            &["20.50.60.70"],
            Some(AzureFlexible),
            Some(Public),
        ),
        (
            &[SHOP, LINK],
            &[],
            Some(AzureFlexible),
            Some(PrivateEndpoint),
        ),
        (&[LINK], &[], Some(AzureFlexible), Some(PrivateEndpoint)),
        // Inside a virtual network.
        (
            &[SHOP, "shop.private.postgres.database.azure.com"],
            &["10.1.2.3"],
            Some(AzureFlexible),
            Some(Vnet),
        ),
        (
            &[SHOP, "abc.shopzone.team.postgres.database.azure.com"],
            &[],
            Some(AzureFlexible),
            Some(Vnet),
        ),
        // A private address and nothing else: either kind of private access could be meant.
        (&[SHOP], &["10.1.2.3"], Some(AzureFlexible), None),
        (
            &["shop.private.postgres.database.azure.com"],
            &[],
            Some(AzureFlexible),
            Some(Vnet),
        ),
        (&["shop.typo.postgres.database.azure.com"], &[], None, None),
        // A name that leads nowhere could be either product's.
        (&[SHOP], &[], None, None),
        // Single Server's gateways.
        (
            &[SHOP],
            &["13.69.105.208"],
            Some(AzureSingle),
            Some(Gateway),
        ),
        (
            &[SHOP],
            &["13.69.105.208", "20.50.60.70"],
            Some(AzureFlexible),
            Some(Public),
        ),
        (
            &["shop.postgres.database.chinacloudapi.cn"],
            &["52.130.112.139"],
            Some(AzureSingle),
            Some(Gateway),
        ),
        // An address of another cloud's gateway means nothing here.
        (
            &[SHOP],
            &["52.130.112.139"],
            Some(AzureFlexible),
            Some(Public),
        ),
        // Other clouds and services.
        (
            &["shop.postgres.database.usgovcloudapi.net"],
            &["20.50.60.70"],
            Some(AzureFlexible),
            Some(Public),
        ),
        (
            &["c-shop.abcdefghijklmn.postgres.cosmos.azure.com"],
            &["20.50.60.70"],
            Some(AzureCosmos),
            Some(Public),
        ),
        (
            &[
                "c-shop.abcdefghijklmn.postgres.cosmos.azure.com",
                "c-shop.abcdefghijklmn.privatelink.postgres.cosmos.azure.com",
            ],
            &["10.1.2.3"],
            Some(AzureCosmos),
            Some(PrivateEndpoint),
        ),
        (
            &["shop.0123456789ab.westeurope.horizondb.azure.com"],
            &["20.50.60.70"],
            Some(AzureHorizon),
            Some(Public),
        ),
        // One's own name for such a server.
        (
            &["db.corp.example", SHOP, RECORD],
            &["20.50.60.70"],
            Some(AzureFlexible),
            Some(Public),
        ),
    ];
    for (chain, addresses, target, access) in cases {
        let product = see(chain, addresses).unwrap();
        assert_eq!(
            (product.target, product.access),
            (*target, *access),
            "{chain:?} {addresses:?}"
        );
    }
}

#[test]
fn servers_of_others_are_not_guessed_at() {
    assert_eq!(see(&["db.corp.example"], &["13.69.105.208"]), None);
    assert_eq!(
        see(&["shop.mysql.database.azure.com"], &["20.50.60.70"]),
        None
    );
    assert_eq!(see(&[], &["13.69.105.208"]), None);
}

#[test]
fn the_advice_is_for_the_way_that_the_server_is_reached() {
    let private = see(&[SHOP, LINK], &["10.1.2.3"]).unwrap();
    let advice = private.advice("tcp.timeout").unwrap();
    assert!(!advice.usual, "firewall rules do not apply to an endpoint");
    assert!(advice.next[0].contains("private endpoint"), "{advice:?}");
    assert!(advice.next.last().unwrap().contains("--name shop"));

    let hidden = see(&[SHOP, LINK], &[]).unwrap();
    let advice = hidden.advice("dns.privatelink_unresolved").unwrap();
    assert!(advice.next[0].contains(LINK));
    assert!(advice.next[1].contains("zone privatelink.postgres.database.azure.com "));

    let outside = see(&[SHOP, LINK], &["20.50.60.70"]).unwrap();
    let advice = outside.advice("tcp.timeout").unwrap();
    assert!(advice.usual && advice.next[0].contains("public access may be off"));

    let public = see(&[SHOP, RECORD], &["20.50.60.70"]).unwrap();
    let advice = public.advice("tcp.timeout").unwrap();
    assert!(advice.usual && advice.next.is_empty());
    assert_eq!(public.advice("ssl.closed"), None);

    let single = see(&[SHOP], &["13.69.105.208"]).unwrap();
    let advice = single.advice("tcp.timeout").unwrap();
    assert!(advice.next[0].contains("West Europe") && advice.next[0].contains("2025-03-28"));
}

#[test]
fn sentences_are_whole() {
    for (chain, addresses) in [
        (vec![SHOP, RECORD], vec!["20.50.60.70"]),
        (vec![SHOP, LINK], vec!["20.50.60.70"]),
        (vec![SHOP, LINK], vec!["10.1.2.3"]),
        (
            vec![SHOP, "shop.private.postgres.database.azure.com"],
            vec!["10.1.2.3"],
        ),
        (vec![SHOP], vec!["13.69.105.208"]),
    ] {
        let sentence = see(&chain, &addresses).unwrap().sentence().unwrap();
        assert!(sentence.starts_with("The name leads to ") && sentence.ends_with('.'));
    }
}
