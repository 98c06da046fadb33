//! `connlint completions` and `connlint man`: what shells and `man` need to know of the commands, made from their definition.

use crate::outcome::{Failure, Outcome, Status};
use crate::terminal::Stream;
use clap::Command;
use clap_complete::Shell;

/// Arguments of `connlint completions`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "For bash:  connlint completions bash > ~/.local/share/bash-completion/completions/connlint"
)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Arguments of `connlint man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "To read it:  connlint man lint | man -l -")]
pub(crate) struct ManArgs {
    /// The command, such as lint; without one, the page about connlint itself
    command: Option<String>,
}

/// Writes the script for a shell.
pub(crate) fn completions(args: &CompletionsArgs, mut command: Command) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "connlint", &mut script);
    Stream::Out.write(&String::from_utf8_lossy(&script))?;
    Ok(Status::Clean)
}

/// Writes a manual page.
pub(crate) fn man(args: &ManArgs, mut command: Command) -> Outcome {
    command.build();
    let page = match &args.command {
        None => command,
        Some(name) => command
            .get_subcommands()
            .find(|sub| sub.get_name() == name)
            .ok_or_else(|| Failure::new("there is no such command; connlint --help lists them"))?
            .clone(),
    };
    let name = match &args.command {
        None => "connlint".into(),
        Some(name) => format!("connlint-{name}"),
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .title(name)
        .render(&mut text)
        .map_err(|error| Failure::new(error.to_string()))?;
    Stream::Out.write(&String::from_utf8_lossy(&text))?;
    Ok(Status::Clean)
}
