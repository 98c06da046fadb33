//! HST012: the host is a reader endpoint, which leads to a replica.

use super::names::with_variables;
use crate::azure::{AzureHost, Kind};
use crate::diagnostics::{Certainty, Severity};
use crate::model::Setting;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST012",
    name: "read-only-endpoint",
    group: Group::Host,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("read_only_endpoint.md"),
    check,
};

const READER: &str = "a reader endpoint leads to a replica, which refuses writes";
const WANTS_PRIMARY: &str = "a session for writing is wanted, at the reader endpoint";
const WANTS_STANDBY: &str = "a session for reading is wanted, at the writer endpoint";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let wanted = wanted(ctx);
    let hosts = with_variables(ctx);
    // With other hosts beside it, the driver looks for the right one among them.
    let alone = hosts.len() == 1;
    for host in hosts {
        let Some(azure) = AzureHost::parse(host.raw) else {
            continue;
        };
        let Some((before, last)) = azure.labels.rsplit_once('.') else {
            continue;
        };
        let label = host.part(before.len() + 1, last.len());
        if ctx.has_variable(label) {
            continue;
        }
        let clash = wanted.filter(|_| alone);
        let finding = match (azure.kind(), clash) {
            (Kind::Reader, Some((setting, true))) => Finding::new(label, WANTS_PRIMARY)
                .help("The driver turns the replica down, and no other host is given. Use the writer endpoint, or the server's own name.")
                .related(setting.value.span, "this asks for a server that takes writes"),
            (Kind::Writer, Some((setting, false))) => Finding::new(label, WANTS_STANDBY)
                .help("The driver turns the primary down, and no other host is given. Use the reader endpoint.")
                .related(setting.value.span, "this asks for a server that does not take writes"),
            (Kind::Reader, _) => Finding::new(label, READER)
                .severity(Severity::Info)
                .help("Right for reports and the like. A program that writes gets `cannot execute INSERT in a read-only transaction`, unless the endpoint is pointed at the primary."),
            _ => continue,
        };
        out.push(finding);
    }
}

/// The setting that says which kind of server is wanted, and whether it is one that takes writes.
fn wanted<'a>(ctx: &Context<'a>) -> Option<(&'a Setting, bool)> {
    let setting = ctx.settings().all.iter().rev().find(|s| {
        let key = s.key.replace([' ', '_'], "");
        [
            "targetsessionattrs",
            "targetsessionattributes",
            "targetservertype",
        ]
        .iter()
        .any(|known| key.eq_ignore_ascii_case(known))
    })?;
    let value = setting.value.expose();
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    let writes = if is(&["read-write", "primary", "master"]) {
        true
    } else if is(&["read-only", "standby", "secondary", "slave"]) {
        false
    } else {
        return None;
    };
    (!ctx.has_variable(setting.value.span)).then_some((setting, writes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};
    use std::format;

    const WRITER: &str = "shop.writer.postgres.database.azure.com";
    const READER_HOST: &str = "shop.reader.postgres.database.azure.com";

    #[test]
    fn a_reader_endpoint_is_worth_a_note() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@shop.reader.postgres.database.azure.com/app
                      ^^^^^^ a reader endpoint leads to a replica, which refuses writes
",
        );
        let found = findings(&RULE, &auto(), &format!("host={READER_HOST} user=u"));
        assert_eq!(found[0].severity, Severity::Info);
    }

    #[test]
    fn an_endpoint_for_one_thing_and_a_wish_for_the_other_clash() {
        for text in [
            format!("host={READER_HOST} target_session_attrs=read-write user=u"),
            format!("Host={READER_HOST};Target Session Attributes=primary;Username=u"),
            format!("jdbc:postgresql://{READER_HOST}/app?targetServerType=master"),
            format!("host={WRITER} target_session_attrs=read-only user=u"),
        ] {
            let found = findings(&RULE, &auto(), &text);
            assert_eq!(found[0].severity, Severity::Warning, "{text}");
            assert_eq!(found[0].related.len(), 1, "{text}");
        }
        let both = format!("host={WRITER},{READER_HOST} target_session_attrs=read-write user=u");
        let found = findings(&RULE, &auto(), &both);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity, Severity::Info);
    }

    #[test]
    fn writers_and_servers_are_left_alone() {
        for text in [
            format!("host={WRITER} user=u"),
            format!("host={WRITER} target_session_attrs=read-write user=u"),
            "host=shop.postgres.database.azure.com target_session_attrs=read-only user=u".into(),
            "host=db.reader.example user=u".into(),
        ] {
            silent(&RULE, &auto(), &text);
        }
    }
}
