//! What PID 1 says on the console.

use super::check::{Check, CheckResult};
use crate::ending::process::FakeProcess;
use crate::ending::tried::Change;
use crate::ending::world::World;
use rekindle_core::proc::process::TermAnswer;
use rekindle_core::time::Seconds;

/// As it is said.
pub(in crate::ending) fn judge_saying(world: &World<'_>, text: &str) -> CheckResult {
    match contradict(world, text) {
        Some(fact) => Err(Check::TellsTheTruthOnTheConsole.broken(format!("'{text}', but {fact}"))),
        None => Ok(()),
    }
}

/// What is not true of a line.
fn contradict(world: &World<'_>, text: &str) -> Option<String> {
    if text.contains(" file systems unmounted, ") {
        contradict_disks(world, text)
    } else if text.starts_with("asked ") && text.contains(" to end, waiting for ") {
        contradict_asked(world, text)
    } else if text.starts_with("can't kill ") {
        contradict_stuck(world, text)
    } else {
        contradict_time(world, text)
    }
}

fn contradict_disks(world: &World<'_>, text: &str) -> Option<String> {
    let tried = &world.witness.tried;
    let fact = [tried.count_done(Change::Unmount), tried.count_done(Change::ReadOnly)];
    let is_true = numbers_of(text).starts_with(&fact) || !world.witness.lied_about.is_empty();
    (!is_true).then(|| format!("{fact:?}"))
}

fn contradict_asked(world: &World<'_>, text: &str) -> Option<String> {
    let fact = count_asked(world);
    let is_seen = world.witness.poor_looks == 0 && world.life.has_proc;
    (is_seen && !numbers_of(text).starts_with(&fact)).then(|| format!("{fact:?}"))
}

fn contradict_stuck(world: &World<'_>, text: &str) -> Option<String> {
    let stuck = world.alive().filter(|process| process.killed_ms.is_some()).count() as u64;
    let told = text.rsplit_once('(').and_then(|(_, rest)| numbers_of(rest).first().copied());
    told.is_none_or(|told| told > stuck).then(|| format!("{stuck} are"))
}

/// How long the end took.
fn contradict_time(world: &World<'_>, text: &str) -> Option<String> {
    let (_, told) = text.split_once(" now, ")?;
    let told = told.strip_suffix(" after the request")?;
    let took_ms = world.now_ms - world.witness.accepted_ms.unwrap_or(world.now_ms);
    let fact = Seconds(took_ms).to_string();
    (told != fact).then(|| format!("{fact} after the request"))
}

/// How many were asked now, and how many of them are waited for.
fn count_asked(world: &World<'_>) -> [u64; 2] {
    let look_ms = world.witness.whole_look_ms.unwrap_or(0);
    let is_new = |process: &&FakeProcess| {
        process.asked_ms == Some(world.now_ms)
            && process.born_ms <= look_ms
            && !process.is_kernel_thread()
    };
    // Some are gone at once.
    let asked = world.alive().chain(&world.witness.ended).filter(is_new);
    let waited = asked.clone().filter(|process| process.shown != TermAnswer::Ignores);
    [asked.count() as u64, waited.count() as u64]
}

fn numbers_of(text: &str) -> Vec<u64> {
    let words = text.split(|letter: char| !letter.is_ascii_digit());
    words.filter_map(|word| word.parse().ok()).collect()
}
