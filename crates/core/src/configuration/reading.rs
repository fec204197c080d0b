//! A configuration as it is being read: what has been said so far, and what of it can't be used.

use super::files::{FILE_PATH, FileRead, GROUP_FILE_PATH, KERNEL_LINE_PATH};
use super::problem::{Problem, Reason};
use super::source::Source;
use super::value::{Configuration, GROUPS};
use crate::errno::Errno;
use crate::op::Outcome;
use crate::proc::cmdline::{own_words, parse_consoles};
use crate::settings::Settings;
use crate::text::{after, cut, lines, trimmed, word};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A configuration as it is being read. What is taken later counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The time limits.
    pub settings: Settings,
    /// All else.
    pub configuration: Box<Configuration>,
    /// The consoles besides /dev/console that the kernel's line names.
    pub consoles: Vec<Vec<u8>>,
    /// What can't be used.
    pub problems: Vec<Problem>,
}

impl Reading {
    /// Takes what the look has told. The kernel's line comes behind the files, and counts before them.
    #[must_use]
    #[inline(never)]
    pub fn of_look(outcome: &Outcome) -> Self {
        let mut reading = Self::default();
        let mut rest = outcome.look().seen().unwrap_or_default();
        let mut groups = &[][..];
        while let Some(FileRead { path, content }) = FileRead::take(&mut rest) {
            match (word(path), content) {
                (KERNEL_LINE_PATH, Ok(line)) => reading.take_kernel_line(line),
                (GROUP_FILE_PATH, Ok(text)) => groups = text,
                (GROUP_FILE_PATH, Err(_)) if !reading.configuration.has_group_name() => {}
                _ => reading.take_file(path, content),
            }
        }
        if let Err(errno) = outcome.whole() {
            reading.take_file(FILE_PATH.as_bytes(), Err(errno));
        }
        reading.take_groups(groups);
        reading
    }

    /// Takes one file.
    #[inline(never)]
    pub fn take_file(&mut self, path: &[u8], content: Result<&[u8], Errno>) {
        let file = u8::try_from(self.configuration.files.len()).unwrap_or(u8::MAX);
        self.configuration.files.push(path.to_vec());
        match content {
            Ok(text) => self.take_lines(file, text),
            Err(errno) => self.blame(Source::of_line(file, 0), b"", Reason::Unread(errno)),
        }
    }

    fn take_lines(&mut self, file: u8, text: &[u8]) {
        let mut number = 0u16;
        for line in lines(text) {
            number = number.saturating_add(1);
            let source = Source::of_line(file, number);
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

    /// Takes the kernel's line, which counts before every file.
    pub fn take_kernel_line(&mut self, line: &[u8]) {
        self.consoles = parse_consoles(line);
        for word in own_words(line) {
            let Some(option) = after(word, b"rekindle.") else { continue };
            let pair = cut(option, b'=').unwrap_or((option, b""));
            let source = Source::KERNEL_LINE;
            if let Err(words) = self.configuration.set(&mut self.settings, pair, source) {
                self.blame(source, word, Reason::Line(words));
            }
        }
    }

    fn blame(&mut self, source: Source, word: &[u8], reason: Reason) {
        self.problems.push(Problem { source, word: word.to_vec(), reason });
    }

    /// Finds the numbers of groups in what is in /etc/group.
    pub fn take_groups(&mut self, file: &[u8]) {
        for group in 0..GROUPS {
            if let Some((source, word)) = self.configuration.resolve(group, file) {
                self.problems.push(Problem { source, word, reason: Reason::NoGroup });
            }
        }
    }

    /// What could not be read, if the look was not whole.
    #[must_use]
    pub fn unread(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.is_unread())
    }
}
