//! What is written reads back: every dialect to every dialect, with values that each notation finds hard.

use super::write::driver_of;
use super::{ConvertError, Converted, LossKind, convert, convert_one, source, write};
use crate::lint::Options;
use crate::model::{Dialect, Driver, Param, Settings};
use crate::parse::{parse, percent};
use crate::readings::{self, Encrypted, Roots, Tls};
use crate::text::slice;
use proptest::prelude::*;
use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

fn targets() -> impl Iterator<Item = Dialect> {
    Dialect::ALL
        .iter()
        .copied()
        .filter(|d| *d != Dialect::Webapp)
}

/// What a string comes to in its driver.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Meaning {
    hosts: Vec<(String, String)>,
    user: String,
    password: String,
    database: String,
    tls: Tls,
}

fn meaning(text: &str, settings: &Settings, dialect: Dialect) -> Meaning {
    let driver = driver_of(dialect);
    // Nothing and an empty value are the same to all of them.
    let get = |param| {
        settings
            .get(param)
            // A plain star of .pgpass stands for anything.
            .filter(|s| dialect != Dialect::Pgpass || slice(text, s.value.span) != "*")
            .map_or("", |s| s.value.expose())
            .to_string()
    };
    let user = get(Param::User);
    let database = get(Param::Database);
    Meaning {
        hosts: settings
            .hosts
            .iter()
            .map(|h| {
                let part = |p: &Option<crate::model::Piece>, default: &str| {
                    p.as_ref().map_or(default, |p| &p.text).to_string()
                };
                (
                    part(&h.host, "localhost").trim_matches(['[', ']']).into(),
                    part(&h.port, "5432"),
                )
            })
            .collect(),
        password: get(Param::Password),
        // The default of most.
        database: if database.is_empty() && driver != Driver::Prisma {
            user.clone()
        } else {
            database
        },
        user,
        tls: readings::tls_of(driver, settings),
    }
}

/// Converts one text of a dialect that is known, without looking for it in a paste.
fn string(text: &str, from: Dialect, to: Dialect) -> Result<Converted, ConvertError> {
    let source = source::read(text, from, driver_of(from), &[])?;
    let (written, losses) = write::write(&source, to)?;
    Ok(Converted {
        from,
        to,
        span: crate::text::Span::new(0, text.len()),
        text: written.full,
        masked: written.masked,
        losses: source.losses.into_iter().chain(losses).collect(),
    })
}

/// What the target's driver reads. Fails the test where it refuses the text.
fn read_back(converted: &Converted) -> Meaning {
    let driver = driver_of(converted.to);
    let parse = parse(&converted.text, converted.to, driver);
    assert!(
        parse.errors.is_empty(),
        "{} refuses {}: {:?}",
        driver,
        converted.text,
        parse.errors
    );
    meaning(&converted.text, &parse.settings, converted.to)
}

/// The keywords of what was lost.
fn lost(converted: &Converted) -> Vec<&str> {
    converted
        .losses
        .iter()
        .map(|l| l.keyword.as_str())
        .collect()
}

/// Fails where `got` is not `wanted`, but for what the conversion says it lost, which only these may be.
fn assert_same(wanted: &Meaning, converted: &Converted, may_lose: &[&str]) -> Meaning {
    let mut got = read_back(converted);
    let at = || format!("{} -> {}\n{}", converted.from, converted.to, converted.text);
    for loss in &converted.losses {
        let core = ["host", "user", "password", "dbname", "sslmode"];
        let beside = may_lose.contains(&"*") && !core.contains(&loss.keyword.as_str());
        assert!(
            beside || may_lose.contains(&loss.keyword.as_str()),
            "{} lost {loss:?}",
            at()
        );
    }
    let has = |keyword| lost(converted).contains(&keyword);
    let read = got.clone();
    if has("host") {
        assert_eq!(got.hosts.first(), wanted.hosts.first(), "{}", at());
        got.hosts.clone_from(&wanted.hosts);
    }
    if has("user") {
        got.user.clone_from(&wanted.user);
        // Without one the database has the user's name.
        if got.database.is_empty() && wanted.database == wanted.user {
            got.database.clone_from(&wanted.database);
        }
    }
    if has("password") {
        got.password.clone_from(&wanted.password);
    }
    if has("dbname") {
        got.database.clone_from(&wanted.database);
    }
    if has("sslmode") && converted.to != Dialect::Pgpass {
        assert!(super::tls::covers(got.tls, wanted.tls), "{}", at());
    }
    if has("sslmode") || converted.to == Dialect::Pgpass {
        got.tls = wanted.tls;
    }
    assert_eq!(&got, wanted, "{}", at());
    read
}

