//! Processes whose parent is PID 1, of another user, or under another name.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::arguments::parse_count;
use super::state::ready;

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

/// Waits until a workload that was started with a pipe says that it is ready.
pub(super) fn await_ready(child: &mut Child) -> Result<()> {
    let stdout = child.stdout.take().context("no pipe to the workload")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).context("unable to hear from the workload")?;
    ensure!(line.trim() == "ready", "the workload did not get ready: {line:?}");
    Ok(())
}
