//! What PID 1 answers.

use super::fields::fields;
use super::frame::{parse_frame, render};
use super::state::{EntryState, MachineState};
use crate::pairs::Pairs;
use crate::request::Refusal;
use crate::text::{parse_u32, parse_u64, word};
use alloc::vec::Vec;

/// Kinds of answers.
const DONE: u8 = 128;
const ACCEPTED: u8 = 129;
const REFUSED: u8 = 130;
const MACHINE: u8 = 131;
const ENTRIES: u8 = 132;
const SAID: u8 = 133;

/// One answer. A field that is not known is passed over.
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
    Refused(Refusal),
    /// PID 1 and an end under way.
    Machine(MachineState),
    /// Some of the entries.
    Entries {
        /// In the order of their numbers.
        entries: Vec<EntryState>,
        /// The number to ask from for the rest, if there is any.
        next: Option<u32>,
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
    /// The frame of it.
    #[must_use]
    pub fn render(&self) -> Vec<u8> {
        let mut pairs = Pairs::default();
        let kind = match self {
            Self::Done => DONE,
            Self::Accepted { id } => {
                pairs.put_shown("id", id);
                ACCEPTED
            }
            Self::Refused(refusal) => {
                pairs.put("refusal", refusal.render().as_bytes());
                REFUSED
            }
            Self::Machine(state) => {
                state.render(&mut pairs);
                MACHINE
            }
            Self::Entries { entries, next } => {
                entries.iter().for_each(|entry| entry.render(&mut pairs));
                next.iter().for_each(|next| pairs.put_shown("next", next));
                ENTRIES
            }
            Self::Said { severity, text } => {
                pairs.put_shown("severity", severity);
                pairs.put("text", text);
                SAID
            }
        };
        render(kind, pairs)
    }

    /// Reads a frame. `None` if it is no answer that is known.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let frame = parse_frame(bytes).ok()?;
        let get = |name: &str| {
            fields(frame.body).find(|(key, _)| word(key) == name).map(|(_, value)| value)
        };
        Some(match frame.kind {
            DONE => Self::Done,
            ACCEPTED => Self::Accepted { id: parse_u64(get("id")?)? },
            REFUSED => Self::Refused(Refusal::parse(get("refusal")?).ok()?),
            MACHINE => Self::Machine(MachineState::parse(frame.body)),
            ENTRIES => Self::Entries {
                entries: EntryState::parse_all(frame.body),
                next: get("next").and_then(parse_u32),
            },
            SAID => Self::Said {
                severity: parse_u32(get("severity")?)?.try_into().ok()?,
                text: get("text")?.to_vec(),
            },
            _ => return None,
        })
    }
}