/// What a dialect cannot carry, and the others can.
fn limits(to: Dialect, wanted: &Meaning) -> Vec<&'static str> {
    let mut out = Vec::new();
    let mut check = |keyword, value: &str| {
        let ends = value.trim() != value;
        let fits = match to {
            Dialect::PdoDsn => !value.contains(';'),
            Dialect::Odbc if keyword != "password" => !ends && !value.contains([';', '{', '}']),
            Dialect::ServiceFile => {
                !value.ends_with(|c: char| c.is_ascii_whitespace()) && !value.contains('\n')
            }
            Dialect::PgEnv => !value.contains('\n'),
            Dialect::NodeUrl if keyword == "dbname" => {
                !value.contains(['?', '#']) && !matches!(value, "." | "..")
            }
            Dialect::SpringProperties if keyword != "dbname" => !value.contains("${"),
            _ => true,
        };
        if !fits {
            out.push(keyword);
        }
    };
    check("user", &wanted.user);
    check("password", &wanted.password);
    check("dbname", &wanted.database);
    if wanted.hosts.len() > 1
        && matches!(
            to,
            Dialect::NodeUrl | Dialect::NodeObject | Dialect::PrismaUrl | Dialect::Pgpass
        )
    {
        out.push("host");
    }
    out
}

fn uri(hosts: &str, user: &str, password: &str, database: &str, query: &str) -> String {
    let e = percent::encode;
    format!(
        "postgresql://{}:{}@{hosts}/{}{query}",
        e(user),
        e(password),
        e(database)
    )
}

/// Whether a line of .pgpass can be made of it: it needs a password, and ends with its line.
fn in_pgpass(wanted: &Meaning) -> bool {
    let parts = [&wanted.user, &wanted.password, &wanted.database];
    !wanted.password.is_empty() && !parts.iter().any(|part| part.contains(['\n', '\r']))
}

/// From a URI to every dialect, and from there to every other.
fn all_pairs(text: &str) {
    let libpq = parse(text, Dialect::LibpqUri, Driver::Libpq);
    assert!(libpq.errors.is_empty(), "{text}");
    let wanted = meaning(text, &libpq.settings, Dialect::LibpqUri);
    for first in targets() {
        let mut may = limits(first, &wanted);
        may.push("sslmode");
        if first == Dialect::Pgpass && !in_pgpass(&wanted) {
            let refused = string(text, Dialect::LibpqUri, first);
            assert!(matches!(refused, Err(ConvertError::Unfit { .. })));
            continue;
        }
        let there = string(text, Dialect::LibpqUri, first).expect(text);
        let got = assert_same(&wanted, &there, &may);
        for second in targets() {
            let mut may = limits(second, &got);
            // Not everything has a word everywhere; what it becomes is never weaker.
            may.push("sslmode");
            if second == Dialect::Pgpass && !in_pgpass(&got) {
                continue;
            }
            let back = string(&there.text, first, second)
                .unwrap_or_else(|e| panic!("{first} -> {second} {}: {e}", there.text));
            assert_same(&got, &back, &may);
        }
    }
}

