//! What programs ask PID 1 for.

use super::frame::{parse_frame, render_frame};
use crate::initctl::is_request;
use crate::request::refusal::Why;
use crate::request::{Action, Urgency};
use alloc::vec::Vec;

/// The longest name of kept descriptors.
const MOST_NAME_BYTES: usize = 64;

/// Kinds of requests.
const END: u8 = 1;
const MACHINE: u8 = 2;
const ENTRIES: u8 = 3;
const WATCH: u8 = 4;
const ENTRY: u8 = 5;
const TELINIT: u8 = 6;
const KEEP: u8 = 7;
const DISCARD: u8 = 8;

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlRequest<'a> {
    /// End the machine's run.
    End {
        /// How it goes on.
        action: Action,
        /// How much it may wait for.
        urgency: Urgency,
    },
    /// Tell of PID 1 and of an end under way.
    Machine,
    /// Tell of the entries from this one on, as many as a frame holds.
    Entries {
        /// The first one's number.
        from: u32,
    },
    /// Tell every line that PID 1 says from now on.
    Watch,
    /// Do something with an entry.
    Entry {
        /// What.
        verb: EntryVerb,
        /// The entry's number.
        number: u32,
    },
    /// What `telinit` asks for, as it would write it to the FIFO.
    Telinit(&'a [u8]),
    /// Keep the descriptors that come with the frame.
    Keep {
        /// Under this name.
        name: &'a [u8],
    },
    /// Close the descriptors that are kept under a name.
    Discard {
        /// The name.
        name: &'a [u8],
    },
}

/// What is done with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryVerb {
    /// Don't start it again until it is released. What runs goes on.
    Hold,
    /// Start it again as before.
    Release,
    /// End its process and start it again at once.
    Restart,
}

impl EntryVerb {
    /// All of them, each at the place of its number.
    pub const ALL: [Self; 3] = [Self::Hold, Self::Release, Self::Restart];

    /// Its name in commands and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Restart => "restart",
        }
    }
}

impl<'a> ControlRequest<'a> {
    /// The frame of it.
    #[must_use]
    pub fn render(self) -> Vec<u8> {
        match self {
            Self::End { action, urgency } => render_end(action, urgency),
            Self::Machine => render_frame(MACHINE, b""),
            Self::Entries { from } => render_frame(ENTRIES, &from.to_le_bytes()),
            Self::Watch => render_frame(WATCH, b""),
            Self::Entry { verb, number } => {
                render_frame(ENTRY, &[&[verb as u8], number.to_le_bytes().as_slice()].concat())
            }
            Self::Telinit(request) => render_telinit(request),
            Self::Keep { name } => render_frame(KEEP, name),
            Self::Discard { name } => render_frame(DISCARD, name),
        }
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// Why it is no request. What is more than belongs there makes it none: it may change what is meant.
    #[inline(never)]
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Why> {
        let (kind, content) = parse_frame(bytes)?;
        let request = match kind {
            END => parse_end(content),
            MACHINE => content.is_empty().then_some(Self::Machine),
            ENTRIES => parse_number(content).map(|from| Self::Entries { from }),
            WATCH => content.is_empty().then_some(Self::Watch),
            ENTRY => parse_entry(content),
            TELINIT => is_request(content).then_some(Self::Telinit(content)),
            KEEP => is_name(content).then_some(Self::Keep { name: content }),
            DISCARD => is_name(content).then_some(Self::Discard { name: content }),
            other => return Err(Why::NoSuchRequest(u32::from(other))),
        };
        request.ok_or(Why::BadContent)
    }
}

/// The frame that asks for an end.
#[must_use]
pub fn render_end(action: Action, urgency: Urgency) -> Vec<u8> {
    render_frame(END, &[action as u8, urgency as u8])
}

/// The frame of a request as telinit writes it to the FIFO.
#[must_use]
pub fn render_telinit(request: &[u8]) -> Vec<u8> {
    render_frame(TELINIT, request)
}

fn parse_end(content: &[u8]) -> Option<ControlRequest<'_>> {
    let [action, urgency] = content else { return None };
    let action = *Action::ALL.get(usize::from(*action))?;
    let urgency = *Urgency::ALL.get(usize::from(*urgency))?;
    Some(ControlRequest::End { action, urgency })
}

fn parse_entry(content: &[u8]) -> Option<ControlRequest<'_>> {
    let (verb, rest) = content.split_first()?;
    let verb = *EntryVerb::ALL.get(usize::from(*verb))?;
    Some(ControlRequest::Entry { verb, number: parse_number(rest)? })
}

fn parse_number(content: &[u8]) -> Option<u32> {
    content.try_into().ok().map(u32::from_le_bytes)
}

/// Letters, digits and what stands in file names.
fn is_name(content: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (1..=MOST_NAME_BYTES).contains(&content.len()) && content.iter().all(is_plain)
}
