//! In what kind of text a line is written, which decides how its literals are quoted and where its values end.

use super::Paper;
use crate::model::Layer;
use crate::parse::keywords;
use crate::text::{Sought, Span, Wanted, exactly, slice};

/// The family of a programming language, as far as its literals differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// A backslash escapes in every literal.
    Other,
    /// Go: nothing escapes between backticks.
    Go,
    /// PHP, Ruby, Perl: between single quotes a backslash escapes itself and the quote.
    Quotes,
    /// Visual Basic: no backslash, the quote is doubled; `& _` goes on in the next line.
    Basic,
    /// PowerShell.
    PowerShell,
}

/// What tells a language, most telling first.
const CLUES: [(&[&str], Tongue); 4] = [
    (
        &["$env:", "Write-Host", "Set-Item", "[Environment]::"],
        Tongue::PowerShell,
    ),
    (&["& _", "Dim ", "\nSet conn"], Tongue::Basic),
    (
        &[
            "sql.Open(",
            "pgx.",
            "pgxpool.",
            "gorm.",
            "package main",
            "func ",
        ],
        Tongue::Go,
    ),
    (
        &[
            "<?php",
            "new PDO",
            "pg_connect",
            "PG.connect",
            "PG::",
            "ActiveRecord",
            "Sequel.",
            "DBI->",
        ],
        Tongue::Quotes,
    ),
];

/// What to look for in a text whose [`Tongue`] is asked for.
pub(crate) const TONGUE_WORDS: [&[Wanted]; CLUES.len()] = [
    &exactly::<{ CLUES[0].0.len() }>(CLUES[0].0),
    &exactly::<{ CLUES[1].0.len() }>(CLUES[1].0),
    &exactly::<{ CLUES[2].0.len() }>(CLUES[2].0),
    &exactly::<{ CLUES[3].0.len() }>(CLUES[3].0),
];

impl Tongue {
    /// What a text seems to be written in, of which this is known.
    pub(crate) fn among(sought: &Sought) -> Self {
        CLUES
            .iter()
            .find(|(words, _)| words.iter().any(|word| sought.has(word)))
            .map_or(Self::Other, |(_, tongue)| *tongue)
    }
}

/// The kind of text that a line, or a literal in it, is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// Words, or the string itself.
    Plain,
    /// A programming language.
    Code(Tongue),
    /// A POSIX shell.
    Shell,
    /// PowerShell.
    PowerShell,
    /// The command prompt of Windows.
    Cmd,
    /// `NAME=value` lines.
    Dotenv,
    /// `- NAME=value`: a list item of YAML that holds an assignment.
    EnvList,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// An INI file.
    Ini,
    /// Java's properties.
    Properties,
    /// JSON.
    Json,
    /// XML.
    Xml,
}

impl Notation {
    /// The layer that it is reported as.
    #[must_use]
    pub const fn layer(self) -> Layer {
        match self {
            Self::Plain => Layer::Plain,
            Self::Code(_) => Layer::SourceCode,
            Self::Shell | Self::PowerShell | Self::Cmd => Layer::Shell,
            Self::Dotenv | Self::Properties => Layer::Dotenv,
            Self::EnvList | Self::Yaml => Layer::Yaml,
            Self::Toml => Layer::Toml,
            Self::Ini => Layer::Ini,
            Self::Json => Layer::Json,
            Self::Xml => Layer::Xml,
        }
    }
}

/// A line, and what it assigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is written in.
    pub notation: Notation,
    /// The name that it assigns to.
    pub key: Option<Span>,
    /// Where the value begins.
    pub value: Option<usize>,
}