/// From a URI to every dialect, from there to every other, and back from that: what was not said to be lost is there.
fn there_and_back(text: &str) {
    let libpq = parse(text, Dialect::LibpqUri, Driver::Libpq);
    assert!(libpq.errors.is_empty(), "{text}: {:?}", libpq.errors);
    let wanted = meaning(text, &libpq.settings, Dialect::LibpqUri);
    let may = ["sslmode", "*"];
    // What a dialect cannot carry is another test's; here all of it arrives.
    let fits = |to: Dialect, wanted: &Meaning| {
        limits(to, wanted).is_empty() && (to != Dialect::Pgpass || in_pgpass(wanted))
    };
    for first in targets().filter(|first| fits(*first, &wanted)) {
        let Ok(one) = string(text, Dialect::LibpqUri, first) else {
            continue;
        };
        let meant = assert_same(&wanted, &one, &may);
        for second in targets().filter(|second| fits(*second, &meant)) {
            let Ok(two) = string(&one.text, first, second) else {
                continue;
            };
            let got = assert_same(&meant, &two, &may);
            let back = string(&two.text, second, first)
                .unwrap_or_else(|e| panic!("{second} -> {first} {}: {e}", two.text));
            assert_same(&got, &back, &may);
        }
    }
}

const HARD: [&str; 34] = [
    "plain",
    "p@ss",
    "p:ss",
    "p/ss",
    "p?ss",
    "p#ss",
    "p%ss",
    "p%41ss",
    "p&ss=1",
    "p+ss",
    "p=ss",
    "=ss",
    "p;ss",
    "it's",
    "'quoted'",
    "say \"hi\"",
    "\"",
    "back\\slash\\",
    "{p}ss",
    "p}}ss",
    "$HOME",
    "${HOME",
    "p ss",
    " leading",
    "trailing ",
    "é😀\u{a0}x",
    "<%= x",
    "#{x}#$y",
    "a,b,",
    "*",
    "`x`!",
    "-x",
    "[x]",
    "tab\tnewline\nend",
];

#[test]
fn hard_values_survive_between_all_dialects() {
    let hard = |index: usize| HARD[index % HARD.len()];
    for index in 0..HARD.len() {
        let (user, password, database) = (hard(index), hard(index + 11), hard(index + 23));
        all_pairs(&uri(
            "db.example:5433",
            user,
            password,
            database,
            "?sslmode=require",
        ));
    }
}

#[test]
fn an_empty_password_is_none() {
    all_pairs("postgresql://app:@db.example/shop");
    all_pairs("postgresql://app@db.example");
}

#[test]
fn hosts_survive_between_all_dialects() {
    for hosts in [
        "[::1]",
        "[2001:db8::7]:5433",
        "127.0.0.1:6432",
        "a.example,b.example",
        "a.example:5432,b.example:5433",
        "a.example,b.example:5433",
        "[::1]:5433,b.example",
        "b_c.example:5432,[::1]:5433",
    ] {
        all_pairs(&uri(hosts, "app", "pw", "shop", ""));
    }
}

#[test]
fn a_socket_goes_where_one_can() {
    let text = "postgresql://app:pw@%2Fvar%2Frun:5433/shop";
    for to in targets() {
        let result = string(text, Dialect::LibpqUri, to);
        if matches!(
            to,
            Dialect::JdbcUrl | Dialect::SpringProperties | Dialect::R2dbcUrl
        ) {
            assert!(matches!(result, Err(ConvertError::Unfit { .. })), "{to}");
        } else {
            let got = read_back(&result.expect(text));
            assert_eq!(got.hosts[0].0, "/var/run", "{to}");
        }
    }
}

const NEVER: Tls = plain(Encrypted::Never);

const fn plain(encrypted: Encrypted) -> Tls {
    Tls {
        encrypted,
        chain: false,
        host_name: false,
        roots: None,
    }
}

const fn checked(host_name: bool, roots: Roots) -> Tls {
    Tls {
        encrypted: Encrypted::Always,
        chain: true,
        host_name,
        roots: Some(roots),
    }
}

