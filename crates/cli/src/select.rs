//! `--select` and `--ignore`: which rules count.

use crate::names::{near, suggestion};
use crate::outcome::Failure;
use crate::refuse::{HINT, may_be_secret};
use clap::Args;
use connlint_core::rules::{Group, Rule};
use connlint_core::{Pick, Policy};

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

impl SelectArgs {
    /// Puts the options into `policy`: `--select` in place of what it selects, `--ignore` on top of what it ignores.
    ///
    /// # Errors
    ///
    /// A message about the first code or group that does not exist, with the ones that come near.
    pub(crate) fn add_to(&self, policy: &mut Policy) -> Result<(), Failure> {
        let select = picks("--select", &self.select)?;
        if !select.is_empty() {
            policy.select = select;
        }
        policy.ignore.extend(picks("--ignore", &self.ignore)?);
        Ok(())
    }
}

fn picks(option: &str, codes: &[String]) -> Result<Vec<Pick>, Failure> {
    let pick = |text: &str| {
        Pick::parse(text).ok_or_else(|| {
            Failure::new(format!(
                "{option}: {}",
                unknown("rule or group", text, true)
            ))
        })
    };
    codes.iter().map(|code| pick(code.trim())).collect()
}

/// That there is no `what` called `text`, with the ones that come near; `groups` among them where they are possible.
pub(crate) fn unknown(what: &str, text: &str, groups: bool) -> String {
    if may_be_secret(text) {
        return format!("there is no such {what}\n\n{HINT}");
    }
    let letters = Group::ALL.iter().filter(|_| groups).map(|g| g.letters());
    let names = Rule::all().flat_map(|rule| [rule.code, rule.name]);
    let codes = near(text, letters.chain(names));
    format!(
        "there is no {what} {text}{}\nThe command 'connlint rules' lists them all.",
        suggestion(&codes)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(select: &[&str], ignore: &[&str]) -> Result<Policy, Failure> {
        let owned = |codes: &[&str]| codes.iter().map(|&c| c.into()).collect();
        let args = SelectArgs {
            select: owned(select),
            ignore: owned(ignore),
        };
        let mut policy = Policy {
            select: vec![Pick::Group(Group::Tls)],
            ignore: vec![Pick::Group(Group::Resilience)],
            ..Policy::default()
        };
        args.add_to(&mut policy)?;
        Ok(policy)
    }

    #[test]
    fn select_replaces_and_ignore_adds() {
        let policy = policy(&["syn003", "USR"], &["USR001"]).unwrap();
        assert_eq!(
            policy.select,
            [Pick::Code("SYN003"), Pick::Group(Group::User)]
        );
        assert_eq!(
            policy.ignore,
            [Pick::Group(Group::Resilience), Pick::Code("USR001")]
        );
    }

    #[test]
    fn a_wrong_code_names_the_near_ones() {
        let Err(Failure::Message(message)) = policy(&["TLS90"], &[]) else {
            panic!("TLS90 is no rule");
        };
        assert!(
            message.starts_with("--select: there is no rule or group TLS90; did you mean TLS090"),
            "{message}"
        );
        let Err(Failure::Message(message)) = policy(&[], &["XYZ"]) else {
            panic!("XYZ is no group");
        };
        assert!(
            message.starts_with("--ignore: there is no rule or group XYZ\n"),
            "{message}"
        );
    }
}
