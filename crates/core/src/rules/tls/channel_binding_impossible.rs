//! TLS022: channel binding is required where the other end cannot give it.

use super::modes::{self, speaks_to_azure};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{HostPort, Param, Setting};
use crate::readings::Encrypted;
use crate::rules::{Context, Finding, Group, Rule};
use crate::token;
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS022",
    name: "channel-binding-impossible",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("channel_binding_impossible.md"),
    check,
};

/// What stands in the way of it.
#[derive(Clone, Copy)]
enum Obstacle {
    NoTls,
    Pooler,
    Token,
}

const fn message(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::NoTls => "channel binding is required, and TLS is switched off",
        Obstacle::Pooler => "channel binding is required, and PgBouncer does not offer it",
        Obstacle::Token => "channel binding is required, and a token login has none",
    }
}

const fn help(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::NoTls => {
            "Channel binding ties the password's proof to the TLS connection, so there must be one: libpq answers `channel binding required, but SSL not in use`."
        }
        Obstacle::Pooler => {
            "The pooler stands between client and server and logs in by itself: libpq answers `channel binding is required, but server did not offer an authentication method that supports channel binding`. `prefer` uses it where it is offered; `verify-full` keeps others out as well."
        }
        Obstacle::Token => {
            "Azure asks for the token as it is, and only SCRAM has channel binding: libpq answers `channel binding required but not supported by server's authentication request`. `verify-full` keeps the token from other servers instead."
        }
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = required(ctx) else { return };
    let Some(obstacle) = obstacle(ctx) else {
        return;
    };
    let mut finding = Finding::new(setting.span(), message(obstacle)).help(help(obstacle));
    if matches!(obstacle, Obstacle::NoTls) {
        finding = finding.certainty(Certainty::Certain);
    }
    let capital = setting.value.expose().starts_with('R');
    let better = if capital { "Prefer" } else { "prefer" };
    out.push(finding.fix(
        format!("Write `{better}`"),
        Applicability::Unsafe,
        alloc::vec![Edit::replace(setting.value.span, better)],
    ));
}

fn required<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    // Where the driver does not know the keyword, that is what is wrong.
    let all = &ctx.settings().all;
    all.iter().rfind(|s| {
        s.param == Param::Known
            && ["channelbinding", "pgchannelbinding"]
                .iter()
                .any(|name| modes::spells(&s.key, name))
            && s.value.expose().eq_ignore_ascii_case("require")
            && !ctx.has_variable(s.span())
    })
}

fn obstacle(ctx: &Context<'_>) -> Option<Obstacle> {
    let never = modes::effective(ctx).is_some_and(|tls| tls.encrypted == Encrypted::Never);
    if never && modes::distance(ctx) != modes::Distance::Here {
        return Some(Obstacle::NoTls);
    }
    if !speaks_to_azure(ctx) {
        return None;
    }
    let password = ctx.get(Param::Password);
    if password.is_some_and(|s| token::Token::read(s.value.expose()).is_some()) {
        return Some(Obstacle::Token);
    }
    let pooled = ctx.settings().hosts.iter().any(|h| {
        let variable = h.port.as_ref().is_some_and(|p| ctx.has_variable(p.span));
        !variable && matches!(HostPort::port_number(h), Some(6432 | 8432))
    });
    pooled.then_some(Obstacle::Pooler)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn each_obstacle_is_named() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=5432 sslmode=disable channel_binding=require
                                          ^^^^^^^^^^^^^^^^^^^^^^^ channel binding is required, and TLS is switched off
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;Port=6432;SSL Mode=Require;Channel Binding=Require
                                                                 ^^^^^^^^^^^^^^^^^^^^^^^ channel binding is required, and PgBouncer does not offer it
",
        );
    }

    #[test]
    fn the_fix_uses_it_where_it_is_offered() {
        fixes(
            &RULE,
            &auto(),
            "host=shop.postgres.database.azure.com port=6432 sslmode=require channel_binding=require",
            "host=shop.postgres.database.azure.com port=6432 sslmode=require channel_binding=prefer",
        );
    }

    #[test]
    fn where_it_can_be_had_nothing_is_said() {
        for text in [
            "host=shop.postgres.database.azure.com port=5432 sslmode=require channel_binding=require",
            "host=shop.postgres.database.azure.com port=6432 sslmode=require channel_binding=prefer",
            "host=shop.postgres.database.azure.com port=6432 sslmode=require channel_binding=$CB",
            "host=db.example port=6432 sslmode=require channel_binding=require",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
