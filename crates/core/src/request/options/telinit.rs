//! The command line of `telinit`, and of `init` beside process 1 (telinit(8) of sysvinit; `init -q`
//! of BusyBox init/init.c).

use crate::text::{Shown, after, parse_u32};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What PID 1 is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Telinit<'a> {
    /// Go to a runlevel, or read inittab again (`q`), or start what is on demand (`a` to `c`).
    Runlevel {
        /// In upper case.
        level: u8,
        /// Seconds between TERM and KILL for what has to end.
        sleep_seconds: u32,
    },
    /// Set and unset `INIT_…` variables.
    Environment(Vec<&'a [u8]>),
}

/// Between TERM and KILL (telinit(8), `-t`).
const SLEEP_SECONDS: u32 = 5;

const USAGE: &str =
    "usage: telinit [-t SECONDS] 0|1|2|3|4|5|6|S|a|b|c|q|u, or telinit -e VAR[=VALUE] ...";

/// Reads the arguments.
///
/// # Errors
/// What is wrong with them, in words.
pub fn parse_telinit<'a>(arguments: &[&'a [u8]]) -> Result<Telinit<'a>, String> {
    let mut pairs = Vec::new();
    let mut levels = Vec::new();
    let mut sleep_seconds = SLEEP_SECONDS;
    let mut rest = arguments.iter().copied();
    while let Some(argument) = rest.next() {
        let mut value = |name: &[u8]| {
            let attached = after(argument, name).filter(|value| !value.is_empty());
            attached.or_else(|| rest.next()).unwrap_or_default()
        };
        match argument {
            b"-q" => levels.push(b'Q'),
            word if word.starts_with(b"-t") => {
                let text = value(b"-t");
                let wrong = || format!("option -t needs seconds, not '{}'", Shown(text));
                sleep_seconds = parse_u32(text).ok_or_else(wrong)?;
            }
            word if word.starts_with(b"-e") => pairs.push(value(b"-e")),
            [level] if is_level(*level) => levels.push(level.to_ascii_uppercase()),
            other => return Err(format!("'{}' is no runlevel; {USAGE}", Shown(other))),
        }
    }
    match (levels.as_slice(), pairs.is_empty()) {
        ([level], true) => Ok(Telinit::Runlevel { level: *level, sleep_seconds }),
        ([], false) => Ok(Telinit::Environment(pairs)),
        _ => Err(String::from(USAGE)),
    }
}

const fn is_level(level: u8) -> bool {
    matches!(level.to_ascii_uppercase(), b'0'..=b'9' | b'S' | b'Q' | b'U' | b'A'..=b'C')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn parse<'a>(words: &[&'a str]) -> Result<Telinit<'a>, String> {
        let bytes: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        parse_telinit(&bytes)
    }

    #[test]
    fn levels_times_and_variables_are_read() {
        let level = |level, sleep_seconds| Ok(Telinit::Runlevel { level, sleep_seconds });
        assert_eq!(parse(&["3"]), level(b'3', 5));
        assert_eq!(parse(&["-t", "30", "s"]), level(b'S', 30));
        assert_eq!(parse(&["-t1", "S"]), level(b'S', 1));
        assert_eq!(parse(&["-q"]), level(b'Q', 5));
        assert_eq!(
            parse(&["-e", "INIT_HALT=HALT", "-eINIT_X"]),
            Ok(Telinit::Environment(vec![b"INIT_HALT=HALT", b"INIT_X"]))
        );
    }

    #[test]
    fn wrong_usage_is_named() {
        for (words, reason) in [
            (&["x"][..], "'x' is no runlevel"),
            (&["33"], "'33' is no runlevel"),
            (&["-t", "x", "3"], "option -t needs seconds, not 'x'"),
            (&[], "usage: telinit"),
            (&["3", "4"], "usage: telinit"),
            (&["-e", "INIT_X", "3"], "usage: telinit"),
        ] {
            let error = parse(words).unwrap_err();
            assert!(error.contains(reason), "{words:?}: {error}");
        }
    }
}
