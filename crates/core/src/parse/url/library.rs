//! What the libraries on the WHATWG standard make of a text: the `url` crate reads it as they do, and the drivers' own steps
//! before and after follow their sources.

use super::reader::Library;
use crate::parse::percent::{decode_lenient, decode_utf8};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use url::Url;

/// What a driver gets from its library, but for the query.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    /// Names and ports.
    pub(super) hosts: Vec<(Option<String>, Option<String>)>,
    pub(super) database: Option<String>,
}

/// Why a text is refused.
#[derive(Debug)]
pub(super) enum Refused {
    /// The standard does not allow it; the text is the `url` crate's.
    Url(String),
    /// Bytes that are no UTF-8, or a bad percent sequence, in the user, the password or elsewhere.
    Encoding,
}

impl From<url::ParseError> for Refused {
    fn from(error: url::ParseError) -> Self {
        Self::Url(error.to_string())
    }
}

/// Reads `text` as the driver with that library does.
pub(super) fn read(library: Library, text: &str) -> Result<Read, Refused> {
    match library {
        Library::NodePostgres => node_postgres(text),
        Library::NodeLegacy => node_legacy(text),
        Library::PostgresJs => postgres_js(text),
        Library::Prisma => {
            let url = Url::parse(text)?;
            Ok(Read {
                user: some(decode_lenient(url.username())),
                password: url.password().map(decode_lenient),
                hosts: one(url.host_str().map(Into::into), port(&url)),
                database: some(decode_lenient(url.path().trim_start_matches('/'))),
            })
        }
        Library::Sqlx => sqlx(text),
    }
}

/// `parse` of pg-connection-string 2.6 to 2.14.
fn node_postgres(text: &str) -> Result<Read, Refused> {
    if text.is_empty() {
        return Ok(Read::default());
    }
    // A path alone is a socket's directory, with the database behind a blank.
    if text.starts_with('/') {
        let mut words = text.split(' ');
        return Ok(Read {
            hosts: one(words.next().map(Into::into), None),
            database: words.next().map(Into::into),
            ..Read::default()
        });
    }
    let text = encoded_if_needed(text);
    let base = Url::parse("postgres://base")?;
    let parse = |text: &str| Url::options().base_url(Some(&base)).parse(text);
    // Without a host the standard refuses a user; it is tried again with a host that is taken away afterwards.
    let (url, dummy) = match parse(&text) {
        Ok(url) => (url, false),
        Err(_) => (parse(&text.replacen("@/", "@___DUMMY___/", 1))?, true),
    };
    let host = match url.host_str().filter(|_| !dummy) {
        Some(host) => some(decode_component(host).ok_or(Refused::Encoding)?),
        None => None,
    };
    // The first character goes, be it a slash or not.
    let path = url.path().get(1..).unwrap_or("");
    Ok(Read {
        user: some(decode_component(url.username()).ok_or(Refused::Encoding)?),
        password: match url.password() {
            Some(password) => Some(decode_component(password).ok_or(Refused::Encoding)?),
            None => None,
        },
        hosts: one(host, port(&url)),
        database: some(decode_uri(path).ok_or(Refused::Encoding)?),
    })
}

