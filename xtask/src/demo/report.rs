//! The demo's tables.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use rekindle_core::account::{ACCOUNT_PATH, Fate};
use vm::protocol::Hello;
use vm::{DiskState, Verdict};

use super::record::{Process, Record, Turn};

pub(super) fn print_record(record: &Record) {
    for request in record.requests() {
        println!("\nasked      {request}");
    }
    if record.is_empty() {
        println!("\nasked      unknown: PID 1 left no account in {ACCOUNT_PATH}");
    }
    println!("\nwhat was stopped   how many   how                      slowest");
    for ((comm, fate), (count, longest_ms)) in group(record.processes()) {
        println!("  {comm:<17}{count:>8}   {fate:<20}{:>12}", render_ms(longest_ms));
    }
    println!("\nphase                                 took");
    for phase in record.phases() {
        println!("  {:<30}{:>10}", phase.name.name(), render_ms(phase.took_ms));
    }
}

/// Processes of the same name and fate share a row; its time is that of the slowest.
fn group<'a>(
    processes: impl Iterator<Item = Process<'a>>,
) -> BTreeMap<(String, &'static str), (usize, u64)> {
    let mut rows = BTreeMap::new();
    for process in processes {
        let fate = match process.fate {
            Fate::IgnoredTerm => "ignored TERM, killed",
            other => other.name(),
        };
        let comm = String::from_utf8_lossy(process.comm).into_owned();
        let row = rows.entry((comm, fate)).or_insert((0, 0));
        row.0 += 1;
        row.1 = row.1.max(process.took_ms);
    }
    rows
}

fn render_ms(time_ms: u64) -> String {
    format!("{time_ms} ms")
}

/// What no record on the disk can tell: the end of the shutdown is after the last write.
pub(super) fn print_kernel(record: &Record, took: Duration, kernel_took: Duration) {
    let end_of = |phase: Turn| phase.started_ms.saturating_add(phase.took_ms);
    let recorded = Duration::from_millis(record.phases().map(end_of).max().unwrap_or(0));
    let rest = took.saturating_sub(recorded).saturating_sub(kernel_took);
    println!("  {:<30}{:>10}", "disks, and unpacking the kernel", render_duration(rest));
    println!("  {:<30}{:>10}", "the next kernel, to user space", render_duration(kernel_took));
    println!("  {:<30}{:>10}", "together", render_duration(took));
}

fn render_duration(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

pub(super) fn print_verdict(verdict: &Verdict, state: &DiskState, saved: Result<String>) {
    let left = state.superblock;
    let fsck = if state.fsck_clean { "nothing to repair" } else { "something to repair" };
    let journal = if left.needs_recovery { "a journal to replay" } else { "no journal to replay" };
    let clean = if state.is_clean() { "clean" } else { "dirty" };
    let saved = match saved {
        Ok(text) if text.ends_with("saved\n") => "complete",
        Ok(_) => "incomplete",
        Err(_) => "not there",
    };
    println!("\nverdict    {verdict}");
    println!("disk       {clean}: e2fsck -fn found {fsck}; the superblock says {journal}");
    println!("saved      the file that took 1 s to save is {saved}");
}

pub(super) fn print_next_init(hello: &Hello) {
    let (comm, exe) = (&hello.pid_1.comm, &hello.pid_1.exe);
    println!("next       {comm} ({exe}) is PID 1 again, on {}", hello.release);
}

#[cfg(test)]
mod tests {
    use super::{Fate, Process, group};

    #[test]
    fn equal_fates_share_a_row_with_the_longest_time() {
        let process = |comm: &'static str, took_ms| Process {
            comm: comm.as_bytes(),
            fate: Fate::Ended,
            took_ms,
        };
        let all = [process("a", 3), process("a", 9), process("b", 0)];
        let rows = group(all.into_iter());
        assert_eq!(rows[&("a".to_owned(), "ended")], (2, 9));
        assert_eq!(rows[&("b".to_owned(), "ended")], (1, 0));
    }
}
