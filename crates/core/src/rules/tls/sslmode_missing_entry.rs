//! TLS001's fix where settings stand apart: one more line, member or argument, written like the one with the host.

use crate::diagnostics::{Applicability, Edit};
use crate::model::{Dialect, Driver, Param, Setting};
use crate::rules::Context;
use crate::text::{first, last};
use alloc::format;
use alloc::string::{String, ToString};

/// How far behind the entries more of the same dictionary is looked for, in bytes.
const NEAR: usize = 512;

/// What to add, in words, how sure it is to work, and the edit.
pub(super) fn addition(ctx: &Context<'_>) -> Option<(String, Applicability, Edit)> {
    let host = ctx.get(Param::Host)?;
    match ctx.parse.dialect {
        Dialect::NodeObject => member(ctx, host, "ssl", ": true"),
        Dialect::PythonKwargs if ctx.driver == Driver::Asyncpg => argument(ctx, host, "ssl"),
        Dialect::PythonKwargs => argument(ctx, host, "sslmode"),
        Dialect::RubyHash => argument(ctx, host, "sslmode"),
        Dialect::ActiverecordYaml | Dialect::ServiceFile => {
            line(ctx, host, "sslmode", "require", Applicability::Safe)
        }
        Dialect::DjangoDict => options(ctx, host),
        Dialect::PgEnv => variable(ctx, host),
        _ => None,
    }
}

/// The variable that the program with such names reads.
fn variable(ctx: &Context<'_>, host: &Setting) -> Option<(String, Applicability, Edit)> {
    let key = host.key.as_str();
    let has = |name: &str| ctx.settings().all.iter().any(|s| s.key == name);
    match key {
        // libpq and those that follow it.
        "PGHOST" => line(ctx, host, "PGSSLMODE", "require", Applicability::Safe),
        // Kong's, in kong.conf and as variables; `pg_database` and `pg_user` are its words.
        "pg_host" if has("pg_user") => line(ctx, host, "pg_ssl", "on", Applicability::Safe),
        "KONG_PG_HOST" => line(ctx, host, "KONG_PG_SSL", "on", Applicability::Safe),
        // Laravel's: its configuration must read it, which older ones do not.
        "DB_HOST" if ctx.driver == Driver::PhpPdo => {
            line(ctx, host, "DB_SSLMODE", "require", Applicability::Unsafe)
        }
        _ => None,
    }
}

/// Django's `OPTIONS` behind the host, where there are none yet.
fn options(ctx: &Context<'_>, host: &Setting) -> Option<(String, Applicability, Edit)> {
    let quote = host.value.quote?;
    let after = first(ctx.surroundings.after, NEAR);
    if ctx.text.contains("OPTIONS") || after.contains("OPTIONS") {
        return None;
    }
    let text = format!("{quote}OPTIONS{quote}: {{{quote}sslmode{quote}: {quote}require{quote}}}");
    let edit = Edit::insert(end_of(host)?, format!(", {text}"));
    Some((text, Applicability::Safe, edit))
}

/// `, ssl: true` behind the host of an object.
fn member(
    ctx: &Context<'_>,
    host: &Setting,
    name: &str,
    value: &str,
) -> Option<(String, Applicability, Edit)> {
    let end = end_of(host)?;
    let quoted = ctx.text.get(..host.key_span?.start)?.ends_with(['"', '\'']);
    let text = if quoted {
        format!("\"{name}\"{value}")
    } else {
        format!("{name}{value}")
    };
    let edit = Edit::insert(end, format!(", {text}"));
    Some((text, Applicability::Safe, edit))
}

/// `, sslmode='require'` behind the host of a call, with its separator and its quotes.
fn argument(
    ctx: &Context<'_>,
    host: &Setting,
    name: &str,
) -> Option<(String, Applicability, Edit)> {
    let end = end_of(host)?;
    let key = host.key_span?;
    let between = ctx.text.get(key.end..host.value.span.start)?;
    let quote = host.value.quote?;
    // `:host => '…'` and `'host': '…'` bring a sign along.
    let before = ctx.text.get(..key.start)?;
    let sign = match before.chars().next_back() {
        Some(sign @ (':' | '"' | '\'')) => sign.to_string(),
        _ => String::new(),
    };
    let text = format!("{sign}{name}{between}require{quote}");
    let edit = Edit::insert(end, format!(", {text}"));
    Some((text, Applicability::Safe, edit))
}

/// Behind the quote that ends the host; a name of a program is not added to.
fn end_of(host: &Setting) -> Option<usize> {
    let quote = host.value.quote?;
    Some(host.value.span.end + quote.len_utf8())
}

/// A line below that of the host, which looks like it.
fn line(
    ctx: &Context<'_>,
    host: &Setting,
    name: &str,
    value: &str,
    applicability: Applicability,
) -> Option<(String, Applicability, Edit)> {
    let key = host.key_span?;
    let quote = host.value.quote.map_or_else(String::new, |q| q.to_string());
    let end = host.value.span.end + quote.len();
    let rest = ctx.text.get(end..)?;
    let alone = rest.split('\n').next().unwrap_or("").trim().is_empty();
    let lead = lead(ctx, key.start)?;
    let between = ctx.text.get(key.end..host.value.span.start)?;
    // Colons that were put below each other need not stay so.
    let between = match between.trim_start() {
        colon if colon.starts_with(':') => colon,
        _ => between,
    };
    // YAML takes a bare `on` for a truth.
    let (open, close) = if value == "on" && quote.is_empty() && between.contains(':') {
        ("\"", "\"")
    } else {
        ("", quote.as_str())
    };
    let text = format!("{name}{between}{open}{value}{close}");
    let edit = Edit::insert(end, format!("\n{lead}{text}"));
    alone.then_some((text, applicability, edit))
}

