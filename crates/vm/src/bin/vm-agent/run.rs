//! Starts programs for the host.

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use vm::protocol::Ran;

use crate::load::await_ready;

pub(crate) fn run(argv: &[String], stdin: &str, timeout_ms: u64) -> Result<Ran> {
    let mut child = command(argv)?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("unable to run {}", argv.join(" ")))?;
    let stdout = collect(child.stdout.take())?;
    let stderr = collect(child.stderr.take())?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not read its input is no fault of the run.
        let _ = pipe.write_all(stdin.as_bytes());
    }
    let (status, timed_out) = wait(child, Duration::from_millis(timeout_ms))?;
    let (stdout, stderr) = (drain(&stdout), drain(&stderr));
    Ok(Ran { status: status.code(), signal: status.signal(), timed_out, stdout, stderr })
}

/// `thread::spawn` would panic when the process table is full, which is what some tests make it.
fn start_thread(work: impl FnOnce() + Send + 'static) -> Result<()> {
    thread::Builder::new().spawn(work).map(|_| ()).context("unable to start a thread")
}

/// Output still held open by a grandchild a second after the program ended is not awaited.
fn drain(collected: &Receiver<String>) -> String {
    collected.recv_timeout(Duration::from_secs(1)).unwrap_or_default()
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> Result<Receiver<String>> {
    let (sender, receiver) = channel();
    start_thread(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    })?;
    Ok(receiver)
}

fn wait(mut child: Child, limit: Duration) -> Result<(ExitStatus, bool)> {
    let pid = child.id();
    let (sender, receiver) = channel();
    start_thread(move || drop(sender.send(child.wait())))?;
    if let Ok(status) = receiver.recv_timeout(limit) {
        return Ok((status.context("unable to wait for the program")?, false));
    }
    if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
    let status = receiver.recv().context("the waiting thread is gone")?;
    Ok((status.context("unable to wait for the program")?, true))
}

/// Starts a program that outlives the command. A workload of ours is awaited until it says
/// `ready`; others count as ready once started.
pub(crate) fn spawn(name: &str, argv: &[String]) -> Result<i32> {
    let is_load = argv.get(1).is_some_and(|word| word == "load");
    let mut child = command(argv)?
        .env("VM_LOAD_NAME", name)
        .stdin(Stdio::null())
        .stdout(if is_load { Stdio::piped() } else { Stdio::null() })
        .process_group(0)
        .spawn()
        .with_context(|| format!("unable to start {}", argv.join(" ")))?;
    let pid = i32::try_from(child.id()).context("a process id out of range")?;
    if is_load {
        await_ready(&mut child).with_context(|| format!("unable to start {name}"))?;
    }
    // Without a thread to wait for it, it stays a zombie when it ends: the process table is full.
    let _ = start_thread(move || drop(child.wait()));
    Ok(pid)
}

/// Each subshell starts ten and leaves at once, so all ten are left to PID 1, running or
/// dead. A shell does it because forking needs unsafe code, and starting a program per
/// orphan would take ten times as long.
pub(crate) fn make_orphans(count: u32) -> Result<()> {
    let rounds = |count: u32, body: &str| {
        format!("i=0; while [ $i -lt {count} ]; do ({body}); i=$((i+1)); done")
    };
    let tens = rounds(count / 10, &": & ".repeat(10));
    let script = format!("{tens}; {}", rounds(count % 10, ": &"));
    let argv = ["/bin/busybox", "sh", "-c", &script].map(str::to_owned);
    let ran = run(&argv, "", 600_000)?;
    match ran.status {
        Some(0) => Ok(()),
        _ => bail!("unable to make {count} orphans: {}", ran.stderr.trim()),
    }
}

fn command(argv: &[String]) -> Result<Command> {
    let (program, arguments) = argv.split_first().context("an empty command")?;
    let mut command = Command::new(program);
    command.args(arguments);
    Ok(command)
}
