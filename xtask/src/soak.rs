//! `cargo xtask soak`: what takes longer than a test may, resumable, its sums kept over runs.

use anyhow::{Context, Result, bail};
use std::process::{Command, exit};
use vm::place::{repository, target_folder};

use crate::cargo::cargo;

const USAGE: &str = "usage: cargo xtask soak lives OPTIONS; --help says which";

/// `cargo xtask soak lives …`: the rest is for the program that lives them.
pub(crate) fn soak(words: &[&str]) -> Result<()> {
    match words {
        ["lives", rest @ ..] => lives(rest),
        _ => bail!("{USAGE}"),
    }
}

/// Only the simulator is built. What its program says with its exit status is passed on: it has told the
/// rest itself.
fn lives(words: &[&str]) -> Result<()> {
    let mut command = cargo(&["run", "--quiet", "--release", "--package", "simulator"]);
    command.args(["--bin", "lives", "--target-dir"]).arg(target_folder()).arg("--");
    command.arg("--sums").arg(target_folder().join("soak/lives.json"));
    command.args(["--commit", &commit()?]).args(words);
    let status = command.status().context("unable to run cargo")?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => exit(code),
        None => bail!("lives was killed: {status}"),
    }
}

/// The commit that is lived, marked if the files differ from it.
fn commit() -> Result<String> {
    let head = git(&["rev-parse", "HEAD"])?;
    let changes = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Ok(render_commit(&head, &changes))
}

fn render_commit(head: &str, changes: &str) -> String {
    let mark = if changes.trim().is_empty() { "" } else { "-changed" };
    format!("{}{mark}", head.trim())
}

fn git(words: &[&str]) -> Result<String> {
    let mut command = Command::new("git");
    let output = command.args(words).current_dir(repository()).output();
    let output = output.context("unable to run git")?;
    if !output.status.success() {
        bail!("git {} failed: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{render_commit, soak};

    #[test]
    fn only_what_there_is_can_be_soaked() {
        assert!(soak(&[]).is_err() && soak(&["dishes"]).is_err());
    }

    #[test]
    fn a_commit_with_changes_has_sums_of_its_own() {
        assert_eq!(render_commit("4a360bc\n", ""), "4a360bc");
        assert_eq!(render_commit("4a360bc\n", " M Cargo.toml\n"), "4a360bc-changed");
    }
}
