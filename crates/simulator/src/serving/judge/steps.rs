//! A step: what happened, what PID 1 wants to do about it, and what it owed.

use super::check::ServingCheck;
use super::children::{child_ended, sees_start, start_answered};
use super::configuration::configuration_read;
use super::deadline::check_deadline;
use super::end::kernel_told;
use super::fifo::fifo_read;
use super::leaving::drive_leaving;
use super::lines::{check_lines, sees_line};
use super::requests::{heed, power_told, signal_taken};
use super::standing::{check_nothing_due, settle};
use super::state::{Judge, Owed, Stage};
use super::table::table_read;
use super::takeover::{gives_way, is_busy, sees_become, sees_consoles, starts};
use super::word::Word;
use rekindle_core::event::{Effect, Event};
use rekindle_core::op::{
    ConsoleOp, InitctlOp, Op, OpId, Outcome, ProcessOp, Program, ReadOp, Whom,
};
use rekindle_core::request::{Origin, Sender};

/// How many ticks may come at one moment.
const MOST_TICKS: u32 = 2;

/// Something happened, and this is what PID 1 wants to do about it.
pub(in crate::serving) fn takes(
    judge: &mut Judge<'_>,
    event: &Event,
    op: Option<&Op>,
    effects: &[Effect],
    now_ms: u64,
) {
    judge.now_ms = now_ms;
    judge.owed = Owed::default();
    match event {
        Event::Start => starts(judge),
        Event::Finished { id, outcome } => finished(judge, *id, op, outcome),
        Event::NoHelper { id, errno, .. } => {
            finished(judge, *id, op, &Outcome::NoHelper(*errno));
        }
        Event::Initctl(bytes) => fifo_read(judge, bytes),
        Event::Signal(origin) => signal_taken(judge, origin, effects),
        Event::ChildEnded { pid, status } => child_ended(judge, *pid, *status),
        Event::Tick => count_tick(judge),
        Event::HelperStarted { .. }
        | Event::Gone { .. }
        | Event::Control(_)
        | Event::NoChildren => {}
    }
    moves_on(judge);
    let most = 24 + 6 * judge.entries.len();
    if effects.len() > most {
        judge.fail(ServingCheck::EffectsAreBounded, || format!("{} effects", effects.len()));
    }
}

/// What time and the event have made possible.
pub(super) fn moves_on(judge: &mut Judge<'_>) {
    drive_leaving(judge);
    settle(judge);
    if gives_way(judge) {
        drive_leaving(judge);
        settle(judge);
        // What has become due by that is started by the new version.
        judge.owed.becomes = judge.stage == Stage::Serving && !is_busy(judge);
    }
}

pub(super) fn finished(judge: &mut Judge<'_>, id: OpId, op: Option<&Op>, outcome: &Outcome) {
    match op {
        Some(Op::Process(ProcessOp::Spawn(_))) => start_answered(judge, id, outcome),
        Some(Op::Process(ProcessOp::AskSuccessor { .. })) => {
            judge.requests.successor_told(outcome.error().is_none());
            refuses_takeover(judge, outcome);
        }
        Some(Op::Process(ProcessOp::Become(to))) if matches!(to.program, Program::Paths(_)) => {
            refuses_takeover(judge, outcome);
        }
        Some(Op::Record(_)) => judge.records.written(),
        Some(Op::Read(ReadOp::Configuration)) => configuration_read(judge, outcome),
        Some(Op::Read(ReadOp::File { path: "/etc/inittab", .. })) => table_read(judge, outcome),
        Some(Op::Read(ReadOp::File { path: "/sys/kernel/kexec_loaded", .. })) => {
            kernel_told(judge, outcome);
        }
        Some(Op::Read(ReadOp::TakeFile { .. })) => power_told(judge, outcome),
        Some(Op::Read(ReadOp::Sender { .. })) => {
            let session = outcome.look().seen().map(Sender::decode).unwrap_or_default().session;
            if let Some(origin) = judge.requests.looked_at(id) {
                heed(judge, &Origin { session, ..origin });
            }
        }
        _ => {}
    }
}

/// Who can't take over is named, unless the machine is ending meanwhile.
fn refuses_takeover(judge: &mut Judge<'_>, outcome: &Outcome) {
    if outcome.error().is_some() && judge.stage == Stage::Serving {
        judge.owed.words.push(Word::Refused);
    }
}

pub(super) fn count_tick(judge: &mut Judge<'_>) {
    judge.ticks = if judge.last_tick_ms == judge.now_ms { judge.ticks + 1 } else { 1 };
    judge.last_tick_ms = judge.now_ms;
    if judge.ticks > MOST_TICKS {
        judge.fail(ServingCheck::NoSpin, || String::from("it ticks and ticks"));
    }
}

