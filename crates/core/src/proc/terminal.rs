//! Names of terminals by their numbers, as field 7 of /proc/PID/stat has them (proc_pid_stat(5)).

use core::fmt;

/// The name under /dev of the terminal with this number: the usual ones of
/// Documentation/admin-guide/devices.txt, any other by its numbers.
#[derive(Clone, Copy, Debug)]
pub struct TerminalName(pub u32);

impl fmt::Display for TerminalName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = split(self.0);
        match (major, minor) {
            (4, 0..=63) => write!(out, "tty{minor}"),
            (4, _) => write!(out, "ttyS{}", minor.saturating_sub(64)),
            (5, 1) => out.write_str("console"),
            // Eight majors of 256 terminals each.
            (136..=143, _) => {
                let block = major.saturating_sub(136).saturating_mul(256);
                write!(out, "pts/{}", block.saturating_add(minor))
            }
            (229, _) => write!(out, "hvc{minor}"),
            _ => write!(out, "terminal {major}:{minor}"),
        }
    }
}

/// The major number is in bits 8 to 15, the minor one in the others.
const fn split(number: u32) -> (u32, u32) {
    (number >> 8 & 0xff, number & 0xff | number >> 12 & 0xfff00)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn terminals_have_the_names_that_people_know() {
        for (number, name) in [
            (0x401, "tty1"),
            (0x440, "ttyS0"),
            (0x501, "console"),
            (0x8803, "pts/3"),
            (0x8901, "pts/257"),
            (0xe500, "hvc0"),
            (0xcc40, "terminal 204:64"),
            (0x0010_0400, "ttyS192"),
        ] {
            assert_eq!(TerminalName(number).to_string(), name);
        }
    }
}
