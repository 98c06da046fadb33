//! Finds connections that are not one string: variables, YAML and JSON members, arguments of a call, command lines, lines of
//! .pgpass.

use super::Candidate;
use super::find::{Scan, trimmed};
use super::node_options;
use super::parents::Parents;
use crate::layer::{Codec, Escapes, Notation, Paper, Piece, Region};
use crate::model::{Dialect, Param};
use crate::parse::entries::{self, Entry};
use crate::parse::{command, keywords, pgpass};
use crate::text::{Span, Wanted, in_any_case, rest, slice};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// Finds what stands apart in the text, outside the strings that were found already.
pub(super) fn find(scan: &mut Scan<'_>) {
    command_lines(scan);
    scan.settle();
    pgpass_lines(scan);
    scan.settle();
    let alone = groups(scan);
    scan.settle();
    node_options::find(scan);
    // Beside a string, it is one of the things round that.
    if scan.out.is_empty() && !alone.is_empty() {
        let words = Words::of(scan.text);
        for group in alone {
            connection(scan, &words, &mut Covered::default(), &group);
        }
    }
}

/// Lines that set a host by flags; a backslash at a line's end joins the next one to it.
fn command_lines(scan: &mut Scan<'_>) {
    let mut start = 0;
    let mut at = 0;
    for line in scan.text.split_inclusive('\n') {
        at += line.len();
        if line.trim_end().ends_with('\\') {
            continue;
        }
        let span = trimmed(scan.text, Span::new(start, at));
        start = at;
        let text = slice(scan.text, span);
        if !text.starts_with('#') && scan.is_free(span) && command::looks_like_one(text) {
            keep(scan, span, Notation::Shell, Dialect::PsqlCommand);
        }
    }
}

fn pgpass_lines(scan: &mut Scan<'_>) {
    let about = ["pgpass", "PGPASSFILE"]
        .iter()
        .any(|word| scan.text.contains(word));
    let mut at = 0;
    for line in scan.text.split_inclusive('\n') {
        let span = trimmed(scan.text, Span::new(at, at + line.len()));
        at += line.len();
        // Five fields, or four where nothing else is spoken of.
        let colons = line.bytes().filter(|b| *b == b':').count();
        if colons < if about { 3 } else { 4 } {
            continue;
        }
        let span = if about { echoed(scan.text, span) } else { span };
        let text = slice(scan.text, span);
        let is_one = pgpass::looks_like_one(text)
            || pgpass::ipv6_host(text).is_some()
            || (about && pgpass::looks_nearly_like_one(text));
        if !text.starts_with('#') && is_one && scan.is_free(span) {
            keep(scan, span, Notation::Plain, Dialect::Pgpass);
        }
    }
}

/// What a line writes into the file: `echo "…" >> ~/.pgpass`; the line itself where it does not.
fn echoed(text: &str, line: Span) -> Span {
    let command = slice(text, line);
    let quote = command
        .char_indices()
        .find(|(_, c)| matches!(c, '"' | '\''))
        .filter(|_| command.starts_with("echo "));
    let inside = quote.and_then(|(at, quote)| {
        let len = command.get(at + 1..)?.find(quote)?;
        let start = line.start + at + 1;
        Some(Span::new(start, start + len))
    });
    inside.unwrap_or(line)
}

pub(super) fn keep(scan: &mut Scan<'_>, span: Span, notation: Notation, dialect: Dialect) {
    let excerpt = scan
        .sheet
        .excerpt(notation.layer(), notation, &[Piece::plain(span)]);
    scan.take(span, [Candidate { excerpt, dialect }]);
}

/// Entries with one prefix, and no meaning twice.
#[derive(Default)]
struct Group {
    entries: Vec<Entry>,
    /// What is said already.
    said: Vec<Param>,
}

