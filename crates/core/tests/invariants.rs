//! What holds for every text, whatever it is: see the invariants in docs/architecture.md.

use connlint_core::diagnostics::apply;
use connlint_core::{Applicability, Driver, Options, Severity, Target, fix_all, lint};
use proptest::prelude::*;

/// Two halves of a password; what stands between them is what breaks strings.
const HALVES: [&str; 2] = ["Zq7xKwLmPd", "Vb9mTrHsGy"];

/// Strings with a password in its place, in every dialect and some layers; `{}` is the password.
const TEMPLATES: &[&str] = &[
    "postgresql://app:{}@db.example:5432/app?sslmode=require",
    "postgres://app@shop:{}@shop.postgres.database.azure.com/app",
    "postgresql://app:{}@",
    "postgresql://app:{}",
    "POSTGRESQL://app:{}@db.example/app",
    "postgresql://db.example/app?user=app&password={}&sslmode=Require",
    "postgresql://db.example/app?sslpassword={}&foo=bar",
    "host=db.example port=5432 user=app password={} dbname=app",
    "host=db.example port=5432 password='{}' dbname=app sslmod=require",
    "password={} host=db.example user=app",
    "Host=db.example;Username=app;Password={};Database=app",
    "Host=db.example;Username=app;Password=\"{}\";SSL Mode=verify-full",
    "Server=shop.postgres.database.azure.com;User Id=app@shop;Pwd={};Integrated Security=true",
    "Password={};Host=db.example;Database=app",
    "jdbc:postgresql://db.example:5432/app?user=app&password={}&sslmode=verify-all",
    "jdbc:postgresql://app:{}@db.example:5432/app",
    "jdbc:postgres://db.example/app?password={}",
    "DATABASE_URL=\"postgresql://app:{}@db.example/app\"",
    "{\"ConnectionStrings\": {\"Db\": \"Host=db.example;Database=app;Password={};Port=99999\"}}",
    "<url>jdbc:postgresql://db.example/app?user=app&amp;password={}&amp;ssl=true</url>",
    "create_engine('postgresql://app:{}@db.example:port/app')",
    "postgresql+psycopg2://app:{}@db.example/app",
    "r2dbc:postgresql://app:{}@db.example/app",
    "Driver={PostgreSQL Unicode};Server=db.example;Uid=app;Pwd={};Database=app",
    "new PDO('pgsql:host=db.example;user=app;password={};dbname=app')",
    "PGHOST=shop.postgres.database.azure.com\nPGPASSWORD={}\nPGUSER=app@shop\nPGPORT=1433",
    "DB_CONNECTION=pgsql\nDB_HOST=db.example\nDB_PASSWORD=\"{}\"\nDB_PORT=x",
    "psql -h db.example -U app --password={} -p 99999",
    "PGPASSWORD={} psql -h db.example",
    "db.example:5432:*:app:{}",
    "psycopg2.connect(host='db.example', user='app', password='{}')",
    "new Client({host: 'db.example', user: 'app', password: \"{}\", port: 1})",
    "services:\n  web:\n    image: a\n    environment:\n      - PGHOST=db.example\n      - PGPASSWORD=\"{}\"",
    "kind: Secret\nstringData:\n  .env: |\n    PGHOST=db.example\n    PGPASSWORD={}\n    PGUSER=app",
    "kind: Secret\ndata:\n  PGHOST: ZGIuZXhhbXBsZQo=\n  PGPASSWORD: {}\n",
    "az x --settings '{\"url\": \"postgresql://app:{}@db.example/app?sslmode=disable\"}'",
    "[alembic]\nsqlalchemy.url = postgresql://app:{}@db.example/app\n",
    "export DATABASE_URL=\"postgresql://app:{}@db.example/app\"",
    "[{\"name\": \"PGHOST\", \"value\": \"db.example\"}, {\"name\": \"PGPASSWORD\", \"value\": \"{}\"}]",
    "spring.datasource.url=jdbc:postgresql://db.example/app\nspring.datasource.password={}",
];

fn options() -> impl Strategy<Value = Options> {
    (0..Target::ALL.len(), 0..Driver::ALL.len()).prop_map(|(target, driver)| Options {
        target: Target::ALL[target],
        driver: Driver::ALL[driver],
        ..Options::default()
    })
}

/// Text made of the pieces that connection strings are made of.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        (0..TEMPLATES.len()).prop_map(|i| TEMPLATES[i].to_string()),
        "[a-z]{1,6}",
        "[@:/?#&=;%'\"\\\\ \\[\\]{}<>,.$\n\t]{1,3}",
        Just("${VAR}".to_string()),
        Just("😀é\u{301}\u{a0}".to_string()),
        Just("postgres.database.azure.com".to_string()),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn no_secret_is_in_anything_that_is_said(
        template in 0..TEMPLATES.len(), middle in "[!-~é ]{0,3}", options in options(),
    ) {
        // Without an `@` of its own, a text with one in the password is a whole URI with another host.
        prop_assume!(!middle.contains('@') || !TEMPLATES[template].ends_with(":{}"));
        let secret = format!("{}{middle}{}", HALVES[0], HALVES[1]);
        let text = TEMPLATES[template].replacen("{}", &secret, 1);
        // Debug shows every field of every part of the answer, so it is the strictest of all outputs.
        let said = format!("{:?}", lint(&text, &options));
        for half in HALVES {
            prop_assert!(!said.contains(half), "{text}\n{said}");
        }
    }

    #[test]
    fn everything_that_is_said_points_into_the_text(text in prop_oneof![pieces(), any::<String>()], options in options()) {
        let analysis = lint(&text, &options);
        for found in &analysis.strings {
            prop_assert!(text.get(found.span.start..found.span.end).is_some());
            let mut at = found.span.start;
            for token in &found.tokens {
                prop_assert_eq!(token.span.start, at, "tokens cover the string");
                at = token.span.end;
            }
            prop_assert_eq!(at, found.span.end, "tokens cover the string");
        }
        for diagnostic in analysis.diagnostics() {
            let spans = diagnostic.related.iter().map(|r| r.span).chain([diagnostic.span]);
            for span in spans {
                prop_assert!(text.get(span.start..span.end).is_some(), "{diagnostic:?}");
            }
            for fix in &diagnostic.fixes {
                prop_assert!(apply(&text, &fix.edits).is_ok(), "{diagnostic:?}");
            }
        }
    }

    #[test]
    fn what_the_driver_refuses_is_a_finding(text in pieces(), options in options()) {
        for found in lint(&text, &options).strings {
            if let Some(words) = &found.refused_by_driver {
                let error = found.diagnostics.iter().any(|d| d.severity == Severity::Error);
                prop_assert!(error, "{text}\n{words}");
            }
        }
    }

    #[test]
    fn fixing_everything_comes_to_an_end(text in pieces(), options in options()) {
        for level in [Applicability::Safe, Applicability::Unsafe] {
            let once = fix_all(&text, &options, level);
            let again = fix_all(&once.text, &options, level);
            prop_assert_eq!(&again.text, &once.text, "{} -> {}", text, once.text);
        }
    }
}