#[test]
fn tls_keeps_its_meaning_and_not_its_spelling() {
    let ca = "&sslrootcert=%2Fca.pem";
    let full_file = checked(true, Roots::File);
    let full_system = checked(true, Roots::System);
    let chain_file = checked(false, Roots::File);
    let require = plain(Encrypted::Always);
    for (query, to, written, effect, losses) in [
        (
            "sslmode=require".into(),
            Dialect::NodeUrl,
            "sslmode=no-verify",
            require,
            1,
        ),
        (
            "sslmode=require".into(),
            Dialect::NodeObject,
            "rejectUnauthorized: false",
            require,
            0,
        ),
        (
            "sslmode=require".into(),
            Dialect::AdoNet,
            "SSL Mode=Require",
            require,
            0,
        ),
        (
            "sslmode=require".into(),
            Dialect::JdbcUrl,
            "sslmode=require",
            require,
            0,
        ),
        (
            "sslmode=require".into(),
            Dialect::PrismaUrl,
            "sslmode=require",
            require,
            0,
        ),
        (
            "sslmode=require".into(),
            Dialect::Odbc,
            "SSLmode=require",
            require,
            0,
        ),
        (
            format!("sslmode=require{ca}"),
            Dialect::LibpqKv,
            "sslmode=require sslrootcert=/ca.pem",
            chain_file,
            0,
        ),
        (
            format!("sslmode=require{ca}"),
            Dialect::AdoNet,
            "SSL Mode=VerifyCA;Root Certificate=/ca.pem",
            chain_file,
            1,
        ),
        (
            format!("sslmode=require{ca}"),
            Dialect::JdbcUrl,
            "sslmode=verify-ca&sslrootcert=%2Fca.pem",
            chain_file,
            1,
        ),
        (
            format!("sslmode=require{ca}"),
            Dialect::R2dbcUrl,
            "sslMode=verify-ca&sslRootCert=%2Fca.pem",
            chain_file,
            1,
        ),
        (
            format!("sslmode=require{ca}"),
            Dialect::NodeUrl,
            "uselibpqcompat=true&sslmode=verify-ca&sslrootcert=%2Fca.pem",
            chain_file,
            1,
        ),
        (
            format!("sslmode=require{ca}"),
            Dialect::PrismaUrl,
            "sslmode=require&sslaccept=strict&sslcert=%2Fca.pem",
            full_file,
            1,
        ),
        (
            format!("sslmode=verify-full{ca}"),
            Dialect::NodeObject,
            "ssl: { ca: fs.readFileSync(\"/ca.pem\", \"utf8\") }",
            full_file,
            0,
        ),
        (
            format!("sslmode=verify-full{ca}"),
            Dialect::Odbc,
            "pqopt={sslrootcert=/ca.pem}",
            full_file,
            0,
        ),
        (
            format!("sslmode=verify-full{ca}"),
            Dialect::PsqlCommand,
            "PGSSLROOTCERT=/ca.pem",
            full_file,
            0,
        ),
        (
            "sslrootcert=system".into(),
            Dialect::AdoNet,
            "SSL Mode=VerifyFull",
            full_system,
            0,
        ),
        (
            "sslrootcert=system".into(),
            Dialect::NodeUrl,
            "sslmode=verify-full",
            full_system,
            0,
        ),
        (
            "sslrootcert=system".into(),
            Dialect::GoUrl,
            "sslmode=verify-full",
            full_system,
            0,
        ),
        (
            "sslmode=verify-full&sslrootcert=system".into(),
            Dialect::JdbcUrl,
            "sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
            full_system,
            0,
        ),
        (
            "sslmode=verify-full".into(),
            Dialect::AdoNet,
            "SSL Mode=VerifyFull",
            full_system,
            1,
        ),
        (
            "sslmode=disable".into(),
            Dialect::NodeUrl,
            "sslmode=disable",
            NEVER,
            0,
        ),
        (
            "sslmode=allow".into(),
            Dialect::PrismaUrl,
            "sslmode=prefer",
            plain(Encrypted::IfOffered),
            1,
        ),
        (
            String::new(),
            Dialect::NodeUrl,
            "sslmode=no-verify",
            require,
            1,
        ),
        (
            String::new(),
            Dialect::Odbc,
            "SSLmode=prefer",
            plain(Encrypted::IfOffered),
            0,
        ),
        (
            String::new(),
            Dialect::R2dbcUrl,
            "sslMode=prefer",
            plain(Encrypted::IfOffered),
            0,
        ),
    ] {
        let text = format!("postgresql://u:p@h/d?{query}");
        let out = string(&text, Dialect::LibpqUri, to).expect(&text);
        assert!(out.text.contains(written), "{query} -> {to}: {}", out.text);
        assert_eq!(read_back(&out).tls, effect, "{query} -> {to}: {}", out.text);
        assert_eq!(
            out.losses.len(),
            losses,
            "{query} -> {to}: {:?}",
            out.losses
        );
    }
}

