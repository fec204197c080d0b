//! /proc/PID/loginuid (proc_pid_loginuid(5)).

use crate::text::{parse_u32, trimmed};

/// Nobody has logged in: (uid_t) -1.
const NOBODY: u32 = u32::MAX;

/// Who has logged in, if anybody did.
#[must_use]
pub fn parse_loginuid(text: &[u8]) -> Option<u32> {
    parse_u32(trimmed(text)).filter(|uid| *uid != NOBODY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_has_nobody_who_logged_in() {
        assert_eq!(parse_loginuid(b"1000"), Some(1000));
        assert_eq!(parse_loginuid(b"4294967295"), None);
        assert_eq!(parse_loginuid(b""), None);
    }
}
