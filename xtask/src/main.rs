//! `cargo xtask`: all automation of this repository.

#![forbid(unsafe_code)]

mod bench;
mod build;
mod cargo;
mod demo;
mod fuzz;
mod guest;
mod lantern;
mod lint;
mod mutants;
mod progress;
mod size;
mod soak;
mod test;
mod tidy;
mod vm_console;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "usage: cargo xtask COMMAND

  build    make the programs and put them into target/dist/
  demo     boot a machine, reboot it into the next kernel, and show what happened
  test     fetch what is missing, build, run every test
  ci       fmt, clippy, tidy, fuzz targets, test
  vm       a machine's console in this terminal
  lantern  boot the bare-metal kernel: one reboot, layer by layer (--machine, --rung, --ladder)
  size     the programs' sizes against their budgets
  bench    reboot times of several inits side by side (--against INIT); inittabs of two sizes
  fuzz     search for inputs that break a parser's promise (SECONDS for each)
  soak     live many lives of simulated machines (lives --lives N; lives --help says more)
  mutants  change the stages in small ways, and count what no test notices (-- FILES)
  fmt      format everything (--check: only look)
  clippy   lint everything
  tidy     limits, imports, the tables and invariants of ARCHITECTURE.md, evidence, lock files";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Result<()> {
    match words {
        ["build"] => build::build(),
        ["demo"] => demo::demo(),
        ["test", filters @ ..] => test::test(filters),
        ["ci"] => lint::ci(),
        ["vm"] => vm_console::open(),
        ["lantern", rest @ ..] => lantern::boot(rest),
        ["size"] => size::size(),
        ["bench", rest @ ..] => bench::bench(rest),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["soak", rest @ ..] => soak::soak(rest),
        ["mutants", rest @ ..] => mutants::mutants(rest),
        ["fmt"] => lint::fmt(false),
        ["fmt", "--check"] => lint::fmt(true),
        ["clippy"] => lint::clippy(),
        ["tidy"] => tidy::tidy(),
        _ => bail!("{USAGE}"),
    }
}
