//! `cargo xtask mutants`: changes the stages in many small ways, one after the other, and counts which
//! changes some test notices.

mod outcomes;
mod survivors;

use std::fs;
use std::path::PathBuf;
use std::process::ExitStatus;

use anyhow::{Context, Result, bail, ensure};
use vm::place::{repository, target_folder};

use crate::cargo::{cargo, output};
use crate::progress::step;
use outcomes::{Outcomes, complain_of_floors, render_folders};
use survivors::{PAGE, find_unexplained};

/// What is changed: the stages.
const STAGES: [&str; 2] = ["crates/core/src/last/**", "crates/core/src/pid1/**"];

/// Whose tests must notice it.
const PACKAGES: [&str; 2] = ["rekindle-core", "simulator"];

/// How many seeds a simulation lives for each change, unless the environment says otherwise.
const SEEDS: (&str, &str) = ("REKINDLE_SEEDS", "300");

const INSTALL: &str = "cargo-mutants is missing: cargo install --locked cargo-mutants";

/// All noticed; some not noticed; some by a test that did not come to its end.
const EXIT_CODES: [i32; 3] = [0, 2, 3];

/// `cargo xtask mutants [-- FILES]`: only these files of the stages, as globs.
pub(crate) fn mutants(words: &[&str]) -> Result<()> {
    let files = match words {
        [] | ["--"] => STAGES.as_slice(),
        ["--", files @ ..] => files,
        _ => bail!("usage: cargo xtask mutants [-- FILES]"),
    };
    ensure!(output(&mut cargo(&["mutants", "--version"])).is_ok(), INSTALL);
    step(&format!("changing {}", files.join(", ")));
    let status = search(files)?;
    let is_told = status.code().is_some_and(|code| EXIT_CODES.contains(&code));
    ensure!(is_told, "cargo mutants failed: {status}");
    let path = folder().join("mutants.out/outcomes.json");
    let text = fs::read_to_string(&path).with_context(|| format!("no {}", path.display()))?;
    judge(&Outcomes::parse(&text)?)
}

fn folder() -> PathBuf {
    target_folder().join("mutants")
}

/// Runs it, with its output in the target folder.
fn search(files: &[&str]) -> Result<ExitStatus> {
    let mut command = cargo(&["mutants", "--profile", "mutants", "--output"]);
    fs::create_dir_all(folder()).context("unable to make a folder for mutants")?;
    command.arg(folder()).args(["--package", "rekindle-core"]);
    command.args(PACKAGES.iter().flat_map(|name| ["--test-package", name]));
    command.args(files.iter().flat_map(|file| ["--file", file]));
    if std::env::var_os(SEEDS.0).is_none() {
        command.env(SEEDS.0, SEEDS.1);
    }
    command.status().context("unable to run cargo mutants")
}

/// Prints what was noticed, and fails if that is not enough, or nobody says why it was not.
fn judge(outcomes: &Outcomes) -> Result<()> {
    print!("{}", render_folders(outcomes));
    let mut complaints = complain_of_floors(outcomes);
    let page = fs::read_to_string(repository().join(PAGE)).unwrap_or_default();
    let unexplained = find_unexplained(&page, &outcomes.survivors());
    if !unexplained.is_empty() {
        println!("\nnobody notices, and {PAGE} does not say why nothing can:");
        unexplained.iter().for_each(|survivor| println!("  {survivor}"));
        complaints.push(format!("{} survivors are not explained", unexplained.len()));
    }
    ensure!(complaints.is_empty(), "{}", complaints.join("\n"));
    Ok(())
}
