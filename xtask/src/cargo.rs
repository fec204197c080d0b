//! Cargo, called from this program.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use vm::place::repository;

/// A cargo command in the repository. Each target folder is named in the call, so that a
/// folder from the environment cannot mix up programs built with different flags.
pub(crate) fn cargo(words: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(words).current_dir(repository());
    command
}

pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().context("unable to run cargo")?;
    if !status.success() {
        bail!("{} failed", render(command));
    }
    Ok(())
}

/// What it prints.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().context("unable to run cargo")?;
    if !output.status.success() {
        bail!("{} failed: {}", render(command), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

pub(crate) fn render(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy());
    format!("cargo {}", words.collect::<Vec<_>>().join(" "))
}

/// The workspaces of this repository that are there: the root's, PID 1's, the bare-metal
/// kernel's, the fuzz targets'. See the head of the root's Cargo.toml for why there are several.
pub(crate) fn workspaces() -> Vec<PathBuf> {
    let folders = ["", "crates/init", "lantern", "fuzz"];
    let manifests = folders.map(|folder| repository().join(folder).join("Cargo.toml"));
    manifests.into_iter().filter(|manifest| manifest.is_file()).collect()
}

/// The workspace's own target folder, so that linting one does not evict another's work.
pub(crate) fn target_of(manifest: &Path) -> PathBuf {
    let target = vm::place::target_folder();
    match manifest.parent().filter(|folder| *folder != repository()).and_then(Path::file_name) {
        Some(name) => target.join(name),
        None => target,
    }
}
