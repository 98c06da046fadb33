//! Which part of the string a failure points at, where that shows only in what the text names.

use super::PointsAt;
use super::evidence::Evidence;
use super::read::Seen;
use super::wording::Field;
use crate::azure::AzureHost;

/// A port that is refused is the wrong one, unless the client came out at its own machine: then it did not get its host.
pub(super) fn refused_at(_: &Seen<'_>, evidence: &Evidence) -> Option<PointsAt> {
    let local = |text: &alloc::string::String| {
        text.eq_ignore_ascii_case("localhost")
            || text
                .parse::<core::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    };
    [&evidence.host, &evidence.server_ip]
        .into_iter()
        .flatten()
        .any(local)
        .then_some(PointsAt::Host)
}

/// Flexible Server takes `app@shop` for the whole name and calls the password wrong.
pub(super) fn leftover_server(_: &Seen<'_>, evidence: &Evidence) -> Option<PointsAt> {
    let host = evidence.host.as_deref()?;
    let (_, tail) = evidence.user.as_deref()?.rsplit_once('@')?;
    let server = AzureHost::parse(host)?.server();
    (tail.eq_ignore_ascii_case(server) || tail.eq_ignore_ascii_case(host)).then_some(PointsAt::User)
}

/// A setting's name says which part it is.
pub(super) fn by_key(seen: &Seen<'_>, _: &Evidence) -> Option<PointsAt> {
    let key: alloc::string::String = seen
        .field(Field::Key)?
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match key.as_str() {
        key if key.starts_with("ssl") || key.starts_with("tls") => Some(PointsAt::Sslmode),
        "host" | "server" | "hostaddr" | "hostname" | "datasource" | "servername" => {
            Some(PointsAt::Host)
        }
        "port" => Some(PointsAt::Port),
        "user" | "userid" | "username" | "uid" => Some(PointsAt::User),
        "password" | "pwd" | "passwd" | "passw" => Some(PointsAt::Password),
        "dbname" | "database" | "db" | "initialcatalog" => Some(PointsAt::Database),
        _ => None,
    }
}

/// What begins with digits was meant for a port; anything else got there because the string fell apart before it.
pub(super) fn port_or_password(seen: &Seen<'_>, _: &Evidence) -> Option<PointsAt> {
    let value = seen.field(Field::Secret)?.trim_start_matches(['-', ':']);
    let digits = value.starts_with(|c: char| c.is_ascii_digit()) && value.len() <= 6;
    (digits && !value.contains('@')).then_some(PointsAt::Port)
}
