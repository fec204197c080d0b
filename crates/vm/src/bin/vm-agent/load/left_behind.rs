//! Processes whose parent is PID 1, of another user, or under another name.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::arguments::parse_count;
use super::state::{await_ready, ready};

/// Starts another workload as the user `uid`, with `name` in place of its program's, and leaves
/// it behind once it is ready.
pub(super) fn leave_behind(uid: &str, name: &str, workload: &[&str]) -> Result<()> {
    let uid = parse_count(uid)?;
    let mut command = Command::new("/bin/vm-agent");
    command.arg0(name).arg("load").args(workload).uid(uid).gid(uid);
    let child = command.stdout(Stdio::piped()).spawn();
    await_ready(&mut child.context("unable to start the workload")?)?;
    ready()
}
