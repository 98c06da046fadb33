//! DRV004: variables of libpq's that the driver does not read.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Dialect, Driver};
use crate::parse::keywords::VARIABLES;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DRV004",
    name: "pg-variables-not-read",
    group: Group::Drivers,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("pg_variables_not_read.md"),
    check,
};

fn message(name: &str, driver: Driver) -> String {
    format!("`{name}` is not read by {}", driver.label())
}

/// The variables of libpq's that drivers without libpq read, as far as connlint knows.
fn read_by(driver: Driver) -> Option<&'static [&'static str]> {
    Some(match driver {
        Driver::Npgsql => &[
            "PGUSER",
            "PGPASSWORD",
            "PGPASSFILE",
            "PGSSLCERT",
            "PGSSLKEY",
            "PGSSLROOTCERT",
            "PGCLIENTENCODING",
            "PGOPTIONS",
            "PGTARGETSESSIONATTRS",
            "PGSSLNEGOTIATION",
            "PGGSSENCMODE",
            "PGREQUIREAUTH",
            "PGAPPNAME",
        ],
        Driver::NodePostgres => &[
            "PGHOST",
            "PGPORT",
            "PGUSER",
            "PGDATABASE",
            "PGPASSWORD",
            "PGPASSFILE",
            "PGOPTIONS",
            "PGAPPNAME",
            "PGSSLMODE",
            "PGSSLNEGOTIATION",
        ],
        Driver::PostgresJs => &[
            "PGHOST",
            "PGPORT",
            "PGUSER",
            "PGDATABASE",
            "PGPASSWORD",
            "PGAPPNAME",
            "PGTARGETSESSIONATTRS",
            "PGSSLNEGOTIATION",
            "PGCONNECT_TIMEOUT",
        ],
        Driver::Pgjdbc => &["PGPASSFILE"],
        Driver::R2dbc | Driver::TokioPostgres | Driver::Prisma => &[],
        _ => return None,
    })
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.parse.dialect != Dialect::PgEnv {
        return;
    }
    let Some(read) = read_by(ctx.driver) else {
        return;
    };
    for setting in &ctx.settings().all {
        let Some(key) = setting.key_span else {
            continue;
        };
        let name = &*setting.key;
        let libpqs = VARIABLES.iter().any(|(variable, _)| *variable == name);
        // Code that asks for the variable by its name hands it over itself.
        let around = ctx.surroundings;
        let asked_for = around.before.contains(name) || around.after.contains(name);
        if !libpqs || read.contains(&name) || asked_for {
            continue;
        }
        let finding = Finding::new(key, message(&ctx.show(key), ctx.driver)).help(format!(
            "It is one of libpq's variables, for psql and the drivers built on libpq. {}",
            instead(ctx.driver)
        ));
        out.push(if ctx.driver_given {
            finding
        } else {
            finding
                .severity(Severity::Info)
                .certainty(Certainty::Depends)
        });
    }
}

const fn instead(driver: Driver) -> &'static str {
    match driver {
        Driver::Npgsql => {
            "Npgsql wants at least `Host` in its string, and reads PGUSER, PGPASSWORD and a few more besides."
        }
        Driver::Pgjdbc => "Put it into the URL: pgJDBC reads no variables for where to connect.",
        Driver::PostgresJs => "postgres.js has `PGSSL` for TLS, and its options in code.",
        Driver::NodePostgres => {
            "node-postgres reads PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE and PGSSLMODE; the rest goes into its options."
        }
        _ => "Put it into the string, or hand it over in code.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, driver, findings, silent};

    #[test]
    fn variables_that_the_driver_passes_over_are_named() {
        let found = findings(
            &RULE,
            &driver(Driver::Npgsql),
            "PGHOST=db.example\nPGUSER=app\nPGSSLMODE=require\n",
        );
        let messages: Vec<&str> = found.iter().map(|d| &*d.message).collect();
        assert_eq!(
            messages,
            [
                "`PGHOST` is not read by Npgsql",
                "`PGSSLMODE` is not read by Npgsql"
            ]
        );
        assert_eq!(found[0].severity, Severity::Warning);
        let found = findings(
            &RULE,
            &driver(Driver::PostgresJs),
            "PGHOST=db.example\nPGUSER=app\nPGSSLMODE=require\n",
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "`PGSSLMODE` is not read by postgres.js");
    }

    #[test]
    fn without_a_driver_it_is_a_question() {
        let text = "PGHOST=db.example\nPGUSER=app\n# builder.UseNpgsql(...)\n";
        let found = findings(&RULE, &auto(), text);
        assert!(found.iter().all(|d| d.severity == Severity::Info));
    }

    #[test]
    fn what_is_read_or_asked_for_is_left_alone() {
        let text = "PGHOST=db.example\nPGUSER=app\nPGPASSWORD=pw\nPGDATABASE=app\n";
        for given in [
            Driver::Libpq,
            Driver::NodePostgres,
            Driver::Pgx,
            Driver::Psycopg,
        ] {
            silent(&RULE, &driver(given), text);
        }
        silent(
            &RULE,
            &driver(Driver::Npgsql),
            "var host = Environment.GetEnvironmentVariable(\"PGHOST\");\n\nPGHOST=db.example\nPGUSER=app\n",
        );
        silent(
            &RULE,
            &driver(Driver::Npgsql),
            "DB_HOST=db.example\nDB_USER=app\nDB_PORT=5432\n",
        );
    }
}
