//! `cargo xtask fuzz`: looks for inputs that break a parser's promise, with libFuzzer.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use vm::place::{repository, target_folder};

use crate::cargo::{cargo, run};
use crate::progress::step;

/// What cargo-fuzz passes as well: the compiler's coverage counters, which libFuzzer steers by. No
/// sanitizer, which needs a nightly compiler; the parsers hold no unsafe code for one to judge.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Named, so that build scripts and the host's own crates are built without [`FLAGS`].
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// One program each in fuzz/targets, with its first inputs in fuzz/seeds.
const TARGETS: [&str; 5] = ["inittab", "initctl", "account", "configuration", "control"];

/// Ten requests of the FIFO, an inittab or an account of some fifty lines.
const MOST_INPUT_BYTES: usize = 4096;

const DEFAULT_SECONDS: u64 = 60;

/// `cargo xtask fuzz [SECONDS]`: each target for that long.
pub(crate) fn fuzz(words: &[&str]) -> Result<()> {
    let seconds: u64 = match words {
        [] => DEFAULT_SECONDS,
        [text] => text.parse().with_context(|| format!("{text:?} is no number of seconds"))?,
        _ => bail!("usage: cargo xtask fuzz [SECONDS]"),
    };
    build()?;
    for name in TARGETS {
        step(&format!("fuzzing {name} for {seconds} s"));
        let cases = search(name, seconds)?;
        println!("{name}: {cases} cases, no finding");
    }
    Ok(())
}

/// Makes every target.
pub(crate) fn build() -> Result<()> {
    step("building the fuzz targets");
    let mut command = cargo(&["build", "--release", "--quiet", "--target", TARGET]);
    command.arg("--manifest-path").arg(repository().join("fuzz/Cargo.toml"));
    command.arg("--target-dir").arg(folder()).env("RUSTFLAGS", FLAGS);
    run(&mut command)
}

fn folder() -> PathBuf {
    target_folder().join("fuzz")
}

/// Runs one target, which goes on from what its earlier runs have found, and counts its cases.
fn search(name: &str, seconds: u64) -> Result<u64> {
    let (corpus, findings) = (folder().join("corpus").join(name), folder().join("findings"));
    for made in [&corpus, &findings] {
        fs::create_dir_all(made).with_context(|| format!("unable to make {}", made.display()))?;
    }
    let program = folder().join(TARGET).join("release").join(format!("fuzz-{name}"));
    let output = Command::new(&program)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={MOST_INPUT_BYTES}"))
        .arg(format!("-artifact_prefix={}/{name}-", findings.display()))
        .arg("-print_final_stats=1")
        .args([&corpus, &repository().join("fuzz/seeds").join(name)])
        .output()
        .with_context(|| format!("unable to run {}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name}: a finding, kept in {}:\n{text}", findings.display());
    parse_cases(&text).with_context(|| format!("{name} did not say how many cases it ran:\n{text}"))
}

/// The count in libFuzzer's final statistics.
fn parse_cases(text: &str) -> Option<u64> {
    let count = text.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    count.and_then(|count| count.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{TARGETS, parse_cases};
    use std::fs;
    use vm::place::repository;

    #[test]
    fn every_target_runs_and_has_seeds() {
        let fuzz = repository().join("fuzz");
        let names = fs::read_dir(fuzz.join("targets")).unwrap().flatten();
        let mut names: Vec<_> = names.map(|entry| entry.path().with_extension("")).collect();
        names.sort();
        let mut expected = TARGETS.map(|name| fuzz.join("targets").join(name)).to_vec();
        expected.sort();
        assert_eq!(names, expected);
        assert!(TARGETS.iter().all(|name| fuzz.join("seeds").join(name).is_dir()));
    }

    #[test]
    fn the_count_of_cases_is_read() {
        assert_eq!(parse_cases("x\nstat::number_of_executed_units: 3288491\n"), Some(3_288_491));
        assert_eq!(parse_cases("Done 5 runs"), None);
    }
}
