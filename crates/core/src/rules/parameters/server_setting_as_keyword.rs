//! PAR006: a setting of the server where the driver wants a keyword of its own.

use super::strange::{self, Meant, Strange};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::readings::Unknown;
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR006",
    name: "server-setting-as-keyword",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("server_setting_as_keyword.md"),
    check,
};

fn message(ctx: &Context<'_>, key: &str) -> String {
    format!(
        "`{key}` is a setting of the server, no keyword of {}",
        strange::driver(ctx)
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let found: Vec<(Strange<'_>, &'static str)> = strange::all(ctx)
        .into_iter()
        .filter_map(|strange| match strange.meant {
            Meant::ServerSetting(name) => Some((strange, name)),
            _ => None,
        })
        .collect();
    let mut repair = options(ctx, &found);
    for (strange, _) in &found {
        let shown = ctx.show(strange.key);
        let mut finding = Finding::new(strange.key, message(ctx, &shown)).help(format!(
            "{} Drivers that hand it on themselves are pgx, lib/pq, asyncpg and postgres.js; here it goes into `options`, as in `{}`.",
            strange.consequence(ctx),
            example(ctx, &shown)
        ));
        if strange.unknown == Unknown::Ignored {
            finding = finding.severity(Severity::Warning);
        }
        if let Some(edits) = repair.take() {
            finding = finding.fix("Put it into `options`", Applicability::Unsafe, edits);
        }
        out.push(finding);
    }
}

fn example(ctx: &Context<'_>, name: &str) -> String {
    match ctx.grammar() {
        Grammar::AdoNet => format!("Options=-c {name}=…"),
        Grammar::Uri | Grammar::Jdbc => format!("options=-c%20{name}%3D…"),
        _ => format!("options='-c {name}=…'"),
    }
}

/// All of them in one `options`, which is there only once.
fn options(ctx: &Context<'_>, found: &[(Strange<'_>, &str)]) -> Option<Vec<Edit>> {
    let has_options = || {
        let mut all = ctx.meant.settings.all.iter();
        all.any(|s| s.key.eq_ignore_ascii_case("options"))
    };
    let (first, rest) = found.split_first().filter(|_| !has_options())?;
    let (before, between, equals, after, name) = match ctx.grammar() {
        Grammar::Uri | Grammar::Jdbc => ("-c%20", "%20", "%3D", "", "options"),
        Grammar::KeyValue => ("'-c ", " ", "=", "'", "options"),
        Grammar::AdoNet => ("-c ", " ", "=", "", "Options"),
        _ => return None,
    };
    let mut value = String::from(before);
    let mut edits = Vec::new();
    for (index, (strange, setting)) in found.iter().enumerate() {
        let span = strange.setting.value.span;
        let raw = ctx.raw(span);
        // Blanks and quotes mean something to the server as well.
        let plain = !raw.is_empty()
            && strange.setting.value.quote.is_none()
            && raw
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-.,/:".contains(c))
            && !ctx.has_variable(span);
        if !plain {
            return None;
        }
        if index > 0 {
            value.push_str(between);
            value.push_str("-c");
            value.push_str(between);
        }
        value.push_str(setting);
        value.push_str(equals);
        value.push_str(raw);
    }
    value.push_str(after);
    let (first, _) = first;
    let whole = first.key.to(first.setting.value.span);
    edits.push(Edit::replace(whole, format!("{name}={value}")));
    for (strange, _) in rest {
        edits.push(pairs::remove(ctx, strange.setting)?);
    }
    Some(edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn a_setting_of_the_server_goes_into_options() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://db.example/app?search_path=shop
                            ^^^^^^^^^^^ `search_path` is a setting of the server, no keyword of libpq
",
        );
        for (text, expected) in [
            (
                "postgresql://db.example/app?search_path=shop&sslmode=require",
                "postgresql://db.example/app?options=-c%20search_path%3Dshop&sslmode=require",
            ),
            (
                "postgresql://db.example/app?statement_timeout=5000&lock_timeout=2s",
                "postgresql://db.example/app?options=-c%20statement_timeout%3D5000%20-c%20lock_timeout%3D2s",
            ),
            (
                "host=db.example port=5432 statement_timeout=5000",
                "host=db.example port=5432 options='-c statement_timeout=5000'",
            ),
            (
                "Host=db.example;Database=app;statement_timeout=5000",
                "Host=db.example;Database=app;Options=-c statement_timeout=5000",
            ),
            (
                "jdbc:postgresql://db.example/app?lock_timeout=5000",
                "jdbc:postgresql://db.example/app?options=-c%20lock_timeout%3D5000",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn drivers_that_hand_it_on_take_it() {
        let text = "postgresql://db.example/app?search_path=shop&statement_timeout=5000";
        for given in [
            Driver::Pgx,
            Driver::LibPq,
            Driver::Asyncpg,
            Driver::PostgresJs,
        ] {
            silent(&RULE, &driver(given), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://db.example/app?statement_timeout=5000",
        );
        // These have a name of their own for it.
        silent(&RULE, &auto(), "Host=db.example;Search_Path=shop");
    }
}
