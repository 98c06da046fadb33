//! `--select` and `--ignore`: which rules count.

use crate::names::{near, suggestion};
use crate::outcome::Failure;
use crate::refuse::{HINT, may_be_secret};
use clap::Args;
use connlint_core::Analysis;
use connlint_core::rules::{Group, RULES, Rule};

/// Options that choose rules.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SelectArgs {
    /// Only these rules: codes such as SYN003 or groups such as TLS, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Not these rules; stronger than --select
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
}

/// The rules that count.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    select: Option<Vec<Pick>>,
    ignore: Vec<Pick>,
}

#[derive(Clone, Copy, Debug)]
enum Pick {
    Group(Group),
    Code(&'static str),
}

impl Selection {
    /// Reads the options.
    ///
    /// # Errors
    ///
    /// A message about the first code or group that does not exist, with the ones that come near.
    pub(crate) fn new(args: &SelectArgs) -> Result<Self, Failure> {
        let picks = |option, codes: &[String]| {
            codes
                .iter()
                .map(|code| Pick::parse(option, code.trim()))
                .collect::<Result<Vec<_>, _>>()
        };
        let select = picks("--select", &args.select)?;
        Ok(Self {
            select: (!select.is_empty()).then_some(select),
            ignore: picks("--ignore", &args.ignore)?,
        })
    }

    /// Whether `rule` counts.
    pub(crate) fn wants(&self, rule: &Rule) -> bool {
        let any = |picks: &[Pick]| picks.iter().any(|pick| pick.is(rule));
        self.select.as_deref().is_none_or(any) && !any(&self.ignore)
    }

    /// Takes the findings of all other rules out of `analysis`.
    pub(crate) fn retain(&self, analysis: &mut Analysis) {
        for found in &mut analysis.strings {
            found.diagnostics.retain(|d| self.wants(d.rule));
        }
    }
}

impl Pick {
    fn parse(option: &str, text: &str) -> Result<Self, Failure> {
        let group = Group::ALL
            .iter()
            .find(|group| group.letters().eq_ignore_ascii_case(text));
        match (group, Rule::find(text)) {
            (Some(group), _) => Ok(Self::Group(*group)),
            (None, Some(rule)) => Ok(Self::Code(rule.code)),
            (None, None) => Err(Failure::new(format!(
                "{option}: {}",
                unknown("rule or group", text, true)
            ))),
        }
    }

    fn is(self, rule: &Rule) -> bool {
        match self {
            Self::Group(group) => rule.group == group,
            Self::Code(code) => rule.code == code,
        }
    }
}

/// That there is no `what` called `text`, with the ones that come near; `groups` among them where they are possible.
pub(crate) fn unknown(what: &str, text: &str, groups: bool) -> String {
    if may_be_secret(text) {
        return format!("there is no such {what}\n\n{HINT}");
    }
    let letters = Group::ALL.iter().filter(|_| groups).map(|g| g.letters());
    let names = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
    let codes = near(text, letters.chain(names));
    format!(
        "there is no {what} {text}{}\nThe command 'connlint rules' lists them all.",
        suggestion(&codes)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(select: &[&str], ignore: &[&str]) -> Result<Selection, Failure> {
        let owned = |codes: &[&str]| codes.iter().map(|&c| c.into()).collect();
        Selection::new(&SelectArgs {
            select: owned(select),
            ignore: owned(ignore),
        })
    }

    #[test]
    fn codes_and_groups_choose_in_any_case() {
        let syn003 = Rule::find("SYN003").unwrap();
        for (select, ignore, wanted) in [
            (&[][..], &[][..], true),
            (&["SYN003"], &[], true),
            (&["syn"], &[], true),
            (&["TLS"], &[], false),
            (&["TLS", "syn003"], &[], true),
            (&[], &["SYN"], false),
            (&["SYN"], &["syn003"], false),
            (&[], &["TLS"], true),
        ] {
            assert_eq!(
                selection(select, ignore).unwrap().wants(syn003),
                wanted,
                "{select:?} {ignore:?}"
            );
        }
    }

    #[test]
    fn a_wrong_code_names_the_near_ones() {
        let Err(Failure::Message(message)) = selection(&["SYN03"], &[]) else {
            panic!("SYN03 is no rule");
        };
        assert!(
            message.starts_with("--select: there is no rule or group SYN03; did you mean SYN003"),
            "{message}"
        );
        let Err(Failure::Message(message)) = selection(&[], &["XYZ"]) else {
            panic!("XYZ is no group");
        };
        assert!(
            message.starts_with("--ignore: there is no rule or group XYZ\n"),
            "{message}"
        );
    }
}
