//! What PID 1 tells of itself, a frame at a time.

use super::Control;
use crate::context::Context;
use crate::control::{Answer, EntryState, MachineState, PendingEnd};
use crate::pid1::serve::{State, Supervised};
use crate::pid1::stage::Stage;
use crate::shutdown::Shutdown;
use crate::time::Moment;
use alloc::format;
use alloc::vec::Vec;

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is left of a frame for entries, after its head and the number of the next one.
const MOST_BYTES: usize = crate::control::MOST_FRAME_BYTES - 64;

/// What an entry takes in a frame besides its line, at the most.
const HEAD_BYTES: usize = 80;

/// PID 1, and the end under way.
pub(crate) fn describe_machine(
    stage: &Stage,
    control: &Control,
    since: Moment,
    context: &Context,
) -> Answer {
    let mut state = MachineState {
        version: VERSION.into(),
        since_ms: since.0,
        stage: b"booting".into(),
        host: context.host.name().into(),
        settings: describe_settings(context),
        kept: control.kept().to_vec(),
        ..MachineState::default()
    };
    if let Some((supervision, shutdown, is_respawn_paused)) = stage.told() {
        let children = supervision.children();
        if shutdown.is_some() {
            state.stage = b"ending".into();
        } else if !supervision.is_booting() {
            state.stage = b"serving".into();
        }
        state.dialect = children.dialect().name().into();
        state.runlevel = children.levels().map(|levels| levels.now().letter());
        state.is_respawn_paused = is_respawn_paused;
        state.end = shutdown.map(describe_end);
    }
    Answer::Machine(state)
}

fn describe_settings(context: &Context) -> Vec<Vec<u8>> {
    let mut settings = Vec::new();
    for (name, value) in context.settings.named() {
        settings.push(format!("{name} {value}").into_bytes());
    }
    settings
}

fn describe_end(shutdown: &Shutdown) -> PendingEnd {
    PendingEnd {
        id: shutdown.requested().0,
        action: shutdown.action(),
        urgency: shutdown.urgency(),
        by: format!("{}", shutdown.request().origin).into_bytes(),
    }
}

/// As many entries as a frame holds, from this number on, and the number of the next one.
pub(crate) fn describe_entries(stage: &Stage, from: u32, now: Moment) -> Answer {
    let (mut entries, mut bytes) = (Vec::new(), 0usize);
    let Some((supervision, ..)) = stage.told() else {
        return Answer::Entries { entries, next: None };
    };
    for one in supervision.children().entries().iter().filter(|one| one.id() >= from) {
        let state = describe_entry(one, now);
        bytes = bytes.saturating_add(HEAD_BYTES).saturating_add(state.text.len());
        if bytes > MOST_BYTES {
            return Answer::Entries { entries, next: Some(one.id()) };
        }
        entries.push(state);
    }
    Answer::Entries { entries, next: None }
}

fn describe_entry(one: &Supervised, now: Moment) -> EntryState {
    let entry = one.entry();
    let (state, value) = match one.state() {
        State::Idle => ("idle", 0),
        State::Starting => ("starting", 0),
        State::Running { pid, .. } => ("running", u64::from(pid)),
        State::Resting { until } => ("resting", until.since_ms(now)),
        State::Done => ("done", 0),
    };
    let action = entry.action.name().as_bytes();
    let fields = [&entry.id, b":".as_slice(), &entry.runlevels, b":", action, b":", &entry.command];
    let mut text = fields.concat();
    text.truncate(EntryState::MOST_LINE_BYTES);
    EntryState {
        number: one.id(),
        line: u32::try_from(entry.line).unwrap_or(0),
        state: state.into(),
        value,
        is_held: one.is_held(),
        is_removed: one.is_removed(),
        text,
    }
}
