//! PAR001: a keyword that the driver does not know, and that nobody else has either.

use super::strange::{self, Meant, Strange};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::readings::Unknown;
use crate::rules::quoting::quote_secret;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR001",
    name: "unknown-keyword",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("unknown_keyword.md"),
    check,
};

fn message(ctx: &Context<'_>, strange: &Strange<'_>) -> String {
    format!(
        "`{}` is no keyword of {}",
        ctx.show(strange.key),
        strange::driver(ctx)
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for strange in strange::all(ctx) {
        match strange.meant {
            Meant::Secret => out.push(piece_of_a_secret(ctx, &strange)),
            Meant::Near(name) => out.push(near(ctx, &strange, name)),
            Meant::Nothing => out.push(Finding::new(strange.key, message(ctx, &strange)).help(
                format!(
                    "{} Take it out, or look up the name that this driver has for it.",
                    strange.consequence(ctx)
                ),
            )),
            _ => {}
        }
    }
}

fn near(ctx: &Context<'_>, strange: &Strange<'_>, name: &str) -> Finding {
    let taken = strange.is_taken(ctx, name);
    let advice = if taken {
        format!("`{name}`, which comes nearest, is there already.")
    } else {
        format!("The nearest keyword is `{name}`.")
    };
    let finding = Finding::new(strange.key, message(ctx, strange))
        .help(format!("{} {advice}", strange.consequence(ctx)));
    let finding = match strange.unknown {
        Unknown::Refused => finding,
        Unknown::Ignored => finding
            .severity(Severity::Warning)
            .certainty(Certainty::Likely),
        Unknown::Sent => finding.certainty(Certainty::Likely),
    };
    if taken {
        return finding;
    }
    finding.fix(
        format!("Write `{name}`"),
        Applicability::Unsafe,
        alloc::vec![Edit::replace(strange.key, name)],
    )
}

/// A secret's piece that came to stand where a keyword should: the quotes are what is missing.
fn piece_of_a_secret(ctx: &Context<'_>, strange: &Strange<'_>) -> Finding {
    let how = if ctx.grammar() == Grammar::AdoNet {
        "put in double quotes"
    } else {
        "quoted or encoded"
    };
    let finding = Finding::new(strange.key, "this piece is read as a keyword").help(format!(
        "{} If it belongs to the value before it, that value must be {how}.",
        strange.consequence(ctx)
    ));
    match quote_secret(ctx, strange.key) {
        Some((title, edits)) => finding.fix(title, Applicability::Unsafe, edits),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn a_slip_is_named_with_what_comes_nearest() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=5432 sslmod=require
                          ^^^^^^ `sslmod` is no keyword of libpq
",
        );
        for (text, expected) in [
            (
                "host=db.example port=5432 sslmod=require",
                "host=db.example port=5432 sslmode=require",
            ),
            (
                "postgresql://db.example/app?aplication_name=x",
                "postgresql://db.example/app?application_name=x",
            ),
            (
                "Host=db.example;Database=app;Usernme=app",
                "Host=db.example;Database=app;Username=app",
            ),
            (
                "jdbc:postgresql://db.example/app?sslmod=require",
                "jdbc:postgresql://db.example/app?sslmode=require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn what_becomes_of_it_depends_on_the_driver() {
        let text = "postgresql://db.example/app?target_session_attr=any";
        for (given, severity) in [
            (Driver::Libpq, Severity::Error),
            (Driver::Pgx, Severity::Error),
            (Driver::Asyncpg, Severity::Error),
        ] {
            let found = findings(&RULE, &driver(given), text);
            assert_eq!(found[0].severity, severity, "{given}");
        }
        let found = findings(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://db.example/app?statement_timeot=1000",
        );
        assert_eq!(found[0].severity, Severity::Warning);
        assert!(found[0].help.contains("without a word"));
    }

    #[test]
    fn a_word_that_nobody_knows_is_left_for_the_user_to_say() {
        let found = findings(&RULE, &auto(), "postgresql://db.example/app?foo_bar_baz=1");
        assert_eq!(found.len(), 1);
        assert!(found[0].fixes.is_empty());
        silent(
            &RULE,
            &auto(),
            "jdbc:postgresql://db.example/app?wrapperPlugins=failover",
        );
        silent(
            &RULE,
            &driver(Driver::Pgx),
            "postgresql://db.example/app?app.tenant=7&work_mem=64MB&pool_max_conns=3",
        );
    }

    #[test]
    fn a_piece_of_a_password_is_not_repeated() {
        let found = findings(
            &RULE,
            &auto(),
            "Host=db.example;Username=app;Password=p;zecretpiece=x;Database=app",
        );
        assert_eq!(found.len(), 1);
        assert!(!format!("{found:?}").contains("zecretpiece"));
    }

    #[test]
    fn what_is_known_or_ignored_for_good_is_left_alone() {
        for text in [
            "postgresql://db.example/app?sslmode=require&target_session_attrs=any",
            "Host=db.example;SslMode=Require;Minimum Pool Size=1;UserId=app",
            "jdbc:postgresql://db.example/app?ApplicationName=a&x=1",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