/// Entries that belong together. What comes back are those that say how to connect and not where.
fn groups(scan: &mut Scan<'_>) -> Vec<Vec<Entry>> {
    let named = scan.sought.any(POSTGRES) || is_service_file(scan.text);
    let mut alone = Vec::new();
    if !named && scan.sought.any(OTHER_PRODUCTS) {
        return alone;
    }
    let entries = entries::find(scan.text);
    if entries.is_empty() {
        return alone;
    }
    let parents = Parents::of(scan.text);
    let name_of = |span| slice(scan.text, span);
    let mut groups: Vec<Group> = Vec::new();
    let mut latest: BTreeMap<(String, usize), usize> = BTreeMap::new();
    for entry in entries {
        if !scan.is_free(entry.key.to(entry.value)) || is_foreign(&entry.prefix) {
            continue;
        }
        let chain: Vec<(usize, Span)> = if entry.start < entry.key.start {
            parents.chain_of_item(entry.start).collect()
        } else {
            parents.chain(entry.start).collect()
        };
        let elsewhere = |(_, name): &(usize, Span)| {
            let name = name_of(*name);
            name == "metadata" || (entry.prefix.is_empty() && is_foreign(name))
        };
        if chain.iter().any(elsewhere) {
            continue;
        }
        let once = !matches!(entry.param, Param::Known | Param::OtherSecret);
        // What stands deeper, such as Django's OPTIONS, belongs to what stands round it.
        let up = if entry.param == Param::Host {
            1
        } else {
            chain.len()
        };
        let open = chain
            .iter()
            .take(up)
            .filter_map(|(node, _)| latest.get(&(entry.prefix.clone(), *node)))
            .copied()
            .find(|at| {
                groups
                    .get(*at)
                    .is_some_and(|group| !(once && group.said.contains(&entry.param)))
            })
            .and_then(|at| groups.get_mut(at));
        match open {
            Some(group) => group.push(entry, once),
            None => {
                let node = chain.first().map_or(0, |(node, _)| *node);
                latest.insert((entry.prefix.clone(), node), groups.len());
                let mut group = Group::default();
                group.push(entry, once);
                groups.push(group);
            }
        }
    }
    if groups.is_empty() {
        return alone;
    }
    let words = Words::of(scan.text);
    let mut covered = Covered::default();
    for group in groups {
        for part in apart(scan, group.entries) {
            if !named && !is_of_a_database(&part) {
                continue;
            }
            if names_a_server(&part) {
                connection(scan, &words, &mut covered, &part);
            } else if sets_a_mode(scan.text, &part) {
                alone.push(part);
            }
        }
    }
    alone
}

/// Whether the entries say which server, and whose it is.
fn names_a_server(group: &[Entry]) -> bool {
    let has = |param| group.iter().any(|e| e.param == param);
    let is_pg = group.first().is_some_and(|e| e.prefix.ends_with("pg"));
    let named = [Param::User, Param::Password, Param::Database, Param::Port];
    has(Param::Host) && (is_pg || named.into_iter().any(has))
}

/// Whether libpq's variable for the TLS mode is among them, with a word: then they are for connections, and where those go is
/// said elsewhere.
fn sets_a_mode(source: &str, group: &[Entry]) -> bool {
    let is_word = |value: &str| {
        let mut bytes = value.bytes();
        !value.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    group.iter().any(|e| {
        slice(source, e.key) == "PGSSLMODE"
            && is_word(slice(source, e.value))
            && (e.quote.is_some() || !matches!(e.notation, Notation::Code(_) | Notation::Json))
    })
}

/// Whether a prefix, or a name that entries stand below, belongs to another kind of server.
pub(super) fn is_foreign(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "redis",
        "smtp",
        "mail",
        "mailer",
        "email",
        "rabbitmq",
        "amqp",
        "kafka",
        "mongo",
        "mongodb",
        "mysql",
        "mariadb",
        "mssql",
        "sqlserver",
        "oracle",
        "elastic",
        "elasticsearch",
        "memcached",
        "ldap",
        "ftp",
        "sftp",
        "minio",
        "s3",
        "aws",
        "http",
        "https",
        "proxy",
        "sentry",
        "celery",
        "cassandra",
        "clickhouse",
        "nats",
        "mqtt",
        "ssh",
        "imap",
        "consul",
        "vault",
        "grpc",
        "metadata",
        "sqlite",
    ];
    name.split(['_', '-', '.'])
        .any(|word| OTHERS.iter().any(|other| word.eq_ignore_ascii_case(other)))
}

/// Where groups stand that are kept: two that are mixed up with each other are not both shown.
#[derive(Default)]
struct Covered {
    ends: BTreeMap<usize, usize>,
}

impl Covered {
    fn keep(&mut self, span: Span) -> bool {
        let before = self.ends.range(..=span.start).next_back();
        let after = self.ends.range(span.start..).next();
        let free = before.is_none_or(|(_, end)| *end <= span.start)
            && after.is_none_or(|(start, _)| *start >= span.end);
        if free {
            self.ends.insert(span.start, span.end);
        }
        free
    }
}

