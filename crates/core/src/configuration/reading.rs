//! A configuration as it is being read: what has been said so far, and what of it can't be used.

use super::files::{FILE_PATH, FileRead};
use super::group::{GROUP_FILE_PATH, parse_group_id};
use super::problem::{Problem, Reason};
use super::source::Source;
use super::value::Configuration;
use crate::errno::Errno;
use crate::look::Look;
use crate::settings::Settings;
use crate::text::{cut, lines, trimmed};
use alloc::vec::Vec;

/// A configuration as it is being read. What is taken later counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The time limits.
    pub settings: Settings,
    /// All else.
    pub configuration: Configuration,
    /// What can't be used.
    pub problems: Vec<Problem>,
}

impl Reading {
    /// Takes what the look at the files has told.
    pub fn take_files(&mut self, told: Look<&[u8]>) {
        let (mut rest, errno) = match told {
            Look::Known(bytes) => (bytes, None),
            Look::Partial(bytes) => (bytes, Some(Errno::EFBIG)),
            Look::Unknown(errno) => (&[][..], Some(errno)),
        };
        while let Some(file) = FileRead::take(&mut rest) {
            self.take_file(file.path, file.content);
        }
        if let Some(errno) = errno {
            self.take_file(FILE_PATH.as_bytes(), Err(errno));
        }
    }

    /// Takes one file.
    pub fn take_file(&mut self, path: &[u8], content: Result<&[u8], Errno>) {
        let file = u8::try_from(self.configuration.files.len()).unwrap_or(u8::MAX);
        self.configuration.files.push(path.to_vec());
        match content {
            Ok(text) => self.take_lines(file, text),
            Err(errno) => self.blame(Source::File { file, line: 0 }, b"", Reason::Unread(errno)),
        }
    }

    fn take_lines(&mut self, file: u8, text: &[u8]) {
        let mut number = 0u16;
        for line in lines(text) {
            number = number.saturating_add(1);
            let source = Source::File { file, line: number };
            if let Err(words) = self.take_line(trimmed(line), source) {
                self.blame(source, b"", Reason::Line(words));
            }
        }
    }

    fn take_line(&mut self, line: &[u8], source: Source) -> Result<(), &'static str> {
        if line.is_empty() || line.starts_with(b"#") {
            return Ok(());
        }
        let (key, value) = cut(line, b'=').ok_or("not of the form key = value")?;
        let pair = (trimmed(key), trimmed(value));
        self.configuration.set(&mut self.settings, pair, source)
    }

    /// Takes a `rekindle.` word of the kernel's line.
    pub(crate) fn take_word(&mut self, word: &[u8], key: &[u8], value: &[u8]) {
        let source = Source::KernelLine;
        if let Err(words) = self.configuration.set(&mut self.settings, (key, value), source) {
            self.blame(source, word, Reason::Line(words));
        }
    }

    /// The kernel's line can't be read.
    pub(crate) fn miss_kernel_line(&mut self, errno: Errno) {
        self.blame(Source::KernelLine, b"", Reason::Unread(errno));
    }

    fn blame(&mut self, source: Source, word: &[u8], reason: Reason) {
        self.problems.push(Problem { source, word: word.to_vec(), reason });
    }

    /// Whether a group has a name whose number has still to be found.
    #[must_use]
    pub fn needs_groups(&self) -> bool {
        let Configuration { look_group, end_group, .. } = &self.configuration;
        look_group.is_unresolved() || end_group.is_unresolved()
    }

    /// Finds the numbers of groups in what is in /etc/group.
    pub fn take_groups(&mut self, file: Result<&[u8], Errno>) {
        let text = file.unwrap_or_else(|errno| {
            self.take_file(GROUP_FILE_PATH.as_bytes(), Err(errno));
            b""
        });
        for (group, source) in self.configuration.groups() {
            if !group.is_unresolved() {
                continue;
            }
            group.gid = parse_group_id(text, &group.name);
            if group.gid.is_none() {
                let (word, reason) = (group.name.clone(), Reason::NoGroup);
                self.problems.push(Problem { source, word, reason });
            }
        }
    }

    /// What could not be read, if the look was not whole.
    #[must_use]
    pub fn unread(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.is_unread())
    }
}
