//! The account of one end: what was asked, what ran, how long, and how it came out.
//!
//! Typed lines, rendered as JSON, one object a line, where they are handed to the last stage, written to
//! the disk and read by the next boot; [`Line::parse`] reads them back.

mod line;
mod names;
mod render;

pub use line::Line;
pub use names::{Fate, Phase, StorageDone};

use crate::op::StorageOp;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Where the account is written for the next boot.
pub const ACCOUNT_PATH: &str = "/var/lib/rekindle/shutdown.jsonl";

/// What writing it may take, in milliseconds.
pub(crate) const WRITING_MS: u64 = 2_000;

/// The most lines, and the most of them that processes may take: enough to name some hundred of them, and
/// the disks besides.
const MOST_LINES: usize = 400;
const MOST_WITH_PROCESSES: usize = 300;

/// How every line begins.
const LINE_START: &str = "{\"event\":\"";

/// The account so far. Each line is kept as text, as it is written in the end: what was handed over is
/// not read again, so that PID 1 needs no reader of JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    text: String,
    count: usize,
    omitted: u32,
}

impl Account {
    /// An account that goes on from handed-over lines. What begins like no line of an account is left out.
    #[must_use]
    pub fn from_lines<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut account = Self::default();
        for line in lines.filter_map(|line| core::str::from_utf8(line).ok()) {
            if let Some(omitted) = Line::parse_omitted(line) {
                account.omitted = omitted;
            } else if line.starts_with(LINE_START) {
                account.note_text(format_args!("{line}"), MOST_LINES);
            }
        }
        account
    }

    /// Whether nothing was noted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The lines so far; those that nobody knows are left out.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.text.lines().filter_map(|line| Line::parse(line.as_bytes()).ok()).collect()
    }

    /// The whole account as text: one JSON object a line.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = self.text.clone();
        if self.omitted > 0 {
            text.push_str(&format!("{}\n", Line::Omitted { lines: self.omitted }));
        }
        text
    }

    /// Writes the account as it is by now.
    #[must_use]
    pub fn plan_write(&self) -> StorageOp {
        StorageOp::WriteFile { path: ACCOUNT_PATH, bytes: self.render().into_bytes() }
    }

    /// Adds a line. Those beyond the bound are counted.
    pub fn note(&mut self, line: Line) {
        let most = match line {
            Line::Process { .. } => MOST_WITH_PROCESSES,
            Line::Request { .. }
            | Line::Escalation { .. }
            | Line::Phase { .. }
            | Line::Script { .. }
            | Line::Storage { .. }
            | Line::Omitted { .. } => MOST_LINES,
        };
        self.note_text(format_args!("{line}"), most);
    }

    fn note_text(&mut self, line: fmt::Arguments<'_>, most: usize) {
        if self.count < most {
            self.count = self.count.saturating_add(1);
            self.text.push_str(&format!("{line}\n"));
        } else {
            self.omitted = self.omitted.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_bounded_and_says_so() {
        let mut account = Account::default();
        for pid in 0..500 {
            account.note(Line::Process {
                pid,
                comm: b"a\"b".to_vec(),
                fate: Fate::Ended,
                took_ms: 3,
            });
        }
        let text = account.render();
        assert_eq!(text.lines().count(), MOST_WITH_PROCESSES + 1);
        assert!(text.ends_with("{\"event\":\"omitted\",\"lines\":200}\n"));
        assert!(text.starts_with("{\"event\":\"process\",\"pid\":0,\"comm\":\"a\\\"b\",\"fate\":\"ended\",\"took_ms\":3}\n"));
        let back = Account::from_lines(text.as_bytes().split(|byte| *byte == b'\n'));
        assert_eq!(back, account);
    }

    #[test]
    fn however_many_processes_there_were_the_disks_have_room() {
        let mut account = Account::default();
        for pid in 0..1_100 {
            account.note(Line::Process { pid, comm: Vec::new(), fate: Fate::Stuck, took_ms: 3 });
        }
        for _ in 0..200 {
            let target = b"/srv".to_vec();
            account.note(Line::Storage { target, done: Ok(StorageDone::Unmounted), took_ms: 1 });
        }
        let text = account.render();
        assert_eq!(text.matches("unmounted").count(), MOST_LINES - MOST_WITH_PROCESSES);
        assert!(text.ends_with("{\"event\":\"omitted\",\"lines\":900}\n"));
    }
}
