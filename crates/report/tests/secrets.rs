//! No password in anything that is printed: whatever the dialect, the wrapping, and the mistake in it.

use connlint_core::lint::fix_all;
use connlint_core::readings::readings;
use connlint_core::{Applicability, Driver, Options, Target, lint};
use connlint_report::human::{self, Layout};
use connlint_report::{Input, LintFormat, LintReport, fingerprints, json};
use proptest::prelude::*;

/// The letters and digits that secrets are made of. Nothing else in the texts below has six of them in a row.
const MARKS: [&str; 3] = ["Zq7xKwLmPd", "Vb9mTrHsGy", "Jd4nFcUwQe"];

/// What people have between the letters of a password, and what breaks strings.
const BETWEEN: &str = "[@:/?#&=;%'\"\\\\ +!$(){}\\[\\]<>|,.~^*é-]{0,3}";

/// Strings with `{}` for the password, right and wrong ones.
const STRINGS: &[&str] = &[
    "postgresql://app:{}@db.example:5432/shop?sslmode=require",
    "postgres://app@shop:{}@shop.postgres.database.azure.com/shop",
    "postgresql://:{}@db.example/shop",
    "postgresql://app:{}@db.example:54x32/shop?sslmod=require",
    "postgresql://app:{}@a.example,b.example:1,2/shop",
    "postgresql://app:{}@",
    "postgresql://db.example/shop?user=app&password={}&sslmode=Require",
    "postgresql://db.example/shop?password={}",
    "postgresql+asyncpg://app:{}@db.example/shop?ssl=require",
    "postgresql:/app:{}@db.example/shop",
    "postgressql://app:{}@db.example/shop",
    "host=db.example port=5432 user=app password={} dbname=shop",
    "host=db.example port=5432 password='{}' dbname=shop sslmod=require",
    "host = db.example password = {} dbname = shop",
    "password={} host=db.example user=app",
    "Host=db.example;Username=app;Password={};Database=shop",
    "Host=db.example;Username=app;Password='{}';SSL Mode=VerifyFull",
    "Server=shop.postgres.database.azure.com;User Id=app@shop;Pwd={};Ssl Mode=Require;",
    "Server=db.example;Port=99999;Passwd={}",
    "Password={};Host=db.example;Database=shop",
    "jdbc:postgresql://db.example:5432/shop?user=app&password={}&sslmode=require",
    "jdbc:postgresql://app:{}@db.example:5432/shop",
    "jdbc:postgresql://db.example/shop?user=app@shop&password={}&ssl=true",
    "jdbc:postgresql:shop?password={}",
    "r2dbc:postgresql://app:{}@db.example:5432/shop?sslMode=require",
    "postgresql+psycopg2://app:{}@db.example/shop?sslmode=require",
    "pgsql:host=db.example;port=5432;dbname=shop;user=app;password={};sslmode=require",
    "Driver={PostgreSQL Unicode};Server=db.example;Port=5432;Database=shop;Uid=app;Pwd={};sslmode=require",
];

/// What stands in a paste by itself.
const BLOCKS: &[&str] = &[
    "PGPASSWORD={} psql -h db.example -U app -d shop",
    "PGHOST=db.example\nPGUSER=app\nPGPASSWORD={}\nPGSSLMODE=require",
    "[shop]\nhost=db.example\nuser=app\npassword={}\nsslmode=require",
    "db.example:5432:shop:app:{}",
    "const pool = new Pool({ host: 'db.example', user: 'app', password: '{}', ssl: true })",
    "psycopg2.connect(host='db.example', user='app', password='{}', dbname='shop')",
    "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'db.example', 'USER': 'app', 'PASSWORD': '{}'}}",
    "PG.connect(host: 'db.example', user: 'app', password: '{}')",
    "production:\n  adapter: postgresql\n  host: db.example\n  username: app\n  password: {}\n",
    "spring.datasource.url=jdbc:postgresql://db.example/shop\nspring.datasource.username=app\nspring.datasource.password={}",
    "pg_connect(\"host=db.example dbname=shop user=app password={}\")",
];

/// What blocks are wrapped in: little.
const ROUND_BLOCKS: &[&str] = &[
    "{}",
    "\u{feff}{}\r\n",
    "# {s}\n{}\nTOKEN={s}\n",
    "```\n{}\n```\n",
];

/// How a language writes a string between its quotes.
type Escape = fn(&str) -> String;

