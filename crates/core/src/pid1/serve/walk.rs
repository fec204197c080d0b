//! sysvinit's dialect: runlevels decide what runs.
//!
//! ```text
//! # sysinit ─► * boot, bootwait ─► 2 … 5 ─► 0, 6 (an end, see scripts.rs)
//!     └──────► S single user ─────► ▲
//! ```
//!
//! Entries are walked in the order of the file; one that is waited for stops the walk until it has
//! ended. Source of the rules: sysvinit src/init.c, `start_if_needed` and `boot_transitions`.

use super::children::Children;
use super::entries::Entries;
use super::levels::{Levels, Move};
use super::supervised::{RETRY_MS, State, Supervised};
use crate::context::Context;
use crate::event::Severity;
use crate::inittab::{EntryAction, Runlevel};
use crate::op::{InitctlOp, Op};
use crate::time::{Moment, earlier};
use crate::utmp::Record;

/// How far a walk has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walked {
    /// Within a level, or from one level of the boot to the next.
    On,
    /// Into the first runlevel: the boot is over.
    Booted,
}

/// Starts what the level in effect makes run, and goes from one level of the boot to the next.
pub(crate) fn walk(children: &mut Children, context: &mut Context) -> Walked {
    let mut walked = Walked::On;
    loop {
        walk_entries(children, context);
        if is_level_alive(children) {
            return walked;
        }
        match move_on(children, context) {
            Some(Walked::On) => {}
            Some(Walked::Booted) => walked = Walked::Booted,
            None => return walked,
        }
    }
}

fn walk_entries(children: &mut Children, context: &mut Context) {
    forget_turns(children);
    let mut at = 0usize;
    while let Some(levels) = children.levels()
        && let Some(id) = levels.order().get(at).copied()
        && pass_entry(children, id, levels.now(), context)
    {
        at = at.saturating_add(1);
    }
}

/// Starts what is due. Returns whether the walk goes on to the next entry.
fn pass_entry(children: &mut Children, id: u32, level: Runlevel, context: &mut Context) -> bool {
    let Some(one) = children.entries_mut().get_mut(id) else { return true };
    let action = one.entry().action;
    match one.state() {
        _ if !one.runs_in(level) || one.is_held() && !one.is_alive() => return true,
        State::Done => return true,
        State::Running { .. } | State::Starting => {}
        State::Resting { until } if until > context.now => {}
        State::Idle | State::Resting { .. } => children.start(id, context),
    }
    !action.is_waited_for()
}

/// What has no place in the level has its turn again when it has one. What can't be killed and is left
/// behind by its level keeps its process.
fn forget_turns(children: &mut Children) {
    let Some(level) = children.levels().map(Levels::now) else { return };
    for one in children.entries_mut().iter_mut() {
        if !one.is_alive() && !one.runs_in(level) && !one.entry().action.is_on_event() {
            one.set_state(State::Idle);
        }
    }
}

/// When the walk goes on by itself: the first end of a rest that it comes to.
pub(crate) fn next_start(children: &Children) -> Option<Moment> {
    let levels = children.levels()?;
    let mut first = None;
    for one in levels.order().iter().filter_map(|id| children.entries().get(*id)) {
        if !one.runs_in(levels.now()) || one.state() == State::Done {
            continue;
        }
        first = earlier(first, one.resting_until());
        if one.entry().action.is_waited_for() {
            break;
        }
    }
    first
}

/// Whether an entry of the level has a process or is about to, or is being tried again where others wait
/// for it. `boot` entries, whose level never comes back, hold it up until they run.
fn is_level_alive(children: &Children) -> bool {
    let Some(levels) = children.levels() else { return true };
    let holds_up = |one: &Supervised| {
        let action = one.entry().action;
        let is_boot = action == EntryAction::Boot;
        match one.state() {
            State::Starting => true,
            State::Running { .. } => !is_boot,
            State::Resting { .. } => is_boot || action.is_waited_for(),
            State::Idle | State::Done => false,
        }
    };
    let is_of_level = |one: &Supervised| one.runs_in(levels.now()) && !one.is_removed();
    children.entries().iter().any(|one| is_of_level(one) && holds_up(one))
}

/// Goes on to the next level of the boot, or from single user to the table's level. `None` if there is
/// none to go to.
fn move_on(children: &mut Children, context: &mut Context) -> Option<Walked> {
    match children.levels_mut()?.move_on() {
        Move::Stay => return None,
        Move::FromSysinit => {
            open_fifo(context);
            children.record(Record::boot(), context);
        }
        Move::GoOnBooting => {}
        Move::Boot(first) => {
            enter_level(children, first, Runlevel::NONE, context);
            return Some(Walked::Booted);
        }
        Move::LeaveSingle(default) => {
            rest_single_user(children.entries_mut(), context);
            if default == Runlevel::SINGLE {
                return None;
            }
            enter_level(children, default, Runlevel::SINGLE, context);
        }
    }
    Some(Walked::On)
}

/// Single user again: its entries run anew, but never in a tight circle.
fn rest_single_user(entries: &mut Entries, context: &mut Context) {
    let until = context.now.after_ms(RETRY_MS);
    for one in entries.iter_mut().filter(|one| one.entry().runs_in(Runlevel::SINGLE)) {
        // One that rests already goes on resting: nothing has run since. One that can't be killed and was
        // left behind keeps its process.
        let is_over = one.resting_until().is_none() && !one.is_alive();
        if is_over && !one.entry().action.is_on_event() {
            one.set_state(State::Resting { until });
        }
    }
}

/// Makes `level` the one in effect, and says so everywhere.
pub(crate) fn enter_level(
    children: &mut Children,
    level: Runlevel,
    previous: Runlevel,
    context: &mut Context,
) {
    forget_turns(children);
    if let Some(levels) = children.levels_mut() {
        levels.enter(level, previous);
    }
    forget_turns(children);
    open_fifo(context);
    children.record(Record::runlevel(level.letter(), previous.letter()), context);
    context.say_formatted(Severity::Info, format_args!("entering runlevel {level}"));
}

/// Makes the FIFO, or finds that it is still the one that is open.
pub(crate) fn open_fifo(context: &mut Context) {
    context.run_and_forget(Op::Initctl(InitctlOp::Open));
}
