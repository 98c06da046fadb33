//! TLS009: code beside the string that switches the certificate's check off.

use super::modes::{self, Distance};
use crate::detect::{Switch, SwitchKind};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS009",
    name: "check-switched-off-in-code",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("check_switched_off_in_code.md"),
    check,
};

/// What the switch does; `None` for those of which other rules speak.
fn message(kind: SwitchKind) -> Option<&'static str> {
    Some(match kind {
        SwitchKind::NodeOption => "`rejectUnauthorized: false` accepts any server's certificate",
        SwitchKind::Go => "`InsecureSkipVerify` accepts any server's certificate",
        SwitchKind::RustNativeTls | SwitchKind::Python => {
            "this accepts a certificate of any server"
        }
        SwitchKind::RustOpenssl => "`SslVerifyMode::NONE` accepts any server's certificate",
        SwitchKind::Erlang => "`verify_none` accepts any server's certificate",
        SwitchKind::DotNetCallback => "this callback accepts any server's certificate",
        _ => return None,
    })
}

/// What to do instead, in the words of the language.
const fn instead(kind: SwitchKind) -> &'static str {
    match kind {
        SwitchKind::NodeOption => {
            "With `true`, Node checks against the roots that it comes with; `ca` beside it names others."
        }
        SwitchKind::Go => {
            "Leave it out and set `ServerName`; Go checks against the system's roots, `RootCAs` names others."
        }
        SwitchKind::RustNativeTls => {
            "Leave it out; the system's roots are taken, `add_root_certificate` names others."
        }
        SwitchKind::RustOpenssl => "With `PEER`, `set_ca_file` names the roots.",
        SwitchKind::Python => {
            "`ssl.create_default_context()` checks both against the system's roots; `cafile=` names others."
        }
        SwitchKind::Erlang => {
            "With `verify_peer`, `cacerts: :public_key.cacerts_get()` takes the system's roots."
        }
        _ => "Take the callback out and write `SSL Mode=VerifyFull`.",
    }
}

fn help(kind: SwitchKind) -> String {
    format!(
        "The connection is encrypted, but any server can pass itself off as yours and read the password. {} Azure's certificates are signed by roots that systems know.",
        instead(kind)
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let distance = modes::distance(ctx);
    if distance == Distance::Here {
        return;
    }
    for switch in ctx.surroundings.switches {
        // An object that is not used switches nothing off.
        if switch.kind == SwitchKind::NodeOption && modes::object_is_dropped(ctx) {
            continue;
        }
        if let Some(message) = message(switch.kind) {
            out.push(finding(switch, message).severity(modes::severity_at(distance)));
        }
    }
}

fn finding(switch: &Switch, message: &str) -> Finding {
    let finding = Finding::beside(switch.span, message).help(help(switch.kind));
    match switch.on {
        Some(on) => finding.fix(
            format!("Write `{on}`"),
            Applicability::Unsafe,
            alloc::vec![Edit::replace(switch.value, on)],
        ),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};
    use alloc::string::ToString;

    #[test]
    fn it_is_found_beside_the_string() {
        carets(
            &RULE,
            &auto(),
            "
new Pool({ connectionString: 'postgres://u:p@db.example/app', ssl: { rejectUnauthorized: false } })
                                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^ `rejectUnauthorized: false` accepts any server's certificate
",
        );
        carets(
            &RULE,
            &auto(),
            "
const c = new Client({ host: 'db.example', port: 5432, ssl: { rejectUnauthorized: false } })
                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^ `rejectUnauthorized: false` accepts any server's certificate
",
        );
    }

    #[test]
    fn every_language_has_its_way() {
        for (text, expected) in [
            (
                "pool = new Pool({connectionString: `postgres://${U}:${P}@${H}/db`,\n  ssl: { rejectUnauthorized: false }})",
                "pool = new Pool({connectionString: `postgres://${U}:${P}@${H}/db`,\n  ssl: { rejectUnauthorized: true }})",
            ),
            (
                "dsn := \"postgres://u:p@db.example/db\"\ncfg.TLSConfig = &tls.Config{InsecureSkipVerify: true}",
                "dsn := \"postgres://u:p@db.example/db\"\ncfg.TLSConfig = &tls.Config{InsecureSkipVerify: false}",
            ),
            (
                "let c = TlsConnector::builder().danger_accept_invalid_certs(true).build()?;\nlet s = \"postgres://u:p@db.example/db\";",
                "let c = TlsConnector::builder().danger_accept_invalid_certs(false).build()?;\nlet s = \"postgres://u:p@db.example/db\";",
            ),
            (
                "dsn = 'postgresql://u:p@db.example/db'\nctx.check_hostname = False",
                "dsn = 'postgresql://u:p@db.example/db'\nctx.check_hostname = True",
            ),
            (
                "url: \"ecto://u:p@db.example/db\"\nurl = \"postgresql://u:p@db.example/db\"\nssl_opts: [verify: :verify_none]",
                "url: \"ecto://u:p@db.example/db\"\nurl = \"postgresql://u:p@db.example/db\"\nssl_opts: [verify: :verify_peer]",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn options_without_a_string_are_looked_at() {
        carets(
            &RULE,
            &auto(),
            "
new Pool({ connectionString: process.env.DATABASE_URL, ssl: { rejectUnauthorized: false } })
                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^ `rejectUnauthorized: false` accepts any server's certificate
",
        );
        let text = "new Sequelize(process.env.DATABASE_URL, { dialect: 'postgres', dialectOptions: { ssl: { require: true, rejectUnauthorized: false } } })";
        let analysis = crate::lint::lint(text, &auto());
        let codes: Vec<_> = analysis
            .diagnostics()
            .map(crate::diagnostics::Diagnostic::code)
            .collect();
        assert_eq!(codes, ["TLS009"]);
        let text =
            "new Client({ host: 'db.example', port: 5432, ssl: { rejectUnauthorized: false } })";
        let said = &crate::lint::lint(text, &auto()).strings[0].summary;
        assert!(said.contains("without checking"), "{said}");
    }

    #[test]
    fn one_switch_among_many_strings_is_told_once() {
        let url = "const a = 'postgres://u:p@db.example/db';\n".to_string();
        let text = url.repeat(3) + "ssl: { rejectUnauthorized: false }\n" + &url.repeat(3);
        assert_eq!(findings(&RULE, &auto(), &text).len(), 1);
    }

    #[test]
    fn what_checks_and_what_is_near_is_left_alone() {
        for text in [
            "new Pool({ connectionString: 'postgres://u:p@localhost/app', ssl: { rejectUnauthorized: false } })",
            "new Pool({ connectionString: 'postgres://u:p@db.example/app', ssl: { rejectUnauthorized: true } })",
            "new Pool({ connectionString: 'postgres://u:p@db.example/app' })\n// ssl: { rejectUnauthorized: false }",
            "postgres://u:p@db.example/app?rejectUnauthorized=false",
            "new Pool({ connectionString: 'postgres://u:p@db.example/app?sslmode=require', ssl: { rejectUnauthorized: false } })",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
