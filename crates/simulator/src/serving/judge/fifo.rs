//! Requests through the FIFO (telinit(8); the form is that of sysvinit src/initreq.h).

use super::accepted::Asking;
use super::end::ask_end;
use super::entry::State;
use super::requests::{ask_takeover, power_changed};
use super::state::{Judge, Stage};
use super::walk::{change_level, set_variable};
use super::word::Word;
use rekindle_core::request::{Action, Urgency};

/// How a request begins, and how long one is.
const MAGIC: [u8; 4] = [0x69, 0x19, 0x09, 0x03];
const REQUEST_BYTES: usize = 384;

/// Requests in order, however their bytes were cut; what is none is passed over up to the next.
pub(super) fn fifo_read(judge: &mut Judge<'_>, bytes: &[u8]) {
    judge.requests.unread.extend_from_slice(bytes);
    let unread = std::mem::take(&mut judge.requests.unread);
    let mut at = 0;
    while let Some(found) = unread[at..].windows(4).position(|window| window == MAGIC) {
        at += found;
        let Some(request) = unread.get(at..at + REQUEST_BYTES) else { break };
        at += REQUEST_BYTES;
        heed_request(judge, request);
    }
    judge.requests.unread = unread[at..].to_vec();
}

pub(super) fn heed_request(judge: &mut Judge<'_>, request: &[u8]) {
    let word = |at: usize| {
        let bytes = [request[at], request[at + 1], request[at + 2], request[at + 3]];
        u32::from_le_bytes(bytes)
    };
    match word(4) {
        1 => heed_telinit(judge, u8::try_from(word(8)).unwrap_or(0), word(12)),
        command @ 2..=4 => power_changed(judge, command),
        6 | 7 => set_variables(judge, &request[16..]),
        _ => judge.owed.words.push(Word::Refused),
    }
}

pub(super) fn heed_telinit(judge: &mut Judge<'_>, letter: u8, seconds: u32) {
    let letter = letter.to_ascii_uppercase();
    let is_ending = judge.stage == Stage::Ending;
    match letter {
        b'Q' if is_ending => {}
        b'Q' => judge.reads += 1,
        b'U' => ask_takeover(judge),
        b'0' | b'6' => {
            let halts =
                judge.levels.variables.contains(&(String::from("INIT_HALT"), String::from("HALT")));
            let action = match (letter, halts) {
                (b'6', _) => Action::Reboot,
                (_, true) => Action::Halt,
                (_, false) => Action::PowerOff,
            };
            let urgency = Urgency::Orderly;
            ask_end(judge, Asking { action, urgency, pid: 0, session: 0 });
        }
        b'1'..=b'9' | b'S' | b'A'..=b'C' if is_ending => judge.owed.words.push(Word::Refused),
        b'A'..=b'C' => start_on_demand(judge, letter),
        b'1'..=b'9' | b'S' => {
            let grace_ms = u64::from(seconds.min(60)) * 1_000;
            change_level(judge, letter, Some(grace_ms).filter(|ms| *ms > 0));
        }
        _ => judge.owed.words.push(Word::Refused),
    }
}

/// "Start the entries that have this letter among their runlevels, whatever the level"; one that is
/// off "Does not run".
pub(super) fn start_on_demand(judge: &mut Judge<'_>, letter: u8) {
    for entry in judge.entries.iter_mut().filter(|entry| !entry.is_off()) {
        if entry.levels.bytes().any(|one| one.eq_ignore_ascii_case(&letter)) {
            entry.is_on_demand = true;
            if entry.state == State::Had {
                entry.state = State::Fresh;
            }
        }
    }
}

/// "Only names that begin with INIT_ are taken."
pub(super) fn set_variables(judge: &mut Judge<'_>, data: &[u8]) {
    let pairs = data.split(|byte| *byte == 0).take_while(|pair| !pair.is_empty());
    for pair in pairs.filter(|pair| pair.starts_with(b"INIT_")) {
        set_variable(judge, &String::from_utf8_lossy(pair));
    }
}
