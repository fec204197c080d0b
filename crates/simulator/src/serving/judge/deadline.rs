//! Time: PID 1 sleeps until something is due, and no longer.

use super::check::ServingCheck;
use super::door::check_end_in_time;
use super::end::is_end_over;
use super::scripts::end_deadline_ms;
use super::standing::{Standing, standing};
use super::state::{Judge, Stage};

/// When the next thing is due that PID 1 has to see to by itself.
pub(super) fn due_ms(judge: &Judge<'_>) -> Option<u64> {
    if judge.stage == Stage::Ending {
        return end_deadline_ms(judge);
    }
    let leave = judge.leavers.iter().map(|leaver| leaver.deadline_ms).min();
    let resting = judge.entries.iter().filter_map(|entry| match standing(judge, entry) {
        Standing::Resting(until_ms) => Some(until_ms),
        _ => None,
    });
    resting.chain(leave).min()
}

pub(super) fn check_deadline(judge: &mut Judge<'_>, deadline_ms: Option<u64>) {
    if judge.owed.becomes || judge.violation.is_some() || judge.stage == Stage::Booting {
        return;
    }
    if deadline_ms.is_some_and(|deadline| deadline <= judge.now_ms) && !is_end_over(judge) {
        let seen = format!("deadline {deadline_ms:?} at {}", judge.now_ms);
        judge.fail(ServingCheck::NoSpin, || seen);
    }
    let Some(due_ms) = due_ms(judge) else { return };
    if deadline_ms.is_none_or(|deadline| deadline > due_ms) {
        let seen = format!("deadline {deadline_ms:?}, but {due_ms} is due");
        judge.fail(ServingCheck::NoEndlessWait, || seen);
    }
}

/// Nothing is under way, and time is going to pass.
pub(in crate::serving) fn at_rest(judge: &mut Judge<'_>, deadline_ms: Option<u64>, now_ms: u64) {
    judge.now_ms = now_ms;
    check_end_in_time(judge);
    check_deadline(judge, deadline_ms);
    if !judge.starting.is_empty() {
        let check = ServingCheck::WhatIsDueIsStarted;
        judge.fail(check, || String::from("a start was never answered"));
    }
}
