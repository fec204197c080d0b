//! /proc/PID/fdinfo/N (proc_pid_fdinfo(5)).

use crate::text::{after, lines, parse_hex, trimmed};

/// The signals that a signalfd reads; `None` for a descriptor of another kind.
#[must_use]
pub fn parse_signalfd_mask(text: &[u8]) -> Option<u64> {
    lines(text).find_map(|line| parse_hex(trimmed(after(line, b"sigmask:")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_of_a_signalfd_is_found() {
        let text = b"pos:\t0\nflags:\t02\nsigmask:\t0000000000004002\n";
        assert_eq!(parse_signalfd_mask(text), Some(0x4002));
        assert_eq!(parse_signalfd_mask(b"pos:\t0\n"), None);
    }
}
