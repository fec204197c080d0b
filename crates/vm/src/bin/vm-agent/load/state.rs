//! The states that workloads get into, whatever they do there.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::{Signal, getpid, kill_process};

const FOREVER: Duration = Duration::from_secs(1_000_000);

/// Shows up in process lists under the name the test gave it; nothing depends on it.
pub(super) fn take_name(kind: &str) {
    let name = std::env::var("VM_LOAD_NAME").unwrap_or_else(|_| kind.to_owned());
    let _ = std::fs::write("/proc/self/comm", name);
}

pub(super) fn ready() -> Result<()> {
    // Nobody may be listening, for instance when an inittab line started it.
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(b"ready\n").and_then(|()| stdout.flush());
    Ok(())
}

/// Waits until a workload that was started with a pipe says that it is ready.
pub(crate) fn await_ready(child: &mut Child) -> Result<()> {
    let stdout = child.stdout.take().context("no pipe to the workload")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).context("unable to hear from the workload")?;
    ensure!(line.trim() == "ready", "the workload did not get ready: {line:?}");
    Ok(())
}

pub(super) fn sleep_on() -> ! {
    loop {
        sleep(FOREVER);
    }
}

/// Executes this program again with TERM ignored: an ignored signal stays ignored across
/// exec, and a shell can ask for it without the unsafe code that it takes here.
pub(super) fn become_deaf(arguments: &[&str]) -> Result<()> {
    let script = "trap '' TERM; exec /bin/vm-agent \"$@\"";
    let error =
        Command::new("/bin/busybox").args(["sh", "-c", script, "sh"]).args(arguments).exec();
    Err(error).context("unable to execute /bin/busybox")
}

pub(super) fn stop_self() -> Result<()> {
    kill_process(getpid(), Signal::STOP).context("unable to stop itself")
}

pub(super) fn quiet(program: &str) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
