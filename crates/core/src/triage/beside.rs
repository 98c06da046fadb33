//! The connection string that stands beside an error: which one it belongs to, where its part is, what is wrong with it.

use super::evidence::{Evidence, is_address};
use super::steps::Situation;
use super::{Category, PointsAt};
use crate::diagnostics::{Diagnostic, Severity};
use crate::lint::{Analysis, Found, Options};
use crate::model::{Driver, Target};
use crate::rules::Group;
use crate::text::{Span, slice};
use alloc::string::ToString;
use alloc::vec::Vec;

/// Takes out of `evidence` what stands in a secret of a string that is there too.
pub(super) fn withhold(evidence: &mut Evidence, text: &str, analysis: &Analysis) {
    let secrets: Vec<&str> = analysis
        .strings
        .iter()
        .flat_map(|found| found.secrets.iter())
        .map(|span| slice(text, *span))
        .collect();
    let own = |value: &str| {
        analysis.strings.iter().any(|found| {
            let settings = &found.settings;
            let is = |own: &Option<alloc::string::String>| own.as_deref() == Some(value);
            is(&settings.user)
                || is(&settings.database)
                || settings
                    .hosts
                    .iter()
                    .any(|h| is(&h.host) || h.port.unwrap_or(5432).to_string() == value)
        })
    };
    let is_secret = |value: &str| secrets.iter().any(|s| s.contains(value)) && !own(value);
    let Evidence {
        client_ip: _,
        server_ip,
        host,
        port,
        user,
        database,
        encrypted: _,
    } = evidence;
    for slot in [server_ip, host, user, database] {
        if slot.as_deref().is_some_and(is_secret) {
            *slot = None;
        }
    }
    if port.is_some_and(|port| is_secret(&port.to_string())) {
        *port = None;
    }
}

/// The string that the failure belongs to: the one with its host, else the first that is not a part of the message.
pub(super) fn string_for(analysis: &Analysis, said_at: Span, evidence: &Evidence) -> Option<usize> {
    let has_host =
        |found: &Found| {
            found.settings.hosts.iter().any(|h| {
                h.host.is_some() && (h.host == evidence.host || h.host == evidence.server_ip)
            })
        };
    let position = |wanted: &dyn Fn(&Found) -> bool| analysis.strings.iter().position(wanted);
    position(&has_host)
        .or_else(|| position(&|found| !found.span.overlaps(said_at)))
        .or_else(|| position(&|_| true))
}

/// Where the part of a string stands: the part itself, else the host, else all of it.
pub(super) fn place(found: &Found, points_at: PointsAt) -> Span {
    let places = &found.places;
    match points_at {
        PointsAt::Host => places.host,
        PointsAt::Port => places.port,
        PointsAt::User => places.user,
        PointsAt::Password => places.password,
        PointsAt::Database => places.database,
        PointsAt::Sslmode => places.sslmode,
        PointsAt::None => None,
    }
    .or(places.host)
    .unwrap_or(found.span)
}

/// What is known of the attempt: what the error names, filled up from the string.
pub(super) fn situation(
    options: &Options,
    evidence: &Evidence,
    client: Option<Driver>,
    found: Option<&Found>,
) -> Situation {
    let settings = found.map(|f| &f.settings);
    let first = settings.and_then(|s| s.hosts.first());
    let of_string = |pick: fn(&crate::SettingsView) -> &Option<alloc::string::String>| {
        settings.and_then(|s| pick(s).clone())
    };
    Situation {
        target: Some(options.target).filter(|target| *target != Target::Auto),
        // An address tells less than the name that the string has.
        host: evidence
            .host
            .clone()
            .filter(|host| !is_address(host))
            .or_else(|| first.and_then(|h| h.host.clone()))
            .or_else(|| evidence.host.clone()),
        port: evidence.port.or_else(|| first.and_then(|h| h.port)),
        user: evidence.user.clone().or_else(|| of_string(|s| &s.user)),
        database: evidence
            .database
            .clone()
            .or_else(|| of_string(|s| &s.database)),
        client_ip: evidence.client_ip.clone(),
        driver: client
            .or_else(|| found.map(|f| f.driver))
            .filter(|driver| *driver != Driver::Auto),
    }
}

/// What is wrong with the string and would lead to a failure of this kind.
#[must_use]
pub fn explained_by(found: &Found, category: Category) -> Vec<&Diagnostic> {
    let groups: &[Group] = match category {
        Category::DnsNotFound
        | Category::DnsTemporary
        | Category::TcpTimeout
        | Category::TcpRefused
        | Category::ServerUnreachable
        | Category::NotPostgres => &[Group::Syntax, Group::Host, Group::Port, Group::Drivers],
        Category::TlsRequired
        | Category::TlsUnsupportedByServer
        | Category::TlsCertUntrusted
        | Category::TlsHostnameMismatch => &[Group::Tls, Group::Parameters, Group::Drivers],
        Category::PasswordWrong | Category::UserUnknown | Category::UsernameFormat => {
            &[Group::Syntax, Group::User, Group::Secrets]
        }
        Category::DatabaseMissing => &[Group::Syntax, Group::Database, Group::Parameters],
        Category::ClientParseError => &[
            Group::Syntax,
            Group::Parameters,
            Group::Host,
            Group::Port,
            Group::Database,
            Group::Tls,
            Group::Drivers,
        ],
        _ => &[],
    };
    found
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error && groups.contains(&d.rule.group))
        .collect()
}
