//! Converted strings as JSON.
//!
//! The text is the user's own and has the password in it, as in the file that it came from; losses show no secret.

use super::{SCHEMA, SpanView};
use connlint_core::convert::Converted;
use serde::Serialize;

/// The whole report.
#[derive(Clone, Serialize)]
pub struct ConvertReport<'a> {
    schema: u32,
    converted: Vec<One<'a>>,
}

#[derive(Clone, Serialize)]
struct One<'a> {
    from: &'static str,
    to: &'static str,
    span: SpanView,
    text: &'a str,
    losses: Vec<LossView<'a>>,
}

#[derive(Clone, Serialize)]
struct LossView<'a> {
    keyword: &'a str,
    kind: &'static str,
    note: &'a str,
    span: Option<SpanView>,
}

/// The report on `converted`.
#[must_use]
pub fn convert(converted: &[Converted]) -> ConvertReport<'_> {
    ConvertReport {
        schema: SCHEMA,
        converted: converted
            .iter()
            .map(|one| One {
                from: one.from.name(),
                to: one.to.name(),
                span: one.span.into(),
                text: &one.text,
                losses: one
                    .losses
                    .iter()
                    .map(|loss| LossView {
                        keyword: &loss.keyword,
                        kind: loss.kind.name(),
                        note: &loss.note,
                        span: loss.span.map(Into::into),
                    })
                    .collect(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::convert::convert as to_dialect;
    use connlint_core::{Dialect, Options};

    #[test]
    fn it_has_the_contracts_names() {
        let text = "postgresql://app:p%40ss@db.example/shop?sslcrl=x";
        let converted = to_dialect(text, &Options::default(), Dialect::AdoNet).unwrap();
        assert_eq!(
            crate::json::compact(&convert(&converted)).unwrap(),
            r#"{"schema":1,"converted":[{"from":"libpq-uri","to":"ado.net","span":{"start":0,"end":48},"text":"Host=db.example;Database=shop;Username=app;Password=p@ss","losses":[{"keyword":"sslcrl","kind":"dropped","note":"ado.net has nothing like it","span":{"start":47,"end":48}}]}]}"#
        );
    }
}
