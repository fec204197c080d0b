//! What a process may do about TERM.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::save::save_slowly;
use super::state::{become_deaf, ready, sleep_on, stop_self};

pub(super) fn block_term() -> Result<SigSet> {
    let mut set = SigSet::empty();
    set.add(Signal::SIGTERM);
    set.thread_block().context("unable to block TERM")?;
    Ok(set)
}

pub(super) fn block_and_never_read() -> Result<()> {
    block_term()?;
    ready()?;
    sleep_on()
}

pub(super) fn read_from_signalfd(time: Duration, file: &str) -> Result<()> {
    let set = block_term()?;
    let signals =
        SignalFd::with_flags(&set, SfdFlags::empty()).context("unable to make a signalfd")?;
    ready()?;
    signals.read_signal().context("unable to read the signalfd")?;
    save_slowly(time, file)
}

pub(super) fn await_with_sigwait(time: Duration, file: &str) -> Result<()> {
    let set = block_term()?;
    ready()?;
    set.wait().context("unable to wait for TERM")?;
    save_slowly(time, file)
}

/// A byte arrives here for each TERM: the handler writes it.
fn catch_term() -> Result<File> {
    let (reader, writer) = UnixStream::pair().context("unable to make a pair of sockets")?;
    signal_hook::low_level::pipe::register(signal_hook::consts::SIGTERM, writer)
        .context("unable to catch TERM")?;
    Ok(File::from(OwnedFd::from(reader)))
}

fn await_term(mut caught: File) -> Result<()> {
    caught.read_exact(&mut [0]).context("unable to wait for TERM")
}

pub(super) fn save_in_handler(time: Duration, file: &str) -> Result<()> {
    let caught = catch_term()?;
    ready()?;
    await_term(caught)?;
    save_slowly(time, file)
}

pub(super) fn ignore_then_save(seconds: &str, file: &str) -> Result<()> {
    let caught = catch_term()?;
    ready()?;
    await_term(caught)?;
    become_deaf(&["load", "save-now", seconds, file])
}

pub(super) fn handle_and_stay() -> Result<()> {
    let _caught = catch_term()?;
    ready()?;
    sleep_on()
}

/// Stopped, it can save only if CONT comes with the TERM.
pub(super) fn stop_then_save(file: &str) -> Result<()> {
    let caught = catch_term()?;
    ready()?;
    stop_self()?;
    await_term(caught)?;
    save_slowly(Duration::ZERO, file)
}