/// Reads the line at `line` of `text`, which is without the blanks round it. `continued`: the line before it was a command
/// that goes on.
#[must_use]
pub fn line_at(text: &str, line: Span, paper: Paper, tongue: Tongue, continued: bool) -> Line {
    let none = |notation| Line {
        notation,
        key: None,
        value: None,
    };
    match paper {
        Paper::Json => return none(Notation::Json),
        Paper::Xml => return none(Notation::Xml),
        _ if continued => return none(Notation::Shell),
        _ => {}
    }
    let (start, prefix) = prefix(text, line, tongue);
    let raw = slice(text, Span::new(start, line.end));
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''));
    let name = raw.get(usize::from(quote.is_some())..).unwrap_or("");
    let len = name
        .bytes()
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')))
        .unwrap_or(name.len());
    let key_start = start + usize::from(quote.is_some());
    let key = Span::new(key_start, key_start + len);
    let mut behind = name.get(len..).unwrap_or("");
    if let Some(quote) = quote {
        behind = behind.strip_prefix(quote).unwrap_or("");
    }
    let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let separator = behind.get(blanks..).unwrap_or("");
    let after = separator.get(1..).unwrap_or("");
    let is_assignment = len > 0 && separator.starts_with('=') && !after.starts_with('=');
    let is_member = len > 0
        && separator.starts_with(':')
        && (after.is_empty() || after.starts_with([' ', '\t', '"', '\'']));
    if !is_assignment && !is_member {
        return none(if in_command(raw) {
            Notation::Shell
        } else {
            Notation::Code(tongue)
        });
    }
    let value_text = after.trim_start_matches([' ', '\t']);
    let value = line.end - value_text.len();
    let notation = match (prefix, paper) {
        (Some(Prefix::Item), _) if is_assignment && blanks == 0 => Notation::EnvList,
        (Some(Prefix::Of(notation)), _) => notation,
        _ if is_member && value_text.ends_with(',') => Notation::Code(tongue),
        _ if is_member && in_command(value_text) => Notation::Shell,
        _ if is_member => Notation::Yaml,
        (_, Paper::Toml) => Notation::Toml,
        (_, Paper::Ini) => Notation::Ini,
        (_, Paper::Properties) => Notation::Properties,
        _ if blanks == 0 && !after.starts_with([' ', '\t']) => {
            if behind_value(value_text).is_some_and(in_command) {
                Notation::Shell
            } else {
                Notation::Dotenv
            }
        }
        _ if value_text.starts_with(['"', '\'', '`', '@', '$']) => Notation::Code(tongue),
        _ if value_text.contains('(') => Notation::Code(tongue),
        _ => Notation::Ini,
    };
    Line {
        notation,
        key: Some(key),
        value: Some(value),
    }
}

enum Prefix {
    Item,
    Of(Notation),
}

/// What stands before the name, and where the name begins.
fn prefix(text: &str, line: Span, tongue: Tongue) -> (usize, Option<Prefix>) {
    let mut at = line.start;
    let mut found = None;
    loop {
        let raw = slice(text, Span::new(at, line.end));
        let starts = |word: &str| {
            raw.get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
        };
        let word = [
            ("export ", Notation::Shell),
            ("declare -x ", Notation::Shell),
            ("readonly ", Notation::Shell),
            ("ENV ", Notation::Shell),
            ("ARG ", Notation::Shell),
            ("$env:", Notation::PowerShell),
            ("set ", Notation::Cmd),
            ("setx ", Notation::Cmd),
        ]
        .into_iter()
        .find(|(word, _)| starts(word));
        let len = if let Some((word, notation)) = word {
            found = Some(Prefix::Of(notation));
            word.len()
        } else if starts("- ") {
            found = Some(Prefix::Item);
            2
        } else if raw.starts_with('$') && tongue == Tongue::PowerShell {
            found = Some(Prefix::Of(Notation::PowerShell));
            1
        } else {
            return (at, found);
        };
        let rest = raw.get(len..).unwrap_or("");
        at += len + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
    }
}

/// What follows a value without blanks on its line.
fn behind_value(value: &str) -> Option<&str> {
    let end = value.find([' ', '\t'])?;
    let quoted = value.starts_with(['"', '\'']);
    // A literal may hold blanks itself.
    let end = if quoted {
        let quote = value.chars().next()?;
        1 + value.get(1..)?.find(quote)? + 1
    } else {
        end
    };
    value.get(end..).map(str::trim_start)
}

/// Programs that people call with a connection string, in order, because they are looked for often.
const COMMANDS: &[&str] = &[
    "CMD",
    "ENTRYPOINT",
    "RUN",
    "alembic",
    "aws",
    "az",
    "azd",
    "bash",
    "bundle",
    "cargo",
    "clusterdb",
    "createdb",
    "createuser",
    "curl",
    "dbmate",
    "docker",
    "dotnet",
    "dropdb",
    "echo",
    "env",
    "flask",
    "fly",
    "flyctl",
    "func",
    "gcloud",
    "gh",
    "go",
    "goose",
    "helm",
    "heroku",
    "java",
    "kubectl",
    "migrate",
    "node",
    "npm",
    "npx",
    "ogr2ogr",
    "pg_basebackup",
    "pg_dump",
    "pg_dumpall",
    "pg_isready",
    "pg_restore",
    "pgbench",
    "pgcli",
    "pgloader",
    "php",
    "pnpm",
    "podman",
    "printf",
    "prisma",
    "psql",
    "python",
    "python3",
    "rails",
    "railway",
    "rake",
    "reindexdb",
    "sh",
    "sqlx",
    "ssh",
    "sudo",
    "terraform",
    "usql",
    "vacuumdb",
    "vercel",
    "yarn",
    "zsh",
];

/// Whether `line` is a command line.
#[must_use]
pub(crate) fn in_command(line: &str) -> bool {
    let line = line
        .trim_start()
        .trim_start_matches(['$', '>', '%'])
        .trim_start();
    let first = line.split([' ', '\t']).next().unwrap_or("");
    if first.len() == line.len() {
        return false;
    }
    let name = first.rsplit('/').next().unwrap_or(first);
    first.starts_with("./")
        || name.ends_with(".sh")
        || COMMANDS
            .binary_search(&name.trim_end_matches(".exe"))
            .is_ok()
}

