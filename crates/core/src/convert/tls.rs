//! Chooses the spelling of TLS in the target: of all that it has, the one that its driver reads as what was wanted.
//!
//! What a spelling means is not written down here: [`readings`](crate::readings) says it, for the source and for the target.

use super::equivalents::Family;
use super::source::{Item, Source};
use super::word::{Text, Word};
use super::{Loss, LossKind, quote};
use crate::model::{Driver, Origin, Param, Setting, Settings, Value};
use crate::readings::{self, Encrypted, Roots, Tls};
use crate::text::Span;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a keyword of TLS is set to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Setter {
    /// This word.
    Is(&'static str),
    /// The file of trusted roots.
    Root,
}

/// A keyword: a row of the table, or one that only this family has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Row(&'static str),
    Own(&'static str),
}

/// One way to spell TLS.
#[derive(Clone)]
struct Spelling {
    /// The mode in libpq's words, or what it is called here.
    mode: Option<&'static str>,
    pairs: Vec<(Key, Setter)>,
}

/// A pair to be written.
pub(super) struct TlsPair {
    /// The row's name, or the keyword itself.
    pub(super) key: &'static str,
    pub(super) own: bool,
    pub(super) value: Word,
}

/// The spelling that was chosen.
#[derive(Default)]
pub(super) struct Chosen {
    pub(super) pairs: Vec<TlsPair>,
    pub(super) losses: Vec<Loss>,
}

const MODES: [&str; 6] = crate::parse::LIBPQ_SSL_MODES;
/// libpq's modes in Npgsql's words.
const NPGSQL_MODES: [&str; 6] = crate::parse::NPGSQL_SSL_MODES;
const JAVA_ROOTS: &str = "org.postgresql.ssl.DefaultJavaSSLFactory";

/// Every way that `family` has to spell TLS, simplest first.
fn spellings(family: Family) -> Vec<Spelling> {
    let nothing = Spelling {
        mode: None,
        pairs: Vec::new(),
    };
    let mut out = Vec::new();
    let mut add = |mode: &'static str, pairs: &[(Key, Setter)]| {
        out.push(Spelling {
            mode: Some(mode),
            pairs: pairs.into(),
        });
    };
    let root = (Key::Row("sslrootcert"), Setter::Root);
    match family {
        Family::Pgpass => return out,
        Family::Node => {
            let mode = |word| (Key::Row("sslmode"), Setter::Is(word));
            let compat = (Key::Own("uselibpqcompat"), Setter::Is("true"));
            for word in ["disable", "no-verify", "verify-full"] {
                add(word, &[mode(word)]);
            }
            add("verify-full", &[mode("verify-full"), root]);
            add("verify-ca", &[compat, mode("verify-ca"), root]);
        }
        Family::Object => {
            for word in ["false", "no-verify", "true"] {
                add(word, &[(Key::Own("ssl"), Setter::Is(word))]);
            }
            add("true", &[(Key::Own("ssl"), Setter::Root)]);
        }
        Family::Prisma => {
            let mode = |word| (Key::Row("sslmode"), Setter::Is(word));
            let strict = (Key::Own("sslaccept"), Setter::Is("strict"));
            for word in ["disable", "prefer", "require"] {
                add(word, &[mode(word)]);
            }
            add("verify-full", &[mode("require"), strict]);
            add("verify-full", &[mode("require"), strict, root]);
        }
        _ => {
            for (index, word) in MODES.into_iter().enumerate() {
                let written = match family {
                    Family::Npgsql => NPGSQL_MODES.get(index).copied().unwrap_or(word),
                    _ => word,
                };
                let mode = (Key::Row("sslmode"), Setter::Is(written));
                add(word, &[mode]);
                add(word, &[mode, root]);
                match family {
                    // Go's drivers of today take the system's roots without being told, and take the word for a file.
                    Family::Npgsql | Family::R2dbc | Family::Go => {}
                    Family::Pgjdbc => add(
                        word,
                        &[mode, (Key::Own("sslfactory"), Setter::Is(JAVA_ROOTS))],
                    ),
                    // libpq wants everything checked with them.
                    _ if word == "verify-full" => add(
                        word,
                        &[mode, (Key::Row("sslrootcert"), Setter::Is("system"))],
                    ),
                    _ => {}
                }
            }
        }
    }
    out.push(nothing);
    out
}

/// What `driver` makes of a spelling.
fn effect(driver: Driver, spelling: &Spelling) -> Tls {
    let mut settings = Settings::default();
    for (key, value) in &spelling.pairs {
        let (param, key) = match key {
            // To Prisma the roots are `sslcert`, which means something else to others.
            Key::Row("sslrootcert") if driver == Driver::Prisma => (Param::Known, "sslcert"),
            Key::Row("sslrootcert") => (Param::SslRootCert, "sslrootcert"),
            Key::Row(key) => (Param::SslMode, *key),
            Key::Own("sslfactory") => (Param::SslFactory, "sslfactory"),
            Key::Own("ssl") => (Param::Ssl, "ssl"),
            Key::Own(key) => (Param::Known, *key),
        };
        let mut push = |param, text: &str| {
            settings.all.push(Setting {
                param,
                key: key.into(),
                key_span: Some(Span::empty(0)),
                value: Value::text(Span::empty(0), text.into()),
                origin: Origin::Pair,
            });
        };
        match value {
            Setter::Is(word) => push(param, word),
            Setter::Root if param == Param::Ssl => {
                push(Param::Ssl, "true");
                push(Param::SslRootCert, "file");
            }
            Setter::Root => push(param, "file"),
        }
    }
    readings::tls_of(driver, &settings)
}