/// What strings are wrapped in. `{}` is the string, `{s}` another secret next to it; a string in quotes is escaped as
/// its language does, because nobody can tell where it ends otherwise.
const AROUND: &[(&str, Escape)] = &[
    ("{}", plain),
    ("\u{feff}{}\r\n", plain),
    ("DATABASE_URL={}\n", plain),
    ("PGPASSWORD={s} DATABASE_URL=\"{}\" # {s}\n", backslashes),
    ("export TOKEN='{s}'; psql \"{}\"", backslashes),
    ("{\"password\": \"{s}\", \"url\": \"{}\"}", backslashes),
    (
        "services:\n  db:\n    environment:\n      SECRET: {s}\n      DSN: {}\n",
        plain,
    ),
    ("string dsn = @\"{}\"; // {s}", doubled),
    (
        "<add name=\"Db\" password=\"{s}\" connectionString=\"{}\" />",
        entities,
    ),
    ("{s} {}", word),
    ("create_engine('{}', password='{s}')", backslashes),
    ("psql {} -c 'select {s}'", word),
    ("the password is {s}: {}", plain),
];

fn plain(text: &str) -> String {
    text.into()
}

/// Among other words, a string ends at the first blank.
fn word(text: &str) -> String {
    text.replace(' ', "")
}

fn backslashes(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\'', "\\'")
}

fn doubled(text: &str) -> String {
    text.replace('"', "\"\"")
}

fn entities(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn options() -> impl Strategy<Value = Options> {
    (0..Target::ALL.len(), 0..Driver::ALL.len()).prop_map(|(target, driver)| Options {
        target: Target::ALL[target],
        driver: Driver::ALL[driver],
        ..Options::default()
    })
}

/// The longest piece of a mark that `said` holds.
fn leak(said: &str) -> Option<&'static str> {
    MARKS.iter().find_map(|mark| {
        (0..=mark.len() - 6)
            .map(|at| &mark[at..at + 6])
            .find(|piece| said.contains(piece))
    })
}

/// Everything that is printed about a text.
fn said(text: &str, options: &Options) -> Vec<(&'static str, String)> {
    let analysis = lint(text, options);
    let input = Input {
        path: "-",
        text,
        analysis: &analysis,
    };
    let layout = |width| Layout {
        colour: false,
        width,
    };
    let rows = readings(text, &Options::default());
    let fixed = fix_all(text, options, Applicability::Unsafe).text;
    let again = lint(&fixed, options);
    let after = Input {
        path: "-",
        text: &fixed,
        analysis: &again,
    };
    let mut out: Vec<(&'static str, String)> = LintFormat::ALL
        .iter()
        .map(|format| {
            // What stands before the inputs is the same for all of them.
            let mut report = LintReport::new(format, layout(100));
            let piece = format.piece(&input, layout(100));
            (format.name, report.add(&piece) + &report.end())
        })
        .collect();
    let people = |input, width| LintFormat::ALL[0].whole(&[input], layout(width));
    out.extend([
        ("human, narrow", people(input, 40)),
        ("fingerprints", fingerprints("a.env", &analysis).join(" ")),
        ("diff", human::diff(&input, &after, layout(100))),
        ("human, fixed", people(after, 100)),
        ("readings", human::readings(&rows, layout(100))),
        (
            "readings, json",
            json::compact(&json::readings(&rows)).unwrap_or_default(),
        ),
    ]);
    out
}

/// Asserts that nothing that is printed about `text` holds a piece of a mark.
fn check(text: &str, options: &Options) -> Result<(), TestCaseError> {
    for (kind, output) in said(text, options) {
        prop_assert_eq!(leak(&output), None, "{}: {}\n{}", kind, text, output);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_password_of_a_string_is_printed(
        string in 0..STRINGS.len(),
        around in 0..AROUND.len(),
        first in BETWEEN,
        second in BETWEEN,
        options in options(),
    ) {
        let secret = format!("{}{first}{}{second}{}", MARKS[0], MARKS[1], MARKS[2]);
        let string = STRINGS[string].replace("{}", &secret);
        let (around, escape) = AROUND[around];
        let text = around.replace("{}", &escape(&string)).replace("{s}", MARKS[2]);
        check(&text, &options)?;
    }

    #[test]
    fn no_password_of_a_block_is_printed(
        block in 0..BLOCKS.len(),
        around in 0..ROUND_BLOCKS.len(),
        first in BETWEEN,
        second in BETWEEN,
        options in options(),
    ) {
        let secret = format!("{}{first}{}{second}{}", MARKS[0], MARKS[1], MARKS[2]);
        let block = BLOCKS[block].replace("{}", &secret);
        let text = ROUND_BLOCKS[around].replace("{}", &block).replace("{s}", MARKS[2]);
        check(&text, &options)?;
    }
}
