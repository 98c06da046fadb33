//! ODBC connection strings with psqlODBC's keywords (`dlg_specific.c`, 13.02): `key=value;` pairs, braces as quotes.

use super::libpq_kv::{self, pair_up, split_list, value_kind};
use super::percent::decode_lenient;
use super::{Builder, Parse, TokenKind, Version, keywords};
use crate::model::{Dialect, Origin, Param, Setting, Value};
use crate::text::{Span, slice};
use alloc::string::String;

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::Odbc);
    let mut at = 0;
    while at < text.len() {
        let start = at
            + leading(slice(text, Span::new(at, text.len())), |c| {
                c.is_whitespace() || c == ';'
            });
        let rest = slice(text, Span::new(start, text.len()));
        let Some(equals) = rest.find(['=', ';']).map(|len| start + len) else {
            break;
        };
        if slice(text, Span::new(equals, text.len())).starts_with(';') {
            at = equals + 1;
            continue;
        }
        let key = trimmed(text, Span::new(start, equals));
        let from = equals
            + 1
            + leading(
                slice(text, Span::new(equals + 1, text.len())),
                char::is_whitespace,
            );
        let (value, quote, content, end) = value(text, from);
        let name = slice(text, key);
        let param = meaning(name);
        b.tokens.push(TokenKind::Key, key);
        b.tokens
            .push(TokenKind::Delimiter, Span::new(equals, equals + 1));
        b.tokens.push(value_kind(param), value);
        // Only braces keep a password as it is.
        let content = if param == Param::Password && quote.is_none() {
            decode_lenient(&content.replace('+', " "))
        } else {
            content
        };
        b.settings.all.push(Setting {
            param,
            key: name.into(),
            key_span: Some(key),
            value: Value::of(param, value, quote, content),
            origin: Origin::Pair,
        });
        if name.eq_ignore_ascii_case("pqopt") {
            nested(&mut b, text, value);
        }
        at = end;
    }
    let list = |b: &Builder, param| {
        b.settings
            .get(param)
            .filter(|s| !s.value.expose().is_empty())
            .map(|s| split_list(slice(text, s.value.span), s.value.span, s.value.expose()))
            .unwrap_or_default()
    };
    let (hosts, ports) = (list(&b, Param::Host), list(&b, Param::Port));
    b.settings.hosts = pair_up(&hosts, &ports);
    libpq_kv::check_port(&mut b);
    b.finish(text)
}

/// The pairs in pqopt, which libpq gets as they are.
fn nested(b: &mut Builder, text: &str, value: Span) {
    for setting in libpq_kv::parse(slice(text, value), Version::NEWEST)
        .settings
        .all
    {
        // Where to connect and as whom is what ODBC's own keywords say.
        if matches!(
            setting.param,
            Param::Host | Param::Port | Param::User | Param::Password | Param::Database
        ) {
            continue;
        }
        let quote = setting.value.quote;
        let content = setting.value.expose().into();
        let span = setting.value.span.shifted(value.start);
        b.settings.all.push(Setting {
            key_span: setting.key_span.map(|key| key.shifted(value.start)),
            value: Value::of(setting.param, span, quote, content),
            ..setting
        });
    }
}

/// The value at `from`: its span without braces, the brace, what it decodes to, and where the next pair begins.
fn value(text: &str, from: usize) -> (Span, Option<char>, String, usize) {
    let rest = slice(text, Span::new(from, text.len()));
    if let Some(inside) = rest.strip_prefix('{') {
        // `}}` stands for one brace.
        let mut content = String::new();
        let mut chars = inside.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c != '}' {
                content.push(c);
            } else if chars.peek().is_some_and(|(_, next)| *next == '}') {
                chars.next();
                content.push('}');
            } else {
                let span = Span::new(from + 1, from + 1 + at);
                return (span, Some('{'), content, span.end + 1);
            }
        }
    }
    let end = rest.find(';').map_or(text.len(), |len| from + len);
    let span = trimmed(text, Span::new(from, end));
    (span, None, slice(text, span).into(), end)
}

fn meaning(name: &str) -> Param {
    match name.to_ascii_lowercase().as_str() {
        "server" | "servername" => Param::Host,
        "port" => Param::Port,
        "database" => Param::Database,
        "uid" | "username" => Param::User,
        "pwd" | "password" => Param::Password,
        "sslmode" | "ca" => Param::SslMode,
        "driver"
        | "dsn"
        | "description"
        | "readonly"
        | "protocol"
        | "connsettings"
        | "fetch"
        | "usedeclarefetch"
        | "byteaaslongvarbinary"
        | "useserversideprepare"
        | "lowercaseidentifier"
        | "keepalivetime"
        | "keepaliveinterval"
        | "pqopt"
        | "boolsaschar"
        | "maxvarcharsize"
        | "maxlongvarcharsize"
        | "textaslongvarchar"
        | "updatablecursors"
        | "xaopt"
        | "showoidcolumn"
        | "fakeoidindex"
        | "rowversioning"
        | "showsystemtables"
        | "debug"
        | "commlog"
        | "unknownsizes"
        | "parse"
        | "extrasystableprefixes"
        | "bi"
        | "optionalerrors" => Param::Known,
        name if keywords::sounds_secret(name) => Param::OtherSecret,
        _ => Param::Unknown,
    }
}

fn leading(text: &str, skip: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !skip(c)).unwrap_or(text.len())
}

fn trimmed(text: &str, span: Span) -> Span {
    let raw = slice(text, span);
    let start = span.start + (raw.len() - raw.trim_start().len());
    Span::new(start, start + raw.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use std::format;

    #[test]
    fn reads_pairs_and_braces() {
        let read = |text: &str| -> String {
            parse(text)
                .settings
                .all
                .iter()
                .map(|s| format!("{:?}={}", s.param, s.value.expose()))
                .collect::<Vec<_>>()
                .join("|")
        };
        assert_eq!(
            read(
                "Driver={PostgreSQL Unicode(x64)};Server=h;Port=5432;Uid=u;Pwd={a;b}}c};SSLmode=require;"
            ),
            "Known=PostgreSQL Unicode(x64)|Host=h|Port=5432|User=u|Password=a;b}c|SslMode=require"
        );
        assert_eq!(
            read("DSN=x; Database = d ;;User Id=u"),
            "Known=x|Database=d|Unknown=u"
        );
        assert_eq!(read("Pwd={open;Server=h"), "Password={open|Host=h");
        assert_eq!(
            read("Server=h;Pwd=p%40+s;Uid=a%40"),
            "Host=h|Password=p@ s|User=a%40"
        );
        assert_eq!(
            read("Server=h;pqopt={sslrootcert='/a b' connect_timeout=5}"),
            "Host=h|Known=sslrootcert='/a b' connect_timeout=5|SslRootCert=/a b|Known=5"
        );
    }
}
