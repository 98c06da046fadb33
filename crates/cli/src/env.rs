//! `connlint env`: the connection settings of the current environment. Names only: no value is printed, nor a piece of one.

use crate::names::{self, Format};
use crate::outcome::{Failure, Outcome, Status};
use crate::select::SelectArgs;
use crate::settings::Settings;
use crate::terminal::Stream;
use connlint_core::{Driver, Found, Options, Severity, Span, Target, lint, lint_file};
use connlint_report::{VariableFinding, Variables, json, variables};
use std::env;

/// Arguments of `connlint env`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Looked at are connection strings in variables of any name, and variables that belong together, such as PGHOST and PGUSER.\n\nExit codes: 0 nothing of severity error or warning, 1 findings, 2 connlint itself failed.\nOnly names are printed, never a value."
)]
pub(crate) struct Args {
    /// The product that the settings are for
    #[arg(long, value_parser = names::target(), default_value = "auto")]
    target: Target,
    /// The client library that will read them
    #[arg(long, value_parser = names::driver(), default_value = "auto")]
    driver: Driver,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    select: SelectArgs,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut settings = Settings::new(None)?.of(None)?;
    args.select.add_to(&mut settings.policy)?;
    let options = settings.with(args.target, args.driver);
    // What is no text is no connection string.
    let mut all: Vec<(String, String)> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    all.sort();
    let found = look(all, &options);
    match args.format {
        Format::Human => {
            Stream::Out.write_human(&variables(&found, Stream::Out.layout()))?;
        }
        Format::Json => {
            let mut text =
                json::pretty(&json::variables(&found)).map_err(|e| Failure::new(e.to_string()))?;
            text.push('\n');
            Stream::Out.write(&text)?;
        }
    }
    let bad = found
        .iter()
        .flat_map(|connection| &connection.findings)
        .any(|finding| finding.severity != Severity::Info);
    Ok(if bad { Status::Findings } else { Status::Clean })
}

/// Whether the name itself says that a connection string of some product is in it.
fn says_so(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    [
        "CONNECTIONSTRINGS__",
        "POSTGRESQLCONNSTR_",
        "AZURE_POSTGRESQL_CONNECTIONSTRING",
    ]
    .iter()
    .any(|start| name.starts_with(start))
}

/// The connections among the variables: strings, then what stands apart.
fn look(all: Vec<(String, String)>, options: &Options) -> Vec<Variables> {
    let mut out = Vec::new();
    let mut others = Vec::new();
    for (name, value) in all {
        let analysis = if says_so(&name) {
            lint(&value, options)
        } else {
            lint_file(&value, options)
        };
        if analysis.strings.is_empty() {
            others.push((name, value));
            continue;
        }
        out.extend(
            analysis
                .strings
                .iter()
                .map(|found| connection(found, |_| Some(&*name), vec![name.clone()])),
        );
    }
    let mut text = String::new();
    let mut lines: Vec<(Span, String)> = Vec::new();
    for (name, value) in others {
        let Some(value) = quoted(&value) else {
            continue;
        };
        let start = text.len();
        text.push_str(&format!("{name}={value}\n"));
        lines.push((Span::new(start, text.len()), name));
    }
    let at = |at: usize| {
        let line = lines.partition_point(|(span, _)| span.end <= at);
        lines.get(line).map(|(_, name)| name.as_str())
    };
    for found in &lint_file(&text, options).strings {
        let names = lines
            .iter()
            .filter(|(span, _)| span.overlaps(found.span))
            .map(|(_, name)| name.clone())
            .collect();
        out.push(connection(found, at, names));
    }
    out
}

fn connection<'a>(
    found: &Found,
    name_at: impl Fn(usize) -> Option<&'a str>,
    names: Vec<String>,
) -> Variables {
    let findings = found
        .diagnostics
        .iter()
        .filter_map(|diagnostic| {
            Some(VariableFinding {
                name: name_at(diagnostic.span.start)?.to_owned(),
                rule: diagnostic.rule,
                severity: diagnostic.severity,
                certainty: diagnostic.certainty,
            })
        })
        .collect();
    Variables {
        names,
        dialect: found.dialect,
        driver: found.driver,
        password: found.settings.password,
        findings,
    }
}

/// A value as it stands in a file of variables; nothing where no quotes hold it.
fn quoted(value: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._/:@,+%~".contains(c);
    if value.contains(['\n', '\r', '\0']) {
        None
    } else if !value.is_empty() && value.chars().all(plain) {
        Some(value.into())
    } else if !value.contains('\'') {
        Some(format!("'{value}'"))
    } else if !value.contains(['"', '\\', '$', '`']) {
        Some(format!("\"{value}\""))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_report::human::Layout;
    use proptest::prelude::*;

    fn of(all: &[(&str, &str)]) -> Vec<Variables> {
        let all = all
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        look(all, &Options::default())
    }

    #[test]
    fn strings_and_what_belongs_together_are_found_by_name() {
        let found = of(&[
            (
                "ConnectionStrings__Shop",
                "Server=h;Database=d;User Id=u;Password=p",
            ),
            ("DATABASE_URL", "postgresql://app:p@ss@db.example/shop"),
            ("HOME", "/home/app"),
            ("PGHOST", "shop.postgres.database.azure.com"),
            ("PGSSLMODE", "require"),
            ("PGUSER", "app@shop"),
            ("TIMEOUT", "5;"),
        ]);
        let names: Vec<&[String]> = found.iter().map(|c| &*c.names).collect();
        assert_eq!(
            names,
            [
                &["ConnectionStrings__Shop"][..],
                &["DATABASE_URL"],
                &["PGHOST", "PGSSLMODE", "PGUSER"]
            ]
        );
        assert!(found[1].findings.iter().any(|f| f.rule.code == "SYN003"));
        assert!(found[2].findings.iter().any(|f| f.name == "PGUSER"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn no_value_is_printed(between in "[@:/?#&=;%'\"\\\\ +!$]{0,3}") {
            let value = format!("Zq7xKwLmPd{between}Vb9mTrHsGy");
            let url = format!("postgresql://Jd4nFcUwQe:{value}@Jd4nFcUwQe.example/Jd4nFcUwQe?sslmod=Jd4nFcUwQe");
            let found = of(&[
                ("DATABASE_URL", &url),
                ("PGHOST", "Jd4nFcUwQe.example"),
                ("PGPASSWORD", &value),
                ("PGUSER", "Jd4nFcUwQe@x"),
                ("SECRET", &value),
            ]);
            prop_assert!(!found.is_empty());
            let said = [
                variables(&found, Layout::default()),
                json::compact(&json::variables(&found)).unwrap(),
            ];
            for said in said {
                for piece in ["Zq7xKw", "Vb9mTr", "Jd4nFc"] {
                    prop_assert!(!said.contains(piece), "{}", said);
                }
            }
        }
    }
}
