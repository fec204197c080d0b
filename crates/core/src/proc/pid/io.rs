//! /proc/PID/io (proc_pid_io(5)). Reading it waits for a process that executes another program.

use crate::text::{after, lines, parse_u64, trimmed};

/// The bytes that a process has passed to write(2).
#[must_use]
pub fn parse_written_bytes(text: &[u8]) -> Option<u64> {
    lines(text).find_map(|line| parse_u64(trimmed(after(line, b"wchar:")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_bytes_are_found() {
        assert_eq!(parse_written_bytes(b"rchar: 1\nwchar: 99\n"), Some(99));
        assert_eq!(parse_written_bytes(b""), None);
    }
}
