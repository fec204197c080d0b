//! The kernel's command line (/proc/cmdline): its words, and the consoles among them.

use crate::text::{after, drop_those, parts};
use alloc::vec::Vec;

/// The kernel takes no more (MAX_CMDLINECONSOLES, kernel/printk/printk.c).
const MOST_CONSOLES: usize = 8;

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

/// The words up to `--`; those after it are for init's argv, not options.
#[inline(never)]
pub(crate) fn own_words(line: &[u8]) -> Vec<&[u8]> {
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
        let line = b"dyndbg=\"a rekindle.grace_ms=1 b\" -- rekindle.total_ms=1";
        assert_eq!(own_words(line), [b"dyndbg=\"a rekindle.grace_ms=1 b\""]);
    }
}