#[test]
fn tls_comes_back_from_drivers_that_spell_it_their_own_way() {
    for (from, text, to, written) in [
        (
            Dialect::JdbcUrl,
            "jdbc:postgresql://h/d?ssl=true",
            Dialect::LibpqUri,
            "?sslmode=verify-full",
        ),
        (
            Dialect::JdbcUrl,
            "jdbc:postgresql://h/d?sslmode=require&sslrootcert=/ca",
            Dialect::LibpqUri,
            "?sslmode=require",
        ),
        (
            Dialect::NodeUrl,
            "postgres://h/d?sslmode=require",
            Dialect::LibpqKv,
            "sslmode=verify-full sslrootcert=system",
        ),
        (
            Dialect::NodeUrl,
            "postgres://h/d?sslmode=no-verify",
            Dialect::AdoNet,
            "SSL Mode=Require",
        ),
        (
            Dialect::PrismaUrl,
            "postgres://h/d?sslmode=require&sslaccept=strict",
            Dialect::NodeUrl,
            "sslmode=verify-full",
        ),
        (
            Dialect::NodeObject,
            "new pg.Client({host: 'h', ssl: true})",
            Dialect::AdoNet,
            "SSL Mode=VerifyFull",
        ),
        (
            Dialect::Odbc,
            "Driver={PostgreSQL Unicode};Server=h;SSLmode=Require",
            Dialect::LibpqKv,
            "host=h sslmode=disable",
        ),
        (
            Dialect::AdoNet,
            "Host=h;SSL Mode=VerifyFull",
            Dialect::LibpqKv,
            "sslmode=verify-full sslrootcert=system",
        ),
    ] {
        let out = string(text, from, to).expect(text);
        assert!(out.text.contains(written), "{text} -> {to}: {}", out.text);
        assert!(!out.text.contains("/ca"), "{}", out.text);
    }
}

#[test]
fn keywords_and_units_are_translated() {
    let text = "postgresql://u:p@h1,h2/d?connect_timeout=10&application_name=my%20app&target_session_attrs=read-write&options=-c%20a%3Db&keepalives=1&sslcert=%2Fc&tcp_user_timeout=5";
    for (to, expected, gone) in [
        (
            Dialect::AdoNet,
            "Host=h1,h2;Database=d;Username=u;Password=p;Timeout=10;Application Name=my app;Target Session Attributes=read-write;Options=-c a=b;TCP Keepalive=true;SSL Certificate=/c",
            &["tcp_user_timeout"][..],
        ),
        (
            Dialect::JdbcUrl,
            "jdbc:postgresql://h1,h2/d?user=u&password=p&connectTimeout=10&ApplicationName=my%20app&targetServerType=primary&options=-c%20a%3Db&tcpKeepAlive=true&sslcert=%2Fc",
            &["target_session_attrs", "tcp_user_timeout"],
        ),
        (
            Dialect::R2dbcUrl,
            "r2dbc:postgresql:failover://u:p@h1,h2/d?sslMode=prefer&connectTimeout=PT10S&applicationName=my%20app&targetServerType=primary&tcpKeepAlive=true&sslCert=%2Fc",
            &["target_session_attrs", "options", "tcp_user_timeout"],
        ),
        (
            Dialect::Odbc,
            "Driver={PostgreSQL Unicode};Server=h1,h2;Database=d;Uid=u;Pwd={p};SSLmode=prefer;pqopt={connect_timeout=10 application_name='my app' target_session_attrs=read-write options='-c a=b' keepalives=1 sslcert=/c tcp_user_timeout=5}",
            &[],
        ),
        (
            Dialect::PgEnv,
            "PGHOST=h1,h2\nPGDATABASE=d\nPGUSER=u\nPGPASSWORD=p\nPGCONNECT_TIMEOUT=10\nPGAPPNAME='my app'\nPGTARGETSESSIONATTRS=read-write\nPGOPTIONS='-c a=b'\nPGSSLCERT=/c",
            &["keepalives", "tcp_user_timeout"],
        ),
        (
            Dialect::NodeObject,
            "new pg.Client({\n  host: \"h1\",\n  database: \"d\",\n  user: \"u\",\n  password: \"p\",\n  ssl: { rejectUnauthorized: false },\n  connectionTimeoutMillis: 10000,\n  application_name: \"my app\",\n  options: \"-c a=b\",\n  keepAlive: true,\n});",
            &[
                "sslmode",
                "host",
                "target_session_attrs",
                "sslcert",
                "tcp_user_timeout",
            ],
        ),
    ] {
        let out = string(text, Dialect::LibpqUri, to).expect(text);
        assert_eq!(out.text, expected);
        let mut lost = lost(&out);
        lost.sort_unstable();
        let mut gone = gone.to_vec();
        gone.sort_unstable();
        assert_eq!(lost, gone, "{to}: {:?}", out.losses);
    }
}