/// An effect, in its turn.
pub(in crate::serving) fn sees(judge: &mut Judge<'_>, effect: &Effect) {
    // PID 1 goes to the next level of the boot when nothing is left to be started in the one before.
    settle(judge);
    match effect {
        Effect::Run { id, op, .. } => sees_op(judge, *id, op),
        Effect::Say { text, .. } => sees_line(judge, text),
        Effect::Watch { .. } | Effect::Unwatch { .. } => {}
    }
}

pub(super) fn sees_op(judge: &mut Judge<'_>, id: OpId, op: &Op) {
    match op {
        Op::Process(ProcessOp::Spawn(child)) => sees_start(judge, id, child),
        Op::Process(ProcessOp::Signal { whom, signal }) => sees_signal(judge, *whom, *signal),
        Op::Process(ProcessOp::AskSuccessor { .. }) => judge.owed.asks_successor = false,
        Op::Process(ProcessOp::Become(to)) => sees_become(judge, to),
        Op::Record(records) => {
            let told = judge.records.sees(records);
            told.unwrap_or_else(|seen| judge.fail(ServingCheck::RecordsAreTrue, || seen));
        }
        Op::Initctl(InitctlOp::Open) => {
            let left = judge.owed.opens.checked_sub(1);
            judge.owed.opens = left.unwrap_or_else(|| {
                judge.fail(ServingCheck::LevelIsTheOneAskedFor, || {
                    String::from("the FIFO is opened for nothing")
                });
                0
            });
        }
        Op::Initctl(InitctlOp::Close) => judge.owed.closes = judge.owed.closes.saturating_sub(1),
        Op::Console(ConsoleOp::SpeakOn { consoles }) => sees_consoles(judge, consoles),
        _ => {}
    }
}

pub(super) fn sees_signal(judge: &mut Judge<'_>, whom: Whom, signal: u8) {
    let Whom::Group(pid) = whom else {
        return judge.fail(ServingCheck::OnlyOwnProcessesAreSignalled, || format!("{whom:?}"));
    };
    if let Some(at) = judge.owed.signals.iter().position(|owed| *owed == (pid, signal)) {
        judge.owed.signals.swap_remove(at);
    } else if judge.entries.iter().any(|entry| entry.pid() == Some(pid)) {
        judge.fail(ServingCheck::WhoStaysIsLeftAlone, || format!("{signal} for {pid}"));
    } else {
        let check = ServingCheck::OnlyOwnProcessesAreSignalled;
        judge.fail(check, || format!("{signal} for {pid}, which is nobody's"));
    }
}

/// The step is over: nothing that it owed is left.
pub(in crate::serving) fn after_step(judge: &mut Judge<'_>, deadline_ms: Option<u64>) {
    if judge.owed.becomes {
        judge.fail(ServingCheck::NoRequestIsLost, || {
            String::from("it does not give way, and nothing is in its way")
        });
    }
    settle(judge);
    check_owed_signals(judge);
    if judge.owed.asks_successor {
        let check = ServingCheck::NoRequestIsLost;
        judge.fail(check, || String::from("the new version is not asked"));
    }
    if judge.owed.speaks {
        let check = ServingCheck::TakeoverLosesNothing;
        judge.fail(check, || String::from("it does not speak on the consoles"));
    }
    if judge.owed.opens + judge.owed.closes > 0 {
        let seen = format!("FIFO: {} to open, {} to close", judge.owed.opens, judge.owed.closes);
        judge.fail(ServingCheck::LevelIsTheOneAskedFor, || seen);
    }
    if let Some(seen) = judge.records.owes() {
        judge.fail(ServingCheck::RecordsAreTrue, || seen);
    }
    check_lines(judge);
    check_nothing_due(judge);
    check_deadline(judge, deadline_ms);
}

pub(super) fn check_owed_signals(judge: &mut Judge<'_>) {
    if let Some((pid, signal)) = judge.owed.signals.first().copied() {
        let check = match (judge.stage, signal) {
            (_, 15) => ServingCheck::WhoLeavesIsAsked,
            (Stage::Ending, _) => ServingCheck::ScriptsAreBounded,
            _ => ServingCheck::WhoDoesNotLeaveIsKilled,
        };
        judge.fail(check, || format!("{signal} for {pid} is missing"));
    }
}

pub(in crate::serving) fn counts_helpers(judge: &mut Judge<'_>, count: usize) {
    if count > 16 {
        judge.fail(ServingCheck::HelpersAreBounded, || format!("{count} helpers"));
    }
}
