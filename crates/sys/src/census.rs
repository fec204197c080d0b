//! The processes, out of /proc.

use crate::files::{list_numbers, read_file, read_link};
use crate::{Result, raw};
use alloc::format;
use alloc::vec::Vec;
use rekindle_core::errno::Errno;
use rekindle_core::process::{
    Process, TermAnswer, parse_signalfd_mask, parse_stat, parse_status, parse_written_bytes,
};
use rekindle_core::signal::{mask_bit, number};
use rekindle_core::text::parse_u32;

/// The most of one of these files that is read; status has some 1,500 bytes.
const FILE_MOST_BYTES: usize = 64 * 1024;

/// The most processes that are listed: PID_MAX_DEFAULT (linux/threads.h).
const MOST_PROCESSES: usize = 32_768;

/// The most descriptors of one process that are searched for a signalfd.
const MOST_DESCRIPTORS: usize = 256;

/// Hands the record of each process that a signal can end to `take`. First comes what can be read
/// without risk; then, if `thorough`, each process again with what may block: argv[0] and the written
/// bytes wait for locks that a stuck process may hold (fs/proc/base.c), so a helper that gets no
/// further has already told everything else.
pub(crate) fn take_census(thorough: bool, mut take: impl FnMut(&Process)) -> Result<()> {
    // A /proc of another PID namespace tells of other processes, by numbers that mean others here.
    if parse_u32(&read_link(c"/proc/self")?) != Some(raw::process_id()) {
        return Err(Errno::ESRCH);
    }
    let mut known: Vec<Process> = Vec::new();
    for pid in list_numbers(b"/proc")?.into_iter().take(MOST_PROCESSES) {
        // A process that is gone by now is no matter.
        let Some(process) = read_process(pid) else { continue };
        take(&process);
        if thorough {
            known.push(process);
        }
    }
    for mut process in known {
        if look_closer(&mut process) {
            take(&process);
        }
    }
    Ok(())
}

/// `None` for a process that is gone, and for one that no signal can end. Only for one that blocks
/// TERM does it matter whether TERM waits for all its threads.
fn read_process(pid: u32) -> Option<Process> {
    let mut process = read_stat(pid).filter(Process::is_endable)?;
    if process.term_answer() == TermAnswer::LeavesPending {
        parse_status(&mut process, &read(pid, "status")?);
    }
    Some(process)
}

/// What /proc/PID/stat shows. `None` for a process that is gone.
pub(crate) fn read_stat(pid: u32) -> Option<Process> {
    parse_stat(&read(pid, "stat")?)
}

fn read(pid: u32, name: &str) -> Option<Vec<u8>> {
    read_file(format!("/proc/{pid}/{name}").as_bytes(), FILE_MOST_BYTES).ok()
}

/// Adds what may block to read. Returns whether anything was added.
fn look_closer(process: &mut Process) -> bool {
    let pid = process.pid;
    process.is_spared =
        read(pid, "cmdline").is_some_and(|line| line.starts_with(b"@")) && is_of_root(pid);
    let answer = process.term_answer();
    if answer == TermAnswer::LeavesPending {
        process.reads_term = has_term_signalfd(pid);
    }
    if matches!(answer, TermAnswer::LeavesPending | TermAnswer::Handles) {
        process.written_bytes =
            read(pid, "io").and_then(|text| parse_written_bytes(&text)).unwrap_or(0);
    }
    process.is_spared || process.reads_term || process.written_bytes > 0
}

fn is_of_root(pid: u32) -> bool {
    let status = read(pid, "status").unwrap_or_default();
    parse_status(&mut Process::default(), &status) == Some(0)
}

fn has_term_signalfd(pid: u32) -> bool {
    let descriptors = list_numbers(format!("/proc/{pid}/fd").as_bytes()).unwrap_or_default();
    let masks = descriptors.into_iter().take(MOST_DESCRIPTORS).filter_map(|descriptor| {
        read(pid, &format!("fdinfo/{descriptor}")).and_then(|text| parse_signalfd_mask(&text))
    });
    masks.into_iter().any(|mask| mask & mask_bit(number::TERM) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_very_process_is_found_with_its_signals() {
        let mut found = Vec::new();
        take_census(true, |process| found.push(process.clone())).unwrap();
        let own_pid = u32::try_from(rustix::process::getpid().as_raw_nonzero().get()).unwrap();
        let own = found.iter().find(|process| process.pid == own_pid).unwrap();
        assert!(own.is_endable() && !own.is_spared);
        // Rust's runtime ignores SIGPIPE (13).
        assert_ne!(own.ignored & mask_bit(13), 0);
    }
}