/// What stands before the name on its line, where that is an indent or a word of the shell.
fn lead(ctx: &Context<'_>, start: usize) -> Option<String> {
    let before = ctx.text.get(..start)?;
    let line = match before.rfind('\n') {
        Some(at) => before.get(at + 1..)?.to_string(),
        None => {
            let outside = last(ctx.surroundings.before, 64);
            format!("{}{before}", outside.rsplit('\n').next().unwrap_or(""))
        }
    };
    let word = line.trim_start();
    ["", "export ", "$env:", "$Env:", "set ", "- "]
        .contains(&word)
        .then_some(line)
}

#[cfg(test)]
mod tests {
    use super::super::sslmode_missing::RULE;
    use super::*;
    use crate::rules::testing::{auto, driver, findings, fixes};

    #[test]
    fn one_more_line_looks_like_the_host_s() {
        for (text, expected) in [
            (
                "PGHOST=shop.postgres.database.azure.com\nPGUSER=app\n",
                "PGHOST=shop.postgres.database.azure.com\nPGSSLMODE=require\nPGUSER=app\n",
            ),
            (
                "export PGUSER=app\nexport PGHOST='shop.postgres.database.azure.com'\n",
                "export PGUSER=app\nexport PGHOST='shop.postgres.database.azure.com'\nexport PGSSLMODE='require'\n",
            ),
            (
                "$env:PGHOST = \"shop.postgres.database.azure.com\"\n$env:PGUSER = \"app\"",
                "$env:PGHOST = \"shop.postgres.database.azure.com\"\n$env:PGSSLMODE = \"require\"\n$env:PGUSER = \"app\"",
            ),
            (
                "env:\n  pg_host : \"shop.postgres.database.azure.com\"\n  pg_user : \"kong\"\n",
                "env:\n  pg_host : \"shop.postgres.database.azure.com\"\n  pg_ssl: \"on\"\n  pg_user : \"kong\"\n",
            ),
            (
                "env:\n  pg_user: kong\n  pg_host: shop.postgres.database.azure.com\n",
                "env:\n  pg_user: kong\n  pg_host: shop.postgres.database.azure.com\n  pg_ssl: \"on\"\n",
            ),
            (
                "production:\n  adapter: postgresql\n  host: shop.postgres.database.azure.com\n  username: app\n",
                "production:\n  adapter: postgresql\n  host: shop.postgres.database.azure.com\n  sslmode: require\n  username: app\n",
            ),
            (
                "[shop]\nhost=shop.postgres.database.azure.com\nuser=app\n",
                "[shop]\nhost=shop.postgres.database.azure.com\nsslmode=require\nuser=app\n",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn one_more_argument_follows_the_host() {
        for (d, text, expected) in [
            (
                Driver::Auto,
                "new Client({ host: 'shop.postgres.database.azure.com', port: 5432, user: 'app' })",
                "new Client({ host: 'shop.postgres.database.azure.com', ssl: true, port: 5432, user: 'app' })",
            ),
            (
                Driver::Auto,
                "psycopg2.connect(host=\"shop.postgres.database.azure.com\", user=\"app\")",
                "psycopg2.connect(host=\"shop.postgres.database.azure.com\", sslmode=\"require\", user=\"app\")",
            ),
            (
                Driver::Asyncpg,
                "asyncpg.connect(host='shop.postgres.database.azure.com', user='app')",
                "asyncpg.connect(host='shop.postgres.database.azure.com', ssl='require', user='app')",
            ),
            (
                Driver::Auto,
                "PG.connect(:host => 'shop.postgres.database.azure.com', :user => 'app')",
                "PG.connect(:host => 'shop.postgres.database.azure.com', :sslmode => 'require', :user => 'app')",
            ),
            (
                Driver::Auto,
                "PG.connect(host: 'shop.postgres.database.azure.com', user: 'app')",
                "PG.connect(host: 'shop.postgres.database.azure.com', sslmode: 'require', user: 'app')",
            ),
            (
                Driver::Auto,
                "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'HOST': 'shop.postgres.database.azure.com'}}",
                "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'app', 'HOST': 'shop.postgres.database.azure.com', 'OPTIONS': {'sslmode': 'require'}}}",
            ),
        ] {
            fixes(&RULE, &driver(d), text, expected);
        }
    }

    #[test]
    fn where_the_place_is_not_clear_there_is_no_fix() {
        for text in [
            "APP_DB_HOST=shop.postgres.database.azure.com\nAPP_DB_USER=postgres\nAPP_DB_PORT=5432",
            "{\"host\": \"shop.postgres.database.azure.com\", \"port\": 5432, \"user\": \"app\"}",
        ] {
            let found = findings(&RULE, &auto(), text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].fixes.is_empty(), "{text}");
        }
    }
}