/// `parse` of pg-connection-string up to 2.5, on Node's old `url.parse`: the host ends at the first character that no host
/// has, and what is left becomes the path. Little is refused.
fn node_legacy(text: &str) -> Result<Read, Refused> {
    if text.starts_with('/') {
        return node_postgres(text);
    }
    let text = encoded_if_needed(text);
    // A backslash before the query is a slash.
    let (before, query) = text.split_at(text.find('?').unwrap_or(text.len()));
    let text = format!("{}{query}", before.replace('\\', "/"));
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let scheme = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
        .filter(|at| *at > 0 && text.get(*at..).is_some_and(|rest| rest.starts_with(':')));
    let rest = scheme.and_then(|at| text.get(at + 1..)).unwrap_or(text);
    let slashes = rest.starts_with("//");
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let mut read = Read::default();
    let mut path = String::from(rest);
    if slashes || scheme.is_some() {
        // A `@` behind it makes every character before it one of the userinfo.
        let stop = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = rest.get(..stop).unwrap_or("");
        let authority = authority.replace(['\t', '\n', '\r'], "");
        let at = authority.rfind('@');
        let start = at.map_or(0, |at| at + 1);
        if let Some(at) = at {
            let userinfo = decode_component(authority.get(..at).unwrap_or(""));
            let userinfo = userinfo.ok_or(Refused::Encoding)?;
            let (user, password) = match userinfo.split_once(':') {
                Some((user, password)) => (user, password),
                None => (userinfo.as_str(), ""),
            };
            read.user = some(user.into());
            read.password = some(password.into());
        }
        let behind = authority.get(start..).unwrap_or("");
        let end = behind.find(|c: char| " \"%';<>\\^`{|}".contains(c));
        let end = end.unwrap_or(behind.len());
        let (host, more) = behind.split_at(end);
        let tail = rest.get(stop..).unwrap_or("");
        let colon = host
            .rfind(':')
            .filter(|at| host.bytes().skip(at + 1).all(|b| b.is_ascii_digit()));
        let (name, port) = host.split_at(colon.unwrap_or(host.len()));
        let port = some(port.trim_start_matches(':').into());
        let inside = name.strip_prefix('[').and_then(|n| n.strip_suffix(']'));
        let valid = name.find(':').filter(|_| inside.is_none());
        let valid = valid.unwrap_or(name.len());
        if inside.is_none() && name.contains(['[', ']']) {
            return Err(Refused::Url("Invalid URL".into()));
        }
        let (name, left) = name.split_at(valid);
        path = if left.is_empty() {
            format!("{more}{tail}")
        } else {
            format!("/{left}{more}{tail}")
        };
        read.hosts = one(some(inside.unwrap_or(name).to_lowercase()), port);
    }
    let mut path = path.split(['?', '#']).next().unwrap_or("");
    // Without a host, a path that begins with an encoded slash is a socket's directory.
    let encoded = path.get(..3).is_some_and(|s| s.eq_ignore_ascii_case("%2f"));
    let named = read.hosts.iter().any(|(host, _)| host.is_some());
    if encoded && !named {
        let (socket, behind) = path.split_once('/').unwrap_or((path, ""));
        let socket = decode_component(socket).ok_or(Refused::Encoding)?;
        let port = read.hosts.pop().and_then(|(_, port)| port);
        read.hosts = one(Some(socket), port);
        path = behind;
    }
    let path = path.strip_prefix('/').unwrap_or(path);
    read.database = some(decode_uri(path).ok_or(Refused::Encoding)?);
    Ok(read)
}