/// Where a comment begins in `value`, an unquoted value of that notation; its length where there is none.
///
/// What the rest of the string stands behind is none: a `#` in a password is a mistake that rules speak of.
#[must_use]
pub fn comment_start(value: &str, notation: Notation) -> usize {
    if !matches!(
        notation,
        Notation::Yaml | Notation::EnvList | Notation::Toml | Notation::Dotenv | Notation::Shell
    ) {
        return value.len();
    }
    let behind_blank = |sign: &usize| {
        let before = sign.checked_sub(1).and_then(|at| value.as_bytes().get(at));
        matches!(before, Some(b' ' | b'\t'))
    };
    let mut signs = value.match_indices('#').map(|(at, _)| at);
    let Some(sign) = signs.find(behind_blank) else {
        return value.len();
    };
    let at = sign - 1;
    let (head, tail) = value.split_at(at);
    let userinfo_goes_on = head.contains("://") && !head.contains('@') && tail.contains('@');
    let pairs_go_on = tail.match_indices('=').any(|(equals, _)| {
        let name = tail.get(..equals).unwrap_or("");
        let name = name.rsplit([';', ' ', '&']).next().unwrap_or("");
        keywords::known_anywhere(name.trim())
    });
    if userinfo_goes_on || (pairs_go_on && head.contains('=')) {
        value.len()
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::String;

    fn read(text: &str, paper: Paper) -> String {
        let tongue = Tongue::among(&crate::words::look(text));
        let line = line_at(text, Span::new(0, text.len()), paper, tongue, false);
        let key = line.key.map_or("", |key| slice(text, key));
        let value = line.value.map_or("", |at| text.get(at..).unwrap());
        format!("{:?} {key} {value}", line.notation)
    }

    #[test]
    fn the_commands_are_in_order() {
        assert!(COMMANDS.is_sorted());
        assert!(COMMANDS.iter().all(|name| in_command(&format!("{name} x"))));
    }

    #[test]
    fn a_line_says_what_it_is_written_in() {
        for (text, expected) in [
            (
                "DATABASE_URL=postgres://h/db",
                "Dotenv DATABASE_URL postgres://h/db",
            ),
            ("export X='y'", "Shell X 'y'"),
            ("PGPASSWORD=pw psql -h h", "Shell PGPASSWORD pw psql -h h"),
            (
                "PGPASSWORD='p w' psql -h h",
                "Shell PGPASSWORD 'p w' psql -h h",
            ),
            ("$env:PGHOST = \"h\"", "PowerShell PGHOST \"h\""),
            ("SET PGHOST=h", "Cmd PGHOST h"),
            ("ENV PGHOST=h", "Shell PGHOST h"),
            ("- PGHOST=h", "EnvList PGHOST h"),
            ("url: postgres://h/db", "Yaml url postgres://h/db"),
            ("\"url\": \"x\"", "Yaml url \"x\""),
            ("url: 'x',", "Code(Other) url 'x',"),
            ("- run: psql \"x\"", "Shell run psql \"x\""),
            ("psql \"postgres://h/db\"", "Shell  "),
            ("$ psql postgres://h/db", "Shell  "),
            ("url = \"x\"", "Code(Other) url \"x\""),
            ("sqlalchemy.url = x", "Ini sqlalchemy.url x"),
            ("conn = f(\"x\")", "Code(Other) conn f(\"x\")"),
            ("a == b", "Code(Other)  "),
            ("new Client('x')", "Code(Other)  "),
            ("postgres://h/db", "Code(Other)  "),
        ] {
            assert_eq!(read(text, Paper::Other), expected, "{text}");
        }
        assert_eq!(read("a = \"x\"", Paper::Toml), "Toml a \"x\"");
        assert_eq!(read("a = x", Paper::Ini), "Ini a x");
        assert_eq!(read("a.url=x", Paper::Properties), "Properties a.url x");
    }

    #[test]
    fn comments_end_a_value_and_passwords_do_not() {
        for (value, notation, expected) in [
            ("postgres://h/db # main", Notation::Yaml, "postgres://h/db"),
            (
                "postgres://u:p #ss@h/db",
                Notation::Yaml,
                "postgres://u:p #ss@h/db",
            ),
            (
                "host=h password=p #s dbname=d",
                Notation::Yaml,
                "host=h password=p #s dbname=d",
            ),
            (
                "Host=h;Password=p;  # x=y",
                Notation::Dotenv,
                "Host=h;Password=p; ",
            ),
            (
                "postgres://h/db # main",
                Notation::Ini,
                "postgres://h/db # main",
            ),
            ("postgres://h/db#x", Notation::Dotenv, "postgres://h/db#x"),
        ] {
            let cut = comment_start(value, notation);
            assert_eq!(&value[..cut], expected, "{value}");
        }
    }
}
