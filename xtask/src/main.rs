//! The project's own tasks: `cargo xtask serve`, `cargo xtask test`, `cargo xtask new-rule`.
//!
//! Everything here is for people who work on connlint or run it from source; nothing of it is
//! shipped. It needs only cargo; what else is missing it installs or names.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task runner talks to the terminal"
)]

mod bench;
mod browser_task;
mod compress;
mod conformance;
mod coverage;
mod dist;
mod docs;
mod edges;
mod errors;
mod fuzz;
mod licences;
mod linear;
mod new_rule;
mod node;
mod nostd;
mod npm;
mod page;
mod portals;
mod privacy;
mod project;
mod python;
mod scan;
mod serve;
mod servers;
mod system;
mod test;
mod tools;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use project::Project;
use system::Consent;

const HELP: &str = "\
Usage: cargo xtask <task>

  serve [--open] [--port N] [-- OPTIONS]
            build the page and the connlint binary, and serve both on 127.0.0.1
            (port 8080, or the next free one); OPTIONS go to `connlint serve`
  test  [--fast] [--yes]
            run every check; --fast leaves out what needs the page and a browser,
            --yes installs what is missing with the system's package manager through sudo
  new-rule GROUP NAME
            write the two files and the lines of a new rule, as in: new-rule SYN raw-at-sign
  docs      write docs/rules/ and docs/gallery.md from the documents beside the rules, docs/drivers/ from the readings
  npm [--test]
            build the npm package, into target/xtask/npm; --test tries it in Node.js, TypeScript and Vite
  size      build the page, and write into docs/size.md what each part of it weighs
  portals [--test]
            build the portals of tests/portals/, into target/xtask/portals; --test goes through them and the npm
            package's bundle in a browser, and prints what the widget costs a page
  dist [--web] [--check] [--yes]
            build everything that is given to users into dist/; --web leaves out the native binary
            and the list of components, --check builds the rest once more from the last commit and
            compares, --yes installs what is missing through sudo
  bench     run the benches, and write what they say into docs/performance.md
  bench parse
            measure reading one string beside drivers' parsers, and write the numbers there as well
  bench scan
            measure going through many files beside ripgrep and programs that look for secrets, and write the
            numbers there as well
  bench probe
            measure the probe beside bare TLS, pg_isready and blackbox_exporter, and write the numbers there as well
  bench page
            measure the page in a browser that is slowed down, and write the numbers there as well
  screenshots
            make the pictures of the page in docs/screenshots/, and the README's
  coverage  run core's tests with counters in them, and say how much of core they go through
  fuzz [--seconds N] [TARGET...]
            feed the targets of fuzz/ with what libFuzzer thinks of, each for N seconds (60)
  conformance [--check] [DRIVER...]
            ask the real drivers how they read the cases of conformance/, and write their answers
            to conformance/golden/, or with --check only compare; installs what is missing
  conformance errors [CLIENT...]
            have the real clients fail against servers on loopback, and record what they say
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Reads the command line and runs the task that it names.
fn run() -> Result<ExitCode> {
    let mut args = lexopt::Parser::from_env();
    let task = match args.next()? {
        Some(Value(task)) => task.string()?,
        None | Some(Short('h') | Long("help")) => {
            print!("{HELP}");
            return Ok(ExitCode::SUCCESS);
        }
        Some(other) => return Err(other.unexpected().into()),
    };
    match task.as_str() {
        "serve" => {
            let mut options = serve::Options::default();
            while let Some(arg) = args.next()? {
                match arg {
                    Long("open") => options.open = true,
                    Long("port") => options.port = args.value()?.parse()?,
                    // Only what follows `--` comes here: `serve` itself takes no bare words.
                    Value(first) => {
                        options.rest.push(first);
                        options.rest.extend(args.raw_args()?);
                    }
                    other => return Err(other.unexpected().into()),
                }
            }
            serve::run(&Project::load()?, &options)
        }
        // Started by `serve --open`: waits for the server that has taken over the process.
        "open-when-up" => {
            let address = args.value()?.string()?;
            serve::open_when_up(&address.parse()?)?;
            Ok(ExitCode::SUCCESS)
        }
        "test" => {
            let mut options = test::Options::default();
            while let Some(arg) = args.next()? {
                match arg {
                    Long("fast") => options.fast = true,
                    Long("yes") => options.yes = true,
                    other => return Err(other.unexpected().into()),
                }
            }
            test::run(&Project::load()?, &options)
        }
        "docs" => {
            let pages = docs::write(&Project::load()?)?;
            println!("{pages} pages in docs/");
            Ok(ExitCode::SUCCESS)
        }
        // Started by Trunk, which names the folder.
        "finish-page" => {
            let folder = std::env::var_os("TRUNK_STAGING_DIR")
                .context("finish-page is for Trunk, which says where the page is")?;
            page::finish(&Project::load()?, folder.as_ref())?;
            Ok(ExitCode::SUCCESS)
        }
        "portals" => {
            let mut tested = false;
            while let Some(arg) = args.next()? {
                match arg {
                    Long("test") => tested = true,
                    other => return Err(other.unexpected().into()),
                }
            }
            let project = Project::load()?;
            let python = python::Python::ensure(&project, &python::PORTALS, Consent::new(false))?;
            let node = node::Node::ensure(&project, Consent::new(false))?;
            let portals = portals::build(&project, &python, &node)?;
            if tested {
                portals::test(&project, &node, &portals)?;
            }
            println!("{}", portals.display());
            Ok(ExitCode::SUCCESS)
        }
        "npm" => {
            let mut tested = false;
            while let Some(arg) = args.next()? {
                match arg {
                    Long("test") => tested = true,
                    other => return Err(other.unexpected().into()),
                }
            }
            let project = Project::load()?;
            let package = npm::build(&project, &tools::Tools::ensure(&project)?)?;
            if tested {
                let node = node::Node::ensure(&project, Consent::new(false))?;
                npm::test(&project, &node, &package)?;
            }
            println!("{}", package.display());
            Ok(ExitCode::SUCCESS)
        }
        "size" => {
            let project = Project::load()?;
            let page = page::build(&project, &tools::Tools::ensure(&project)?)?;
            let report = page::size::report(&project, &page)?;
            std::fs::write(project.root.join("docs/size.md"), report)?;
            Ok(ExitCode::SUCCESS)
        }
        "dist" => {
            let mut options = dist::Options::default();
            while let Some(arg) = args.next()? {
                match arg {
                    Long("web") => options.web = true,
                    Long("check") => options.check = true,
                    Long("yes") => options.yes = true,
                    other => return Err(other.unexpected().into()),
                }
            }
            println!("{}", dist::run(&Project::load()?, &options)?.display());
            Ok(ExitCode::SUCCESS)
        }
        "bench" => {
            match args.next()? {
                None => bench::run(&Project::load()?)?,
                Some(Value(what)) if what == "probe" => bench::run_probe(&Project::load()?)?,
                Some(Value(what)) if what == "parse" => {
                    bench::run_parse(&Project::load()?, Consent::new(false))?;
                }
                Some(Value(what)) if what == "scan" => {
                    bench::run_scan(&Project::load()?, Consent::new(false))?;
                }
                Some(Value(what)) if what == "page" => {
                    browser_task::measure(&Project::load()?, Consent::new(false))?;
                }
                Some(other) => return Err(other.unexpected().into()),
            }
            Ok(ExitCode::SUCCESS)
        }
        "coverage" => {
            print!("{}", coverage::run(&Project::load()?)?);
            Ok(ExitCode::SUCCESS)
        }
        "screenshots" => {
            browser_task::screenshots(&Project::load()?, Consent::new(false))?;
            Ok(ExitCode::SUCCESS)
        }
        "fuzz" => {
            let mut options = fuzz::Options::default();
            while let Some(arg) = args.next()? {
                match arg {
                    Long("seconds") => options.seconds = args.value()?.parse()?,
                    Value(target) => options.targets.push(target.string()?),
                    other => return Err(other.unexpected().into()),
                }
            }
            fuzz::run(&Project::load()?, &options)?;
            Ok(ExitCode::SUCCESS)
        }
        "conformance" => {
            let mut options = conformance::Options::default();
            while let Some(arg) = args.next()? {
                match arg {
                    Long("check") => options.check = true,
                    Value(driver) => options.drivers.push(driver.string()?),
                    other => return Err(other.unexpected().into()),
                }
            }
            if options.drivers.first().is_some_and(|name| name == "errors") {
                return errors::record(&Project::load()?, &options.drivers[1..]);
            }
            conformance::run(&Project::load()?, &options)
        }
        "new-rule" => {
            let group = args.value()?.string()?;
            let name = args.value()?.string()?;
            if let Some(other) = args.next()? {
                return Err(other.unexpected().into());
            }
            new_rule::run(&Project::load()?.root, &group, &name)?;
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no task `{other}`\n\n{HELP}"),
    }
}