/// A text with a blank or with a `%` that begins no sequence is encoded whole; then `%25` before two digits is turned back.
fn encoded_if_needed(text: &str) -> String {
    let is_hex = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    let present = |at: usize| at < text.len();
    let bad = text.match_indices('%').any(|(at, _)| {
        (present(at + 1) && !is_hex(at + 1))
            || (is_hex(at + 1) && present(at + 2) && !is_hex(at + 2))
    });
    if !bad && !text.contains(' ') {
        return text.into();
    }
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || ";,/?:@&=+$-_.!~*'()#".contains(c) {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    let mut back = String::new();
    let mut rest = out.as_str();
    while let Some(at) = rest.find("%25") {
        let (before, behind) = rest.split_at(at);
        back.push_str(before);
        back.push('%');
        rest = behind.get(3..).unwrap_or("");
        let digits = rest.bytes().take(2).filter(u8::is_ascii_digit).count();
        if digits < 2 {
            back.push_str("25");
        }
    }
    back.push_str(rest);
    back
}

/// `parseUrl` and `parseOptions` of postgres.js 3.4.
fn postgres_js(text: &str) -> Result<Read, Refused> {
    if text.is_empty() {
        return Ok(Read::default());
    }
    let start = text.find("://").map_or(2, |at| at + 3);
    let behind = text.get(start..).unwrap_or("");
    let authority = behind.split(['?', '/']).next().unwrap_or("");
    let host = authority
        .split_once('@')
        .map_or(authority, |(_, host)| host);
    let host = decode_component(host).ok_or(Refused::Encoding)?;
    let first = host.split(',').next().unwrap_or("");
    let url = Url::parse(&text.replacen(&host, first, 1))?;
    let names = if host.contains(',') {
        host.clone()
    } else {
        url.host_str().unwrap_or("").into()
    };
    let default = port(&url).unwrap_or_default();
    let hosts = names
        .split(',')
        .map(|element| {
            let mut parts = element.split(':');
            let name = parts.next().unwrap_or("");
            let port = parts.next().filter(|port| !port.is_empty());
            (
                some(name.into()),
                port.map_or_else(|| some(default.clone()), |p| Some(parse_int(p))),
            )
        })
        .collect();
    Ok(Read {
        user: some(decode_component(url.username()).ok_or(Refused::Encoding)?),
        password: match url.password() {
            Some(password) => Some(decode_component(password).ok_or(Refused::Encoding)?),
            None => None,
        },
        hosts,
        database: some(url.path().get(1..).unwrap_or("").into()),
    })
}

/// `PgConnectOptions::parse_from_url` of SQLx 0.9.
fn sqlx(text: &str) -> Result<Read, Refused> {
    let url = Url::parse(text)?;
    let decode = |piece: &str| decode_utf8(piece).ok_or(Refused::Encoding);
    let host = match url.host_str() {
        // A socket's directory is decoded, a host is not.
        Some(host) if decode_lenient(host).starts_with('/') => Some(decode(host)?),
        host => host.map(Into::into),
    };
    Ok(Read {
        user: some(decode(url.username())?),
        password: match url.password() {
            Some(password) => Some(decode(password)?),
            None => None,
        },
        hosts: one(host, port(&url)),
        database: some(decode(url.path().trim_start_matches('/'))?),
    })
}

fn one(host: Option<String>, port: Option<String>) -> Vec<(Option<String>, Option<String>)> {
    vec![(host.filter(|host| !host.is_empty()), port)]
}

fn port(url: &Url) -> Option<String> {
    url.port().map(|port| port.to_string())
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// JavaScript's `parseInt`.
fn parse_int(text: &str) -> String {
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.get(..digits).unwrap_or("").parse::<u64>() {
        Ok(number) => number.to_string(),
        Err(_) => "NaN".into(),
    }
}

/// JavaScript's `decodeURIComponent`; `None` where it throws.
fn decode_component(piece: &str) -> Option<String> {
    let whole = piece.match_indices('%').all(|(at, _)| {
        let digit = |at: usize| piece.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
        digit(at + 1) && digit(at + 2)
    });
    whole.then(|| decode_utf8(piece)).flatten()
}

/// JavaScript's `decodeURI`: sequences that stand for a reserved character stay.
fn decode_uri(piece: &str) -> Option<String> {
    const RESERVED: &str = ";/?:@&=+$,#";
    let mut kept = String::new();
    let mut rest = piece;
    while let Some(at) = rest.find('%') {
        let (before, behind) = rest.split_at(at);
        kept.push_str(before);
        let sequence = behind.get(..3)?;
        let stays = decode_component(sequence).is_some_and(|c| RESERVED.contains(c.as_str()));
        if stays {
            kept.push_str("%25");
            kept.push_str(sequence.get(1..)?);
        } else {
            kept.push_str(sequence);
        }
        rest = behind.get(3..)?;
    }
    kept.push_str(rest);
    decode_component(&kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(text: &str) -> Read {
        read(Library::NodePostgres, text).expect(text)
    }

    #[test]
    fn node_postgres_takes_any_text() {
        let read = node("db");
        assert_eq!(read.hosts, [(Some("base".into()), None)]);
        assert_eq!(read.database.as_deref(), Some("db"));
        let read = node("/var/run/postgresql db");
        assert_eq!(read.hosts, [(Some("/var/run/postgresql".into()), None)]);
        assert_eq!(read.database.as_deref(), Some("db"));
        assert_eq!(node("postgresql://u@/db").hosts, [(None, None)]);
    }

    #[test]
    fn node_postgres_encodes_what_it_cannot_decode() {
        let read = node("postgres://u:p%ss@h/d%2Fb");
        assert_eq!(read.password.as_deref(), Some("p%ss"));
        // Encoded along with the rest, and not turned back: no two digits follow.
        assert_eq!(read.database.as_deref(), Some("d%2Fb"));
        assert_eq!(
            node("postgres://u:p%40s@h/d%20b").database.as_deref(),
            Some("d b")
        );
    }

    #[test]
    fn postgres_js_cuts_an_address_at_its_colons() {
        let read = read(Library::PostgresJs, "postgres://u@[2001:db8::1]/db").expect("a reading");
        assert_eq!(read.hosts, [(Some("[2001".into()), Some("NaN".into()))]);
    }
}
