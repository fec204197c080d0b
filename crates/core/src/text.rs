//! Reading numbers and words out of the kernel's text files, and showing bytes safely.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Parses decimal digits; `None` when empty, not digits, or too large.
#[must_use]
pub fn parse_u64(digits: &[u8]) -> Option<u64> {
    parse_radix(digits, 10)
}

/// Parses decimal digits into 32 bits; `None` when empty, not digits, or too large.
#[must_use]
pub fn parse_u32(digits: &[u8]) -> Option<u32> {
    parse_u64(digits).and_then(|value| u32::try_from(value).ok())
}

/// Parses hexadecimal digits without prefix; `None` when empty, not digits, or too large.
#[must_use]
pub fn parse_hex(digits: &[u8]) -> Option<u64> {
    parse_radix(digits, 16)
}

fn parse_radix(digits: &[u8], radix: u32) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |value, byte| {
        let digit = char::from(*byte).to_digit(radix)?;
        value.checked_mul(u64::from(radix))?.checked_add(u64::from(digit))
    })
}

/// The parts of a text between separators. One type for all of them: a closure each would be compiled
/// anew at every place.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    rest: Option<&'a [u8]>,
    separators: [u8; 2],
}

impl<'a> Parts<'a> {
    /// What has not been taken apart yet; `None` after the last part.
    #[must_use]
    pub fn rest(self) -> Option<&'a [u8]> {
        self.rest
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    #[inline(never)]
    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.rest?;
        let [one, other] = self.separators;
        let Some(end) = text.iter().position(|byte| *byte == one || *byte == other) else {
            return self.rest.take();
        };
        let (part, behind) = text.split_at_checked(end)?;
        self.rest = behind.get(1..);
        Some(part)
    }
}

/// The parts of `text` between each `separator`, empty ones too.
#[must_use]
pub fn parts(text: &[u8], separator: u8) -> Parts<'_> {
    Parts { rest: Some(text), separators: [separator; 2] }
}

/// `NAME=value` in two, or at another separator; `None` without one.
#[must_use]
pub fn cut(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let mut halves = parts(text, separator);
    Some((halves.next()?, halves.rest()?))
}

/// The words between blanks (space, tab), empty ones left out.
pub fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let blanks = Parts { rest: Some(line), separators: [b' ', b'\t'] };
    blanks.filter(|word| !word.is_empty())
}

/// The lines of `text`, without their line ends; a last line without one counts too.
pub fn lines(text: &[u8]) -> Parts<'_> {
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let rest = (!text.is_empty()).then_some(body);
    Parts { rest, separators: [b'\n'; 2] }
}

/// What stands behind `start`, if `text` starts with it.
#[must_use]
#[inline(never)]
pub fn after<'a>(text: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    text.strip_prefix(start)
}

/// What stands behind the last slash: the name of a program.
#[must_use]
#[inline(never)]
pub fn base_name(path: &[u8]) -> &[u8] {
    parts(path, b'/').last().unwrap_or_default()
}

/// Whether two words are the same, also where one has large letters and the other small ones.
#[must_use]
pub fn is_same_in_any_case(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// Takes those for which `is_one` out of a list.
#[inline(never)]
pub fn drop_those(list: &mut Vec<Vec<u8>>, is_one: &dyn Fn(&[u8]) -> bool) {
    list.retain(|item| !is_one(item));
}

/// `words` with `separator` between them.
#[must_use]
pub fn joined(words: &[impl AsRef<str>], separator: &str) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push_str(separator);
        }
        text.push_str(word.as_ref());
    }
    text
}

/// A word to be matched against others; none, if it is no UTF-8. Bytes are compared with a pattern one by
/// one, each with code of its own, but text as a whole.
#[must_use]
#[inline(never)]
pub fn word(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// `text` without blanks (space, tab, CR, LF) at either end.
#[must_use]
#[inline(never)]
pub fn trimmed(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

/// Shows bytes that may come from anywhere: printable ASCII and UTF-8 as they are, anything
/// that could steer a terminal as `\xNN`.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(pub &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            show_chars(chunk.valid(), out)?;
            for byte in chunk.invalid() {
                write!(out, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

fn show_chars(text: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    for letter in text.chars() {
        if letter.is_control() {
            write!(out, "\\x{:02x}", u32::from(letter))?;
        } else {
            fmt::Write::write_char(out, letter)?;
        }
    }
    Ok(())
}

/// Shows bytes as the inside of a JSON string (RFC 8259 section 7); bytes that are not UTF-8
/// become the replacement character.
#[derive(Clone, Copy, Debug)]
pub struct JsonText<'a>(pub &'a [u8]);

impl fmt::Display for JsonText<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for letter in chunk.valid().chars() {
                json_char(letter, out)?;
            }
            if !chunk.invalid().is_empty() {
                fmt::Write::write_char(out, char::REPLACEMENT_CHARACTER)?;
            }
        }
        Ok(())
    }
}

fn json_char(letter: char, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    match letter {
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        control if u32::from(control) < 0x20 || control == '\u{7f}' => {
            write!(out, "\\u{:04x}", u32::from(control))
        }
        plain => fmt::Write::write_char(out, plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec::Vec;

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        assert_eq!(parse_u64(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(parse_u64(b"18446744073709551616"), None);
        assert_eq!(parse_u64(b""), None);
        assert_eq!(parse_u64(b"1 "), None);
        assert_eq!(parse_hex(b"0000000000004000"), Some(0x4000));
    }

    #[test]
    fn lines_keep_empty_ones_and_the_unfinished_last() {
        assert_eq!(lines(b"a\n\nb").collect::<Vec<_>>(), [&b"a"[..], b"", b"b"]);
        assert_eq!(lines(b"a\n").collect::<Vec<_>>(), [&b"a"[..]]);
        assert_eq!(lines(b"").count(), 0);
    }

    #[test]
    fn a_terminal_is_never_steered_by_shown_bytes() {
        assert_eq!(format!("{}", Shown(b"a\x1b[2J\xff\n")), "a\\x1b[2J\\xff\\x0a");
        assert_eq!(format!("{}", JsonText(b"a\"\\\n\xff")), "a\\\"\\\\\\u000a\u{fffd}");
    }
}
