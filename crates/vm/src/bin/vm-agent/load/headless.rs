//! A process that lives on without its first thread: `/proc/PID/stat` says that it is a zombie.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::ptrace;
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

use super::state::{await_ready, ready, sleep_on};
use super::{crowd, on_term};

const LIMIT: Duration = Duration::from_secs(30);
/// exit(2), which ends the calling thread alone (arch/x86/entry/syscalls/syscall_64.tbl).
const EXIT: u64 = 60;
/// `syscall`, the instruction, has two bytes.
const SYSCALL_BYTES: u64 = 2;

/// Starts a writer of two threads, and ends its first one. Nothing that is safe in Rust ends the
/// first thread alone, so it is done from outside, as a debugger would: the thread is made to
/// repeat its system call, as exit(2).
pub(super) fn behead(file: &str) -> Result<()> {
    let mut child = Command::new("/bin/vm-agent")
        .args(["load", "writer-with-a-thread", file])
        .stdout(Stdio::piped())
        .spawn()
        .context("unable to start the writer")?;
    let pid = i32::try_from(child.id()).context("a process id out of range")?;
    await_ready(&mut child)?;
    let deadline = Instant::now() + LIMIT;
    while !exit_first_thread(Pid::from_raw(pid))? {
        ensure!(Instant::now() < deadline, "the first thread never was in a system call");
    }
    while read_state(pid)? != 'Z' {
        ensure!(Instant::now() < deadline, "the first thread did not end");
    }
    ready()
}

/// Whether it was in a system call, and so could be made to exit.
fn exit_first_thread(pid: Pid) -> Result<bool> {
    ptrace::seize(pid, ptrace::Options::empty()).context("unable to trace the writer")?;
    ptrace::interrupt(pid).context("unable to stop the writer")?;
    waitpid(pid, None).context("unable to wait for the writer")?;
    let mut registers = ptrace::getregs(pid).context("unable to read registers")?;
    let is_in_a_call = registers.orig_rax.cast_signed() >= 0;
    if is_in_a_call {
        registers.rip -= SYSCALL_BYTES;
        registers.rax = EXIT;
        registers.rdi = 0;
        // No restart of the call that was interrupted.
        registers.orig_rax = u64::MAX;
        ptrace::setregs(pid, registers).context("unable to write registers")?;
    }
    ptrace::detach(pid, None).context("unable to let the writer go")?;
    Ok(is_in_a_call)
}

fn read_state(pid: i32) -> Result<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("the writer is gone")?;
    match stat.rsplit_once(") ").and_then(|(_, tail)| tail.chars().next()) {
        Some(state) => Ok(state),
        None => bail!("no state in {stat:?}"),
    }
}

/// Writes in a second thread; neither thread takes TERM.
pub(super) fn write_in_a_thread(file: &str) -> Result<()> {
    on_term::block_term()?;
    let file = file.to_owned();
    std::thread::Builder::new()
        .spawn(move || crowd::write_without_end(&file))
        .context("unable to start a thread")?;
    sleep_on()
}
