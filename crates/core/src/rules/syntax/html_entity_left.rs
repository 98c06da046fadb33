//! SYN042: an entity of HTML or XML that nothing decodes.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::Escapes;
use crate::rules::precedence::EVERY_OTHER;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN042",
    name: "html-entity-left",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Safe),
    supersedes: &[EVERY_OTHER],
    docs: docs!("html_entity_left.md"),
    check,
};

fn message(entity: &str, c: &str) -> String {
    format!("`{entity}` is HTML's way to write `{c}`")
}

const HELP: &str = "It came along from a web page, an XML file or a chat. Here nothing makes one sign of it again: the driver takes the name of the entity for a piece of the string. Write the sign itself.";

/// The entities that encoders write for signs of connection strings.
const ENTITIES: [&str; 8] = [
    "&amp;", "&quot;", "&apos;", "&#39;", "&#x27;", "&#34;", "&lt;", "&gt;",
];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut found: Vec<(Span, &str, String)> = Vec::new();
    for (at, _) in ctx.text.match_indices('&') {
        let entity = ENTITIES
            .iter()
            .find(|entity| rest(ctx.text, at).starts_with(**entity));
        if let Some(entity) = entity {
            let span = Span::new(at, at + entity.len());
            let decoded = Escapes::Xml.decode(entity, 0).0;
            if stands_for_a_sign(ctx, span, &decoded) {
                found.push((span, entity, decoded));
            }
        }
    }
    let Some((first, entity, c)) = found.first() else {
        return;
    };
    let mut finding = Finding::new(*first, message(entity, c)).help(HELP);
    for (place, entity, c) in found.iter().skip(1) {
        finding = finding.related(*place, message(entity, c));
    }
    let edits: Vec<Edit> = found
        .iter()
        .map(|(place, _, c)| Edit::replace(*place, c.clone()))
        .collect();
    out.push(finding.fix("Write the signs themselves", Applicability::Safe, edits));
}

/// Whether the sign would mean something where the entity stands; in a password it could be the password.
fn stands_for_a_sign(ctx: &Context<'_>, span: Span, sign: &str) -> bool {
    let before = ctx.raw(Span::new(0, span.start));
    let behind = rest(ctx.text, span.end);
    match sign {
        // Between two parameters of a URL.
        "&" => {
            let name = behind.split(['=', '&', ';']).next().unwrap_or("");
            ctx.grammar().is_url()
                && before.contains('?')
                && rest(behind, name.len()).starts_with('=')
                && !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        }
        // Round a value.
        "\"" | "'" => {
            before.trim_end().ends_with('=')
                || matches!(behind.trim_start().chars().next(), None | Some(';'))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn entities_that_nothing_decodes_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@db.example/app?sslmode=require&amp;connect_timeout=10
                                                  ^^^^^ `&amp;` is HTML's way to write `&`
",
        );
        for (text, expected) in [
            (
                "DATABASE_URL=postgresql://app:pw@db.example/app?a=b&amp;sslmode=require&amp;connect_timeout=10",
                "DATABASE_URL=postgresql://app:pw@db.example/app?a=b&sslmode=require&connect_timeout=10",
            ),
            (
                "Host=db.example;Username=app;Password=&quot;a,b&quot;;Database=app",
                "Host=db.example;Username=app;Password=\"a,b\";Database=app",
            ),
            (
                "<url>jdbc:postgresql://db.example/app?user=app&amp;amp;password=pw</url>",
                "<url>jdbc:postgresql://db.example/app?user=app&amp;password=pw</url>",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn in_xml_and_in_passwords_they_are_left_alone() {
        for text in [
            "<url>jdbc:postgresql://db.example/app?user=app&amp;password=pw</url>",
            "<add connectionString=\"Host=db.example;Username=app;Password=&quot;a;b&quot;\" />",
            "postgresql://app:a&amp;b@db.example/app",
            "host=db.example user=app password=a&amp;b",
            "postgresql://app:pw@db.example/app?sslmode=require&application_name=amp",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
