//! What kind of document a text is, and the layers that cover the whole of one.

use super::{Escapes, Sheet, Step, kubernetes};
use crate::model::Layer;

/// What kind of document a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// JSON.
    Json,
    /// XML or HTML.
    Xml,
    /// A Kubernetes secret, in YAML or JSON.
    Kubernetes,
    /// A Compose file.
    Compose,
    /// TOML.
    Toml,
    /// An INI file.
    Ini,
    /// Java's properties.
    Properties,
    /// Anything else: each line says for itself.
    Other,
}

impl Paper {
    /// What kind of document `text` is; one look.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if is_json(start) {
            return if start.contains("\"Secret\"") && start.contains("\"kind\"") {
                Self::Kubernetes
            } else {
                Self::Json
            };
        }
        if is_xml(start) {
            return Self::Xml;
        }
        let lines = Lines::of(text);
        if lines.secret && lines.data {
            Self::Kubernetes
        } else if lines.environment && lines.service {
            Self::Compose
        } else if lines.sections > 0 && interpolates(text) {
            Self::Ini
        } else if lines.sections > 0 && lines.quoted > 0 && lines.quoted >= lines.bare {
            Self::Toml
        } else if lines.sections > 0 && lines.quoted + lines.bare > 0 {
            Self::Ini
        } else if lines.dotted > 0 && lines.java {
            Self::Properties
        } else {
            Self::Other
        }
    }

    /// What `text` is, which came out of the layer that covers a document of this kind.
    #[must_use]
    pub fn inside(self, text: &str) -> Self {
        match self {
            Self::Kubernetes if text.trim_start().starts_with('{') => Self::Json,
            paper => paper,
        }
    }

    /// The text without the layer that covers the whole document, where the document has one.
    #[must_use]
    pub fn peel(self, sheet: &Sheet<'_>) -> Option<Sheet<'static>> {
        let (layer, (text, step)) = match self {
            Self::Kubernetes => (Layer::KubernetesSecret, kubernetes::decode(&sheet.text)),
            Self::Compose => (
                Layer::DockerCompose,
                Step::of_whole(&sheet.text, Escapes::Dollar),
            ),
            Self::Ini if interpolates(&sheet.text) => {
                (Layer::Ini, Step::of_whole(&sheet.text, Escapes::Percent))
            }
            _ => return None,
        };
        Some(sheet.inside(layer, text, step))
    }
}

fn is_json(start: &str) -> bool {
    match start.chars().next() {
        Some('{') => start.contains("\":") || start.contains("\" :"),
        Some('[') => start
            .get(1..)
            .is_some_and(|rest| rest.trim_start().starts_with(['{', '[', '"'])),
        // A member without the braces round it.
        Some('"') => start
            .lines()
            .next()
            .is_some_and(|line| line.contains("\":")),
        _ => false,
    }
}

/// A tag, a declaration or a comment, and not a URI that Markdown or a template puts in such brackets.
fn is_xml(start: &str) -> bool {
    let Some(inside) = start.strip_prefix('<') else {
        return false;
    };
    let tag = inside.split(['>', ' ', '\n', '\t']).next().unwrap_or("");
    start.contains('>') && !tag.contains("://") && tag != "?php"
}