impl Group {
    fn push(&mut self, entry: Entry, once: bool) {
        if once {
            self.said.push(entry.param);
        }
        self.entries.push(entry);
    }
}

/// The entries between which nothing else was found.
fn apart(scan: &Scan<'_>, entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut out: Vec<Vec<Entry>> = Vec::new();
    for entry in entries {
        let open = out.last_mut().filter(|part| {
            part.last()
                .is_some_and(|last| scan.is_free(last.key.to(entry.value)))
        });
        match open {
            Some(part) => part.push(entry),
            None => out.push(alloc::vec![entry]),
        }
    }
    out
}

/// Keeps entries that make up a connection.
fn connection(scan: &mut Scan<'_>, words: &Words, covered: &mut Covered, group: &[Entry]) {
    let source = scan.text;
    // `Server=…;Pwd=…` among other words is a string that connlint does not know the ends of.
    let run_on = group.iter().any(|e| {
        let behind = rest(source, e.value.end);
        behind.starts_with(';')
            && !behind.starts_with(";\n")
            && !behind.starts_with("; ")
            && behind.len() > 1
    });
    let Some(mut span) = cover(source, group).filter(|_| !run_on) else {
        return;
    };
    let dialect = words.dialect(source, group);
    if dialect == Dialect::NodeObject {
        span.end = object_end(source, span).unwrap_or(span.end);
    }
    span.end = encoded_end(scan, group, span.end);
    if !covered.keep(span) {
        return;
    }
    let notation = match group.first().map_or(Notation::Plain, |e| e.notation) {
        Notation::Dotenv if words.paper == Paper::Ini => Notation::Ini,
        Notation::Toml | Notation::Ini
            if words.paper == Paper::Other
                && group.iter().any(|e| e.notation == Notation::Toml) =>
        {
            Notation::Code(scan.tongue)
        }
        notation => notation,
    };
    let in_code = matches!(notation, Notation::Code(_))
        || matches!(
            dialect,
            Dialect::NodeObject | Dialect::PythonKwargs | Dialect::RubyHash | Dialect::DjangoDict
        );
    let place = |e: &Entry| Span::new(e.value.start - span.start, e.value.end - span.start);
    let values = group
        .iter()
        .filter(|e| e.escapes != Escapes::None)
        .map(|e| Region {
            text: place(e),
            source: place(e),
            codec: Codec::Chars(e.escapes),
        })
        .collect();
    // What code fills in.
    let holes = group
        .iter()
        .filter(|e| in_code && e.quote.is_none() && is_code(slice(source, e.value)))
        .map(place)
        .collect();
    let excerpt = scan
        .sheet
        .excerpt(notation.layer(), notation, &[Piece::plain(span)])
        .with_values(values, holes);
    scan.take(span, [Candidate { excerpt, dialect }]);
}

/// Whether a value without quotes is a name or a call that code fills in, and no number or constant.
fn is_code(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$' | '@'))
        && !matches!(
            value,
            "true" | "false" | "True" | "False" | "null" | "None" | "nil"
        )
}

/// Where the values end that are in base64: with what stands there as a whole, and with those behind it whose names begin as
/// the group's do.
fn encoded_end(scan: &Scan<'_>, group: &[Entry], end: usize) -> usize {
    let prefix = group.first().map_or("", |e| e.prefix.as_str());
    let mut end = end;
    for region in scan.sheet.whole_regions_from(end) {
        let name = slice(scan.text, Span::new(end, region.text.start));
        let mut lines = name.trim_end_matches([':', ' ', '"']).split('\n');
        let within = region.text.start < end;
        let name = lines.next_back().unwrap_or("").trim().to_ascii_lowercase();
        let belongs = !prefix.is_empty() && lines.count() <= 2 && name.starts_with(prefix);
        if !within && !belongs {
            break;
        }
        end = end.max(region.text.end);
    }
    end
}

/// From the first name to the end of the last value. A name in the middle of a line comes with what stands before it, and a
/// quoted one with its quote, so that it reads the same on its own.
fn cover(source: &str, group: &[Entry]) -> Option<Span> {
    let start = group.iter().map(|e| e.start).min()?;
    let end = group
        .iter()
        .map(|e| e.value.end + usize::from(e.quote.is_some()))
        .max()?;
    let before = source.get(..start)?;
    let quoted = before.ends_with(['"', '\'']);
    let start = start - usize::from(quoted);
    if group.first().is_some_and(|e| e.notation == Notation::Xml) {
        return Some(Span::new(before.rfind('<').unwrap_or(start), end));
    }
    if entries::begins_line(source, start) {
        // With `export` and what else says how the line is to be read.
        let head = entries::line_head(source.get(..start)?).trim_start();
        return Some(Span::new(start - head.len(), end));
    }
    let kept = source.get(..start)?.trim_end();
    let last = kept.chars().next_back().map_or(0, char::len_utf8);
    Some(Span::new(kept.len() - last, end))
}

