//! Every test, with what it needs fetched and built before.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use vm::place::target_folder;

use crate::cargo::{cargo, render};
use crate::guest;
use crate::progress::step;

/// Emulated machines compete for the processors, and their deadlines are real time.
const TEST_THREADS: &str = "--test-threads=2";

/// Words after `cargo xtask test` choose tests by name, as with `cargo test`.
pub(crate) fn test(filters: &[&str]) -> Result<()> {
    guest::prepare()?;
    step("testing");
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast", "--target-dir"]);
    command.arg(target_folder()).args(["--", TEST_THREADS]).args(filters);
    let (results, is_success) = run_and_collect(&mut command)?;
    let (passed, failed) = results.iter().map(|line| parse_result(line)).fold((0, 0), sum);
    eprintln!("==> {passed} tests passed, {failed} failed, in {} programs:", results.len());
    results.iter().filter(|line| parse_result(line) != (0, 0)).for_each(|line| println!("{line}"));
    if !is_success || failed > 0 {
        bail!("{} failed", render(&command));
    }
    if passed == 0 {
        bail!("no test ran");
    }
    Ok(())
}

fn sum(left: (u32, u32), right: (u32, u32)) -> (u32, u32) {
    (left.0 + right.0, left.1 + right.1)
}

/// Shows cargo's output as it comes, and keeps its result lines.
fn run_and_collect(command: &mut Command) -> Result<(Vec<String>, bool)> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("unable to run cargo test")?;
    let stdout = child.stdout.take().context("cargo test has no output")?;
    let mut results = Vec::new();
    for line in BufReader::new(stdout).lines() {
        let line = line.context("unable to read the output of cargo test")?;
        println!("{line}");
        if line.starts_with("test result: ") {
            results.push(line);
        }
    }
    let status = child.wait().context("unable to wait for cargo test")?;
    Ok((results, status.success()))
}

/// The numbers of passed and failed tests in a result line.
fn parse_result(line: &str) -> (u32, u32) {
    let number = |what: &str| {
        let part = line.split(['.', ';']).find_map(|part| part.trim().strip_suffix(what));
        part.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
    };
    (number("passed"), number("failed"))
}

#[cfg(test)]
mod tests {
    use super::parse_result;

    #[test]
    fn a_result_line_has_two_numbers() {
        let line =
            "test result: FAILED. 22 passed; 1 failed; 0 ignored; 0 measured; finished in 0.19s";
        assert_eq!(parse_result(line), (22, 1));
        assert_eq!(parse_result("test result: ok. 0 passed; 0 failed"), (0, 0));
        assert_eq!(parse_result("running 3 tests"), (0, 0));
    }
}
