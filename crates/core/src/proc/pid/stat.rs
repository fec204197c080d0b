//! /proc/PID/stat (proc_pid_stat(5)). Reading it may wait for a process that executes another program
//! (fs/proc/array.c, `do_task_stat`; seen on Linux 7.1), so only helpers do, for what no other file tells.

use crate::text::{parse_u32, trimmed, words};
use alloc::vec::Vec;

/// What is wanted of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// Field 6: the session (setsid(2)).
    pub session: u32,
    /// Field 7: the number of its controlling terminal, 0 without one.
    pub terminal: u32,
}

/// Reads the fields. The name may hold anything, so they are counted from the last `)`.
#[must_use]
pub fn parse_stat(text: &[u8]) -> Option<Stat> {
    let close = text.iter().rposition(|byte| *byte == b')')?;
    let fields: Vec<&[u8]> = words(trimmed(text.get(close.checked_add(1)?..)?)).collect();
    // From field 3 on: state, ppid, pgrp, session, tty_nr.
    Some(Stat { session: parse_u32(fields.get(3)?)?, terminal: parse_u32(fields.get(4)?)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_blanks_shifts_nothing() {
        let stat = parse_stat(b"42 (evil) S (name)) S 7 42 41 34816 42 4194304 1 2 3");
        assert_eq!(stat, Some(Stat { session: 41, terminal: 34816 }));
        let stat = parse_stat(b"2 (kthreadd) S 0 0 0 0 -1 2129984 0");
        assert_eq!(stat, Some(Stat { session: 0, terminal: 0 }));
        assert_eq!(parse_stat(b"42 (short"), None);
        assert_eq!(parse_stat(b"42 (short) S 1 2"), None);
    }
}
