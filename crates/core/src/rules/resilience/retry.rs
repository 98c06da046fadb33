//! RES004: connections to Azure break from time to time, and something has to try again.

use super::common::{leads_elsewhere, mentions, remote_host};
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RES004",
    name: "retry-on-azure",
    group: Group::Resilience,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("retry.md"),
    check,
};

const MESSAGE: &str = "this server can be away for a minute: try again";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(host) = remote_host(ctx).filter(|_| ctx.is_azure()) else {
        return;
    };
    if leads_elsewhere(ctx)
        || mentions(
            ctx,
            &[
                "retry",
                "Retry",
                "RETRY",
                "retries",
                "Polly",
                "tenacity",
                "backoff",
                "Resilience4j",
            ],
        )
    {
        return;
    }
    out.push(Finding::new(host, MESSAGE).help(
        "Maintenance, scaling and failover close every connection, mostly for less than 60 seconds. No setting of the string tries again. In the code: wait 5 seconds before the first new try, then twice as long each time up to 60 seconds, and stop after a number of tries.",
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn advice_is_given_once_for_azure() {
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://shop.postgres.database.azure.com/orders?sslmode=require
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this server can be away for a minute: try again
",
        );
        for text in [
            "jdbc:postgresql://shop.example/orders?sslmode=require",
            // Two other pieces of advice are enough.
            "postgresql://app@shop.postgres.database.azure.com/orders?sslmode=require",
            "optionsBuilder.UseNpgsql(\"Host=shop.postgres.database.azure.com;Username=app;SSL Mode=Require\", o => o.EnableRetryOnFailure());",
            "psql \"host=shop.postgres.database.azure.com user=app sslmode=require\"",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
