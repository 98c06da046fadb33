//! DRV007: a keyword of Prisma's own engine, which version 7 does without.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DRV007",
    name: "prisma-engine-keyword",
    group: Group::Drivers,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("prisma_engine_keyword.md"),
    check,
};

fn message(key: &str) -> String {
    format!("`{key}` is for Prisma's engine, up to version 6")
}

/// What only the engine reads from the URL, and the option of node-postgres's pool that does the same, where there is one.
const KEYWORDS: &[(&str, &str)] = &[
    ("connection_limit", " `max` of its pool takes the place."),
    (
        "pool_timeout",
        " `connectionTimeoutMillis` of its pool takes the place.",
    ),
    (
        "max_idle_connection_lifetime",
        " `idleTimeoutMillis` of its pool takes the place.",
    ),
    ("max_connection_lifetime", ""),
    ("socket_timeout", ""),
    ("sslaccept", ""),
    ("sslidentity", ""),
    ("pgbouncer", ""),
    ("statement_cache_size", ""),
];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.driver != Driver::Prisma || ctx.grammar() != Grammar::Uri {
        return;
    }
    // Once is enough.
    let found = ctx.settings().all.iter().find_map(|s| {
        let (_, instead) = KEYWORDS.iter().find(|(name, _)| *name == s.key)?;
        Some((s.key_span?, *instead))
    });
    if let Some((key, instead)) = found {
        out.push(Finding::new(key, message(&ctx.show(key))).help(format!(
            "Version 7 connects through a driver adapter, which is node-postgres in `@prisma/adapter-pg`, and that passes over the engine's keywords.{instead}"
        )));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn the_engines_keywords_are_named_once() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@db.example/orders?connection_limit=5&pool_timeout=10
                                   ^^^^^^^^^^^^^^^^ `connection_limit` is for Prisma's engine, up to version 6
",
        );
        for text in [
            "postgresql://app@db.example/orders?schema=public",
            "postgresql://app@db.example/orders?connect_timeout=5",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
