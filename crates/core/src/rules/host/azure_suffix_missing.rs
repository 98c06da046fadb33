//! HST001: a server's short name stands where its full name is needed.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Param, Target};
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::slice;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST001",
    name: "azure-suffix-missing",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("azure_suffix_missing.md"),
    check,
};

const SUFFIX: &str = ".postgres.database.azure.com";

fn message(host: &str) -> String {
    format!("host `{host}` lacks Azure's suffix")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(host) = ctx.host() else { return };
    let name = host.text.as_str();
    let short = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !name.eq_ignore_ascii_case("localhost")
        && !name.chars().all(|c| c.is_ascii_digit());
    if !short || ctx.has_variable(host.span) || !placeholder::find(name).is_empty() {
        return;
    }
    // `user@shop` on host `shop`: only Azure's Single Server writes user names like that.
    let user_names_it = ctx
        .get(Param::User)
        .and_then(|s| s.value.shown())
        .is_some_and(|user| {
            user.rsplit_once('@')
                .is_some_and(|(_, server)| server.eq_ignore_ascii_case(name))
        });
    let given =
        ctx.target_given && matches!(ctx.target, Target::AzureSingle | Target::AzureFlexible);
    if !(given || user_names_it) || slice(ctx.text, host.span) != name {
        return;
    }
    out.push(
        Finding::new(host.span, message(name))
            .help(format!(
                "The short name resolves nowhere outside Azure's own tools: could not translate host name \"{name}\" to address. The full name is `{name}{SUFFIX}`, with another suffix in Azure's clouds for China and for the US government."
            ))
            .fix(
                format!("Add `{SUFFIX}`"),
                Applicability::Unsafe,
                alloc::vec![Edit::insert(host.span.end, SUFFIX)],
            ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent, target};

    #[test]
    fn a_short_name_is_found_where_the_target_or_the_user_name_says_azure() {
        carets(
            &RULE,
            &target(Target::AzureFlexible),
            "
host=shop user=app dbname=app
     ^^^^ host `shop` lacks Azure's suffix
",
        );
        fixes(
            &RULE,
            &auto(),
            "jdbc:postgresql://shop:5432/app?user=app@shop&sslmode=require",
            "jdbc:postgresql://shop.postgres.database.azure.com:5432/app?user=app@shop&sslmode=require",
        );
    }

    #[test]
    fn short_names_are_fine_elsewhere() {
        for text in [
            "postgresql://app:pw@db:5432/app",
            "host=localhost user=app",
            "postgresql://app@shop:pw@shop.postgres.database.azure.com/app",
        ] {
            silent(&RULE, &auto(), text);
        }
        for text in [
            "host=localhost user=app",
            "host=10.0.0.4 user=app",
            "host=$HOST user=app",
            "host=/tmp user=app",
        ] {
            silent(&RULE, &target(Target::AzureFlexible), text);
        }
    }
}
