//! HST025: no host is given, and the driver takes this computer.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST025",
    name: "host-missing",
    group: Group::Host,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("host_missing.md"),
    check,
};

fn message(who: &str) -> String {
    format!("no host is given, so {who} takes this computer")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let settings = ctx.settings();
    let given = |param| ctx.get(param).is_some_and(|s| !s.value.expose().is_empty());
    let anywhere = settings.first_host().is_some()
        || given(Param::Host)
        || given(Param::HostAddr)
        || settings
            .all
            .iter()
            .any(|s| s.key.eq_ignore_ascii_case("service"));
    // What the driver cannot read may have a host.
    let refused = !ctx.parse.errors.is_empty();
    let whole = matches!(
        ctx.grammar(),
        Grammar::Uri | Grammar::KeyValue | Grammar::Jdbc | Grammar::Pdo
    );
    // With a password or TLS, another computer is meant; `postgresql:///app` is for this one.
    let telling = [Param::Password, Param::SslMode, Param::SslRootCert]
        .into_iter()
        .find_map(|param| ctx.get(param));
    let Some(telling) = telling.filter(|_| whole && !anywhere && !refused) else {
        return;
    };
    if ctx.has_variable_outside_values() {
        return;
    }
    let tls = telling.param != Param::Password || ctx.get(Param::SslMode).is_some();
    let socket = over_socket(ctx);
    let where_to = if socket {
        "its local socket, unless `PGHOST` says otherwise"
    } else {
        "`localhost`"
    };
    let no_tls = if tls && socket {
        " On the socket there is no TLS, whatever the mode says."
    } else {
        ""
    };
    let mut finding = Finding::new(place(ctx), message(ctx.driver.label())).help(format!(
        "The driver connects to {where_to}.{no_tls} Give the host where the server is elsewhere."
    ));
    if ctx.target_given && ctx.target.is_azure() {
        finding = finding
            .severity(Severity::Warning)
            .certainty(Certainty::Likely);
    }
    out.push(finding);
}

/// libpq and what is built on it.
const fn over_socket(ctx: &Context<'_>) -> bool {
    matches!(
        ctx.driver,
        Driver::Libpq
            | Driver::Psycopg
            | Driver::Sqlalchemy
            | Driver::Django
            | Driver::Asyncpg
            | Driver::Pgx
            | Driver::RubyPg
            | Driver::PhpPgsql
            | Driver::PhpPdo
    )
}

/// Where the host would stand: behind the slashes, or at the first keyword.
fn place(ctx: &Context<'_>) -> Span {
    if let Some(slashes) = ctx.text.find("//").filter(|_| ctx.grammar().is_url()) {
        return Span::new(slashes, slashes + 2);
    }
    ctx.settings()
        .all
        .iter()
        .find_map(|s| s.key_span)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Target;
    use crate::rules::testing::{auto, carets, findings, silent, target};

    #[test]
    fn a_string_that_means_a_server_and_names_none_is_a_question() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@/shop
           ^^ no host is given, so libpq takes this computer
",
        );
        carets(
            &RULE,
            &auto(),
            "
user=app dbname=shop sslmode=require
^^^^ no host is given, so libpq takes this computer
",
        );
        let found = findings(&RULE, &auto(), "user=app dbname=shop sslmode=require");
        assert_eq!(found[0].severity, Severity::Info);
        assert!(found[0].help.contains("no TLS"));
        let azure = target(Target::AzureFlexible);
        let found = findings(&RULE, &azure, "user=app dbname=shop sslmode=require");
        assert_eq!(found[0].severity, Severity::Warning);
    }

    #[test]
    fn strings_for_this_computer_are_left_alone() {
        for text in [
            "postgresql:///app",
            "dbname=app user=u",
            "jdbc:postgresql:app",
            "postgresql://app:pw@/shop?host=/var/run/postgresql",
            "postgresql://app:pw@h/shop",
            "hostaddr=127.0.0.1 user=u password=pw dbname=a",
            "service=shop user=u password=pw",
            "postgresql://app:pw@${HOST}/shop",
            "Database=app;Username=u;Password=pw",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