/// Where an `ssl` object ends that comes next in the object behind its last entry.
fn object_end(source: &str, span: Span) -> Option<usize> {
    let rest = source.get(span.end..)?;
    let behind = rest.trim_start_matches([',', ' ', '\t', '\r', '\n']);
    let value = behind
        .strip_prefix("ssl")?
        .trim_start()
        .strip_prefix(':')?
        .trim_start();
    // What is left runs to the end of the source, so its length says where it begins.
    let object = source.len() - value.starts_with('{').then_some(value.len())?;
    Some(object + entries::object_len(source, object)?)
}

/// What a text speaks of, which says what its entries are for.
struct Words {
    django: bool,
    ruby: bool,
    python: bool,
    rails: bool,
    node: bool,
    paper: Paper,
}

impl Words {
    fn of(source: &str) -> Self {
        let has = |words: &[&str]| words.iter().any(|w| source.contains(w));
        Self {
            django: has(&["DATABASES", "django.db"]),
            ruby: has(&["PG.connect", "PG::Connection", "PG.new", "PG::"]),
            python: has(&["psycopg", "asyncpg", "pg8000"]),
            rails: has(&[
                "adapter: postgresql",
                "adapter: postgis",
                "adapter: \"postgresql",
            ]),
            node: has(&[
                "new Client",
                "new Pool",
                "Pool(",
                "Client(",
                "client: 'pg'",
                "client: \"pg\"",
                "dialect: 'postgres'",
                "dialect: \"postgres\"",
                "type: 'postgres'",
            ]),
            // Quotes make it look like TOML, but its name tells what it is.
            paper: if has(&["pg_service", "PGSERVICEFILE"]) {
                Paper::Ini
            } else {
                Paper::of(source)
            },
        }
    }

    fn dialect(&self, source: &str, group: &[Entry]) -> Dialect {
        let prefix = group.first().map_or("", |e| e.prefix.as_str());
        if prefix.starts_with("spring") {
            Dialect::SpringProperties
        } else if !prefix.is_empty() {
            Dialect::PgEnv
        } else if self.django {
            Dialect::DjangoDict
        } else if self.ruby {
            Dialect::RubyHash
        } else if self.python {
            Dialect::PythonKwargs
        } else if self.rails {
            Dialect::ActiverecordYaml
        } else if self.node {
            Dialect::NodeObject
        } else if self.paper == Paper::Ini
            && group
                .iter()
                .all(|e| keywords::libpq(slice(source, e.key)).is_some())
        {
            Dialect::ServiceFile
        } else {
            Dialect::PgEnv
        }
    }
}

/// Whether the names alone say that it is a database's: `DB_HOST` with user, password and the like.
fn is_of_a_database(group: &[Entry]) -> bool {
    let of_database = group.first().is_some_and(|e| {
        let last = e.prefix.rsplit('_').next().unwrap_or("");
        ["db", "database", "pg"].contains(&last)
    });
    let has = |param| group.iter().any(|e| e.param == param);
    let named = [Param::User, Param::Password, Param::Database];
    of_database && named.into_iter().filter(|p| has(*p)).count() >= 2
}

/// Names of other products and their ports.
const OTHER_PRODUCTS: &[&str] = &[
    "mysql",
    "mariadb",
    "3306",
    "sqlserver",
    "mssql",
    "1433",
    "oracle",
    "1521",
    "mongo",
    "sqlite",
    "cassandra",
    "clickhouse",
    "redshift",
];

/// What tells that a text is about PostgreSQL: hosts and ports are everybody's.
const POSTGRES: &[&str] = &[
    "postgres",
    "pgsql",
    "psql",
    "psycopg",
    "pg_",
    "pghost",
    "pgsslmode",
    "5432",
    "6432",
    "pg.",
    "pg::",
];

/// What to look for in a text that may be about one of them.
pub(crate) const PRODUCT_WORDS: [&[Wanted]; 2] = [
    &in_any_case::<{ OTHER_PRODUCTS.len() }>(OTHER_PRODUCTS),
    &in_any_case::<{ POSTGRES.len() }>(POSTGRES),
];

