//! The door to the last stage.

use super::accepted::{COPIES_MS, End};
use super::check::ServingCheck;
use super::requests::heed_looks;
use super::standing::settle;
use super::state::Judge;
use rekindle_core::account::Line;
use rekindle_core::handover::Handover;
use rekindle_core::op::Become;
use rekindle_core::request::Action;

/// Time is going to pass.
pub(super) fn check_end_in_time(judge: &mut Judge<'_>) {
    let Some(end) = &judge.end else { return };
    if let Some(over_ms) = end.over_ms
        && judge.now_ms > over_ms + COPIES_MS
    {
        let seen = format!("scripts were over at {over_ms}, and it is {}", judge.now_ms);
        judge.fail(ServingCheck::EndComesInTime, || seen);
    }
}

/// PID 1 is not run for so long, which is not its fault.
pub(in crate::serving) fn stalls(judge: &mut Judge<'_>, ms: u64) {
    if let Some(over_ms) = judge.end.as_mut().and_then(|end| end.over_ms.as_mut()) {
        *over_ms += ms;
    }
}

/// PID 1 becomes its own last stage, by a copy of itself or in place.
pub(in crate::serving) fn begins_last_stage(judge: &mut Judge<'_>, to: Option<&Become>) {
    heed_looks(judge);
    settle(judge);
    let Some(end) = judge.end.clone() else {
        let check = ServingCheck::NoEndWithoutARequest;
        return judge.fail(check, || String::from("the last stage begins"));
    };
    if end.over_ms.is_none() {
        let seen = format!("{:?} are left", end.scripts);
        judge.fail(ServingCheck::OnlyScriptsAfterTheEnd, || seen);
    }
    let keeps_kernel = matches!(end.action, Action::SoftReboot | Action::Restart);
    if to.is_some() && (judge.is_container() || keeps_kernel) {
        let check = ServingCheck::HandoverIsTrue;
        judge.fail(check, || String::from("a copy where none is needed"));
    }
    if let Some(to) = to {
        check_handover(judge, &end, to);
    }
}

pub(super) fn check_handover(judge: &mut Judge<'_>, end: &End, to: &Become) {
    let Some(bytes) = &to.handed_over else {
        if to.arguments.len() <= 2 {
            let check = ServingCheck::HandoverIsTrue;
            judge.fail(check, || String::from("nothing is handed over"));
        }
        return;
    };
    let told = Handover::parse(bytes);
    let is_script = |line: &&Line| matches!(line, Line::Script { .. });
    let scripts = told.account.lines().iter().filter(is_script).count();
    let is_true = scripts == end.told_scripts
        && told.request.action == end.action
        && told.request.urgency == end.urgency
        && told.requested.0 == end.requested_ms
        && told.dialect == judge.dialect
        && told.settings.total_ms == judge.limits.total_ms
        && to.keeps_signals;
    if !is_true {
        let seen = format!("{:?} at {:?} for {end:?}", told.request, told.requested);
        judge.fail(ServingCheck::HandoverIsTrue, || seen);
    }
}
