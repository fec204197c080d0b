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
use super::levels::Move;
use super::supervised::{RETRY_MS, State, Supervised};
use crate::context::Context;
use crate::event::Severity;
use crate::inittab::{EntryAction, Runlevel};
use crate::op::{InitctlOp, Op};
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
        State::Running { .. } | State::Starting => return !action.is_waited_for(),
        _ if !one.runs_in(level) => {
            if !action.is_on_event() {
                one.set_state(State::Idle);
            }
            return true;
        }
        State::Done => return true,
        State::Resting { until } if until > context.now => return !action.is_waited_for(),
        State::Idle | State::Resting { .. } => {}
    }
    children.start(id, context);
    !action.is_waited_for()
}

/// Whether a process of an entry is alive or about to be, or one that is waited for is being tried
/// again; `boot` entries hold nothing up.
fn is_level_alive(children: &Children) -> bool {
    let Some(levels) = children.levels() else { return true };
    let is_tried_again = |one: &Supervised| {
        one.entry().action.is_waited_for()
            && one.entry().runs_in(levels.now())
            && one.resting_until().is_some()
    };
    let is_alive = |one: &Supervised| one.is_alive() && one.entry().action != EntryAction::Boot;
    children.entries().iter().any(|one| is_alive(one) || is_tried_again(one))
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
        // One that rests already goes on resting: nothing has run since.
        if !one.entry().action.is_on_event() && one.resting_until().is_none() {
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
    if let Some(levels) = children.levels_mut() {
        levels.enter(level, previous);
    }
    open_fifo(context);
    children.record(Record::runlevel(level.letter(), previous.letter()), context);
    context.say_formatted(Severity::Info, format_args!("entering runlevel {level}"));
}

/// Makes the FIFO, or finds that it is still the one that is open.
pub(crate) fn open_fifo(context: &mut Context) {
    context.run_and_forget(Op::Initctl(InitctlOp::Open));
}