#[test]
fn settings_of_the_server_go_into_options() {
    let out = string(
        "Host=h;Search Path=a b;Timezone=UTC;Options=-c x=1",
        Dialect::AdoNet,
        Dialect::LibpqKv,
    );
    assert_eq!(
        out.expect("it reads").text,
        r"host=h options='-c x=1 -c search_path=a\\ b -c TimeZone=UTC'"
    );
    let out = string(
        "postgres://h/d?schema=s&connection_limit=5&pgbouncer=true",
        Dialect::PrismaUrl,
        Dialect::LibpqUri,
    )
    .expect("it reads");
    assert_eq!(out.text, "postgresql://h/d?options=-c%20search_path%3Ds");
    assert_eq!(lost(&out), ["connection_limit", "pgbouncer"]);
    assert_eq!(out.losses[0].kind, LossKind::NeedsCode);
}

fn found(text: &str, to: Dialect) -> Converted {
    let mut all = convert(text, &Options::default(), to).expect(text);
    assert_eq!(all.len(), 1, "{text}");
    all.remove(0)
}

#[test]
fn what_was_meant_is_converted_where_it_is_beyond_doubt() {
    for (text, expected, why) in [
        (
            "postgresql://me@srv:p@ss@h/d",
            "host=h dbname=d user=me@srv password=p@ss",
            "password",
        ),
        (
            "postgresql://u:p@h/d?sslmode=Require",
            "host=h dbname=d user=u password=p sslmode=require",
            "sslmode",
        ),
        (
            "postgresql://u:p@h/d?sslaccepts=strict",
            "host=h dbname=d user=u password=p",
            "sslaccepts",
        ),
        (
            "POSTGRES://u:p@h/d",
            "host=h dbname=d user=u password=p",
            "scheme",
        ),
    ] {
        let out = found(text, Dialect::LibpqKv);
        assert_eq!(out.text, expected);
        assert_eq!(lost(&out), [why], "{text}: {:?}", out.losses);
    }
    for text in [
        "postgresql://u:p%ss@h/d",
        "postgresql://h:port/d",
        "Password=p;ss;Host=h;Database=d",
        "host=h password=a b c user=u",
    ] {
        let refused = convert(text, &Options::default(), Dialect::PgEnv);
        assert!(
            matches!(refused, Err(ConvertError::Refused { .. })),
            "{text}: {refused:?}"
        );
    }
    let webapp = convert("postgresql://h/d", &Options::default(), Dialect::Webapp);
    assert!(matches!(webapp, Err(ConvertError::NoTarget { .. })));
    assert_eq!(
        convert("nothing", &Options::default(), Dialect::LibpqUri),
        Ok(Vec::new())
    );
}

#[test]
fn variables_and_placeholders_stay_as_they_are_written() {
    for (text, to, expected) in [
        (
            "postgresql://${USER}:a%20${PW}b%40@h:${PORT}/d",
            Dialect::LibpqKv,
            "host=h port=${PORT} dbname=d user=${USER} password='a ${PW}b@'",
        ),
        (
            "host=h user=u password=${PW} dbname=d",
            Dialect::LibpqUri,
            "postgresql://u:${PW}@h/d",
        ),
        (
            "Server=h;Port=5432;User Id=u;Password={your_password};",
            Dialect::LibpqUri,
            "postgresql://u:{your_password}@h:5432/",
        ),
        (
            "postgresql://u:it's${PW}@h/d",
            Dialect::PgEnv,
            "PGHOST=h\nPGDATABASE=d\nPGUSER=u\nPGPASSWORD=\"it's${PW}\"",
        ),
        (
            "spring.datasource.url=jdbc:postgresql://h/d\nspring.datasource.username=u\nspring.datasource.password=${PW}",
            Dialect::LibpqUri,
            "postgresql://u:${PW}@h/d",
        ),
    ] {
        assert_eq!(found(text, to).text, expected);
    }
}

