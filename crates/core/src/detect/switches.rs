//! Finds what code and configuration beside a string say of its TLS, above all what switches a certificate's check off.

use crate::order::Order as _;
use crate::text::{Sought, Span, Wanted, first, last, rest, slice};
use alloc::vec::Vec;

/// Something beside a string that decides about its TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The word that does it.
    pub kind: SwitchKind,
    /// From the word to its value: known words, and nothing that could be a secret.
    pub span: Span,
    /// The value.
    pub value: Span,
    /// What to write in its place to have the check back, where that is all there is to do.
    pub on: Option<&'static str>,
}

impl Switch {
    /// The same, `by` bytes further on.
    pub(crate) fn moved(self, by: isize) -> Self {
        Self {
            span: self.span.moved(by),
            value: self.value.moved(by),
            ..self
        }
    }
}

/// Whose switch it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwitchKind {
    /// `rejectUnauthorized: false` in Node's TLS options.
    NodeOption,
    /// `NODE_TLS_REJECT_UNAUTHORIZED=0`, for the whole process.
    NodeProcess,
    /// `InsecureSkipVerify: true` in Go's `tls.Config`.
    Go,
    /// `danger_accept_invalid_certs(true)` of Rust's native-tls.
    RustNativeTls,
    /// `SslVerifyMode::NONE` of Rust's openssl.
    RustOpenssl,
    /// `check_hostname = False` and `CERT_NONE` of Python's `ssl`.
    Python,
    /// `verify: :verify_none` of Erlang's and Elixir's `ssl`.
    Erlang,
    /// A validation callback of .NET that always answers `true`.
    DotNetCallback,
    /// `TrustServerCertificate = true` of Npgsql's connection string builder.
    Npgsql,
    /// `org.postgresql.ssl.NonValidatingFactory` among pgJDBC's properties.
    Pgjdbc,
    /// A file with Baltimore CyberTrust Root, which has expired.
    BaltimoreRoot,
    /// `ssl: {…}`, Node's TLS options, which a parameter of the string replaces.
    NodeObject,
    /// `NoTls` of Rust's tokio-postgres and postgres.
    NoTls,
    /// libpq's variable for the TLS mode, which few other drivers read.
    Pgsslmode,
    /// `--set=sslmode=…`, which sets a variable of psql's own.
    PsqlVariable,
}

/// What is looked for: a word, the value behind it, and the value that has the check.
struct Pattern {
    kind: SwitchKind,
    word: &'static str,
    /// Empty where the word says it all.
    off: &'static str,
    on: Option<&'static str>,
}

const fn p(
    kind: SwitchKind,
    word: &'static str,
    off: &'static str,
    on: Option<&'static str>,
) -> Pattern {
    Pattern {
        kind,
        word,
        off,
        on,
    }
}

const PATTERNS: &[Pattern] = &[
    p(
        SwitchKind::NodeOption,
        "rejectUnauthorized",
        "false",
        Some("true"),
    ),
    p(
        SwitchKind::NodeProcess,
        "NODE_TLS_REJECT_UNAUTHORIZED",
        "0",
        Some("1"),
    ),
    p(SwitchKind::Go, "InsecureSkipVerify", "true", Some("false")),
    p(
        SwitchKind::RustNativeTls,
        "danger_accept_invalid_certs",
        "true",
        Some("false"),
    ),
    p(
        SwitchKind::RustNativeTls,
        "danger_accept_invalid_hostnames",
        "true",
        Some("false"),
    ),
    p(
        SwitchKind::RustOpenssl,
        "SslVerifyMode::NONE",
        "",
        Some("SslVerifyMode::PEER"),
    ),
    p(SwitchKind::Python, "check_hostname", "False", Some("True")),
    p(SwitchKind::Python, "CERT_NONE", "", Some("CERT_REQUIRED")),
    p(
        SwitchKind::Erlang,
        "verify",
        ":verify_none",
        Some(":verify_peer"),
    ),
    p(
        SwitchKind::DotNetCallback,
        "RemoteCertificateValidationCallback",
        "true",
        None,
    ),
    p(
        SwitchKind::DotNetCallback,
        "UserCertificateValidationCallback",
        "true",
        None,
    ),
    p(SwitchKind::Npgsql, "TrustServerCertificate", "true", None),
    p(
        SwitchKind::Pgjdbc,
        "org.postgresql.ssl.NonValidatingFactory",
        "",
        Some("org.postgresql.ssl.DefaultJavaSSLFactory"),
    ),
    p(
        SwitchKind::BaltimoreRoot,
        "BaltimoreCyberTrustRoot",
        "",
        None,
    ),
    p(SwitchKind::NodeObject, "ssl", "{", None),
    p(SwitchKind::NoTls, "NoTls", "", None),
    p(SwitchKind::Pgsslmode, "PGSSLMODE", "", None),
    p(SwitchKind::PsqlVariable, "--set=sslmode=", "", None),
    p(SwitchKind::PsqlVariable, "--set sslmode=", "", None),
    p(SwitchKind::PsqlVariable, "--variable=sslmode=", "", None),
    p(SwitchKind::PsqlVariable, "-v sslmode=", "", None),
];

