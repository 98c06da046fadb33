//! Reads what an access token says of itself: until when it holds, and for which service. Nothing of the token is shown.

use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// How a token's header begins: `{"` in base64.
const BEGINNING: &str = "eyJ";

/// What a token says of itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// Until when it holds, in seconds since 1970.
    pub(crate) expires: Option<u64>,
    /// The service that it is for.
    pub(crate) audience: Audience,
}

/// The service that a token is for, as far as connlint knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Azure's PostgreSQL and MySQL; the resource, without `https://`.
    Databases(&'static str),
    /// Another service.
    Other(&'static str),
    /// None that connlint knows.
    Unknown,
}

/// The resources of Azure's open-source databases, cloud by cloud, and the zone of the servers.
pub(crate) const DATABASES: [(&str, &str); 4] = [
    (
        "ossrdbms-aad.database.windows.net",
        "postgres.database.azure.com",
    ),
    (
        "ossrdbms-aad.database.chinacloudapi.cn",
        "postgres.database.chinacloudapi.cn",
    ),
    (
        "ossrdbms-aad.database.usgovcloudapi.net",
        "postgres.database.usgovcloudapi.net",
    ),
    (
        "ossrdbms-aad.database.cloudapi.de",
        "postgres.database.cloudapi.de",
    ),
];

/// Other resources that people have tokens for.
const OTHERS: [(&str, &str); 9] = [
    ("management.azure.com", "Azure Resource Manager"),
    ("management.core.windows.net", "Azure Resource Manager"),
    (
        "management.core.usgovcloudapi.net",
        "Azure Resource Manager",
    ),
    ("management.core.chinacloudapi.cn", "Azure Resource Manager"),
    ("graph.microsoft.com", "Microsoft Graph"),
    ("00000003-0000-0000-c000-000000000000", "Microsoft Graph"),
    ("database.windows.net", "Azure SQL Database"),
    ("vault.azure.net", "Azure Key Vault"),
    ("storage.azure.com", "Azure Storage"),
];

/// The resource that a token for servers in `zone` must be for.
pub(crate) fn resource_of(zone: &str) -> Option<&'static str> {
    let (resource, _) = DATABASES.iter().find(|(_, name)| *name == zone)?;
    Some(resource)
}

impl Token {
    /// The token that `text` is, if it is one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if len_at(text) != Some(text.len()) {
            return None;
        }
        let claims = decode(text.split('.').nth(1)?)?;
        claims.starts_with('{').then(|| Self {
            expires: number(&claims, "exp"),
            audience: audience(&claims),
        })
    }
}

/// Everything in `text` that has the shape of a token; linear in its length.
pub(crate) fn find(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(BEGINNING)) {
        let start = at + start;
        let len = text.get(start..).and_then(len_at);
        out.extend(len.map(|len| Span::new(start, start + len)));
        // What was looked through is not looked through again.
        at = start + len.unwrap_or_else(|| run(slice(text, Span::new(start, text.len()))));
    }
    out
}

/// How long the token is that `text` begins with: three parts in base64, the last of which may be empty.
fn len_at(text: &str) -> Option<usize> {
    let head = text.get(..run(text))?;
    if !head.starts_with(BEGINNING) {
        return None;
    }
    let mut parts = head.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let long_enough = header.len() >= 10 && claims.len() >= 10;
    long_enough.then(|| header.len() + claims.len() + signature.len() + 2)
}

/// How many bytes at the beginning of `text` a token can be made of; at least those of its beginning.
fn run(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
        .unwrap_or(text.len())
        .max(BEGINNING.len().min(text.len()))
}

/// Base64 with the letters for URLs, without padding.
fn decode(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in part.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = ((bits << 6) | u32::from(value)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

/// What stands behind `"name":`.
fn member<'a>(claims: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = claims.split_once(&format!("\"{name}\""))?;
    Some(rest.trim_start().strip_prefix(':')?.trim_start())
}

fn number(claims: &str, name: &str) -> Option<u64> {
    let value = member(claims, name)?;
    let len = value
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(value.len());
    value.get(..len)?.parse().ok()
}

fn audience(claims: &str) -> Audience {
    let Some(value) = member(claims, "aud").and_then(|v| v.strip_prefix('"')?.split('"').next())
    else {
        return Audience::Unknown;
    };
    let name = value
        .strip_prefix("https://")
        .unwrap_or(value)
        .trim_end_matches('/');
    let database = DATABASES.iter().find(|(resource, _)| *resource == name);
    let other = OTHERS.iter().find(|(resource, _)| *resource == name);
    match (database, other) {
        (Some((resource, _)), _) => Audience::Databases(resource),
        (_, Some((_, service))) => Audience::Other(service),
        _ => Audience::Unknown,
    }
}

/// `2026-11-26 19:50 UTC`, from seconds since 1970 (Howard Hinnant's `civil_from_days`).
pub(crate) fn date(seconds: u64) -> String {
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute) = (of_day / 3_600, of_day % 3_600 / 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

/// Makes tokens for tests.
#[cfg(test)]
pub(crate) fn made(claims: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let encode = |text: &str| -> String {
        let mut out = String::new();
        for chunk in text.as_bytes().chunks(3) {
            let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for i in 0..=chunk.len() {
                out.push(char::from(LETTERS[(bits >> (18 - 6 * i)) as usize & 63]));
            }
        }
        out
    };
    let header = encode(r#"{"typ":"JWT","alg":"RS256"}"#);
    format!("{header}.{}.c2lnbmF0dXJlLW1hZGUtdXA", encode(claims))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_what_it_is_for_and_how_long() {
        let token = made(
            r#"{"aud":"https://ossrdbms-aad.database.windows.net","iss":"https://sts.windows.net/x/","exp": 1700000000,"upn":"ann@contoso.com"}"#,
        );
        let read = Token::read(&token).unwrap();
        assert_eq!(read.expires, Some(1_700_000_000));
        assert!(read.audience == Audience::Databases("ossrdbms-aad.database.windows.net"));
        let other =
            Token::read(&made(r#"{"aud":"https://management.core.windows.net/"}"#)).unwrap();
        assert!(other.audience == Audience::Other("Azure Resource Manager"));
        assert!(other.expires.is_none());
        let unknown = Token::read(&made(r#"{"aud":"8f2d0a1e-0000-0000-0000-000000000000"}"#));
        assert!(unknown.is_some_and(|t| t.audience == Audience::Unknown));
    }

    #[test]
    fn passwords_are_no_tokens() {
        for text in [
            "",
            "eyJ",
            "eyJhbGciOi.x.y",
            "eyJhbGciOiJSUzI1NiJ9.bm90anNvbm5vdGpzb24.sig",
            "Tr0ub4dor",
            "a.b.c",
            "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0!.sig",
        ] {
            assert!(Token::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn tokens_are_found_wherever_they_stand() {
        let token = made(r#"{"aud":"x","exp":1}"#);
        let text = format!("user=eyJ {token} eyJ@{token}:x");
        let found: Vec<&str> = find(&text).into_iter().map(|s| slice(&text, s)).collect();
        assert_eq!(found, [token.as_str(), token.as_str()]);
        assert!(find(&"eyJ".repeat(100)).is_empty());
    }

    #[test]
    fn dates_are_told_as_people_write_them() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_827_696, "2000-02-29 12:34 UTC"),
            (1_700_000_000, "2023-11-14 22:13 UTC"),
            (4_102_444_799, "2099-12-31 23:59 UTC"),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }
}