/// Whether Python's configparser reads this INI file and fills in `%(name)s`.
///
/// The files of Alembic and Airflow are known; elsewhere an interpolation that is there says so.
fn interpolates(text: &str) -> bool {
    [
        "[alembic]",
        "script_location",
        "sql_alchemy_conn",
        "sqlalchemy.url",
        "[app:main]",
        "configparser",
        "ConfigParser",
        "%(",
        "%%",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// What the lines of a text look like.
#[derive(Default)]
struct Lines {
    /// `kind: Secret`.
    secret: bool,
    /// `data:` or `stringData:`.
    data: bool,
    /// `environment:`.
    environment: bool,
    /// `services:`, `image:`, `build:` and what else only Compose files have next to it.
    service: bool,
    /// `[name]`.
    sections: usize,
    /// `name = "value"`.
    quoted: usize,
    /// `name = value`.
    bare: usize,
    /// `a.b = value`.
    dotted: usize,
    /// A JDBC or R2DBC URL.
    java: bool,
}

impl Lines {
    fn of(text: &str) -> Self {
        let mut out = Self::default();
        let may_be_java = text.contains("dbc");
        for line in text.lines() {
            let line = line.trim();
            let line = line.strip_prefix("- ").unwrap_or(line);
            if line.is_empty() || line.starts_with(['#', ';', '!']) {
                continue;
            }
            match line {
                "data:" | "stringData:" => out.data = true,
                "environment:" => out.environment = true,
                "services:" | "build:" | "depends_on:" | "ports:" | "volumes:" => {
                    out.service = true;
                }
                _ if line.starts_with("image:") || line.starts_with("build:") => {
                    out.service = true;
                }
                _ if line.starts_with("kind:") => {
                    let kind = line.trim_start_matches("kind:").trim();
                    out.secret |= kind.trim_matches(['"', '\'']) == "Secret";
                }
                _ => {}
            }
            let java = ["jdbc:", "jdbc\\:", "r2dbc:", "r2dbc\\:"];
            out.java |= may_be_java && java.iter().any(|word| line.contains(word));
            if is_section(line) {
                out.sections += 1;
            } else if let Some((name, value)) = line.split_once('=') {
                let name = name.trim_end();
                if !is_name(name) {
                    continue;
                }
                let value = value.trim_start();
                // What both TOML and INI files write without quotes says nothing.
                let either = value.is_empty()
                    || value.starts_with(['[', '{'])
                    || value.bytes().all(|b| b.is_ascii_digit())
                    || matches!(value, "true" | "false");
                if value.starts_with(['"', '\'']) {
                    out.quoted += 1;
                } else if !either {
                    out.bare += 1;
                }
                out.dotted += usize::from(name.contains('.'));
            }
        }
        out
    }
}

fn is_section(line: &str) -> bool {
    line.strip_prefix('[')
        .map(|rest| rest.trim_start_matches('['))
        .and_then(|rest| rest.split_once(']'))
        .is_some_and(|(name, rest)| {
            let rest = rest.trim_start_matches(']').trim_start();
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || " _.:-\"'".contains(c))
                && (rest.is_empty() || rest.starts_with(['#', ';']))
        })
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_apart() {
        for (text, expected) in [
            ("{\"a\": 1}", Paper::Json),
            ("[\"a\"]", Paper::Json),
            ("\"ConnectionStrings\": {\n}", Paper::Json),
            ("{host: 'h'}", Paper::Other),
            ("<a>b</a>", Paper::Xml),
            ("<?php $x = 'a>b';", Paper::Other),
            ("<postgresql://h/db>", Paper::Other),
            (
                "apiVersion: v1\nkind: Secret\ndata:\n  A: Yg==",
                Paper::Kubernetes,
            ),
            ("kind: ConfigMap\ndata:\n  A: b", Paper::Other),
            ("{\"kind\": \"Secret\", \"data\": {}}", Paper::Kubernetes),
            (
                "services:\n  a:\n    environment:\n      - X=y",
                Paper::Compose,
            ),
            ("a:\n  image: b\n  environment:\n    X: y", Paper::Compose),
            ("[a]\nb = \"c\"\nd = 1", Paper::Toml),
            ("[a]\nb = c", Paper::Ini),
            ("[a]\nb=\"c\"\nd=e\nf=g", Paper::Ini),
            ("[ 1, 2 ]", Paper::Other),
            (
                "spring.datasource.url=jdbc:postgresql://h/d",
                Paper::Properties,
            ),
            ("X=y", Paper::Other),
            ("postgres://[::1]/db", Paper::Other),
        ] {
            assert_eq!(Paper::of(text), expected, "{text}");
        }
    }

    #[test]
    fn only_python_fills_in_percent_signs() {
        let peeled = |text| Paper::of(text).peel(&Sheet::paste(text)).is_some();
        assert!(peeled(
            "[alembic]\nsqlalchemy.url = postgresql://u:a%%40b@h/d"
        ));
        assert!(peeled("[database]\nsql_alchemy_conn = postgresql://h/d"));
        assert!(peeled("[db]\nurl = postgresql://%(user)s@h/d"));
        assert!(!peeled("[mydb]\nhost=h\npassword=a%b"));
        assert!(!peeled("[odbc]\nServername = h\nPassword = a%b"));
    }
}