/// How far behind the word its value may stand, in bytes.
const REACH: usize = 96;

/// What to look for in a text whose [`switches`] are asked for.
pub(crate) const WORDS: &[Wanted] = &{
    let mut out = [Wanted::exactly(""); PATTERNS.len()];
    let mut at = 0;
    #[allow(clippy::indexing_slicing, reason = "computed when compiled")]
    while at < out.len() {
        out[at] = Wanted::exactly(PATTERNS[at].word);
        at += 1;
    }
    out
};

/// Every switch in `source` that is not in a comment, in order; linear in the text's length.
pub(crate) fn switches(source: &str, sought: &Sought) -> Vec<Switch> {
    let mut out = Vec::new();
    for pattern in PATTERNS {
        let word = pattern.word;
        for &at in sought.exactly(word) {
            let end = at + word.len();
            let whole = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
            if !whole(slice(source, Span::new(0, at)).chars().next_back())
                || (word.ends_with(char::is_alphanumeric)
                    && !whole(source.get(end..).and_then(|rest| rest.chars().next())))
                || in_comment(source, at)
            {
                continue;
            }
            let value = if pattern.off.is_empty() {
                Some(Span::new(at, end))
            } else {
                value_behind(source, end, pattern)
            };
            if let Some(value) = value {
                out.push(Switch {
                    kind: pattern.kind,
                    span: Span::new(at, value.end),
                    value,
                    on: pattern.on,
                });
            }
        }
    }
    out.order_by_key(|s| s.span.start);
    out
}

/// The value behind a word that ends at `end`, if it is the one that switches off.
fn value_behind(source: &str, end: usize, pattern: &Pattern) -> Option<Span> {
    let near = first(rest(source, end), REACH);
    let start = if pattern.kind == SwitchKind::DotNetCallback {
        // `+= (sender, certificate, chain, errors) => true`, `= delegate { return true; }`
        let behind = ["=>", "return"]
            .iter()
            .filter_map(|sign| near.find(sign).map(|at| at + sign.len()))
            .min()?;
        near.get(..behind)?
            .starts_with([' ', '=', '+'])
            .then_some(behind)?
    } else {
        // `"word"] = 'value'`, `word: value`, `word(value)`, `word => value`
        let name = near.trim_start_matches(['"', '\'', ']', ' ', '\t']);
        let sign = ["=>", ":=", "=", ":", "("]
            .iter()
            .find(|s| name.starts_with(**s))?;
        near.len() - name.len() + sign.len()
    };
    let rest = near.get(start..)?;
    let value = rest.trim_start_matches([' ', '\t', '"', '\'']);
    let from = end + start + (rest.len() - value.len());
    let behind = value.strip_prefix(pattern.off)?.chars().next();
    let is_word = pattern.off.ends_with(char::is_alphanumeric);
    behind
        .is_none_or(|c| !is_word || !(c.is_alphanumeric() || c == '_' || c == '.'))
        .then(|| Span::new(from, from + pattern.off.len()))
}

