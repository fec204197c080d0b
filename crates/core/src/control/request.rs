//! What programs ask PID 1 for.

use super::fields::{bad, fields};
use super::frame::{Frame, NoFrame, parse_frame, render};
use crate::initctl::{InitctlRequest, is_variable};
use crate::pairs::Pairs;
use crate::request::refusal::Why;
use crate::request::{Action, Urgency};
use crate::text::{parse_u32, word};
use alloc::vec::Vec;

/// The longest name of a kept descriptor.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlRequest {
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
        /// With which.
        target: Target,
    },
    /// What `telinit` asks for.
    Telinit(InitctlRequest),
    /// Keep the descriptors that come with the frame.
    Keep {
        /// Under this name.
        name: Vec<u8>,
    },
    /// Close the descriptors that are kept under a name.
    Discard {
        /// The name.
        name: Vec<u8>,
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
    /// Its name in frames and in commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Restart => "restart",
        }
    }

    /// The verb called `name`.
    #[must_use]
    pub fn parse_name(name: &[u8]) -> Option<Self> {
        let all = [Self::Hold, Self::Release, Self::Restart];
        all.into_iter().find(|verb| verb.name().as_bytes() == name)
    }
}

/// Which entry is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The one on this line of inittab.
    Line(u32),
    /// The only one with this id, or whose program has this path or this name.
    Name(Vec<u8>),
}

impl ControlRequest {
    /// The frame of it.
    #[must_use]
    pub fn render(&self) -> Vec<u8> {
        let mut pairs = Pairs::default();
        let kind = match self {
            Self::End { action, urgency } => {
                pairs.put_shown("action", action);
                pairs.put("urgency", urgency.name().as_bytes());
                END
            }
            Self::Machine => MACHINE,
            Self::Entries { from } => {
                pairs.put_shown("from", from);
                ENTRIES
            }
            Self::Watch => WATCH,
            Self::Entry { verb, target } => {
                pairs.put("verb", verb.name().as_bytes());
                match target {
                    Target::Line(line) => pairs.put_shown("line", line),
                    Target::Name(name) => pairs.put("name", name),
                }
                ENTRY
            }
            Self::Telinit(request) => {
                render_telinit(request, &mut pairs);
                TELINIT
            }
            Self::Keep { name } => {
                pairs.put("name", name);
                KEEP
            }
            Self::Discard { name } => {
                pairs.put("name", name);
                DISCARD
            }
        };
        render(kind, pairs)
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// Why it is no request. A field that is not known makes it none: it may change what is meant.
    pub fn parse(bytes: &[u8]) -> Result<Self, Why> {
        let Frame { kind, body } = parse_frame(bytes).map_err(|none| match none {
            NoFrame::Malformed => Why::NoFrame,
            NoFrame::OtherVersion(version) => Why::OtherVersion(version),
        })?;
        let mut given = Given::default();
        for (name, value) in fields(body) {
            given.take(kind, name, value)?;
        }
        given.into_request(kind)
    }
}

fn render_telinit(request: &InitctlRequest, pairs: &mut Pairs) {
    match request {
        InitctlRequest::Runlevel { level, sleep_seconds } => {
            pairs.put("level", &[*level]);
            pairs.put_shown("sleep_seconds", sleep_seconds);
        }
        InitctlRequest::Environment(variables) => pairs.put_each("variable", variables),
        // Neither comes from telinit.
        InitctlRequest::Power(_) | InitctlRequest::Unknown(_) => {}
    }
}

/// The fields of a frame.
#[derive(Debug, Default)]
struct Given {
    action: Option<Action>,
    urgency: Option<Urgency>,
    number: Option<u32>,
    verb: Option<EntryVerb>,
    name: Option<Vec<u8>>,
    level: Option<u8>,
    variables: Vec<Vec<u8>>,
}

impl Given {
    fn take(&mut self, kind: u8, name: &[u8], value: &[u8]) -> Result<(), Why> {
        let is_taken = match (kind, word(name)) {
            (END, "action") => set(&mut self.action, Action::parse_name(value)),
            (END, "urgency") => set(&mut self.urgency, Urgency::parse_name(value)),
            (ENTRIES, "from") | (ENTRY, "line") | (TELINIT, "sleep_seconds") => {
                set(&mut self.number, parse_u32(value))
            }
            (ENTRY, "verb") => set(&mut self.verb, EntryVerb::parse_name(value)),
            (ENTRY, "name") => set(&mut self.name, Some(value.to_vec())),
            (KEEP | DISCARD, "name") => set(&mut self.name, parse_kept_name(value)),
            (TELINIT, "level") => set(&mut self.level, parse_level(value)),
            (TELINIT, "variable") => {
                self.variables.push(value.to_vec());
                is_variable(value)
            }
            _ => false,
        };
        if is_taken { Ok(()) } else { Err(bad(name)) }
    }

    fn into_request(self, kind: u8) -> Result<ControlRequest, Why> {
        Ok(match kind {
            END => ControlRequest::End {
                action: self.action.ok_or_else(|| bad(b"action"))?,
                urgency: self.urgency.unwrap_or(Urgency::Orderly),
            },
            MACHINE => ControlRequest::Machine,
            ENTRIES => ControlRequest::Entries { from: self.number.unwrap_or(0) },
            WATCH => ControlRequest::Watch,
            ENTRY => ControlRequest::Entry {
                verb: self.verb.ok_or_else(|| bad(b"verb"))?,
                target: match (self.number, self.name) {
                    (Some(line), None) => Target::Line(line),
                    (None, Some(name)) => Target::Name(name),
                    _ => return Err(bad(b"name")),
                },
            },
            TELINIT => ControlRequest::Telinit(match self.level {
                Some(level) if self.variables.is_empty() => {
                    InitctlRequest::Runlevel { level, sleep_seconds: self.number.unwrap_or(0) }
                }
                None if self.number.is_none() => InitctlRequest::Environment(self.variables),
                _ => return Err(bad(b"level")),
            }),
            KEEP => ControlRequest::Keep { name: self.name.ok_or_else(|| bad(b"name"))? },
            DISCARD => ControlRequest::Discard { name: self.name.ok_or_else(|| bad(b"name"))? },
            other => return Err(Why::NoSuchRequest(u32::from(other))),
        })
    }
}

/// Takes a value for a field that has none yet. Says whether it did.
fn set<T>(field: &mut Option<T>, value: Option<T>) -> bool {
    if field.is_some() || value.is_none() {
        return false;
    }
    *field = value;
    true
}

fn parse_level(value: &[u8]) -> Option<u8> {
    if let [level] = value { Some(level.to_ascii_uppercase()) } else { None }
}

/// Letters, digits and what stands in file names.
fn parse_kept_name(value: &[u8]) -> Option<Vec<u8>> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let is_name = !value.is_empty() && value.len() <= MOST_NAME_BYTES && value.iter().all(is_plain);
    is_name.then(|| value.to_vec())
}
