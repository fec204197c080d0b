//! What a person in front of the machine sees and types.

use anyhow::{Context, Result, ensure};
use std::time::Duration;
use vm::Running;
use vm::debian::HOST_NAME;

/// Everything that a boot or a change of runlevel brings about is there within this time.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs a line with the root's own shell and programs, and gives what it printed.
pub(crate) fn sh(up: &mut Running, line: &str) -> Result<String> {
    let ran = up.run_within(&["/bin/sh", "-c", line], LIMIT)?;
    let what = if ran.timed_out { "took too long" } else { "failed" };
    let console = if ran.status == Some(0) { String::new() } else { up.console().to_owned() };
    ensure!(
        ran.status == Some(0),
        "{line:?} {what} in the guest: {}{}\nthe console:\n{console}",
        ran.stdout,
        ran.stderr
    );
    Ok(ran.stdout)
}

/// Waits until a shell condition holds; what `explain` prints says why it did not.
pub(crate) fn await_that(up: &mut Running, condition: &str, explain: &str) -> Result<()> {
    let Err(error) = up.await_in_guest_within(condition, LIMIT) else { return Ok(()) };
    let explanation = sh(up, explain).unwrap_or_default();
    Err(error.context(format!("never: {condition}\n{explanation}")))
}

/// Waits for getty's prompt on a virtual console, whose screen is read through `/dev/vcsN`
/// (vcs(4)), and says how long after the kernel's start it was there.
pub(crate) fn await_prompt(up: &mut Running, number: u32) -> Result<Duration> {
    let screen = format!("/dev/vcs{number}");
    let condition = format!("grep -q '{HOST_NAME} login: ' {screen} 2>/dev/null");
    await_that(up, &condition, &format!("fold -w 80 {screen}; busybox ps"))?;
    let text = sh(up, "cut -d' ' -f1 /proc/uptime")?;
    Ok(Duration::from_secs_f64(text.trim().parse().context("bad /proc/uptime")?))
}
