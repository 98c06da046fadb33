//! SYN021: a value with a separator in it, which ends there for want of quotes.

use crate::detect::keyword_starts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param, Setting};
use crate::parse::{ErrorKind, keywords};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest, until};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN021",
    name: "value-needs-quotes",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["SYN001", "PAR001", "PAR003", "PAR090"],
    docs: docs!("value_needs_quotes.md"),
    check,
};

fn message(sign: char, setting: &Setting) -> String {
    let noun = setting.param.noun();
    match sign {
        ' ' => format!("the {noun} ends at this blank"),
        '=' => format!("the {noun} begins with `=` and has no quotes"),
        sign => format!("the {noun} ends at this `{sign}`"),
    }
}

const IN_PDO: &str = "PDO turns this `;` into a blank";

fn help(ctx: &Context<'_>) -> &'static str {
    match ctx.grammar() {
        Grammar::KeyValue => {
            "A blank separates pairs, and what follows has no `=`: missing \"=\" in connection info string. A value with blanks stands in single quotes; inside them, write `'` as `\\'` and a backslash twice."
        }
        Grammar::Pdo => {
            "PDO turns every `;` into a blank before libpq sees the text, also inside quotes. Give a password with a `;` to the constructor, which has an argument of its own for it."
        }
        Grammar::Odbc => {
            "What follows is taken for another keyword, which is passed over without a word, and the server answers that authentication failed. A value with a `;` stands in braces; inside them, write `}` twice."
        }
        _ => {
            "What follows is taken for another keyword, with the next keyword in it, and Npgsql refuses the string: Couldn't set, or: Format of the initialization string does not conform to specification. A value with a `;`, or one that begins with `=`, stands in quotes, with a quote of the same kind inside doubled."
        }
    }
}

/// A value that was cut, with the sign that cut it and its span as it was meant.
struct Cut<'a> {
    setting: &'a Setting,
    sign: Span,
    whole: Span,
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let cut = match ctx.grammar() {
        Grammar::KeyValue | Grammar::Pdo => in_pairs(ctx),
        Grammar::AdoNet if leading_equals(ctx, out) => None,
        Grammar::AdoNet => in_ado_net(ctx),
        Grammar::Odbc => in_odbc(ctx),
        _ => None,
    };
    if ctx.grammar() == Grammar::Pdo {
        in_quotes_of_pdo(ctx, out);
    }
    let Some(cut) = cut.filter(|cut| !ctx.has_variable(cut.whole)) else {
        return;
    };
    let sign = ctx.raw(cut.sign).chars().next().unwrap_or(' ');
    let sign = if sign.is_whitespace() { ' ' } else { sign };
    let span = Span::new(cut.sign.start, cut.whole.end);
    let finding = Finding::new(span, message(sign, cut.setting)).help(help(ctx));
    out.push(match quotes(ctx, cut.whole) {
        Some((open, close)) => finding.fix(
            "Put the value in quotes",
            Applicability::Unsafe,
            [
                Edit::insert(cut.whole.start, open),
                Edit::insert(cut.whole.end, close),
            ],
        ),
        None => finding,
    });
}

/// The quotes that hold the value at `whole` together, if it needs no more than that.
fn quotes(ctx: &Context<'_>, whole: Span) -> Option<(&'static str, &'static str)> {
    let raw = ctx.raw(whole);
    match ctx.grammar() {
        Grammar::KeyValue if !raw.contains(['\'', '\\', '\n']) => Some(("'", "'")),
        Grammar::Pdo if !raw.contains(['\'', '\\', ';', '\n']) => Some(("'", "'")),
        Grammar::AdoNet if !raw.contains('"') => Some(("\"", "\"")),
        Grammar::AdoNet if !raw.contains('\'') => Some(("'", "'")),
        Grammar::Odbc if !raw.contains(['{', '}']) => Some(("{", "}")),
        _ => None,
    }
}