/// Whether the line is a comment up to byte `at`; of a long line, only what is near is looked at.
fn in_comment(source: &str, at: usize) -> bool {
    let before = last(slice(source, Span::new(0, at)), 4 * REACH);
    let line = before.rsplit('\n').next().unwrap_or("").trim_start();
    ["//", "#", "--", "/*", "* ", "<!--"]
        .iter()
        .any(|sign| line.starts_with(sign))
        || line.contains(" // ")
        || line.contains(" # ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::String;

    fn found(source: &str) -> Vec<String> {
        let shown = |s: &Switch| format!("{:?} {}", s.kind, slice(source, s.span));
        let found = switches(source, &crate::words::look(source));
        found.iter().map(shown).collect()
    }

    #[test]
    fn switches_are_found_in_every_notation() {
        for (source, expected) in [
            (
                "{ rejectUnauthorized: false }",
                "NodeOption rejectUnauthorized: false",
            ),
            (
                "{\"rejectUnauthorized\":false}",
                "NodeOption rejectUnauthorized\":false",
            ),
            (
                "export NODE_TLS_REJECT_UNAUTHORIZED=0",
                "NodeProcess NODE_TLS_REJECT_UNAUTHORIZED=0",
            ),
            (
                "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';",
                "NodeProcess NODE_TLS_REJECT_UNAUTHORIZED = '0",
            ),
            (
                "process.env[\"NODE_TLS_REJECT_UNAUTHORIZED\"] = 0",
                "NodeProcess NODE_TLS_REJECT_UNAUTHORIZED\"] = 0",
            ),
            (
                "&tls.Config{InsecureSkipVerify: true}",
                "Go InsecureSkipVerify: true",
            ),
            (
                "cfg.TLSConfig.InsecureSkipVerify = true",
                "Go InsecureSkipVerify = true",
            ),
            (
                ".danger_accept_invalid_certs(true)",
                "RustNativeTls danger_accept_invalid_certs(true",
            ),
            (
                "builder.set_verify(SslVerifyMode::NONE);",
                "RustOpenssl SslVerifyMode::NONE",
            ),
            (
                "ctx.check_hostname = False",
                "Python check_hostname = False",
            ),
            ("ctx.verify_mode = ssl.CERT_NONE", "Python CERT_NONE"),
            (
                "ssl_opts: [verify: :verify_none]",
                "Erlang verify: :verify_none",
            ),
            (
                "conn.UserCertificateValidationCallback = (sender, cert, chain, errors) => true;",
                "DotNetCallback UserCertificateValidationCallback = (sender, cert, chain, errors) => true",
            ),
            ("ssl: {ca}", "NodeObject ssl: {"),
            ("connect(url, NoTls)", "NoTls NoTls"),
            (
                "psql \"host=h\" --set=sslmode=require",
                "PsqlVariable --set=sslmode=",
            ),
            (
                "builder.TrustServerCertificate = true;",
                "Npgsql TrustServerCertificate = true",
            ),
            (
                "props.setProperty(\"sslfactory\", \"org.postgresql.ssl.NonValidatingFactory\");",
                "Pgjdbc org.postgresql.ssl.NonValidatingFactory",
            ),
        ] {
            assert_eq!(found(source), [expected], "{source}");
        }
    }

    #[test]
    fn what_leaves_the_check_on_is_none() {
        for source in [
            "{ rejectUnauthorized: true }",
            "rejectUnauthorized: process.env.CI !== 'true'",
            "rejectUnauthorized: falsey",
            "// rejectUnauthorized: false",
            "ssl: true, // rejectUnauthorized: false",
            "# NODE_TLS_REJECT_UNAUTHORIZED=0",
            "NODE_TLS_REJECT_UNAUTHORIZED=01",
            "InsecureSkipVerify: false",
            "danger_accept_invalid_certs(false)",
            "CERT_NONE_AT_ALL",
            "verify: :verify_peer",
            "RemoteCertificateValidationCallback = Validate; var x = true;",
            "conn.UserCertificateValidationCallback = (s, c, ch, e) => e == SslPolicyErrors.None;",
            "",
        ] {
            assert!(found(source).is_empty(), "{source}: {:?}", found(source));
        }
    }
}
