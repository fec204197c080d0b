//! The program inside the guest: answers the host over the second serial port, and plays
//! the processes that make a shutdown hard.
//!
//! `vm-agent serve` runs as a service. Started as PID 1 it is the examiner: it says hello,
//! leaves every disk alone, and goes on into the disk's own init when the host says so.
//! `vm-agent load KIND …` is one of the workloads of `load.rs`; `vm-agent cells FOLDER COUNT` runs
//! inits in cells, where it stands in, under their names, for the programs that they start; and
//! `vm-agent control-ask HEX` asks PID 1 on its control socket.

#![forbid(unsafe_code)]

mod answer;
mod cell;
mod control;
mod examine;
mod hello;
mod load;
mod port;
mod proc;
mod record;
mod run;
mod serve;

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use rustix::thread::CapabilitySet;
use vm::protocol::Role;

const USAGE: &str = "usage: vm-agent serve | vm-agent examine | vm-agent load KIND [ARGUMENT]... | \
     vm-agent without-reboot PROGRAM [ARGUMENT]... | vm-agent cells FOLDER COUNT | \
     vm-agent control-ask HEX [FILE]...";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vm-agent: {error:#}");
            ExitCode::from(111)
        }
    }
}

/// Executes a program that CAP_SYS_BOOT can't come back to (capabilities(7), bounding set), as
/// container engines do.
fn without_reboot(words: &[&str]) -> Result<()> {
    let (program, arguments) = words.split_first().context(USAGE)?;
    rustix::thread::remove_capability_from_bounding_set(CapabilitySet::SYS_BOOT)
        .context("unable to drop CAP_SYS_BOOT")?;
    Err(Command::new(program).args(arguments).exec()).context("unable to execute the program")
}

fn dispatch() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let name = std::env::args().next().unwrap_or_default();
    match words.as_slice() {
        _ if record::is_recorder(&name) => record::record(),
        ["first", rest @ ..] => cell::become_init(rest),
        _ if std::process::id() == 1 => examine::examine(),
        ["examine"] => examine::examine(),
        ["serve"] => serve::serve(Role::Agent, port::open()?).map(|_| ()),
        ["without-reboot", program @ ..] => without_reboot(program),
        ["cells", folder, at_a_time] => cell::run_all(folder, at_a_time),
        ["enclose", rest @ ..] => cell::enclose(rest),
        ["control-ask", frame, files @ ..] => control::ask(frame, files),
        ["cell"] => cell::run_one(),
        ["load", kind, rest @ ..] => load::play(kind, rest),
        _ => bail!("{USAGE}"),
    }
}
