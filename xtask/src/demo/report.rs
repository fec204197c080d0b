//! The demo's tables.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use vm::protocol::Hello;
use vm::{DiskState, Verdict};

use super::RECORD;
use super::record::{Phase, Process, Record};

pub(super) fn print_record(record: &Record) {
    for request in &record.requests {
        let comm = request.by_comm.as_deref().unwrap_or("somebody");
        let pid = request.by_pid.map_or_else(String::new, |pid| format!(", process {pid}"));
        let uid = request.by_uid.map_or_else(String::new, |uid| format!(", user {uid}"));
        println!("\nasked      {} by {comm}{pid}{uid}", request.action);
    }
    if *record == Record::default() {
        println!("\nasked      unknown: PID 1 left no account in {RECORD}");
    }
    println!("\nwhat was stopped   how many   how                      slowest");
    for ((comm, fate), (count, longest_ms)) in group(&record.processes) {
        println!("  {comm:<17}{count:>8}   {fate:<20}{:>12}", render_ms(longest_ms));
    }
    println!("\nphase                                 took");
    for phase in &record.phases {
        println!("  {:<30}{:>10}", phase.name, render_ms(phase.took_ms));
    }
}

/// Processes of the same name and fate share a row; its time is that of the slowest.
fn group(processes: &[Process]) -> BTreeMap<(&str, &str), (usize, Option<u64>)> {
    let mut rows = BTreeMap::new();
    for process in processes {
        let fate = match process.fate.as_str() {
            "ignored-term" => "ignored TERM, killed",
            other => other,
        };
        let row = rows.entry((process.comm.as_str(), fate)).or_insert((0, None));
        row.0 += 1;
        row.1 = row.1.max(process.took_ms);
    }
    rows
}

fn render_ms(time_ms: Option<u64>) -> String {
    time_ms.map_or_else(|| "-".to_owned(), |time_ms| format!("{time_ms} ms"))
}

/// What no record on the disk can tell: the end of the shutdown is after the last write.
pub(super) fn print_kernel(record: &Record, took: Duration, kernel_took: Duration) {
    let end_of = |phase: &Phase| phase.started_ms.unwrap_or(0) + phase.took_ms.unwrap_or(0);
    let recorded = Duration::from_millis(record.phases.iter().map(end_of).max().unwrap_or(0));
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
    use super::{Process, group};

    #[test]
    fn equal_fates_share_a_row_with_the_longest_time() {
        let process = |comm: &str, took_ms| Process {
            comm: comm.into(),
            fate: "exited".into(),
            took_ms,
            pid: 1,
        };
        let all = [process("a", Some(3)), process("a", Some(9)), process("b", None)];
        let rows = group(&all);
        assert_eq!(rows[&("a", "exited")], (2, Some(9)));
        assert_eq!(rows[&("b", "exited")], (1, None));
    }
}
