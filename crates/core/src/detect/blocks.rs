//! Finds connections that are not one string: variables, YAML and JSON members, arguments of a call, command lines, lines of
//! .pgpass.

use super::Candidate;
use crate::layer::{Escapes, Excerpt};
use crate::model::{Dialect, Layer, Param};
use crate::parse::entries::{self, Entry};
use crate::parse::{command, pgpass};
use crate::text::{Span, slice};
use alloc::vec::Vec;

/// Adds to `out` what stands apart in `source`, outside the strings that were found already.
pub(super) fn find(source: &str, out: &mut Vec<Candidate>) {
    if command_lines(source, out) {
        return;
    }
    pgpass_lines(source, out);
    groups(source, out);
}

fn free(out: &[Candidate], span: Span) -> bool {
    !out.iter().any(|c| c.excerpt.span.overlaps(span))
}

/// Lines that set a host by flags; a backslash at a line's end joins the next one to it.
fn command_lines(source: &str, out: &mut Vec<Candidate>) -> bool {
    let before = out.len();
    let mut start = 0;
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        at += line.len();
        if line.trim_end().ends_with('\\') {
            continue;
        }
        let span = trimmed(source, Span::new(start, at));
        start = at;
        let text = slice(source, span);
        if !text.starts_with('#') && free(out, span) && command::looks_like_one(text) {
            out.push(Candidate {
                excerpt: Excerpt::new(source, span, Layer::Shell, Escapes::None),
                dialect: Dialect::PsqlCommand,
            });
        }
    }
    out.len() > before
}

fn pgpass_lines(source: &str, out: &mut Vec<Candidate>) {
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let span = trimmed(source, Span::new(at, at + line.len()));
        at += line.len();
        let text = slice(source, span);
        if !text.starts_with('#') && pgpass::looks_like_one(text) && free(out, span) {
            out.push(Candidate {
                excerpt: Excerpt::new(source, span, Layer::Plain, Escapes::None),
                dialect: Dialect::Pgpass,
            });
        }
    }
}

/// Entries that belong together: the same prefix, and no meaning twice.
fn groups(source: &str, out: &mut Vec<Candidate>) {
    if !speaks_of_postgres(source) {
        return;
    }
    let mut groups: Vec<Vec<Entry>> = Vec::new();
    for entry in entries::find(source) {
        if !free(out, entry.key) || !free(out, entry.value) {
            continue;
        }
        let open = groups
            .iter_mut()
            .rev()
            .find(|g| g.first().is_some_and(|e| e.prefix == entry.prefix))
            .filter(|g| {
                let once = !matches!(entry.param, Param::Known | Param::OtherSecret);
                !(once && g.iter().any(|e| e.param == entry.param))
            });
        match open {
            Some(group) => group.push(entry),
            None => groups.push(alloc::vec![entry]),
        }
    }
    for group in groups {
        let has = |param| group.iter().any(|e| e.param == param);
        let named = [Param::User, Param::Password, Param::Database, Param::Port]
            .into_iter()
            .filter(|p| has(*p))
            .count();
        let is_pg = group.first().is_some_and(|e| e.prefix.ends_with("pg"));
        if !has(Param::Host) || (named == 0 && !is_pg) {
            continue;
        }
        // `Server=…;Pwd=…` among other words is a string that connlint does not know the ends of.
        let run_on = group.iter().any(|e| {
            source.get(e.value.end..).is_some_and(|rest| {
                rest.starts_with(';') && !rest.starts_with(";\n") && rest.len() > 1
            })
        });
        if run_on {
            continue;
        }
        let Some(mut span) = cover(source, &group) else {
            continue;
        };
        let dialect = dialect(source, &group);
        if dialect == Dialect::NodeObject {
            span.end = object_end(source, span).unwrap_or(span.end);
        }
        if free(out, span) {
            out.push(Candidate {
                excerpt: Excerpt::new(source, span, layer(source, &group), Escapes::None),
                dialect,
            });
        }
    }
}

/// From the first name to the end of the last value. A name in the middle of a line comes with what stands before it, and a
/// quoted one with its quote, so that it reads the same on its own.
fn cover(source: &str, group: &[Entry]) -> Option<Span> {
    let start = group.iter().map(|e| e.key.start).min()?;
    let end = group
        .iter()
        .map(|e| e.value.end + usize::from(e.quote.is_some()))
        .max()?;
    let before = source.get(..start)?;
    let quoted = before.ends_with(['"', '\'']);
    let start = start - usize::from(quoted);
    if entries::begins_line(source, start) {
        return Some(Span::new(start, end));
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

fn dialect(source: &str, group: &[Entry]) -> Dialect {
    let has = |words: &[&str]| words.iter().any(|w| source.contains(w));
    let prefix = group.first().map_or("", |e| e.prefix.as_str());
    if prefix.starts_with("spring") {
        Dialect::SpringProperties
    } else if !prefix.is_empty() {
        Dialect::PgEnv
    } else if has(&["DATABASES", "django.db"]) {
        Dialect::DjangoDict
    } else if has(&["PG.connect", "PG::Connection"]) {
        Dialect::RubyHash
    } else if has(&["psycopg", "asyncpg", "pg8000"]) {
        Dialect::PythonKwargs
    } else if has(&["adapter: postgresql", "adapter: postgis"]) {
        Dialect::ActiverecordYaml
    } else if has(&["new Client", "new Pool", "Pool(", "Client("]) {
        Dialect::NodeObject
    } else if source
        .trim_start()
        .lines()
        .any(|l| l.starts_with('[') && l.trim_end().ends_with(']'))
    {
        Dialect::ServiceFile
    } else {
        Dialect::PgEnv
    }
}

fn layer(source: &str, group: &[Entry]) -> Layer {
    let text = source.trim_start();
    if text.starts_with(['{', '[']) && text.contains("\":") {
        return Layer::Json;
    }
    let Some(first) = group.first() else {
        return Layer::Plain;
    };
    let line_start = source
        .get(..first.key.start)
        .and_then(|t| t.rfind('\n'))
        .map_or(0, |at| at + 1);
    let before = slice(source, Span::new(line_start, first.key.start));
    let between = slice(source, Span::new(first.key.end, first.value.start));
    let alone = before.trim_matches([' ', '\t', '-', '"', '\'']).is_empty();
    match (alone, before.trim_start()) {
        (_, "export " | "set " | "$env:") => Layer::Shell,
        (true, _) if between.contains('=') => Layer::Dotenv,
        (true, _) => Layer::Yaml,
        _ => Layer::SourceCode,
    }
}

/// Whether the paste is about PostgreSQL at all: hosts and ports are everybody's.
fn speaks_of_postgres(source: &str) -> bool {
    [
        &b"postgres"[..],
        b"pgsql",
        b"psql",
        b"psycopg",
        b"pg_",
        b"pghost",
        b"5432",
        b"6432",
        b"pg.",
    ]
    .iter()
    .any(|word| {
        source
            .as_bytes()
            .windows(word.len())
            .any(|w| w.eq_ignore_ascii_case(word))
    }) || is_service_file(source)
}

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
                    .is_some_and(|(key, _)| crate::parse::keywords::libpq(key.trim()).is_some())
        })
}

fn trimmed(source: &str, span: Span) -> Span {
    let raw = slice(source, span);
    let start = span.start + (raw.len() - raw.trim_start().len());
    Span::new(start, start + raw.trim().len())
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
                vec!["dotenv service-file host=h⏎user=u"],
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
