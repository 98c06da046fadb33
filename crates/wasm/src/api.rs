//! What a script can ask: the reports of the command line, as JSON.
//!
//! No report holds a password, but for the text that [`convert`] writes, which is the user's own.

use connlint_config::Config;
use connlint_core::triage::{Catalogue, Paste};
use connlint_core::{Dialect, Options};
use connlint_report::{Input, json};
use std::sync::LazyLock;

/// What error messages are compared with: made once, at the first text.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);

/// What is wrong with the strings in `text`, and with what an error message beside them points at.
///
/// # Errors
/// What is wrong with the settings.
pub fn lint(text: &str, settings: &str) -> Result<String, String> {
    let Paste { analysis, .. } = CATALOGUE.paste(text, &options(settings)?);
    let input = Input {
        path: "-",
        text,
        analysis: &analysis,
    };
    written(json::compact(&json::lint(&[input])))
}

/// What each driver does with the string in `text`.
///
/// # Errors
/// What is wrong with the settings.
pub fn readings(text: &str, settings: &str) -> Result<String, String> {
    let rows = connlint_core::readings::readings(text, &options(settings)?);
    written(json::compact(&json::readings(&rows)))
}

/// The strings in `text`, written in the dialect `to`, with their own passwords.
///
/// # Errors
/// Why a string cannot be converted, that there is no such dialect, or what is wrong with the settings.
pub fn convert(text: &str, to: &str, settings: &str) -> Result<String, String> {
    let to = Dialect::from_name(to).ok_or_else(|| {
        let names: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.name()).collect();
        format!("there is no such dialect; one of {}", names.join(", "))
    })?;
    let converted = connlint_core::convert::convert(text, &options(settings)?, to)
        .map_err(|error| error.to_string())?;
    written(json::compact(&json::convert(&converted)))
}

/// Why a connection failed, from the error message in `text`.
///
/// # Errors
/// What is wrong with the settings.
pub fn triage(text: &str, settings: &str) -> Result<String, String> {
    let Paste { triage, .. } = CATALOGUE.paste(text, &options(settings)?);
    written(json::compact(&json::triage(&triage)))
}

/// The settings of `connlint.toml`, from JSON.
fn options(settings: &str) -> Result<Options, String> {
    if settings.is_empty() {
        return Ok(Options::default());
    }
    let config: Config = serde_json::from_str(settings).map_err(|error| error.to_string())?;
    // A text has no path.
    let effective = config.effective(|_| false);
    let auto = Options::default();
    Ok(Options {
        target: effective.target.unwrap_or(auto.target),
        driver: effective.driver.unwrap_or(auto.driver),
        policy: effective.policy,
    })
}

