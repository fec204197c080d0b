//! What PID 1 tells of itself, as it is read.

use crate::configuration::Configuration;
use crate::request::{Action, Urgency};
use crate::settings::Settings;
use crate::text::{cut, parse_u32, parse_u64, word};
use alloc::vec::Vec;

/// PID 1 and an end under way. What was not told is empty, and what is not known is passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MachineState {
    /// The version of the program.
    pub version: Vec<u8>,
    /// The uptime in milliseconds when this version began to run as PID 1.
    pub since_ms: u64,
    /// The stage: `booting`, `serving` or `ending`.
    pub stage: Vec<u8>,
    /// The dialect of inittab.
    pub dialect: Vec<u8>,
    /// The runlevel, in sysvinit's dialect.
    pub runlevel: Option<u8>,
    /// `machine`, `container` or `unknown`.
    pub host: Vec<u8>,
    /// Whether nothing is started again (SIGTSTP).
    pub is_respawn_paused: bool,
    /// The end under way.
    pub end: Option<PendingEnd>,
    /// The limits in effect.
    pub settings: Settings,
    /// What else is configured, and where each value comes from.
    pub configuration: Configuration,
    /// The names under which descriptors are kept.
    pub kept: Vec<Vec<u8>>,
}

/// An end under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingEnd {
    /// Its name, as when it was accepted.
    pub id: u64,
    /// How it goes on.
    pub action: Action,
    /// How urgent it is by now.
    pub urgency: Urgency,
    /// Who asked for it, in words.
    pub by: Vec<u8>,
}

impl MachineState {
    pub(super) fn parse<'a>(fields: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        let mut state = Self::default();
        fields.for_each(|(name, value)| state.set(name, value));
        state
    }

    fn set(&mut self, name: &[u8], value: &[u8]) {
        match word(name) {
            "version" => self.version = value.to_vec(),
            "since_ms" => self.since_ms = parse_u64(value).unwrap_or(0),
            "stage" => self.stage = value.to_vec(),
            "dialect_in_effect" => self.dialect = value.to_vec(),
            "runlevel" => self.runlevel = value.first().copied(),
            "host" => self.host = value.to_vec(),
            "respawn_paused" => self.is_respawn_paused = value == b"1",
            "end" => self.end = parse_end(value),
            "kept" => self.kept.push(value.to_vec()),
            _ => self.configuration.take_pair(&mut self.settings, name, value),
        }
    }
}

/// `ID ACTION URGENCY WHO`.
fn parse_end(value: &[u8]) -> Option<PendingEnd> {
    let (id, rest) = cut(value, b' ')?;
    let (action, rest) = cut(rest, b' ')?;
    let (urgency, by) = cut(rest, b' ')?;
    Some(PendingEnd {
        id: parse_u64(id)?,
        action: Action::parse_name(action)?,
        urgency: Urgency::parse_name(urgency)?,
        by: by.to_vec(),
    })
}

/// One entry of inittab and its process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryState {
    /// Its number, which no other entry ever has.
    pub number: u32,
    /// Its line in inittab.
    pub line: u32,
    /// `idle`, `starting`, `running`, `resting` or `done`.
    pub state: Vec<u8>,
    /// Of a running one the process id; of a resting one the uptime in milliseconds when it is started again.
    pub value: u64,
    /// Whether somebody holds it.
    pub is_held: bool,
    /// Whether inittab no longer has it.
    pub is_removed: bool,
    /// `id:runlevels:action:process`, cut where it is very long.
    pub text: Vec<u8>,
}

impl EntryState {
    /// `NUMBER LINE STATE VALUE MARK TEXT`.
    pub(super) fn parse(value: &[u8]) -> Option<Self> {
        let (number, rest) = cut(value, b' ')?;
        let (line, rest) = cut(rest, b' ')?;
        let (state, rest) = cut(rest, b' ')?;
        let (value, rest) = cut(rest, b' ')?;
        let (mark, text) = cut(rest, b' ')?;
        Some(Self {
            number: parse_u32(number)?,
            line: parse_u32(line)?,
            state: state.to_vec(),
            value: parse_u64(value)?,
            is_held: mark == b"held",
            is_removed: mark == b"removed",
            text: text.to_vec(),
        })
    }
}
