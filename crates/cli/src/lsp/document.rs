//! An open file: its findings as an editor's diagnostics, its fixes as code actions, and what to show on hovering.

use crate::outcome::Failure;
use crate::settings::Settings;
use connlint_core::readings::readings_of;
use connlint_core::{
    Analysis, Applicability, Diagnostic, Driver, Edit, Fix, Found, LineIndex, Options, Severity,
    Span, Target, fix_judged, lint, lint_file,
};
use connlint_report::human::{self, Layout};
use connlint_report::printable;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams,
    DiagnosticRelatedInformation, DiagnosticSeverity, Hover, HoverContents, Location,
    MarkupContent, MarkupKind, NumberOrString, Position, Range, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::HashMap;
use std::path::PathBuf;

/// In what the editor counts the characters of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
}

/// A file as the editor has it.
#[derive(Debug)]
pub(super) struct Document {
    uri: Uri,
    text: String,
    options: Options,
    analysis: Analysis,
    encoding: Encoding,
}

/// What counts for a file.
pub(super) fn options(settings: &Settings, uri: &Uri) -> Result<Options, Failure> {
    let path = path(uri);
    let settings = settings.of(path.as_deref())?;
    Ok(settings.with(Target::Auto, Driver::Auto))
}

/// Where a file is, if it is on a disk.
fn path(uri: &Uri) -> Option<PathBuf> {
    let url = url::Url::parse(uri.as_str()).ok()?;
    (url.scheme() == "file").then(|| url.to_file_path().ok())?
}

/// What is wrong with the settings, on the first line of the file that they are for.
pub(super) fn complaint(message: String) -> lsp_types::Diagnostic {
    lsp_types::Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some("connlint".into()),
        message,
        ..lsp_types::Diagnostic::default()
    }
}

impl Document {
    pub(super) fn new(uri: Uri, text: String, options: Options, encoding: Encoding) -> Self {
        let analysis = lint_file(&text, &options);
        Self {
            uri,
            text,
            options,
            analysis,
            encoding,
        }
    }

