//! TLS014: a file of trusted roots beside a mode that goes on without TLS when the check fails.

use super::modes::{self, Distance};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Param;
use crate::readings::{Encrypted, Roots};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS014",
    name: "root-file-with-fallback",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["TLS002"],
    docs: docs!("root_file_with_fallback.md"),
    check,
};

const NO_MODE: &str = "without a TLS mode, a failed check means no TLS";

fn message(shown: &str) -> String {
    format!("with `{shown}`, a failed check means no TLS")
}

fn help(who: &str) -> String {
    format!(
        "{who} checks the certificate against the file; when it does not fit, it connects again without TLS and says nothing: a server that is not yours gets everything in the clear. `verify-full` fails then, as it should."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if modes::distance(ctx) == Distance::Here || !modes::driver_is_evident(ctx) {
        return;
    }
    let falls_back = modes::effective(ctx).is_some_and(|tls| {
        tls.chain
            && tls.roots == Some(Roots::File)
            && matches!(tls.encrypted, Encrypted::IfOffered | Encrypted::IfRequired)
    });
    let Some(file) = ctx.get(Param::SslRootCert).filter(|_| falls_back) else {
        return;
    };
    let help = help(ctx.driver.label());
    let Some(mode) = ctx.get(Param::SslMode).filter(|m| !m.value.span.is_empty()) else {
        // Another place, such as PGSSLMODE, can say more.
        out.push(
            Finding::new(file.span(), NO_MODE)
                .help(help)
                .certainty(Certainty::Likely),
        );
        return;
    };
    let better = modes::spelling(ctx, "verify-full");
    out.push(
        Finding::new(mode.value.span, message(&ctx.show(mode.value.span)))
            .help(help)
            .related(file.span(), "the file")
            .fix(
                format!("Write `{better}`"),
                Applicability::Unsafe,
                alloc::vec![Edit::replace(mode.value.span, better)],
            ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn the_mode_is_pointed_at_or_the_file_where_there_is_none() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=5432 sslmode=prefer sslrootcert=root.pem
                                  ^^^^^^ with `prefer`, a failed check means no TLS
",
        );
        carets(
            &RULE,
            &driver(Driver::Psycopg),
            "
postgresql://u:p@db.example/app?sslrootcert=root.pem
                                ^^^^^^^^^^^^^^^^^^^^ without a TLS mode, a failed check means no TLS
",
        );
    }

    #[test]
    fn the_fix_has_no_way_round_the_check() {
        fixes(
            &RULE,
            &auto(),
            "host=db.example port=5432 sslmode=allow sslrootcert=root.pem",
            "host=db.example port=5432 sslmode=verify-full sslrootcert=root.pem",
        );
    }

    #[test]
    fn on_azure_the_general_rule_is_silent() {
        let text = "host=shop.postgres.database.azure.com dbname=app user=app sslmode=prefer sslrootcert=root.pem";
        let analysis = crate::lint::lint(text, &auto());
        let codes: Vec<_> = analysis
            .diagnostics()
            .map(crate::diagnostics::Diagnostic::code)
            .collect();
        assert_eq!(codes, ["TLS014"]);
    }

    #[test]
    fn other_modes_and_drivers_are_left_alone() {
        for text in [
            "host=db.example port=5432 sslmode=require sslrootcert=root.pem",
            "host=db.example port=5432 sslmode=verify-ca sslrootcert=root.pem",
            "host=db.example port=5432 sslmode=disable sslrootcert=root.pem",
            "host=localhost port=5432 sslmode=prefer sslrootcert=root.pem",
            "host=db.example port=5432 sslmode=prefer",
            "host=db.example port=5432 sslmode=${MODE} sslrootcert=root.pem",
            // Without a mode, `system` means the strictest one.
            "host=db.example port=5432 sslrootcert=system",
            // Whose it is, is not known.
            "postgresql://u:p@db.example/app?sslmode=prefer&sslrootcert=root.pem",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://u:p@db.example/app?sslmode=prefer&sslrootcert=root.pem",
        );
    }
}
