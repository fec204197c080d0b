//! The account, when it is written.

use super::check::{Check, CheckResult};
use crate::ending::disks::FakeMount;
use crate::ending::pids::ASKING_PID;
use crate::ending::tried::{Change, Tried};
use crate::ending::world::World;
use rekindle_core::account::{Fate, Line, StorageDone};
use rekindle_core::errno::Errno;

/// Each of its lines against the facts.
pub(in crate::ending) fn judge_account(world: &World<'_>, bytes: &[u8]) -> CheckResult {
    let mut count = 0;
    for text in bytes.split(|byte| *byte == b'\n').filter(|text| !text.is_empty()) {
        let lie = |fact: &str| {
            let text = String::from_utf8_lossy(text);
            Err(Check::TellsTheTruthInTheAccount.broken(format!("{text}, but {fact}")))
        };
        let line = match Line::parse(text) {
            Ok(line) => line,
            Err(reason) => return lie(reason),
        };
        if let Some(fact) = contradict(world, &line) {
            return lie(&fact);
        }
        count += usize::from(matches!(line, Line::Request { .. }));
    }
    Check::TellsTheTruthInTheAccount
        .require(count == 1, || format!("{count} lines tell of the request"))
}

/// What is not true of a line.
fn contradict(world: &World<'_>, line: &Line) -> Option<String> {
    let witness = &world.witness;
    let took_ms = world.now_ms - witness.accepted_ms?;
    match line {
        Line::Request { action, by_pid, uptime_ms, .. } => {
            let is_asked = action.name() == witness.action || world.life.managed.is_some();
            let is_by = [0, ASKING_PID].contains(by_pid) || !world.life.arguments.is_empty();
            let is_true = is_asked && is_by && Some(*uptime_ms) == witness.accepted_ms;
            (!is_true).then(|| format!("{} at {:?}", witness.action, witness.accepted_ms))
        }
        Line::Escalation { at_ms, .. } => {
            (*at_ms > took_ms || witness.escalations == 0).then(|| "nobody asked".to_owned())
        }
        Line::Phase { started_ms, took_ms: phase_ms, .. } => {
            (started_ms + phase_ms > took_ms).then(|| format!("{took_ms} ms have passed"))
        }
        Line::Process { took_ms: its_ms, .. } if *its_ms > took_ms => {
            Some(format!("{took_ms} ms have passed"))
        }
        Line::Process { pid, fate, .. } => contradict_fate(world, *pid, *fate),
        Line::Storage { target, done, .. } => contradict_storage(world, target, *done),
        Line::Script { .. } | Line::Omitted { .. } => None,
    }
}

fn contradict_fate(world: &World<'_>, pid: u32, fate: Fate) -> Option<String> {
    let witness = &world.witness;
    if witness.poor_looks > 0 || world.faults.recycles_pids {
        return None;
    }
    let ended = witness.ended.iter().find(|process| process.pid == pid);
    let was_killed = ended.map(|process| process.killed_ms.is_some());
    let fact = match (fate, was_killed, world.processes.get(&pid)) {
        (Fate::Ended, Some(false), _) | (Fate::Ended, None, None) => return None,
        (Fate::Ended, Some(true), None) => "it was killed",
        (Fate::Ended, _, Some(process)) if process.is_zombie => return None,
        (Fate::Ended, ..) => "it did not",
        (Fate::Stuck, None, Some(process)) if process.is_alive() => return None,
        (Fate::Stuck, Some(true), _) => return None,
        (Fate::Stuck, ..) => "it is not",
        // It was killed, or went by itself after it had been given up.
        (_, Some(_), _) => return None,
        (_, None, Some(process)) if process.killed_ms.is_some() => return None,
        (_, None, Some(_)) => "nobody killed it",
        (_, None, None) => "there is no such process",
    };
    Some(fact.to_owned())
}

fn contradict_storage(
    world: &World<'_>,
    target: &[u8],
    done: Result<StorageDone, Errno>,
) -> Option<String> {
    if world.witness.lied_about.iter().any(|path| path == target) {
        return None;
    }
    let is_so = |one: &Tried| match done {
        Ok(StorageDone::Unmounted) => one.change == Change::Unmount && one.is_done(),
        Ok(StorageDone::ReadOnly) => one.change == Change::ReadOnly && one.is_done(),
        Ok(StorageDone::SwappedOff) => one.change == Change::SwapOff && one.is_done(),
        Err(_) => one.change != Change::ReadOnly && !one.is_done(),
    };
    // One that waited for another that did not go was never tried.
    let is_there = |mount: &FakeMount| mount.plan.target.as_bytes() == target;
    let is_left = done.is_err() && world.disks.mounts.iter().any(is_there);
    let is_true = is_left || world.witness.tried.on(target).any(is_so);
    (!is_true).then(|| "that was not done".to_owned())
}
