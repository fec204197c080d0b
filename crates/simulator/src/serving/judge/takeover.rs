//! Another program in PID 1's place: a new version (init(8), "A new version"), or the same one after an
//! internal error.

use super::check::ServingCheck;
use super::entry::State;
use super::leaver::Leaver;
use super::levels::Levels;
use super::records::Records;
use super::requests::heed_looks;
use super::standing::{Standing, standing};
use super::state::{Judge, Limits, Stage};
use super::waiting::Requests;
use rekindle_core::inittab::Dialect;
use rekindle_core::op::{Become, Program};
use rekindle_core::takeover::TAKEOVER;

/// PID 1 begins.
pub(super) fn starts(judge: &mut Judge<'_>) {
    if judge.stage != Stage::Booting && !judge.is_after_panic {
        judge.owed.speaks = true;
        judge.owed.opens += u32::from(judge.is_leveled());
    }
}

/// Something is under way whose outcome the next version would not be told.
pub(super) fn is_busy(judge: &Judge<'_>) -> bool {
    !judge.starting.is_empty()
        || judge.reads > 0
        || !judge.judging.is_empty()
        || !judge.leavers.is_empty()
        || judge.keys.is_some()
        || judge.requests.power > 0
        || judge.records.has_waiting()
}

/// Whether PID 1 can become a new version in this step.
pub(super) fn may_give_way(judge: &Judge<'_>) -> bool {
    let is_due = |entry| standing(judge, entry) == Standing::Due;
    judge.stage == Stage::Serving
        && judge.requests.is_granted
        && !is_busy(judge)
        && !judge.entries.iter().any(is_due)
}

/// Nobody who asks for something must be lost: it is heeded before PID 1 becomes another, and may be in
/// the way.
pub(super) fn gives_way(judge: &mut Judge<'_>) -> bool {
    let gives_way = may_give_way(judge);
    if gives_way {
        heed_looks(judge);
    }
    gives_way
}

/// PID 1 is going to become it.
pub(super) fn sees_become(judge: &mut Judge<'_>, to: &Become) {
    if !matches!(to.program, Program::Paths(_)) {
        return;
    }
    let is_told = to.arguments == [b"init".to_vec(), TAKEOVER.to_vec()];
    if !judge.owed.becomes || !is_told || to.handed_over.is_none() {
        judge.fail(ServingCheck::TakeoverLosesNothing, || format!("{:?}", to.arguments));
    }
    judge.owed.becomes = false;
    judge.requests.give_up_takeover();
}

/// The new version runs.
pub(in crate::serving) fn is_taken_over(judge: &mut Judge<'_>, lost_signals: usize, now_ms: u64) {
    judge.now_ms = now_ms;
    if lost_signals > 0 {
        let seen = format!("{lost_signals} signals are dropped");
        judge.fail(ServingCheck::NoRequestIsLost, || seen);
    }
    judge.requests = Requests::default();
    judge.records = Records::default();
    judge.levels.first = judge.levels.default;
    judge.entries.retain(|entry| entry.is_in_table);
    for (key, entry) in (1..).zip(&mut judge.entries) {
        if judge.dialect == Dialect::Sysvinit {
            entry.key = key;
        }
        (entry.ends, entry.counted_from_ms, entry.complaint) = (0, 0, None);
        entry.starts_ms.clear();
        match &mut entry.state {
            // It has lived for a while.
            State::Running { since_ms, .. } => *since_ms = 0,
            state @ State::Resting { .. } => *state = State::Fresh,
            State::Fresh | State::Starting | State::Had => {}
        }
    }
    judge.next_key = judge.next_key.max(judge.entries.len() as u32);
}

/// It goes on after an internal error: it starts nothing, but reaps and answers as ever.
pub(in crate::serving) fn fails_and_goes_on(judge: &mut Judge<'_>, now_ms: u64) {
    judge.now_ms = now_ms;
    judge.stage = Stage::Serving;
    judge.dialect = Dialect::BusyBox;
    judge.is_after_panic = true;
    judge.is_paused = true;
    judge.entries.clear();
    judge.leavers = Vec::<Leaver>::new();
    judge.levels = Levels::default();
    (judge.boot, judge.keys, judge.end, judge.reads) = (None, None, None, 0);
    judge.starting.clear();
    judge.judging.clear();
    judge.records = Records::default();
    judge.requests = Requests::default();
    judge.limits = Limits::default();
}

pub(super) fn sees_consoles(judge: &mut Judge<'_>, consoles: &[Vec<u8>]) {
    judge.owed.speaks = false;
    let named = judge.life.kernel_line.iter().filter(|word| word.starts_with("console="));
    // A container's console may be its host's.
    let count = if judge.is_container() { 0 } else { named.count().saturating_sub(1) };
    if !judge.is_after_panic && consoles.len() != count {
        let seen = format!("it speaks on {} consoles", consoles.len());
        judge.fail(ServingCheck::TakeoverLosesNothing, || seen);
    }
}
