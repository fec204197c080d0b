//! The kernel's command line (/proc/cmdline): the `rekindle.*` options.

use crate::inittab::Dialect;
use crate::settings::Settings;
use crate::text::cut;
use alloc::vec::Vec;

/// An option that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadOption {
    /// The whole word.
    pub word: Vec<u8>,
    /// What is wrong, in words.
    pub reason: &'static str,
}

/// Reads `rekindle.NAME=VALUE` words into settings; everything else on the line is somebody else's.
#[must_use]
pub fn parse_kernel_line(line: &[u8]) -> (Settings, Vec<BadOption>) {
    let mut settings = Settings::default();
    let mut bad = Vec::new();
    // Words after `--` are for init's argv, not options.
    for word in split_words(line).take_while(|word| *word != b"--") {
        let Some(option) = word.strip_prefix(b"rekindle.") else { continue };
        let (name, value) = cut(option, b'=').unwrap_or((option, b""));
        if name == b"dialect" && Dialect::parse_name(value).is_some() {
            continue;
        }
        if let Err(reason) = settings.set(name, value) {
            bad.push(BadOption { word: word.to_vec(), reason });
        }
    }
    (settings, bad)
}

/// The dialect that `rekindle.dialect=` asks for.
#[must_use]
pub fn parse_dialect(line: &[u8]) -> Option<Dialect> {
    let words = split_words(line).take_while(|word| *word != b"--");
    words.filter_map(|word| Dialect::parse_name(word.strip_prefix(b"rekindle.dialect=")?)).last()
}

/// Splits at blanks outside double quotes, as the kernel does (lib/cmdline.c, `next_arg`).
pub fn split_words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    line.split(move |byte| {
        quoted ^= *byte == b'"';
        !quoted && byte.is_ascii_whitespace()
    })
    .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_set_and_mistakes_are_named() {
        let (settings, bad) = parse_kernel_line(
            b"root=/dev/x quiet rekindle.grace_ms=7 rekindle.grase_ms=1 rekindle.sync_ms=x\n",
        );
        assert_eq!(settings.grace_ms, 7);
        assert_eq!(bad.len(), 2);
        assert_eq!(bad.first().unwrap().reason, "no such option");
        assert_eq!(bad.last().unwrap().reason, "not a number of milliseconds");
    }

    #[test]
    fn quoted_blanks_and_the_arguments_of_init_are_left_alone() {
        let (settings, bad) =
            parse_kernel_line(b"dyndbg=\"a rekindle.grace_ms=1 b\" -- rekindle.total_ms=1");
        assert_eq!(settings, Settings::default());
        assert_eq!(bad, []);
    }
}
