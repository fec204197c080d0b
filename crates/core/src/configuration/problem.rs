//! What of a configuration could not be used.

use super::source::Source;
use crate::errno::Errno;
use crate::text::Shown;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

/// What could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub source: Source,
    /// The word that is meant, where a line has others or none.
    pub word: Vec<u8>,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A line or a word, for this reason.
    Line(&'static str),
    /// The group is not in /etc/group: nobody is in it.
    NoGroup,
    /// All of it: it can't be read.
    Unread(Errno),
}

impl Problem {
    /// As a line, without what becomes of it. `files` are those of the same reading.
    #[must_use]
    pub fn render(&self, files: &[Vec<u8>]) -> String {
        let mut text = String::new();
        // A String takes everything.
        let _ = self.write(files, &mut text);
        text
    }

    fn write(&self, files: &[Vec<u8>], text: &mut String) -> core::fmt::Result {
        if matches!(self.reason, Reason::Unread(_)) {
            text.write_str("can't read ")?;
        }
        if let Source::File { file, line } = self.source {
            let path = files.get(usize::from(file)).map(Vec::as_slice).unwrap_or_default();
            write!(text, "{}", Shown(path))?;
            if line > 0 {
                write!(text, ":{line}")?;
            }
        } else {
            text.write_str("/proc/cmdline")?;
        }
        if !self.word.is_empty() {
            write!(text, ": {}", Shown(&self.word))?;
        }
        match self.reason {
            Reason::Line(words) => write!(text, ": {words}"),
            Reason::NoGroup => text.write_str(": no such group in /etc/group"),
            Reason::Unread(Errno::EINVAL) => text.write_str(": not a regular file"),
            Reason::Unread(errno) => write!(text, ": {errno}"),
        }
    }

    /// What becomes of it.
    #[must_use]
    pub const fn consequence(&self) -> &'static str {
        match self.reason {
            Reason::NoGroup => "nobody is in it",
            Reason::Line(_) | Reason::Unread(_) => "ignored",
        }
    }

    /// Whether it makes a look incomplete.
    #[must_use]
    pub const fn is_unread(&self) -> bool {
        matches!(self.reason, Reason::Unread(_))
    }
}
