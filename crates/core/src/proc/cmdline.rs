//! The kernel's command line (/proc/cmdline): the `rekindle.*` options.

use crate::inittab::Dialect;
use crate::settings::Settings;
use crate::text::{after, cut, drop_those, parts};
use alloc::vec::Vec;

/// The kernel takes no more (MAX_CMDLINECONSOLES, kernel/printk/printk.c).
const MOST_CONSOLES: usize = 8;

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
    for word in own_words(line) {
        let Some(option) = after(word, b"rekindle.") else { continue };
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

/// The consoles besides /dev/console, as paths: every `console=NAME[,OPTIONS]` but the last, whose
/// device /dev/console is (the kernel's Documentation/admin-guide/serial-console.rst).
#[must_use]
pub fn parse_consoles(line: &[u8]) -> Vec<Vec<u8>> {
    let mut consoles: Vec<Vec<u8>> = Vec::new();
    for word in own_words(line) {
        let Some(value) = after(word, b"console=") else { continue };
        let name = parts(value, b',').next().unwrap_or_default();
        let path = [b"/dev/", name].concat();
        // Named again, it is the last.
        drop_those(&mut consoles, &|console| console == path);
        if consoles.len() < MOST_CONSOLES && !name.contains(&b'/') {
            consoles.push(path);
        }
    }
    consoles.pop();
    consoles
}

/// The dialect that `rekindle.dialect=` asks for.
#[must_use]
pub fn parse_dialect(line: &[u8]) -> Option<Dialect> {
    let mut dialect = None;
    for value in own_words(line).into_iter().filter_map(|word| after(word, b"rekindle.dialect=")) {
        dialect = Dialect::parse_name(value).or(dialect);
    }
    dialect
}

/// The words up to `--`; those after it are for init's argv, not options.
#[inline(never)]
fn own_words(line: &[u8]) -> Vec<&[u8]> {
    let mut words = Vec::new();
    for word in split_words(line) {
        if word == b"--" {
            break;
        }
        words.push(word);
    }
    words
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
    use alloc::string::String;

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
    fn every_console_but_the_last_is_one_besides() {
        let consoles = |line: &str| -> Vec<String> {
            let paths = parse_consoles(line.as_bytes()).into_iter();
            paths.map(|path| String::from_utf8(path).unwrap()).collect()
        };
        assert_eq!(consoles("quiet console=ttyS0,115200n8"), [""; 0]);
        assert_eq!(
            consoles("console=tty0 console=ttyS1,9600 console=ttyS0"),
            ["/dev/tty0", "/dev/ttyS1"]
        );
        assert_eq!(consoles("console=ttyS0 console=tty0 console=ttyS0,115200\n"), ["/dev/tty0"]);
        assert_eq!(
            consoles("console=../x console=tty0 console=hvc0 -- console=tty9"),
            ["/dev/tty0"]
        );
        assert_eq!(consoles(&"console=a console=b ".repeat(20)), ["/dev/a"]);
    }

    #[test]
    fn quoted_blanks_and_the_arguments_of_init_are_left_alone() {
        let (settings, bad) =
            parse_kernel_line(b"dyndbg=\"a rekindle.grace_ms=1 b\" -- rekindle.total_ms=1");
        assert_eq!(settings, Settings::default());
        assert_eq!(bad, []);
    }
}