    fn position(&self, index: &LineIndex<'_>, at: usize) -> Position {
        let line = index.line_column(at).line;
        let start = index.line_span(line).start;
        let before = self.text.get(start..at).unwrap_or("");
        let column = match self.encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.encode_utf16().count(),
        };
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position::new(small(line - 1), small(column))
    }

    fn range(&self, index: &LineIndex<'_>, span: Span) -> Range {
        Range::new(
            self.position(index, span.start),
            self.position(index, span.end),
        )
    }

    /// Every finding.
    pub(super) fn diagnostics(&self) -> Vec<lsp_types::Diagnostic> {
        let index = LineIndex::new(&self.text);
        let all = self.analysis.diagnostics();
        all.map(|diagnostic| self.diagnostic(&index, diagnostic))
            .collect()
    }

    fn diagnostic(&self, index: &LineIndex<'_>, diagnostic: &Diagnostic) -> lsp_types::Diagnostic {
        let mut message = printable(&diagnostic.message).into_owned();
        if !diagnostic.help.is_empty() {
            message.push('\n');
            message.push_str(&printable(&diagnostic.help));
        }
        let related: Vec<_> = diagnostic
            .related
            .iter()
            .map(|related| DiagnosticRelatedInformation {
                location: Location::new(self.uri.clone(), self.range(index, related.span)),
                message: printable(&related.message).into_owned(),
            })
            .collect();
        lsp_types::Diagnostic {
            range: self.range(index, diagnostic.span),
            severity: Some(match diagnostic.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Info => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(diagnostic.code().into())),
            source: Some("connlint".into()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            ..lsp_types::Diagnostic::default()
        }
    }

    /// The fixes of the findings that the range touches, and the one for everything.
    pub(super) fn actions(
        &self,
        params: &CodeActionParams,
        fix_all: &CodeActionKind,
    ) -> Vec<CodeActionOrCommand> {
        let wanted = |kind: &CodeActionKind| {
            params.context.only.as_ref().is_none_or(|only| {
                only.iter().any(|asked| {
                    let (asked, kind) = (asked.as_str(), kind.as_str());
                    kind == asked
                        || kind
                            .strip_prefix(asked)
                            .is_some_and(|rest| rest.starts_with('.'))
                })
            })
        };
        let mut out = Vec::new();
        let index = LineIndex::new(&self.text);
        if wanted(&CodeActionKind::QUICKFIX) {
            for diagnostic in self.analysis.diagnostics() {
                let range = self.range(&index, diagnostic.span);
                if range.end < params.range.start || params.range.end < range.start {
                    continue;
                }
                let fixes = diagnostic.fixes.iter().filter(|fix| {
                    fix.applicability <= Applicability::Unsafe && !fix.edits.is_empty()
                });
                for (number, fix) in fixes.enumerate() {
                    out.push(self.action(&index, diagnostic, fix, number == 0));
                }
            }
        }
        if wanted(fix_all) {
            out.extend(self.all(&index, fix_all));
        }
        out
    }

    fn action(
        &self,
        index: &LineIndex<'_>,
        diagnostic: &Diagnostic,
        fix: &Fix,
        first: bool,
    ) -> CodeActionOrCommand {
        let safe = fix.applicability == Applicability::Safe;
        let title = printable(&fix.title);
        CodeActionOrCommand::CodeAction(CodeAction {
            title: if safe {
                title.into_owned()
            } else {
                format!("{title} (changes the meaning)")
            },
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![self.diagnostic(index, diagnostic)]),
            edit: Some(self.edit(index, &fix.edits)),
            is_preferred: Some(safe && first),
            ..CodeAction::default()
        })
    }

    /// All safe fixes at once.
    fn all(&self, index: &LineIndex<'_>, kind: &CodeActionKind) -> Option<CodeActionOrCommand> {
        let judge = |text: &str| lint_file(text, &self.options);
        let fixed = fix_judged(&self.text, Applicability::Safe, judge).text;
        if fixed == self.text {
            return None;
        }
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title: "Apply all safe fixes of connlint".into(),
            kind: Some(kind.clone()),
            edit: Some(self.edit(index, &[between(&self.text, &fixed)])),
            ..CodeAction::default()
        }))
    }

    #[allow(
        clippy::mutable_key_type,
        reason = "the protocol's own type; a URI does not change"
    )]
    fn edit(&self, index: &LineIndex<'_>, edits: &[Edit]) -> WorkspaceEdit {
        let edits = edits
            .iter()
            .map(|edit| TextEdit::new(self.range(index, edit.span), edit.text.clone()))
            .collect();
        WorkspaceEdit::new(HashMap::from([(self.uri.clone(), edits)]))
    }

    /// What the string under the cursor means, and what each driver does with it.
    pub(super) fn hover(&self, position: Position) -> Option<Hover> {
        let index = LineIndex::new(&self.text);
        let found = self.analysis.strings.iter().find(|found| {
            let range = self.range(&index, found.span);
            range.start <= position && position <= range.end
        })?;
        Some(Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value: self.about(found),
            }),
            range: Some(self.range(&index, found.span)),
        })
    }

    fn about(&self, found: &Found) -> String {
        let mut out = format!("{}\n", printable(&found.summary));
        // Drivers are asked about the string's place among all that could be one.
        let all = lint(&self.text, &self.options);
        let place = all
            .strings
            .iter()
            .position(|other| other.span == found.span);
        if let Some(place) = place {
            let rows = readings_of(&self.text, place, &Options::default());
            let table = human::readings(&rows, Layout::default());
            out.push_str("\n```text\n");
            // A fence would end it.
            out.push_str(&table.replace("```", "'''"));
            out.push_str("```\n");
        }
        out
    }
}

/// The one edit that makes `new` out of `old`: without what both begin and end with.
fn between(old: &str, new: &str) -> Edit {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| {
        pairs
            .take_while(|(a, b)| a == b)
            .map(|(c, _)| c.len_utf8())
            .sum::<usize>()
    };
    let start = same(&mut old.chars().zip(new.chars()));
    let (old_rest, new_rest) = (
        old.get(start..).unwrap_or(""),
        new.get(start..).unwrap_or(""),
    );
    let end = same(&mut old_rest.chars().rev().zip(new_rest.chars().rev()));
    let text = new_rest.get(..new_rest.len() - end).unwrap_or("");
    Edit::replace(Span::new(start, old.len() - end), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::diagnostics::apply;

    #[test]
    fn one_edit_makes_one_text_out_of_the_other() {
        for (old, new) in [
            ("abc", "abc"),
            ("aa", "aaa"),
            ("p@ss@h", "p%40ss@h"),
            ("é日é", "é月é"),
            ("", "x"),
            ("x", ""),
        ] {
            let edit = between(old, new);
            assert_eq!(apply(old, &[edit]), Ok(new.into()), "{old} {new}");
        }
        assert_eq!(between("p@ss@h", "p%40ss@h").span, Span::new(1, 2));
    }
}
