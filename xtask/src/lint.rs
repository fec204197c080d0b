//! Formatting, lints, and everything that must hold before a change is accepted.

use std::path::Path;

use anyhow::Result;

use crate::cargo::{cargo, run, target_of, workspaces};
use crate::progress::step;
use crate::{fuzz, test, tidy};

pub(crate) fn ci() -> Result<()> {
    fmt(true)?;
    clippy()?;
    tidy::tidy()?;
    fuzz::build()?;
    test::test(&[])
}

pub(crate) fn fmt(only_check: bool) -> Result<()> {
    step("formatting");
    for manifest in workspaces() {
        let mut command = cargo(&["fmt", "--all", "--manifest-path"]);
        command.arg(&manifest);
        if only_check {
            command.arg("--check");
        }
        run(&mut command)?;
    }
    Ok(())
}

pub(crate) fn clippy() -> Result<()> {
    for manifest in workspaces() {
        let folder = manifest.parent().unwrap_or(Path::new("."));
        step(&format!("clippy in {}", folder.display()));
        let is_root = folder == vm::place::repository();
        // PID 1 and the bare-metal kernel cannot be built as tests: they bring their own start.
        let targets: &[&str] = if is_root { &["--workspace", "--all-targets"] } else { &[] };
        let mut command = cargo(&["clippy", "--quiet", "--manifest-path"]);
        command.arg(&manifest).arg("--target-dir").arg(target_of(&manifest));
        run(command.args(targets).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}
