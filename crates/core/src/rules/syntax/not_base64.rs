//! SYN037: a value below a Kubernetes secret's `data:` that is no base64.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::{Codec, base64};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::slice;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN037",
    name: "not-base64",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("not_base64.md"),
    check,
};

const MESSAGE: &str = "this value is not in base64";

const HELP: &str = "Below `data:` every value has to be in base64, or the API server refuses the secret: `illegal base64 data at input byte …`. Encode it with `printf %s … | base64`, or move it below `stringData:`, where values stand as they are.";

const BY_CHANCE: &str = "this word reads as base64 only by chance";

const BY_CHANCE_HELP: &str = "It can be decoded, so that the API server takes it, and the container gets a few bytes that are no text. If it was never encoded, encode it, or move it below `stringData:`, where values stand as they are.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for (span, codec) in ctx.excerpt.encoded() {
        if *codec != Codec::NotBase64 {
            continue;
        }
        let raw = slice(ctx.text, span);
        let finding = if base64::decode(raw) == Err(base64::Refusal::NoText) {
            Finding::new(span, BY_CHANCE)
                .help(BY_CHANCE_HELP)
                .certainty(Certainty::Likely)
        } else {
            Finding::new(span, MESSAGE).help(HELP)
        };
        // Encoded, a secret is still one, and not for a fix to show.
        let shown = !ctx.redactor.spans().iter().any(|s| s.overlaps(span));
        out.push(if shown {
            finding.fix(
                "Encode it",
                Applicability::Safe,
                alloc::vec![Edit::replace(span, base64::encode(raw))],
            )
        } else {
            finding
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, fixes, silent};
    use std::format;
    use std::string::String;

    fn secret(data: &str) -> String {
        format!("kind: Secret\ndata:\n{data}")
    }

    #[test]
    fn what_is_not_encoded_is_encoded() {
        for (data, expected) in [
            (
                "  PGHOST: db.example\n  PGUSER: YXBw\n",
                "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGUSER: YXBw\n",
            ),
            (
                "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGUSER: postgres\n",
                "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGUSER: cG9zdGdyZXM=\n",
            ),
        ] {
            fixes(&RULE, &auto(), &secret(data), &secret(expected));
        }
    }

    #[test]
    fn a_secret_is_not_written_anew() {
        let text = secret("  PGHOST: ZGIuZXhhbXBsZQ==\n  PGPASSWORD: Tr0ub-4dor\n");
        let found = findings(&RULE, &auto(), &text);
        assert_eq!(found.len(), 1);
        assert!(found[0].fixes.is_empty());
    }

    #[test]
    fn base64_and_templates_are_left_alone() {
        for data in [
            "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGUSER: YXBw\n",
            "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGUSER: {{ .Values.user | b64enc }}\n",
            "  PGHOST: ZGIuZXhhbXBsZQ==\n  PGUSER: ${USER}\n",
        ] {
            silent(&RULE, &auto(), &secret(data));
        }
        silent(
            &RULE,
            &auto(),
            "kind: Secret\nstringData:\n  PGHOST: db.example\n  PGUSER: app\n",
        );
    }
}
