//! PAR014: a keyword that only recent versions of the driver know.

use super::strange::driver;
use crate::detect::accepts;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar};
use crate::near::letters;
use crate::parse::keywords::{self, libpq_since};
use crate::parse::kinds::on_libpq;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR014",
    name: "keyword-newer-than-driver",
    group: Group::Parameters,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("keyword_newer.md"),
    check,
};

fn message(key: &str, library: &str, version: &str) -> String {
    format!("`{key}` needs {library} {version} or later")
}

/// Keywords with the version that brought them; Npgsql's are compared by their letters.
const NPGSQL: &[(&str, &str)] = &[
    ("channelbinding", "8.0"),
    ("sslnegotiation", "9.0"),
    ("requireauth", "10.0"),
    ("gssencryptionmode", "10.0"),
];

const PGJDBC: &[(&str, &str)] = &[
    ("authenticationPluginClassName", "42.3.2"),
    ("channelBinding", "42.7.4"),
    ("sslNegotiation", "42.7.4"),
    ("pemKeyAlgorithm", "42.7.9"),
    ("requireAuth", "42.7.11"),
];

const ASYNCPG: &[(&str, &str)] = &[
    ("sslnegotiation", "0.30"),
    ("service", "0.31"),
    ("servicefile", "0.31"),
];

const NODE_POSTGRES: &[(&str, &str)] = &[("uselibpqcompat", "8.15"), ("sslnegotiation", "8.23")];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !accepts(ctx.driver, ctx.parse.dialect) {
        return;
    }
    for setting in &ctx.settings().all {
        let Some(span) = setting.key_span.filter(|key| !ctx.has_variable(*key)) else {
            continue;
        };
        let Some((library, version)) = since(ctx, &setting.key) else {
            continue;
        };
        let consequence = match ctx.grammar() {
            Grammar::Jdbc => "Older versions pass over it without a word.",
            _ if ctx.driver == Driver::NodePostgres => {
                "Older versions pass over it without a word."
            }
            _ if ctx.driver == Driver::Asyncpg => {
                "Older versions hand it to the server, which refuses it."
            }
            _ => "Older versions refuse the whole string.",
        };
        let which = if library == "libpq" && ctx.driver != Driver::Libpq {
            format!(
                " {} uses the libpq that it is built with or finds on the machine.",
                driver(ctx)
            )
        } else {
            String::new()
        };
        let shown = ctx.show(span);
        out.push(
            Finding::new(span, message(&shown, library, &version))
                .help(format!("{consequence}{which}")),
        );
    }
}

fn since(ctx: &Context<'_>, key: &str) -> Option<(&'static str, String)> {
    let of = |table: &[(&str, &str)], key: &str| {
        let (_, version) = table.iter().find(|(name, _)| *name == key)?;
        Some((*version).to_string())
    };
    match (ctx.grammar(), ctx.driver) {
        (Grammar::AdoNet, _) => Some(("Npgsql", of(NPGSQL, &letters(key))?)),
        (Grammar::Jdbc, _) => Some(("pgJDBC", of(PGJDBC, key)?)),
        (Grammar::Uri, Driver::Asyncpg) => Some(("asyncpg", of(ASYNCPG, key)?)),
        (Grammar::Uri, Driver::NodePostgres) => Some(("node-postgres", of(NODE_POSTGRES, key)?)),
        (grammar, driver) if on_libpq(driver) => {
            let keyword = match grammar {
                Grammar::Entries => keywords::VARIABLES
                    .iter()
                    .find(|(name, _)| *name == key)
                    .map_or(key, |(_, keyword)| *keyword),
                _ => key,
            };
            let version = libpq_since(keyword);
            (version > 0).then(|| ("libpq", version.to_string()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver as given, findings, silent};

    #[test]
    fn the_version_that_brought_it_is_named() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://a.example,b.example/app?load_balance_hosts=random
                                     ^^^^^^^^^^^^^^^^^^ `load_balance_hosts` needs libpq 16 or later
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Database=app;SSL Negotiation=Direct;SSL Mode=Require
                             ^^^^^^^^^^^^^^^ `SSL Negotiation` needs Npgsql 9.0 or later
",
        );
        for text in [
            "host=db.example user=app oauth_issuer=https://id.example",
            "jdbc:postgresql://db.example/app?channelBinding=require",
            "PGHOST=db.example\nPGUSER=app\nPGSSLNEGOTIATION=direct",
        ] {
            let found = findings(&RULE, &auto(), text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].certainty, Certainty::Depends);
        }
        assert_eq!(
            findings(
                &RULE,
                &given(Driver::NodePostgres),
                "postgres://db.example/app?sslmode=require&uselibpqcompat=true"
            )
            .len(),
            1
        );
    }

    #[test]
    fn what_every_version_in_use_has_is_left_alone() {
        for text in [
            "postgresql://db.example/app?sslmode=require&channel_binding=require&sslsni=1",
            "Host=db.example;SSL Certificate=a;Root Certificate=b;Target Session Attributes=any",
            "jdbc:postgresql://db.example/app?sslmode=require&tcpKeepAlive=true",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &given(Driver::TokioPostgres),
            "postgresql://db.example/app?load_balance_hosts=random",
        );
    }
}
