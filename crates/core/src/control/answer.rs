//! What PID 1 answers.

use super::frame::{parse_frame, render_frame};
use super::state::{EntryState, MachineState};
use crate::pairs::Pairs;
use crate::text::{cut, parts};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Kinds of answers.
const DONE: u8 = 128;
const ACCEPTED: u8 = 129;
const REFUSED: u8 = 130;
const MACHINE: u8 = 131;
const ENTRIES: u8 = 132;
const SAID: u8 = 133;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was done, or begun.
    Done,
    /// The end was accepted.
    Accepted {
        /// Its name: the uptime in milliseconds at the first request for it, as in its account.
        id: u64,
    },
    /// It was refused, and has changed nothing.
    Refused {
        /// The number of the reason ([`crate::request::refusal::Why::number`]).
        why: u8,
        /// What was refused, why, and what to do next.
        text: Vec<u8>,
    },
    /// PID 1 and an end under way.
    Machine(Box<MachineState>),
    /// Some of the entries.
    Entries {
        /// In the order of their numbers.
        entries: Vec<EntryState>,
        /// The number to ask from for the rest; 0 if there is no rest.
        next: u32,
    },
    /// A line that PID 1 has said.
    Said {
        /// Its severity (RFC 5424).
        severity: u8,
        /// The line.
        text: Vec<u8>,
    },
}

impl Answer {
    /// Reads a frame. `None` if it is no answer that is known.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (kind, content) = parse_frame(bytes).ok()?;
        Some(match kind {
            DONE | ACCEPTED | REFUSED => return Self::parse_verdict(bytes),
            MACHINE => Self::Machine(Box::new(MachineState::parse(fields(content)))),
            ENTRIES => {
                let (next, content) = content.split_first_chunk()?;
                let entries = fields(content).filter_map(|(_, entry)| EntryState::parse(entry));
                Self::Entries { entries: entries.collect(), next: u32::from_le_bytes(*next) }
            }
            SAID => {
                let (severity, text) = content.split_first()?;
                Self::Said { severity: *severity, text: text.to_vec() }
            }
            _ => return None,
        })
    }

    /// Reads a frame that only says whether something was done: no other is known.
    #[must_use]
    pub fn parse_verdict(bytes: &[u8]) -> Option<Self> {
        let (kind, content) = parse_frame(bytes).ok()?;
        match kind {
            DONE => Some(Self::Done),
            ACCEPTED => Some(Self::Accepted { id: u64::from_le_bytes(content.try_into().ok()?) }),
            REFUSED => {
                let (why, text) = content.split_first()?;
                Some(Self::Refused { why: *why, text: text.to_vec() })
            }
            _ => None,
        }
    }
}

/// `name=value` of each field, which ends with a NUL.
fn fields(content: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    parts(content, 0).filter_map(|field| cut(field, b'='))
}

/// The frame of [`Answer::Done`].
#[must_use]
pub fn render_done() -> Vec<u8> {
    render_frame(DONE, b"")
}

/// The frame of [`Answer::Accepted`].
#[must_use]
pub fn render_accepted(id: u64) -> Vec<u8> {
    render_frame(ACCEPTED, &id.to_le_bytes())
}

/// The frame of [`Answer::Refused`].
#[must_use]
pub fn render_refused(why: u8, text: &[u8]) -> Vec<u8> {
    render_numbered(REFUSED, why, text)
}

/// The frame of [`Answer::Said`].
#[must_use]
pub fn render_said(severity: u8, text: &[u8]) -> Vec<u8> {
    render_numbered(SAID, severity, text)
}

#[inline(never)]
fn render_numbered(kind: u8, number: u8, text: &[u8]) -> Vec<u8> {
    render_frame(kind, &[&[number], text].concat())
}

/// The frame of [`Answer::Machine`], with these fields.
pub(crate) fn render_machine(fields: Pairs) -> Vec<u8> {
    render_frame(MACHINE, &fields.into_bytes())
}

/// The frame of [`Answer::Entries`], with an `entry` field for each.
pub(crate) fn render_entries(next: u32, fields: Pairs) -> Vec<u8> {
    render_frame(ENTRIES, &[next.to_le_bytes().as_slice(), &fields.into_bytes()].concat())
}
