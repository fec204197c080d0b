//! The processes that make a shutdown hard. Each says `ready` on its standard output once
//! it is in the state that its name promises.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Signal, getpid, kill_process, setsid};

mod crowd;
mod on_term;
mod save;

const FOREVER: Duration = Duration::from_secs(1_000_000);

/// Plays the workload `kind` until something ends it.
pub(crate) fn play(kind: &str, arguments: &[&str]) -> Result<()> {
    take_name(kind);
    // Fails for a group leader, which is harmless: it has a group of its own already.
    let _ = setsid();
    match (kind, arguments) {
        ("ignore-term", []) => become_deaf(&["load", "asleep"]),
        ("asleep", []) => {
            ready()?;
            sleep_on()
        }
        ("blocked-term", []) => on_term::block_and_never_read(),
        ("signalfd-term", [seconds, file]) => {
            on_term::read_from_signalfd(parse_time(seconds)?, file)
        }
        ("sigwait-term", [seconds, file]) => {
            on_term::await_with_sigwait(parse_time(seconds)?, file)
        }
        ("save-on-term", [seconds, file]) => on_term::save_in_handler(parse_time(seconds)?, file),
        ("save-then-ignore", [seconds, file]) => on_term::ignore_then_save(seconds, file),
        ("save-now", [seconds, file]) => save::save_slowly(parse_time(seconds)?, file),
        ("handler-never-exits", []) => on_term::handle_and_stay(),
        ("stopped-save", [file]) => on_term::stop_then_save(file),
        ("default", [count]) => crowd::sleepers(parse_count(count)?),
        ("writer", [file]) => crowd::write_without_end(file),
        ("forker", []) => crowd::fork_without_end(),
        ("fill-process-table", []) => crowd::fill_process_table(),
        ("hog-cwd", [directory]) => crowd::stay_in(directory),
        _ => bail!("no workload is called {kind:?} with {} arguments", arguments.len()),
    }
}

fn parse_time(text: &str) -> Result<Duration> {
    let seconds: f64 = text.parse().with_context(|| format!("{text:?} is no number of seconds"))?;
    Duration::try_from_secs_f64(seconds).with_context(|| format!("{text:?} is out of range"))
}

fn parse_count(text: &str) -> Result<u32> {
    text.parse().with_context(|| format!("{text:?} is no count"))
}

/// Shows up in process lists under the name the test gave it; nothing depends on it.
fn take_name(kind: &str) {
    let name = std::env::var("VM_LOAD_NAME").unwrap_or_else(|_| kind.to_owned());
    let _ = std::fs::write("/proc/self/comm", name);
}

fn ready() -> Result<()> {
    // Nobody may be listening, for instance when an inittab line started it.
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(b"ready\n").and_then(|()| stdout.flush());
    Ok(())
}

fn sleep_on() -> ! {
    loop {
        sleep(FOREVER);
    }
}

/// Executes this program again with TERM ignored: an ignored signal stays ignored across
/// exec, and a shell can ask for it without the unsafe code that it takes here.
fn become_deaf(arguments: &[&str]) -> Result<()> {
    let script = "trap '' TERM; exec /bin/vm-agent \"$@\"";
    let error =
        Command::new("/bin/busybox").args(["sh", "-c", script, "sh"]).args(arguments).exec();
    Err(error).context("unable to execute /bin/busybox")
}

fn stop_self() -> Result<()> {
    kill_process(getpid(), Signal::STOP).context("unable to stop itself")
}

fn quiet(program: &str) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