/// A word without `=` behind an unquoted value: it belongs to it.
fn in_pairs<'a>(ctx: &Context<'a>) -> Option<Cut<'a>> {
    let word = ctx
        .parse
        .errors
        .iter()
        .filter(|e| e.kind == ErrorKind::Syntax)
        .find(|e| e.template.starts_with("missing \"=\""))?
        .span;
    let setting = ctx
        .parse
        .settings
        .all
        .iter()
        .rfind(|s| s.value.span.end < word.start)?;
    let value = setting.value.span;
    let separator = |c: char| c.is_whitespace() || (c == ';' && ctx.grammar() == Grammar::Pdo);
    let between = ctx.raw(Span::new(value.end, word.start));
    // Of a blank in a user name, USR016 speaks.
    if setting.param == Param::User && ctx.grammar() == Grammar::KeyValue {
        return None;
    }
    // Another word stands in between, or quotes end the value.
    if setting.value.quote.is_some() || value.is_empty() || !between.chars().all(separator) {
        return None;
    }
    // `port 5432`: the `=` is what is missing. `# …`: a comment, which there is not.
    if keywords::libpq(ctx.raw(word)).is_some() || ctx.raw(word).starts_with(['#', '-', '/']) {
        return None;
    }
    let next = keyword_starts(ctx.text)
        .find(|start| *start >= word.end)
        .unwrap_or(ctx.text.len());
    let kept = ctx
        .raw(Span::new(value.start, next))
        .trim_end_matches(|c| separator(c) || c == ';');
    Some(Cut {
        setting,
        sign: Span::new(value.end, word.start),
        whole: Span::new(value.start, value.start + kept.len()),
    })
}

/// A piece without `=` behind a `;` of an ADO.NET string becomes the beginning of the next keyword.
fn in_ado_net<'a>(ctx: &Context<'a>) -> Option<Cut<'a>> {
    let all = &ctx.parse.settings.all;
    for pair in all.windows(2) {
        let [setting, next] = pair else { continue };
        let key = next.key_span?;
        // The keyword that was meant stands behind the last `;`.
        let Some(semicolon) = ctx.raw(key).rfind(';') else {
            if looks_like_a_piece(ctx, setting, next) {
                return cut(ctx, setting, next.value.span.end);
            }
            continue;
        };
        let name = ctx.raw(key).get(semicolon + 1..).unwrap_or("");
        let end = if is_word(name) || keywords::npgsql(name.trim()).is_some() {
            key.start + semicolon
        } else {
            next.value.span.end
        };
        return cut(ctx, setting, end);
    }
    // At the end of the string.
    let last = all.last()?;
    let tail = ctx.raw(Span::new(last.value.span.end, ctx.text.len()));
    let tail = tail.trim_end_matches(|c: char| c.is_whitespace() || c == ';' || c == '\0');
    let piece = tail.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
    let is_piece = !piece.is_empty() && !piece.contains('=') && last.value.quote.is_none();
    is_piece
        .then(|| cut(ctx, last, last.value.span.end + tail.len()))
        .flatten()
}

/// `p;s5=x`: a piece of a password that happens to have a `=` in it, and no word before that.
fn looks_like_a_piece(ctx: &Context<'_>, setting: &Setting, next: &Setting) -> bool {
    let key = next.key_span.unwrap_or_default();
    setting.param.is_secret()
        && setting.value.quote.is_none()
        && ctx.redactor.hides(key)
        && keywords::npgsql(&next.key).is_none()
        && !is_word(&next.key)
}

/// Whether a person could have named a setting so.
fn is_word(name: &str) -> bool {
    let name = name.trim();
    name.len() >= 3
        && name
            .chars()
            .all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '_'))
}

fn cut<'a>(ctx: &Context<'a>, setting: &'a Setting, end: usize) -> Option<Cut<'a>> {
    let value = setting.value.span;
    let semicolon = value.end + rest(ctx.text, value.end).find(';')?;
    (setting.value.quote.is_none() && semicolon < end && !value.is_empty()).then(|| Cut {
        setting,
        sign: Span::new(semicolon, semicolon + 1),
        whole: Span::new(value.start, end),
    })
}

