//! Signals into the moment in which a new version of PID 1 takes over.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

const LIMIT: Duration = Duration::from_secs(5);
/// More lost ones tell nothing more.
const MOST_LOST: u32 = 3;

const MOST_REQUESTS: u32 = 3;

const FIFO: &str = "/run/initctl";
/// Where the entry that a signal starts writes its own number.
const EFFECT: &str = "/run/effect";

/// What can be seen of PID 1 from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
struct View {
    /// Where its stack begins: another place for each program that is executed
    /// (proc_pid_stat(5), field 28; the kernel lays out at random).
    stack: u64,
    /// No signal is blocked.
    is_open: bool,
}

fn look() -> Result<View> {
    let stat = fs::read_to_string("/proc/1/stat").context("unable to read /proc/1/stat")?;
    let (_, tail) = stat.rsplit_once(") ").context("no name in /proc/1/stat")?;
    let stack = tail.split(' ').nth(25).context("no stack in /proc/1/stat")?;
    let status = fs::read_to_string("/proc/1/status").context("unable to read /proc/1/status")?;
    let blocked = status.lines().find_map(|line| line.strip_prefix("SigBlk:\t"));
    let is_open = blocked.is_some_and(|mask| mask.bytes().all(|digit| digit == b'0'));
    Ok(View { stack: stack.parse().context("bad number in /proc/1/stat")?, is_open })
}

/// When a signal is sent after a takeover was asked for.
#[derive(Debug, Clone, Copy)]
enum When {
    /// As soon as no signal is blocked any more or the new version is executed.
    Exposed,
    After(Duration),
}

/// Sends one signal into each of so many takeovers, awaits its effect, and tells how many had one.
pub(super) fn count_signals(rounds: u32) -> Result<()> {
    let takeover_takes = measure()?;
    let (mut lost, mut count) = (Vec::new(), 0);
    while count < rounds && lost.len() < usize::try_from(MOST_LOST)? {
        let is_even = count % 2 == 0;
        // A little beyond the end of it: no two are of the same length.
        let delay = takeover_takes * count / rounds * 5 / 4;
        let when = if is_even { When::Exposed } else { When::After(delay) };
        // The entry may be gone already.
        let _ = fs::remove_file(EFFECT);
        let before = send_at_takeover(Signal::POWER, when)?;
        count += 1;
        if await_until(|| Ok(has_effect())).is_err() {
            lost.push(when);
        }
        await_takeover(|| Ok(look()?.stack != before.stack))?;
    }
    let arrived = usize::try_from(count)? - lost.len();
    println!("{arrived} of {count} arrived; a takeover takes {takeover_takes:?}; lost: {lost:?}");
    Ok(())
}

pub(super) fn send_term() -> Result<()> {
    send_at_takeover(Signal::TERM, When::Exposed).map(drop)
}

fn measure() -> Result<Duration> {
    let before = ask_for_takeover()?;
    let asked = Instant::now();
    await_takeover(|| Ok(look()?.stack != before.stack))?;
    Ok(asked.elapsed())
}

fn send_at_takeover(signal: Signal, when: When) -> Result<View> {
    let before = ask_for_takeover()?;
    match when {
        When::Exposed => {
            await_takeover(|| look().map(|now| now.is_open || now.stack != before.stack))?;
        }
        When::After(delay) => {
            let asked = Instant::now();
            while asked.elapsed() < delay {
                std::hint::spin_loop();
            }
        }
    }
    let first = Pid::from_raw(1).context("no process 1")?;
    kill_process(first, signal).context("unable to signal PID 1")?;
    Ok(before)
}

/// As `telinit u` does: a request of 384 bytes, of which the first words are a magic number, the
/// command "change the runlevel", and the level (sysvinit, initreq.h).
fn ask_for_takeover() -> Result<View> {
    const MAGIC: u32 = 0x0309_1969;
    const CHANGE_LEVEL: u32 = 1;
    let words = [MAGIC, CHANGE_LEVEL, u32::from(b'U'), 0];
    let mut request: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    request.resize(384, 0);
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let started = Instant::now();
    // Nobody reads while a new version begins to serve (ENXIO, and EPIPE for who had it open before).
    loop {
        let opened = OpenOptions::new().write(true).custom_flags(flags).open(FIFO);
        let before = look()?;
        match opened.and_then(|mut fifo| fifo.write_all(&request)) {
            Ok(()) => return Ok(before),
            Err(error) if started.elapsed() > LIMIT => bail!("unable to write to {FIFO}: {error}"),
            Err(_) => {}
        }
    }
}

/// Its process has written, and PID 1 has reaped it: the next signal may start it again.
fn has_effect() -> bool {
    let pid = fs::read_to_string(EFFECT).unwrap_or_default();
    !pid.trim().is_empty() && !Path::new("/proc").join(pid.trim()).exists()
}

/// A request is lost if its reader is gone before it reads: then it is made again.
fn await_takeover(condition: impl Fn() -> Result<bool>) -> Result<()> {
    for _ in 0..MOST_REQUESTS {
        if await_until(&condition).is_ok() {
            return Ok(());
        }
        ask_for_takeover()?;
    }
    bail!("nobody took over")
}

/// Looks without a pause: the moment is shorter than any.
fn await_until(mut condition: impl FnMut() -> Result<bool>) -> Result<()> {
    let started = Instant::now();
    while !condition()? {
        ensure!(started.elapsed() < LIMIT, "it did not come true in {LIMIT:?}");
    }
    Ok(())
}