fn written(report: Result<String, serde_json::Error>) -> Result<String, String> {
    report.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const RAW_AT: &str =
        "postgresql://app@shop:Gr33nTea@shop.postgres.database.azure.com/db?sslmode=require";

    fn read(report: Result<String, String>) -> Value {
        let report = report.unwrap();
        serde_json::from_str(&report).unwrap()
    }

    #[test]
    fn lint_gives_the_report_of_the_command_line() {
        let report = read(lint(RAW_AT, ""));
        assert_eq!(report["schema"], 1);
        let found = &report["inputs"][0]["strings"][0];
        assert_eq!(found["dialect"], "libpq-uri");
        let codes = found["diagnostics"].as_array().unwrap();
        assert!(codes.iter().any(|d| d["code"] == "SYN003"), "{found}");
    }

    #[test]
    fn the_settings_count() {
        let report = read(lint(
            RAW_AT,
            r#"{"target": "azure-flexible", "driver": "npgsql", "select": ["USR"]}"#,
        ));
        let found = &report["inputs"][0]["strings"][0];
        assert_eq!(found["target"], "azure-flexible");
        assert_eq!(found["driver"], "npgsql");
        let others = found["diagnostics"].as_array().unwrap().iter();
        assert_eq!(
            others
                .filter(|d| !d["code"].as_str().unwrap().starts_with("USR"))
                .count(),
            0
        );
    }

    #[test]
    fn a_setting_that_does_not_exist_is_named() {
        let error = lint("", r#"{"target": "azure"}"#).unwrap_err();
        assert!(error.contains("there is no target `azure`"), "{error}");
        let error = readings("", r#"{"drivr": "pgx"}"#).unwrap_err();
        assert!(error.contains("unknown field `drivr`"), "{error}");
        let error = convert("", "ado", "").unwrap_err();
        assert!(error.contains("one of libpq-uri,"), "{error}");
    }

    #[test]
    fn each_driver_has_its_reading() {
        let report = read(readings(RAW_AT, r#"{"driver": "libpq"}"#));
        assert_eq!(report["readings"][0]["driver"], "libpq");
    }

    #[test]
    fn a_string_is_written_in_another_dialect_with_its_password() {
        let text = "postgresql://app:p%40ss@db.example/shop?sslmode=require";
        let report = read(convert(text, "ado.net", ""));
        assert_eq!(
            report["converted"][0]["text"],
            "Host=db.example;Database=shop;Username=app;Password=p@ss;SSL Mode=Require"
        );
        let error = convert("postgresql://app@db.example:port/shop", "ado.net", "").unwrap_err();
        assert!(error.contains("libpq"), "{error}");
    }

    #[test]
    fn an_error_message_is_explained() {
        let text = "FATAL: no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"orders\", no encryption";
        let report = read(triage(text, ""));
        assert_eq!(report["evidence"]["client_ip"], "203.0.113.7");
        assert_ne!(report["category"], "other");
    }

    #[test]
    fn no_password_is_in_a_report() {
        let texts = [
            RAW_AT.to_owned(),
            format!("DATABASE_URL={RAW_AT}\npassword authentication failed for user \"app\""),
            "Server=db.example;User Id=app;Password=Gr33nTea;Nonsense=Gr33nTea".to_owned(),
        ];
        for text in texts {
            for report in [lint(&text, ""), readings(&text, ""), triage(&text, "")] {
                let report = report.unwrap();
                assert!(!report.contains("Gr33nTea"), "{report}");
            }
        }
        // A refusal repeats nothing of the text either.
        for to in Dialect::ALL {
            if let Err(error) = convert(RAW_AT, to.name(), "") {
                assert!(!error.contains("Gr33nTea"), "{error}");
            }
        }
    }

    #[test]
    fn the_types_know_every_name() {
        let types = include_str!("../../../packaging/npm/index.d.ts");
        let union = |name: &str| -> Vec<String> {
            let start = format!("export type {name} =");
            let (_, rest) = types.split_once(&start).unwrap();
            let (body, _) = rest.split_once(';').unwrap();
            body.split('|')
                .map(|word| word.trim().trim_matches('"').to_owned())
                .filter(|word| !word.is_empty())
                .collect()
        };
        let names = |all: Vec<&'static str>| -> Vec<String> {
            all.into_iter().map(str::to_owned).collect()
        };
        use connlint_core::triage::Category;
        use connlint_core::{Driver, Layer, Target};
        assert_eq!(
            union("Driver"),
            names(Driver::ALL.iter().map(|v| v.name()).collect())
        );
        assert_eq!(
            union("Target"),
            names(Target::ALL.iter().map(|v| v.name()).collect())
        );
        assert_eq!(
            union("Dialect"),
            names(Dialect::ALL.iter().map(|v| v.name()).collect())
        );
        assert_eq!(
            union("Layer"),
            names(Layer::ALL.iter().map(|v| v.name()).collect())
        );
        assert_eq!(
            union("Category"),
            names(Category::ALL.iter().map(|v| v.name()).collect())
        );
        assert_eq!(
            json!(union("Severity")),
            json!(["error", "warning", "info"])
        );
    }
}