#[test]
fn what_is_written_is_found_again_in_a_paste() {
    let text = "postgresql://app:Zq7x!Kw@db.example:5433/shop?sslmode=require&connect_timeout=10";
    let first = |text: &str, to| {
        let all = convert(text, &Options::default(), to).expect(text);
        all.into_iter().next()
    };
    for to in targets() {
        let there = first(text, to).expect("it is found");
        let back = first(&there.text, Dialect::LibpqUri);
        let back = back.unwrap_or_else(|| panic!("{to}: {}", there.text));
        assert!(
            back.text
                .starts_with("postgresql://app:Zq7x%21Kw@db.example:5433/shop"),
            "{to}: {}\n{}",
            there.text,
            back.text
        );
        let secure = back.text.contains("sslmode=require") || to == Dialect::Pgpass;
        assert!(secure, "{to}: {}\n{}", there.text, back.text);
    }
}

#[test]
fn several_strings_are_all_converted_with_their_places() {
    let text = "A=postgresql://u:p@h1/d\nB=postgresql://u:p@h2/d?sslmode=require&sslcrl=x\n";
    let all = convert(text, &Options::default(), Dialect::AdoNet).expect("both read");
    let spans: Vec<&str> = all.iter().map(|c| slice(text, c.span)).collect();
    assert_eq!(
        spans,
        [
            "postgresql://u:p@h1/d",
            "postgresql://u:p@h2/d?sslmode=require&sslcrl=x"
        ]
    );
    let loss = &all[1].losses[0];
    assert_eq!(loss.keyword, "sslcrl");
    assert_eq!(loss.span.map(|s| slice(text, s)), Some("x"));
}

fn shown(result: &Result<Vec<Converted>, ConvertError>) -> String {
    let mut out = format!("{result:?}");
    match result {
        Ok(all) => all.iter().for_each(|c| out.push_str(&c.masked)),
        Err(error) => out.push_str(&error.to_string()),
    }
    out
}

#[test]
fn no_secret_is_shown() {
    let secret = "Zq7xKwLmPd";
    for text in [
        format!("postgresql://u:{secret}@h/d?sslmode=require&sslpassword={secret}"),
        format!("postgresql://me@srv:{secret}@h/d"),
        format!("postgresql://u:a@{secret}@h/d"),
        format!("postgresql://u:a/{secret}@h/d?foo={secret}"),
        format!("jdbc:postgresql://h/d?user=u&password=a&{secret}=1"),
        format!("Host=h;Password=a;{secret}=1;Database=d"),
        format!("Host=h;Password='{secret};';SSL Password={secret};Database=d"),
        format!("host=h password={secret} {secret} user=u"),
        format!("postgresql://u:${{PW:-{secret}}}@h/d"),
        format!("PGPASSWORD={secret} psql -h h -U u -d d"),
        format!("h:5432:d:u:{secret}"),
        format!("Driver={{x}};Server=h;Pwd={{{secret}}};pqopt={{sslpassword={secret}}}"),
        format!("spring.datasource.url=jdbc:postgresql://h/d\nspring.datasource.password={secret}"),
    ] {
        for to in targets() {
            let result = convert(&text, &Options::default(), to);
            assert!(
                !shown(&result).contains(secret),
                "{text} -> {to}: {}",
                shown(&result)
            );
        }
    }
}