/// A section and libpq's own keywords, one on each line.
fn is_service_file(source: &str) -> bool {
    let mut lines = source
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines
        .next()
        .is_some_and(|l| l.starts_with('[') && l.ends_with(']'))
        && lines.all(|l| {
            l.starts_with('[')
                || l.split_once('=')
                    .is_some_and(|(key, _)| keywords::libpq(key.trim()).is_some())
        })
}

#[cfg(test)]
mod tests {
    use super::super::find as find_all;
    use std::format;
    use std::string::String;
    use std::vec;
    use std::vec::Vec;

    fn found(source: &str) -> Vec<String> {
        find_all(source)
            .iter()
            .map(|c| {
                format!(
                    "{} {} {}",
                    c.excerpt.layer,
                    c.dialect,
                    c.excerpt.text.replace('\n', "⏎")
                )
            })
            .collect()
    }

    #[test]
    fn settings_that_stand_apart_are_put_together() {
        for (source, expected) in [
            (
                "PGHOST=h\nPGUSER=u",
                vec!["dotenv pg-env PGHOST=h⏎PGUSER=u"],
            ),
            (
                "DB_CONNECTION=pgsql\nDB_HOST=h\nDB_PORT=5432",
                vec!["dotenv pg-env DB_HOST=h⏎DB_PORT=5432"],
            ),
            (
                "env:\n  pg_host: \"h\"\n  pg_user: \"u\"",
                vec!["yaml pg-env pg_host: \"h\"⏎  pg_user: \"u\""],
            ),
            (
                "psql --host=h --username=u",
                vec!["shell psql-command psql --host=h --username=u"],
            ),
            (
                "# connect\npsql -h h \\\n  -U u\necho done",
                vec!["shell psql-command psql -h h \\⏎  -U u"],
            ),
            (
                "h.example:5432:*:app:pw",
                vec!["plain pgpass h.example:5432:*:app:pw"],
            ),
            (
                "[mydb]\nhost=h\nuser=u",
                vec!["ini service-file host=h⏎user=u"],
            ),
            (
                "psycopg2.connect(host='h', user='u')",
                vec!["source-code python-kwargs (host='h', user='u'"],
            ),
            (
                "new Client({host: 'h', port: 5432})",
                vec!["source-code node-object {host: 'h', port: 5432"],
            ),
            (
                "new Client({host: 'h', port: 5432, ssl: {ca: f.readFileSync('{ca}')}})",
                vec![
                    "source-code node-object {host: 'h', port: 5432, ssl: {ca: f.readFileSync('{ca}')}",
                ],
            ),
            (
                "PGHOST=h\nPGUSER=u\nPGAPPNAME=a\nPGCONNECT_TIMEOUT=5",
                vec!["dotenv pg-env PGHOST=h⏎PGUSER=u⏎PGAPPNAME=a⏎PGCONNECT_TIMEOUT=5"],
            ),
            (
                "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'd', 'HOST': 'h'}}",
                vec!["source-code django-dict , 'NAME': 'd', 'HOST': 'h'"],
            ),
        ] {
            assert_eq!(found(source), expected, "{source}");
        }
    }

    #[test]
    fn a_tls_mode_alone_counts_where_nothing_else_says_a_connection() {
        for (source, expected) in [
            ("PGSSLMODE=disable", vec!["dotenv pg-env PGSSLMODE=disable"]),
            (
                "env:\n  PGUSER: app\n  PGSSLMODE: \"verify_ful\"",
                vec!["yaml pg-env PGUSER: app⏎  PGSSLMODE: \"verify_ful\""],
            ),
            (
                "PGSSLMODE=disable\nDATABASE_URL=postgresql://h/d",
                vec!["dotenv libpq-uri postgresql://h/d"],
            ),
            ("PGSSLMODE=$MODE", vec![]),
            ("PGSSLMODE=<mode>", vec![]),
            ("PGUSER=app\nPGPASSWORD=pw", vec![]),
        ] {
            assert_eq!(found(source), expected, "{source}");
        }
    }

    #[test]
    fn other_services_settings_are_left_alone() {
        for source in [
            "SMTP_HOST=h\nSMTP_PORT=25\nSMTP_USER=u",
            "REDIS_HOST=h\nREDIS_PORT=6379",
            "host: h",
            "the host and the port of postgres: look there",
        ] {
            assert!(found(source).is_empty(), "{source}: {:?}", found(source));
        }
    }
}