/// `Password==ab`: two `=` stand for one in a keyword, so that there is no value yet.
fn leading_equals(ctx: &Context<'_>, out: &mut Vec<Finding>) -> bool {
    for (at, _) in ctx.text.match_indices("==").take(16) {
        let start = ctx
            .text
            .get(..at)
            .and_then(|before| before.rfind(';'))
            .map_or(0, |semicolon| semicolon + 1);
        let name = ctx.raw(Span::new(start, at)).trim();
        let known = keywords::npgsql(name);
        if known.is_none() {
            continue;
        }
        let value = Span::new(at + 1, until(ctx.text, at + 1, |c| c == ';'));
        let noun = known.map_or("value", |keyword| keyword.param.noun());
        if ctx.has_variable(value) {
            continue;
        }
        let finding = Finding::new(
            Span::new(at + 1, at + 2),
            format!("the {noun} begins with `=` and has no quotes"),
        )
        .help(help(ctx));
        out.push(match quotes(ctx, value) {
            Some((open, close)) => finding.fix(
                "Put the value in quotes",
                Applicability::Unsafe,
                [
                    Edit::insert(value.start, open),
                    Edit::insert(value.end, close),
                ],
            ),
            None => finding,
        });
        return true;
    }
    false
}

/// A piece without `=` behind an unbraced value of an ODBC string.
fn in_odbc<'a>(ctx: &Context<'a>) -> Option<Cut<'a>> {
    let secrets = ctx
        .parse
        .settings
        .all
        .iter()
        .filter(|s| s.param.is_secret());
    secrets
        .filter(|s| s.value.quote.is_none() && !s.value.span.is_empty())
        .find_map(|setting| {
            let value = setting.value.span;
            let mut end = value.end;
            while rest(ctx.text, end).starts_with(';') {
                let next = until(ctx.text, end + 1, |c| c == ';');
                let piece = ctx.raw(Span::new(end + 1, next));
                if piece.trim().is_empty() || piece.contains('=') {
                    break;
                }
                end = next;
            }
            (end > value.end).then(|| Cut {
                setting,
                sign: Span::new(value.end, value.end + 1),
                whole: Span::new(value.start, end),
            })
        })
}

/// Quotes do not help in PDO.
fn in_quotes_of_pdo(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let quoted = ctx.parse.settings.all.iter();
    for setting in quoted.filter(|s| s.value.quote.is_some()) {
        let value = setting.value.span;
        if let Some(at) = ctx.raw(value).find(';').map(|at| value.start + at)
            && !ctx.has_variable(value)
        {
            let span = Span::new(at, at + 1);
            out.push(
                Finding::new(span, IN_PDO)
                    .help(help(ctx))
                    .certainty(Certainty::Certain),
            );
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn a_value_that_falls_apart_is_put_in_quotes() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example dbname=my app user=app
                         ^^^^ the database name ends at this blank
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Username=app;Password=p;w;Database=app
                                       ^^ the password ends at this `;`
",
        );
        for (text, expected) in [
            (
                "host=db.example password=correct horse battery dbname=app",
                "host=db.example password='correct horse battery' dbname=app",
            ),
            (
                "host=db.example dbname=app application_name=My App",
                "host=db.example dbname=app application_name='My App'",
            ),
            (
                "Password=p;ss;Host=db.example;Username=app",
                "Password=\"p;ss\";Host=db.example;Username=app",
            ),
            (
                "Host=db.example;Username=app;Password=pa;ss;",
                "Host=db.example;Username=app;Password=\"pa;ss\";",
            ),
            (
                "Host=db.example;Username=app;Password==ab;Database=app",
                "Host=db.example;Username=app;Password=\"=ab\";Database=app",
            ),
            (
                "Host=db.example;Username=app;Password=a;b;c=1;Database=app",
                "Host=db.example;Username=app;Password=\"a;b;c=1\";Database=app",
            ),
            (
                "Driver={PostgreSQL Unicode};Server=db.example;Uid=app;Pwd=a;b;Database=app",
                "Driver={PostgreSQL Unicode};Server=db.example;Uid=app;Pwd={a;b};Database=app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn quotes_are_no_help_in_pdo() {
        for text in [
            "pgsql:host=db.example;user=app;password=a;b;dbname=app",
            "pgsql:host=db.example;user=app;password='a;b';dbname=app",
        ] {
            let found = findings(&RULE, &auto(), text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn values_that_hold_together_are_left_alone() {
        for text in [
            "host=db.example password='correct horse' dbname=app",
            "Host=db.example;Password=\"p;w\";Database=app;",
            "Host=db.example;Password=a=b;Database=app",
            "Host=db.example;Username=app;Password=pw;Trusted_Connection=True",
            "Host=db.example;Username=app;Password=pw;MyOwnThing=1",
            "Driver={PostgreSQL Unicode};Server=db.example;Pwd={a;b};Database=app;",
            "host=db.example dbname=app port 5432",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}