/// A value made of what notations stumble over.
fn hard_value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("B7"),
        Just(" "),
        Just("@"),
        Just(":"),
        Just("/"),
        Just("?"),
        Just("#"),
        Just("%"),
        Just("%4"),
        Just("&"),
        Just("+"),
        Just("="),
        Just(";"),
        Just("'"),
        Just("\""),
        Just("\\"),
        Just("{"),
        Just("}"),
        Just("$"),
        Just(","),
        Just("*"),
        Just("<"),
        Just(">"),
        Just("!"),
        Just("`"),
        Just("-"),
        Just("\t"),
        Just("é"),
        Just("😀"),
        Just("\u{a0}"),
    ];
    proptest::collection::vec(piece, 1..8)
        .prop_map(|v| v.concat())
        // What stands for something else stays as it is written, on purpose.
        .prop_filter("no placeholder", |v| crate::placeholder::find(v).is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_value_survives_between_all_dialects(
        user in hard_value(), password in hard_value(), database in hard_value(),
    ) {
        all_pairs(&uri("db.example", &user, &password, &database, ""));
    }
}

/// A list of hosts, each with a port or without.
fn some_hosts() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        Just("db.example"),
        Just("A-b.Example"),
        Just("db_1.example"),
        Just("h"),
        Just("10.0.0.7"),
        Just("[::1]"),
        Just("[2001:db8::7]"),
    ];
    let entry = (host, proptest::option::of(1u16..)).prop_map(|(host, port)| match port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    });
    proptest::collection::vec(entry, 1..4).prop_map(|hosts| hosts.join(","))
}

/// What a query says besides: TLS in every mode, with roots and without, and keywords of other kinds.
fn some_query() -> impl Strategy<Value = String> {
    let mode = proptest::option::of(prop_oneof![
        Just("disable"),
        Just("allow"),
        Just("prefer"),
        Just("require"),
        Just("verify-ca"),
        Just("verify-full"),
    ]);
    let more = proptest::sample::subsequence(
        [
            "connect_timeout=7",
            "application_name=shop%20of%20ann",
            "keepalives=1",
            "keepalives_idle=30",
            "options=-c%20geqo%3Doff",
            "target_session_attrs=read-write",
            "channel_binding=prefer",
            "sslcert=%2Fann.crt",
            "sslkey=%2Fann.key",
            "client_encoding=UTF8",
            "load_balance_hosts=random",
        ]
        .to_vec(),
        0..5,
    );
    (mode, any::<bool>(), more).prop_map(|(mode, root, more)| {
        let mode = mode.map(|mode| format!("sslmode={mode}"));
        let root = root.then(|| "sslrootcert=%2Fca.pem".to_string());
        let more = more.into_iter().map(String::from);
        let pairs: Vec<String> = mode.into_iter().chain(root).chain(more).collect();
        if pairs.is_empty() {
            String::new()
        } else {
            format!("?{}", pairs.join("&"))
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_settings_survive_there_and_back_between_all_dialects(
        hosts in some_hosts(), query in some_query(),
        user in hard_value(), password in hard_value(), database in hard_value(),
    ) {
        there_and_back(&uri(&hosts, &user, &password, &database, &query));
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_fail_badly(text in any::<String>(), pick in 0..Dialect::ALL.len()) {
        let to = Dialect::ALL[pick];
        for (prefix, suffix) in [("", ""), ("postgresql://u:", "@h/d"), ("Host=h;Password=", ";Database=d"), ("host=h password=", " user=u")] {
            let whole = format!("{prefix}{text}{suffix}");
            if let Ok(all) = convert(&whole, &Options::default(), to) {
                for one in all {
                    prop_assert!(whole.get(one.span.start..one.span.end).is_some());
                    for loss in one.losses {
                        prop_assert!(loss.span.is_none_or(|s| whole.get(s.start..s.end).is_some()));
                    }
                }
            }
        }
    }
}

#[test]
fn one_string_of_several_is_converted_whatever_the_others_are() {
    let text = "\u{feff}A=postgresql://u@a.example:port/x\nB=postgresql://u@b.example/x\n";
    let to = |index| convert_one(text, index, &Options::default(), Dialect::LibpqKv);
    assert!(convert(text, &Options::default(), Dialect::LibpqKv).is_err());
    assert!(to(0).is_err());
    let second = to(1).unwrap().expect("there is a second one");
    assert!(second.text.contains("host=b.example"), "{}", second.text);
    assert_eq!(slice(text, second.span), "postgresql://u@b.example/x");
    assert_eq!(to(2), Ok(None));
}