const fn rank(encrypted: Encrypted) -> u32 {
    match encrypted {
        Encrypted::Never => 0,
        Encrypted::IfRequired => 1,
        Encrypted::IfOffered => 2,
        Encrypted::Always => 3,
    }
}

/// Whether `a` is at least as strict as `b`.
pub(super) const fn covers(a: Tls, b: Tls) -> bool {
    rank(a.encrypted) >= rank(b.encrypted) && (a.chain || !b.chain) && (a.host_name || !b.host_name)
}

/// How far apart two effects are.
fn distance(a: Tls, b: Tls) -> u32 {
    rank(a.encrypted).abs_diff(rank(b.encrypted))
        + u32::from(a.chain != b.chain) * 4
        + u32::from(a.host_name != b.host_name) * 4
        + u32::from(a.roots != b.roots)
}

/// The spelling for `driver` of what the source wants.
pub(super) fn choose(source: &Source, family: Family, driver: Driver) -> Chosen {
    let wish = &source.tls;
    let explicit = wish.span.is_some();
    let normal = wish
        .mode
        .as_deref()
        .map(|mode| crate::lint::libpq_sslmode(mode).map_or(mode.to_string(), Into::into));
    let root = wish
        .root
        .as_ref()
        .filter(|_| wish.effect.roots == Some(Roots::File));
    let options: Vec<(Spelling, Tls)> = spellings(family)
        .into_iter()
        .filter(|s| root.is_some() || !s.pairs.iter().any(|(_, v)| *v == Setter::Root))
        .map(|s| {
            let effect = effect(driver, &s);
            (s, effect)
        })
        .collect();
    let silent = options
        .iter()
        .find(|(s, effect)| !explicit && s.pairs.is_empty() && covers(*effect, wish.effect));
    let chosen = silent.or_else(|| {
        options
            .iter()
            .filter(|(_, effect)| covers(*effect, wish.effect))
            // The first of the nearest; of equals, the one with the same word.
            .min_by_key(|(s, effect)| {
                (
                    distance(*effect, wish.effect),
                    s.mode.map(Into::into) != normal,
                    explicit && s.pairs.is_empty(),
                    s.pairs.len(),
                )
            })
    });
    let mut out = Chosen::default();
    let mut lose = |kind, note| {
        out.losses.push(Loss {
            span: wish.span,
            keyword: "sslmode".into(),
            kind,
            note,
        });
    };
    let Some((spelling, got)) = chosen else {
        if explicit {
            let note = format!("there is no place for TLS: {}", describe(wish.effect));
            lose(LossKind::Dropped, note);
        }
        return out;
    };
    let to = driver.label();
    if *got != wish.effect {
        lose(
            LossKind::Changed,
            format!(
                "{} gets {} from it, {to} will get {}",
                source.driver.label(),
                describe(wish.effect),
                describe(*got)
            ),
        );
    } else if let Some(mode) = &normal
        && spelling.mode.is_some_and(|written| written != mode)
        && let Some(word) = MODES.into_iter().find(|word| word == mode)
        && family != Family::Object
    {
        // What the same word would have come to.
        let same = effect(
            driver,
            &Spelling {
                mode: None,
                pairs: alloc::vec![(Key::Row("sslmode"), Setter::Is(word))],
            },
        );
        if same != wish.effect {
            lose(
                LossKind::Changed,
                format!(
                    "to {to} `{mode}` means {}; written otherwise to keep {}",
                    describe(same),
                    describe(wish.effect)
                ),
            );
        }
    }
    if let Some(left) = wish.root.as_ref().filter(|_| root.is_none())
        && !left.word.is_empty()
        && wish.effect.roots != Some(Roots::System)
    {
        out.losses.push(Loss {
            span: left.span,
            keyword: "sslrootcert".into(),
            kind: LossKind::Dropped,
            note: format!(
                "{} checks nothing in this mode, so the file has no effect",
                source.driver.label()
            ),
        });
    }
    for (key, value) in &spelling.pairs {
        let (key, own) = match key {
            Key::Row(key) => (*key, false),
            Key::Own(key) => (*key, true),
        };
        let value = match value {
            Setter::Is(word) => Word::plain(*word),
            Setter::Root => match root {
                Some(Item { word, .. }) => word.clone(),
                None => continue,
            },
        };
        out.pairs.push(TlsPair { key, own, value });
    }
    out
}

/// What `ssl` of a node-postgres object is set to.
pub(super) fn node_object(pair: &TlsPair) -> Option<Text> {
    let text = pair.value.expose();
    Some(match text.as_str() {
        "true" | "false" => text.as_str().into(),
        "no-verify" => "{ rejectUnauthorized: false }".into(),
        _ => {
            let mut out = Text::from("{ ca: fs.readFileSync(");
            out.append(&quote::code(&pair.value)?);
            out.push(", \"utf8\") }");
            out
        }
    })
}

/// TLS in words.
fn describe(tls: Tls) -> String {
    let encrypted = match tls.encrypted {
        Encrypted::Never => return "no TLS".into(),
        Encrypted::IfRequired => "TLS only if the server insists",
        Encrypted::IfOffered => "TLS if the server offers it",
        Encrypted::Always => "TLS always",
    };
    let checked = match (tls.chain, tls.host_name) {
        (false, _) => "the certificate unchecked",
        (true, false) => "the issuer checked",
        (true, true) => "issuer and host name checked",
    };
    match tls.roots.filter(|_| tls.chain) {
        Some(roots) => format!("{encrypted}, {checked} against {}", roots.name()),
        None => format!("{encrypted}, {checked}"),
    }
}
