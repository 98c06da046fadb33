//! TLS023: two settings of one string that say different things about TLS.

use super::modes::{self, Distance};
use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::{Driver, Param, Setting};
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS023",
    name: "tls-settings-disagree",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["PAR012"],
    docs: docs!("tls_settings_disagree.md"),
    check,
};

fn message(shown: &str, weakened: bool) -> String {
    if weakened {
        format!("a weaker TLS setting takes the place of `{shown}`")
    } else {
        format!("`{shown}` has no effect, another TLS setting wins")
    }
}

fn help(ctx: &Context<'_>, winner: &Setting) -> String {
    let how = if ctx.settings().first_wins {
        "the first one counts"
    } else if winner.key.eq_ignore_ascii_case("sslmode") || winner.key.contains(' ') {
        "the mode counts, and the last one of several"
    } else {
        "the last one counts"
    };
    format!(
        "To {}, {how}: here that is `{}`. Others read it otherwise, so leave one of the two.",
        ctx.driver.label(),
        ctx.show(winner.span())
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if modes::distance(ctx) == Distance::Here {
        return;
    }
    let Some(winner) = ctx
        .get(Param::SslMode)
        .filter(|s| !ctx.has_variable(s.span()))
    else {
        return;
    };
    let Some(wins) = strength(ctx, winner) else {
        return;
    };
    for loser in &ctx.settings().all {
        let competes = loser.param == Param::SslMode
            || (loser.param == Param::Ssl && reads_switch(ctx.driver) && loser.key == "ssl");
        if !competes || core::ptr::eq(loser, winner) || ctx.has_variable(loser.span()) {
            continue;
        }
        let Some(loses) = strength(ctx, loser) else {
            continue;
        };
        // A bare switch says no more than that there is to be TLS.
        let same = loses == wins || (loser.param == Param::Ssl && loses == 3 && wins >= 3);
        if same || loser.key_span.is_none() {
            continue;
        }
        out.push(finding(ctx, winner, loser, wins < loses));
    }
}

fn finding(ctx: &Context<'_>, winner: &Setting, loser: &Setting, weakened: bool) -> Finding {
    let shown = ctx.show(loser.span());
    let mut finding = Finding::new(loser.span(), message(&shown, weakened))
        .help(help(ctx, winner))
        .related(winner.span(), "this one counts");
    // Where more is asked for than the switch says, nothing is lost.
    if !weakened && loser.param == Param::Ssl {
        finding = finding.severity(Severity::Info);
    }
    if weakened && let Some(edit) = pairs::remove(ctx, winner) {
        let title = format!("Take `{}` out", ctx.show(winner.span()));
        finding = finding.fix(title, Applicability::Unsafe, alloc::vec![edit]);
    }
    if let Some(edit) = pairs::remove(ctx, loser) {
        let title = format!("Take `{shown}` out, which changes nothing");
        finding = finding.fix(title, Applicability::Safe, alloc::vec![edit]);
    }
    finding
}

/// Drivers that look at `ssl` as well as at `sslmode`, which goes before it.
const fn reads_switch(driver: Driver) -> bool {
    matches!(
        driver,
        Driver::Pgjdbc | Driver::NodePostgres | Driver::PostgresJs
    )
}

/// How much TLS a setting asks for: 0 for none, 3 for always, 5 for everything checked.
fn strength(ctx: &Context<'_>, setting: &Setting) -> Option<usize> {
    let value = setting.value.expose();
    if setting.param == Param::Ssl {
        return match value {
            "false" | "0" => Some(0),
            "true" | "1" | "" | "no-verify" => Some(3),
            _ => None,
        };
    }
    let mode = modes::mode(ctx, value)?;
    modes::names().position(|name| name == mode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn the_one_without_effect_is_pointed_at() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=5432 sslmode=disable user=app sslmode=require
                          ^^^^^^^^^^^^^^^ `sslmode=disable` has no effect, another TLS setting wins
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@db.example/app?sslmode=verify-full&ssl=true
                                ^^^^^^^^^^^^^^^^^^^ a weaker TLS setting takes the place of `sslmode=verify-full`
",
        );
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example/app?ssl=true&sslmode=disable
                                 ^^^^^^^^ a weaker TLS setting takes the place of `ssl=true`
",
        );
        carets(
            &RULE,
            &driver(Driver::Pgx),
            "
postgres://u:p@db.example/app?sslmode=require&sslmode=verify-full
                                              ^^^^^^^^^^^^^^^^^^^ a weaker TLS setting takes the place of `sslmode=verify-full`
",
        );
    }

    #[test]
    fn the_fix_leaves_one() {
        for (text, expected) in [
            (
                "host=db.example port=5432 sslmode=disable user=app sslmode=require",
                "host=db.example port=5432 user=app sslmode=require",
            ),
            (
                "Host=db.example;SSL Mode=Disable;Database=app;SSL Mode=Require",
                "Host=db.example;Database=app;SSL Mode=Require",
            ),
            (
                "postgresql://u:p@db.example/app?sslmode=verify-full&ssl=true",
                "postgresql://u:p@db.example/app?sslmode=verify-full",
            ),
            (
                "host=db.example port=5432 sslmode=verify-full requiressl=1",
                "host=db.example port=5432 sslmode=verify-full",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn a_switch_beside_a_mode_that_asks_for_more_is_no_trouble() {
        let text = "jdbc:postgresql://db.example/app?ssl=false&sslmode=require";
        assert_eq!(findings(&RULE, &auto(), text)[0].severity, Severity::Info);
        for text in [
            "jdbc:postgresql://db.example/app?ssl=true&sslmode=require",
            "jdbc:postgresql://db.example/app?ssl=true&sslmode=verify-full",
            "postgresql://u:p@db.example/app?ssl=true&sslmode=require",
            "host=db.example port=5432 sslmode=require sslmode=require",
            "host=db.example port=5432 sslmode=$A sslmode=require",
            "host=localhost port=5432 sslmode=disable sslmode=require",
            "Host=db.example;SSL Mode=Require;Ssl Mode=3",
            // A mode that nobody knows is for another rule.
            "host=db.example port=5432 sslmode=whatever sslmode=require",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
