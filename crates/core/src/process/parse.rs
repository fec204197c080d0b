//! The kernel's text files about one process.

use super::Process;
use crate::text::{cut, lines, parse_hex, parse_u32, parse_u64, trimmed, words};
use alloc::vec::Vec;

/// PF_KTHREAD (linux/sched.h), in field 9 of /proc/PID/stat.
const KERNEL_THREAD_FLAG: u64 = 0x0020_0000;

/// Reads /proc/PID/stat. The name may hold anything, so fields are counted from the last `)`. Its
/// signal masks end at signal 31, and show as pending only what waits for the first thread alone;
/// for all of it there is [`parse_status`], a file that costs several times as much.
#[must_use]
pub fn parse_stat(text: &[u8]) -> Option<Process> {
    let open = text.iter().position(|byte| *byte == b'(')?;
    let close = text.iter().rposition(|byte| *byte == b')')?;
    let pid = parse_u32(trimmed(text.get(..open)?))?;
    let comm = text.get(open.checked_add(1)?..close)?.to_vec();
    let fields: Vec<&[u8]> = words(trimmed(text.get(close.checked_add(1)?..)?)).collect();
    // Fields 3 (state), 4 (ppid), 6 (session), 7 (tty_nr), 9 (flags) and 31 to 34 (signal, blocked, sigignore,
    // sigcatch) of proc_pid_stat(5), from field 3 on.
    let mask = |index: usize| fields.get(index).and_then(|field| parse_u64(field)).unwrap_or(0);
    let flags = parse_u64(fields.get(6)?)?;
    Some(Process {
        pid,
        comm,
        state: *fields.first()?.first()?,
        parent: parse_u32(fields.get(1)?)?,
        session: parse_u32(fields.get(3)?)?,
        has_terminal: *fields.get(4)? != b"0",
        is_kernel_thread: flags & KERNEL_THREAD_FLAG != 0,
        pending: mask(28),
        blocked: mask(29),
        ignored: mask(30),
        caught: mask(31),
        ..Process::default()
    })
}

/// Adds the signal masks of /proc/PID/status. Returns the real user id, if it is there.
pub fn parse_status(process: &mut Process, text: &[u8]) -> Option<u32> {
    let mut user = None;
    for line in lines(text) {
        let Some((key, value)) = cut(line, b':') else { continue };
        let value = trimmed(value);
        let mask = || parse_hex(value).unwrap_or(0);
        match key {
            b"Uid" => user = words(value).next().and_then(parse_u32),
            b"SigPnd" | b"ShdPnd" => process.pending |= mask(),
            b"SigBlk" => process.blocked = mask(),
            b"SigIgn" => process.ignored = mask(),
            b"SigCgt" => process.caught = mask(),
            _ => {}
        }
    }
    user
}

/// The signals that a signalfd reads, from its /proc/PID/fdinfo file (proc_pid_fdinfo(5)).
#[must_use]
pub fn parse_signalfd_mask(text: &[u8]) -> Option<u64> {
    lines(text).find_map(|line| parse_hex(trimmed(line.strip_prefix(b"sigmask:")?)))
}

/// The bytes that a process has passed to write(2), from its /proc/PID/io (proc_pid_io(5)).
#[must_use]
pub fn parse_written_bytes(text: &[u8]) -> Option<u64> {
    lines(text).find_map(|line| parse_u64(trimmed(line.strip_prefix(b"wchar:")?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::TermAnswer;

    const STAT: &[u8] = b"42 (evil) S (name)) S 7 42 42 34816 42 4194304 1 2 3";

    #[test]
    fn a_name_with_brackets_and_blanks_shifts_nothing() {
        let process = parse_stat(STAT).unwrap();
        assert_eq!((process.pid, process.parent, process.state), (42, 7, b'S'));
        assert_eq!(process.comm, b"evil) S (name)");
        assert!(process.has_terminal && !process.is_kernel_thread);
        assert!(parse_stat(b"2 (kthreadd) S 0 0 0 0 -1 2129984 0").unwrap().is_kernel_thread);
        assert_eq!(parse_stat(b"42 (short"), None);
    }

    #[test]
    fn stat_has_the_masks_of_the_ordinary_signals() {
        let text = b"7 (x) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 5 1 1 1 1 1 1 1 1 256 16384 4096 2 0 0 0";
        let process = parse_stat(text).unwrap();
        assert_eq!((process.pending, process.blocked), (256, 16384));
        assert_eq!((process.ignored, process.caught), (4096, 2));
    }

    #[test]
    fn masks_tell_how_term_is_taken() {
        let with = |text: &[u8]| {
            let mut process = parse_stat(STAT).unwrap();
            assert_eq!(parse_status(&mut process, text), Some(0));
            process.term_answer()
        };
        assert_eq!(with(b"Uid:\t0\t0\t0\t0\nSigIgn:\t0000000000004000\n"), TermAnswer::Ignores);
        assert_eq!(with(b"Uid:\t0\t0\t0\t0\nSigCgt:\t0000000000004000\n"), TermAnswer::Handles);
        assert_eq!(
            with(b"Uid:\t0\t0\t0\t0\nSigBlk:\t0000000000004000\n"),
            TermAnswer::LeavesPending
        );
        assert_eq!(with(b"Uid:\t0\t0\t0\t0\nSigBlk:\t0000000000000000\n"), TermAnswer::Dies);
    }

    #[test]
    fn signalfd_masks_and_written_bytes_are_found() {
        assert_eq!(
            parse_signalfd_mask(b"pos:\t0\nflags:\t02\nsigmask:\t0000000000004002\n"),
            Some(0x4002)
        );
        assert_eq!(parse_written_bytes(b"rchar: 1\nwchar: 99\n"), Some(99));
    }
}
