//! /sys/kernel/security/lockdown (kernel_lockdown(7)).

use crate::text::after;

/// Where it is.
pub const PATH: &str = "/sys/kernel/security/lockdown";

/// More than it ever holds.
pub const MOST_BYTES: usize = 256;

/// The level in effect, the one in brackets; `None` where the file names none.
#[must_use]
pub fn parse_lockdown(file: &[u8]) -> Option<&[u8]> {
    let mut words = file.split(u8::is_ascii_whitespace);
    let chosen = words.find_map(|word| after(word, b"["))?;
    Some(chosen.strip_suffix(b"]").unwrap_or(chosen))
}

/// The level in effect, unless that is `none`.
#[must_use]
pub fn lockdown_level(file: &[u8]) -> Option<&[u8]> {
    parse_lockdown(file).filter(|level| *level != b"none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_of_lockdown_is_the_one_in_brackets() {
        assert_eq!(lockdown_level(b"[none] integrity confidentiality\n"), None);
        assert_eq!(lockdown_level(b"none [integrity] confidentiality\n"), Some(&b"integrity"[..]));
        assert_eq!(lockdown_level(b""), None);
        assert_eq!(parse_lockdown(b"[none] integrity confidentiality\n"), Some(&b"none"[..]));
        assert_eq!(parse_lockdown(b"none integrity\n"), None);
    }
}
