//! The lines of a `steps` section.

use anyhow::{Context, Result, bail};
use vm::cell::Step;

use crate::case::Case;

const SIGNALS: [(&str, i32); 10] = [
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("USR1", 10),
    ("USR2", 12),
    ("TERM", 15),
    ("CONT", 18),
    ("TSTP", 20),
    ("WINCH", 28),
    ("PWR", 30),
];

const PROMPT: &str = "Please press Enter to activate this console.";

pub(crate) fn parse_step(case: &Case, line: &str) -> Result<Step> {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let owned = rest.to_owned();
    Ok(match verb {
        "await" => parse_await(rest),
        "exit" => Step::Exit { command: owned, status: 0 },
        "fail" => Step::Exit { command: owned, status: 1 },
        "stop" => Step::Stop { command: owned },
        "run" => {
            let (command, line) = rest.split_once(" : ").context("run COMMAND : SHELL LINE")?;
            Step::Run { command: command.to_owned(), line: line.to_owned() }
        }
        "start" => {
            let (command, line) = rest.split_once(" : ").context("start COMMAND : SHELL LINE")?;
            Step::Start { command: command.to_owned(), line: line.to_owned() }
        }
        "await-init" => Step::AwaitInit,
        "forbid-forks" => Step::Forks { are_allowed: false },
        "allow-forks" => Step::Forks { are_allowed: true },
        "signal" => {
            let found = SIGNALS.iter().find(|(name, _)| *name == rest);
            Step::Signal { number: found.with_context(|| format!("no signal {rest}"))?.1 }
        }
        "install" => Step::Write { path: "/etc/inittab".to_owned(), text: case.inittab(rest)? },
        "press-enter" => Step::Type { terminal: owned, text: "\n".to_owned() },
        "type" => {
            let (terminal, text) = rest.split_once(' ').context("type TERMINAL TEXT")?;
            Step::Type { terminal: terminal.to_owned(), text: text.to_owned() }
        }
        "prompt" => Step::AwaitText { terminal: owned, text: PROMPT.to_owned() },
        "shown" => {
            let (terminal, text) = rest.split_once(' ').context("shown TERMINAL TEXT")?;
            Step::AwaitText { terminal: terminal.to_owned(), text: text.to_owned() }
        }
        "add-terminal" => Step::AddTerminal { name: owned },
        "end" => Step::AwaitEnd,
        _ => bail!("no step is called {verb:?}"),
    })
}

/// `await COMMAND` or `await 3 COMMAND`.
fn parse_await(rest: &str) -> Step {
    let counted = rest.split_once(' ').and_then(|(count, command)| {
        Some(Step::Await { count: count.parse().ok()?, command: command.to_owned() })
    });
    counted.unwrap_or_else(|| Step::Await { count: 1, command: rest.to_owned() })
}
