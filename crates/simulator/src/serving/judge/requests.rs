//! What PID 1 is asked for: by signals (init(8), SIGNALS) and through the FIFO (telinit(8); the form is
//! that of sysvinit src/initreq.h).

use super::accepted::Asking;
use super::end::ask_end;
use super::entry::{Entry, State};
use super::state::{Judge, Stage};
use super::turns::Turns;
use super::word::Word;
use rekindle_core::event::Effect;
use rekindle_core::inittab::EntryAction;
use rekindle_core::op::{Op, Outcome, ReadOp};
use rekindle_core::request::{Action, Origin, Urgency};
use rekindle_core::signal::number;

/// "7 in 2 s: reboot at once".
const FORCING_PRESSES: usize = 7;
const FORCING_MS: u64 = 2_000;

/// What a signal means that ends a run.
fn end_of_signal(signal: u8, is_leveled: bool) -> Option<(Action, Urgency)> {
    use Urgency::{AtOnce, Orderly};
    Some(match signal {
        number::USR1 if !is_leveled => (Action::Halt, Orderly),
        number::USR2 | number::PWR if !is_leveled => (Action::PowerOff, Orderly),
        number::TERM | 39 => (Action::Reboot, Orderly),
        number::ALRM | 40 => (Action::Kexec, Orderly),
        number::QUIT => (Action::Restart, Orderly),
        37 => (Action::Halt, Orderly),
        38 => (Action::PowerOff, Orderly),
        41 => (Action::SoftReboot, Orderly),
        47 => (Action::Halt, AtOnce),
        48 => (Action::PowerOff, AtOnce),
        49 => (Action::Reboot, AtOnce),
        50 => (Action::Kexec, AtOnce),
        51 => (Action::SoftReboot, AtOnce),
        _ => return None,
    })
}

/// A request that is recorded with its sender is heeded when that is known.
pub(super) fn signal_taken(judge: &mut Judge<'_>, origin: &Origin, effects: &[Effect]) {
    let look = effects.iter().find_map(|effect| match effect {
        Effect::Run { id, op: Op::Read(ReadOp::Sender { .. }), .. } => Some(*id),
        _ => None,
    });
    match look {
        Some(id) => judge.requests.looks.push((id, origin.clone())),
        None => heed(judge, origin),
    }
}

/// PID 1 is about to become another: whoever is still being looked at is heeded without a name.
pub(super) fn heed_looks(judge: &mut Judge<'_>) {
    for origin in judge.requests.take_looks() {
        heed(judge, &origin);
    }
}

pub(super) fn heed(judge: &mut Judge<'_>, origin: &Origin) {
    let is_leveled = judge.is_leveled();
    if let Some((action, urgency)) = end_of_signal(origin.signal, is_leveled) {
        let (pid, session) = (origin.pid, origin.session);
        return ask_end(judge, Asking { action, urgency, pid, session });
    }
    let is_serving = judge.stage == Stage::Serving;
    match origin.signal {
        number::INT => press_keys(judge, origin),
        number::HUP if is_serving => judge.reads += 1,
        number::TSTP if is_serving => judge.is_paused = true,
        number::CONT if is_serving => judge.is_paused = false,
        number::TAKE_OVER => ask_takeover(judge),
        number::USR1 if is_leveled => judge.owed.opens += 1,
        number::USR2 if is_leveled => judge.owed.closes += 1,
        number::PWR if is_leveled => judge.requests.power += 1,
        number::WINCH if is_leveled => trigger(judge, &[EntryAction::KbRequest]),
        _ => {}
    }
}

pub(super) fn press_keys(judge: &mut Judge<'_>, origin: &Origin) {
    let now_ms = judge.now_ms;
    let presses = &mut judge.requests.presses_ms;
    presses.retain(|press| now_ms - press <= FORCING_MS);
    presses.push(now_ms);
    if presses.len() >= FORCING_PRESSES {
        presses.clear();
        let (pid, session) = (origin.pid, origin.session);
        let (action, urgency) = (Action::Reboot, Urgency::AtOnce);
        return ask_end(judge, Asking { action, urgency, pid, session });
    }
    if judge.stage != Stage::Serving {
        return;
    }
    if judge.is_leveled() {
        return trigger(judge, &[EntryAction::CtrlAltDel]);
    }
    if judge.keys.is_none() {
        let is_it = |action, is_in_table| action == EntryAction::CtrlAltDel && is_in_table;
        let all = judge.entries.iter().filter(|entry| is_it(entry.action, entry.is_in_table));
        let keys = Turns::new(all.map(|entry| entry.key));
        if keys.waiting.is_empty() {
            judge.owed.words.push(Word::Refused);
        }
        judge.keys = Some(keys);
    }
}

/// Something happened that entries of these actions wait for.
pub(super) fn trigger(judge: &mut Judge<'_>, actions: &[EntryAction]) {
    for entry in judge.entries.iter_mut().filter(|entry| actions.contains(&entry.action)) {
        if entry.state == State::Had {
            entry.state = State::Fresh;
        }
    }
}

/// "/run/powerstatus missing or beginning with F", "L", "O".
pub(super) fn power_told(judge: &mut Judge<'_>, outcome: &Outcome) {
    judge.requests.power = judge.requests.power.saturating_sub(1);
    let letter = outcome.look().seen().and_then(|bytes| bytes.first().copied());
    power_changed(
        judge,
        match letter {
            Some(b'L') => 3,
            Some(b'O') => 4,
            _ => 2,
        },
    );
}

pub(super) fn power_changed(judge: &mut Judge<'_>, command: u32) {
    use EntryAction::{PowerFail, PowerFailNow, PowerOkWait, PowerWait};
    let actions: &[EntryAction] = match command {
        2 => &[PowerFail, PowerWait],
        3 => &[PowerFailNow],
        _ => &[PowerOkWait],
    };
    trigger(judge, actions);
    let is_for_it = |entry: &Entry| entry.is_in_table && actions.contains(&entry.action);
    let has_any = judge.entries.iter().any(is_for_it);
    judge.owed.words.push(Word::Power(has_any));
}

/// "While the machine boots or ends, it is refused" (telinit(8)).
pub(super) fn ask_takeover(judge: &mut Judge<'_>) {
    let is_booting = judge.boot.is_some()
        || judge.is_leveled()
            && (matches!(judge.levels.now, b'#' | b'*') || judge.levels.awaits_table);
    if judge.stage != Stage::Serving || is_booting {
        judge.owed.words.push(Word::Refused);
    } else {
        // Asked once, until it has answered.
        judge.owed.asks_successor = !judge.requests.asks_successor;
        judge.requests.asks_successor = true;
    }
}
