//! User and password that stand beside a URL, judged by the rules about them.

use crate::detect::Credentials;
use crate::layer::{Excerpt, Piece, Sheet};
use crate::model::{
    Dialect, HostPort, Origin, Param, Piece as HostPiece, Setting, Settings, Value,
};
use crate::order::Order as _;
use crate::parse::Parse;
use crate::parse::entries::Entry;
use crate::redact::Redactor;
use crate::rules::{Context, Group, Shared};
use crate::text::{Span, slice};
use alloc::string::String;
use alloc::vec::Vec;

/// User and password that stand beside a URL, as a string of their own with the URL's host: for the rules about them.
pub(super) struct Apart {
    excerpt: Excerpt,
    parse: Parse,
    redactor: Redactor,
    variables: Vec<Span>,
}

impl Apart {
    /// `None` where there is nothing to judge: what the URL itself says comes first.
    pub(super) fn of(context: &Context<'_>, beside: &Credentials) -> Option<Self> {
        let paste = context.surroundings.paste;
        let given = |param| context.settings().get(param).is_some();
        let own = |entry: &Option<Entry>, param| {
            let entry = entry
                .as_ref()
                .filter(|e| !e.value.is_empty() && !given(param));
            entry.map(|e| (param, Piece::new(e.value, e.escapes), e.quote))
        };
        let user = own(&beside.user, Param::User);
        let password = own(&beside.password, Param::Password);
        let notation = match (&user, &password) {
            (Some(_), _) => beside.user.as_ref()?.notation,
            (None, Some(_)) => beside.password.as_ref()?.notation,
            (None, None) => return None,
        };
        let host = context.host().and_then(|host| {
            let place = context.excerpt.to_paste(host.span);
            let same = slice(paste, place) == context.raw(host.span);
            same.then(|| (Param::Host, Piece::plain(place), None))
        });
        let mut parts: Vec<_> = [host, user, password].into_iter().flatten().collect();
        parts.order_by_key(|(_, piece, _)| piece.span.start);
        let pieces: Vec<Piece> = parts.iter().map(|(_, piece, _)| *piece).collect();
        let excerpt = Sheet::paste(paste).excerpt(notation.layer(), notation, &pieces);
        let mut settings = Settings::default();
        let mut secrets = Vec::new();
        let mut at = 0;
        for (param, piece, quote) in parts {
            let text = piece.escapes.decode(slice(paste, piece.span), 0).0;
            let span = Span::new(at, at + text.len());
            at = span.end;
            if param == Param::Password {
                secrets.push(span);
            }
            if param == Param::Host {
                settings.hosts.push(HostPort {
                    host: Some(HostPiece {
                        span,
                        text: text.clone(),
                    }),
                    port: None,
                });
            }
            settings.all.push(Setting {
                param,
                key: String::new(),
                key_span: None,
                value: Value::of(param, span, quote, text),
                origin: Origin::Pair,
            });
        }
        Some(Self {
            variables: excerpt.variables(),
            excerpt,
            parse: Parse::of_settings(Dialect::SpringProperties, settings),
            redactor: Redactor::new(&secrets),
        })
    }

    /// Whether the rules of a group have something to judge.
    pub(super) fn is_for(&self, group: Group) -> bool {
        let has_user = || self.parse.settings.get(Param::User).is_some();
        group == Group::Secrets || (group == Group::User && has_user())
    }

    /// As what the rules see it, of all that is known of the URL.
    pub(super) fn context<'a>(&'a self, url: &Context<'a>) -> Context<'a> {
        Context {
            shared: Shared::default(),
            text: &self.excerpt.text,
            excerpt: &self.excerpt,
            parse: &self.parse,
            meant: &self.parse,
            redactor: &self.redactor,
            variables: &self.variables,
            template: None,
            ..*url
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::{Options, lint};
    use crate::model::Target;
    use crate::text::slice;
    use std::format;
    use std::string::String;
    use std::vec::Vec;

    const HOST: &str = "jdbc:postgresql://shop.postgres.database.azure.com/d?sslmode=require";

    /// `code text` of each finding about a user or a secret, with the text that it points at.
    fn said(paste: &str, target: Target) -> Vec<String> {
        let options = Options {
            target,
            ..Options::default()
        };
        lint(paste, &options)
            .diagnostics()
            .filter(|d| d.code().starts_with("USR") || d.code().starts_with("SEC"))
            .map(|d| format!("{} {}", d.code(), slice(paste, d.span)))
            .collect()
    }

    #[test]
    fn the_user_beside_a_url_is_judged_as_one_inside() {
        for paste in [
            format!("spring.datasource.url={HOST}\nspring.datasource.username=app@shop\n"),
            format!("username: app@shop\nurl: {HOST}\n"),
            format!("DriverManager.getConnection(\"{HOST}\", \"app@shop\", password);"),
            format!("c.setJdbcUrl(\"{HOST}\");\nc.setUsername(\"app@shop\");"),
        ] {
            let found = said(&paste, Target::AzureFlexible);
            assert_eq!(found, ["USR002 @shop"], "{paste}");
            assert!(said(&paste, Target::AzureSingle).is_empty(), "{paste}");
            let right = paste.replace("app@shop", "app");
            assert!(said(&right, Target::AzureFlexible).is_empty(), "{right}");
        }
    }

    #[test]
    fn the_fix_is_written_where_the_user_stands() {
        let paste = format!("c.setUsername(\"app@shop\");\nc.setJdbcUrl(\"{HOST}\");");
        let options = Options {
            target: Target::AzureFlexible,
            ..Options::default()
        };
        let analysis = lint(&paste, &options);
        let fix = analysis
            .diagnostics()
            .find(|d| d.code() == "USR002")
            .map(|d| &d.fixes[0])
            .expect("a finding");
        let fixed = crate::diagnostics::apply(&paste, &fix.edits).expect("fits");
        assert_eq!(fixed, paste.replace("app@shop", "app"));
    }

    #[test]
    fn the_password_beside_a_url_is_judged_and_not_shown() {
        let paste = format!(
            "spring.datasource.url={HOST}\nspring.datasource.username=app\nspring.datasource.password=<your-password>\n"
        );
        assert_eq!(said(&paste, Target::Auto), ["SEC001 <your-password>"]);
        let paste = paste.replace("<your-password>", "Zq7xKwLmPd");
        let told = format!("{:?}", lint(&paste, &Options::default()));
        assert!(!told.contains("Zq7xKwLmPd"), "{told}");
    }

    #[test]
    fn what_the_url_says_comes_first() {
        let paste = format!("url={HOST}&user=app\nuser=app@shop\n");
        assert!(said(&paste, Target::AzureFlexible).is_empty());
        for more in ["", ", \"Zq7xKwLmPd\""] {
            let paste = format!("getConnection(\"{HOST}&user=app\", \"app@shop\"{more})");
            assert!(said(&paste, Target::AzureFlexible).is_empty(), "{paste}");
        }
    }
}
