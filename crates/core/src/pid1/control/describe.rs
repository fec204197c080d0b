//! What PID 1 tells of itself, a frame at a time.

use super::Control;
use crate::context::Context;
use crate::control::{MOST_FRAME_BYTES, render_entries, render_machine};
use crate::pairs::Pairs;
use crate::pid1::serve::{State, Supervised};
use crate::pid1::stage::Stage;
use crate::time::Moment;
use alloc::format;
use alloc::vec::Vec;

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The most bytes of an entry's line: two of the longest fit into a frame.
const MOST_LINE_BYTES: usize = 1_500;

/// What a frame holds behind its head.
const MOST_BYTES: usize = MOST_FRAME_BYTES - 16;

/// What a field of an entry takes besides its value.
const FIELD_BYTES: usize = "entry=\0".len();

/// PID 1, and the end under way.
#[inline(never)]
pub(crate) fn describe_machine(
    stage: &Stage,
    control: &Control,
    since: Moment,
    context: &Context,
) -> Vec<u8> {
    let mut pairs = Pairs::default();
    pairs.put("version", VERSION.as_bytes());
    pairs.put_shown("since_ms", &since.0);
    pairs.put("host", context.host.name().as_bytes());
    describe_stage(stage, &mut pairs);
    pairs.put_each("kept", control.kept());
    // Names of files may be so long that the configuration finds no room: then it is not told.
    let mut all = Pairs::default();
    context.settings.render(&mut all);
    context.configuration.render(&mut all);
    if pairs.len().saturating_add(all.len()) < MOST_BYTES {
        pairs.append(all);
    }
    render_machine(pairs)
}

fn describe_stage(stage: &Stage, pairs: &mut Pairs) {
    let Some((supervision, shutdown, is_respawn_paused)) = stage.told() else { return };
    let children = supervision.children();
    pairs.put("dialect_in_effect", children.dialect().name().as_bytes());
    if let Some(levels) = children.levels() {
        pairs.put("runlevel", &[levels.now().letter()]);
    }
    pairs.put_flag("respawn_paused", is_respawn_paused);
    let name = if let Some(shutdown) = shutdown {
        let (id, action, urgency) = (shutdown.requested().0, shutdown.action(), shutdown.urgency());
        let by = &shutdown.request().origin;
        pairs.put_shown("end", &format_args!("{id} {action} {} {by}", urgency.name()));
        "ending"
    } else if supervision.is_booting() {
        "booting"
    } else {
        "serving"
    };
    pairs.put("stage", name.as_bytes());
}

/// As many entries as a frame holds, from this number on, and the number of the next one.
#[inline(never)]
pub(crate) fn describe_entries(stage: &Stage, from: u32) -> Vec<u8> {
    let mut pairs = Pairs::default();
    let Some((supervision, ..)) = stage.told() else { return render_entries(0, pairs) };
    let mut left = MOST_BYTES;
    for one in supervision.children().entries().iter().filter(|one| one.id() >= from) {
        let entry = describe_entry(one);
        let Some(rest) = left.checked_sub(entry.len().saturating_add(FIELD_BYTES)) else {
            return render_entries(one.id(), pairs);
        };
        left = rest;
        pairs.put("entry", &entry);
    }
    render_entries(0, pairs)
}

#[inline(never)]
fn describe_entry(one: &Supervised) -> Vec<u8> {
    let (state, value) = match one.state() {
        State::Idle => ("idle", 0),
        State::Starting => ("starting", 0),
        State::Running { pid, .. } => ("running", u64::from(pid)),
        State::Resting { until } => ("resting", until.0),
        State::Done => ("done", 0),
    };
    let mark = match (one.is_removed(), one.is_held()) {
        (true, _) => "removed",
        (false, true) => "held",
        (false, false) => "-",
    };
    let (id, line) = (one.id(), one.entry().line);
    let mut text = one.entry().render();
    text.truncate(MOST_LINE_BYTES);
    [format!("{id} {line} {state} {value} {mark} ").as_bytes(), &text].concat()
}
