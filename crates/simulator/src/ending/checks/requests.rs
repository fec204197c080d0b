//! What came of requests.

use super::check::{Check, CheckResult};
use crate::ending::witness::Witness;
use crate::ending::world::World;
use rekindle_core::request::Action;
use rekindle_core::signal::{Meaning, meaning};

/// How long a request may take to be heeded: a look at its sender and at the kernel that is loaded.
const HEEDED_MS: u64 = 500;

/// The same request again within this time is the same request.
const SAME_REQUEST_MS: u64 = 1_000;

/// None was accepted.
pub(super) fn judge_refused(world: &World<'_>) -> CheckResult {
    let dialect = world.life.dialect();
    let is_end = |signal: u8| matches!(meaning(signal, dialect), Meaning::End(..));
    let mut sent = world.witness.sent.iter();
    let asked = sent.find(|(signal, at_ms)| is_end(*signal) && is_old(world, *at_ms));
    let is_answered = has_refused(&world.witness) || world.report.exited.is_some();
    Check::AnswersEveryRequest
        .require(asked.is_none() || is_answered, || format!("{asked:?} was not answered"))
}

/// Whether what was asked then had its time to be heeded.
fn is_old(world: &World<'_>, at_ms: u64) -> bool {
    at_ms + HEEDED_MS < world.now_ms
}

/// Whoever asks again makes it more urgent; nobody else does.
pub(super) fn judge_second_request(world: &World<'_>) -> CheckResult {
    let witness = &world.witness;
    let count = witness.escalations;
    let again = count_requests(world);
    Check::TellsTheTruthOnTheConsole.require(count < again.max(1), || {
        format!("asked again {count} times, of {again} requests")
    })?;
    let mut sent = witness.sent.iter();
    let heard = sent.find(|(signal, at_ms)| has_to_be_heeded(world, *signal, *at_ms));
    // Signals for a command are handed on; and one that came a moment before was refused.
    let is_answered = !world.life.arguments.is_empty() || has_refused(witness);
    Check::HeedsASecondRequest.require(heard.is_none() || count > 0 || is_answered, || {
        format!("{heard:?} was not heeded")
    })
}

fn count_requests(world: &World<'_>) -> usize {
    let dialect = world.life.dialect();
    let is_request =
        |signal: u8| matches!(meaning(signal, dialect), Meaning::End(..) | Meaning::CtrlAltDel);
    world.witness.sent.iter().filter(|(signal, _)| is_request(*signal)).count()
}

/// Whether this signal asks for another end than the one that was accepted, or for it once more.
fn has_to_be_heeded(world: &World<'_>, signal: u8, at_ms: u64) -> bool {
    let witness = &world.witness;
    let (Some(accepted_ms), Meaning::End(action, urgency)) =
        (witness.accepted_ms, meaning(signal, world.life.dialect()))
    else {
        return false;
    };
    // A soft reboot that can't be done has become a reboot.
    let is_reboot = action == Action::Reboot && witness.has_said("rebooting instead");
    let is_asked = action.name() == witness.action || is_reboot;
    let is_same = is_asked && Some(urgency) == witness.first_urgency;
    let is_later = at_ms >= accepted_ms + SAME_REQUEST_MS;
    let is_other = at_ms >= accepted_ms && !is_same;
    (is_later || is_other) && is_old(world, at_ms)
}

/// A request was refused: each refusal says that the machine goes on.
fn has_refused(witness: &Witness) -> bool {
    witness.has_said("; going on") && witness.has_said("asked for by")
        || witness.has_said("refused")
}
