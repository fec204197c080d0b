//! What the tests of the product share: its account of the end, read from the disk, how PID 1 is
//! measured, and how it is kept from starting anything.
#![allow(dead_code, reason = "each test program uses its part")]

use std::time::Duration;

use anyhow::{Context, Error, Result, ensure};
use rekindle_core::account::{ACCOUNT_PATH, Fate, Line, Phase, StorageDone};
use rekindle_core::errno::Errno;
use rekindle_core::request::Action;
use vm::machine::BOOT_LIMIT;
use vm::system::AGENT_LINE;
use vm::{Ended, Running, Verdict};

pub(crate) const TERM: i32 = 15;

/// The account of one end.
pub(crate) struct Account(pub(crate) Vec<Line>);

/// A process, how it ended, and in what time.
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) fate: Fate,
    pub(crate) took_ms: u64,
}

pub(crate) fn read_account(ended: &Ended) -> Result<Account> {
    parse_account(&ended.root_disk().read_text(ACCOUNT_PATH)?)
}

/// Every line has to be one that the product itself can read.
pub(crate) fn parse_account(text: &str) -> Result<Account> {
    let lines = text.lines().map(|line| {
        let parsed = Line::parse(line.as_bytes()).map_err(Error::msg);
        parsed.with_context(|| format!("no line of an account in {ACCOUNT_PATH}: {line}"))
    });
    Ok(Account(lines.collect::<Result<_>>()?))
}

impl Account {
    /// How many requests there were.
    pub(crate) fn requests(&self) -> usize {
        self.0.iter().filter(|line| matches!(line, Line::Request { .. })).count()
    }

    /// Whether `wanted` was asked for.
    pub(crate) fn asks_for(&self, wanted: Action) -> bool {
        let is_asked =
            |line: &Line| matches!(line, Line::Request { action, .. } if *action == wanted);
        self.0.iter().any(is_asked)
    }

    /// The processes, with their names.
    pub(crate) fn processes(&self) -> impl Iterator<Item = (&[u8], Process)> {
        self.0.iter().filter_map(|line| {
            let Line::Process { pid, comm, fate, took_ms } = line else { return None };
            Some((comm.as_slice(), Process { pid: *pid, fate: *fate, took_ms: *took_ms }))
        })
    }

    /// What is said of the process called `comm`.
    pub(crate) fn process(&self, comm: &str) -> Result<Process> {
        let mut named = self.processes().filter(|(name, _)| *name == comm.as_bytes());
        let found = named.next().map(|(_, process)| process);
        found.with_context(|| format!("the account does not name {comm}: {:?}", self.0))
    }

    pub(crate) fn fate_is(&self, comm: &str, fate: Fate) -> Result<()> {
        let found = self.process(comm)?.fate;
        ensure!(found == fate, "expected {comm} to be {fate:?}, but it is {found:?}");
        Ok(())
    }

    /// What became of the mount or the swap file at each path.
    pub(crate) fn storage(
        &self,
    ) -> impl Iterator<Item = (&[u8], std::result::Result<StorageDone, Errno>)> {
        self.0.iter().filter_map(|line| {
            let Line::Storage { target, done, .. } = line else { return None };
            Some((target.as_slice(), *done))
        })
    }

    /// How long a phase took, in milliseconds.
    pub(crate) fn phase_ms(&self, phase: Phase) -> Result<u64> {
        let found = self.0.iter().find_map(|line| match line {
            Line::Phase { name, took_ms, .. } if *name == phase => Some(*took_ms),
            _ => None,
        });
        found.with_context(|| format!("the account has no {phase:?}: {:?}", self.0))
    }
}

/// What PID 1 has used of a processor, and the machine's own clock.
#[derive(Debug)]
pub(crate) struct Used {
    pub(crate) own: Duration,
    /// By the children that it has reaped.
    pub(crate) children: Duration,
    pub(crate) uptime: Duration,
}

/// Clock ticks in /proc are hundredths of a second (USER_HZ, proc_pid_stat(5)).
const TICK_MS: u64 = 10;

/// Reads /proc/1/stat: utime, stime, cutime and cstime are its fields 14 to 17 (proc_pid_stat(5)),
/// and what follows the name is its field 3.
pub(crate) fn read_used(up: &mut Running) -> Result<Used> {
    let uptime = up.read_file("/proc/uptime")?;
    let stat = up.read_file("/proc/1/stat")?;
    let uptime_s = uptime.split(' ').next().unwrap_or_default().parse()?;
    let (_, tail) = stat.rsplit_once(") ").context("no name in parentheses in /proc/1/stat")?;
    let fields: Vec<&str> = tail.split(' ').collect();
    let time = |field: usize| -> Result<Duration> {
        let ticks: u64 = fields.get(field - 3).context("/proc/1/stat is too short")?.parse()?;
        Ok(Duration::from_millis(ticks * TICK_MS))
    };
    let (own, children) = (time(14)? + time(15)?, time(16)? + time(17)?);
    Ok(Used { own, children, uptime: Duration::from_secs_f64(uptime_s) })
}

/// Has this workload fill the process table, which is made so small that some 325 processes are
/// enough (proc_sys_kernel(5), pid_max: at least 301), until PID 1 can start nothing, either.
pub(crate) fn fill_process_table(up: &mut Running, workload: &str) -> Result<()> {
    up.shell("echo 400 > /proc/sys/kernel/pid_max")?;
    up.load("filler", workload)?;
    up.write_file("/etc/inittab", &format!("{AGENT_LINE}::respawn:/bin/sleep 4242\n"))?;
    up.signal(1, 1)?;
    let refused = "can't start '/bin/sleep 4242': resource temporarily unavailable (EAGAIN)";
    up.await_console(refused, BOOT_LIMIT).map(drop)
}

pub(crate) fn panicked() -> Verdict {
    Verdict::Panicked { message: String::new() }
}
