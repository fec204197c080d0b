//! The parts of a life that can be taken away.

use super::life::EndingLife;

/// How many parts there are of each kind. The root and the first request stay.
fn counts(life: &EndingLife) -> [usize; 8] {
    [
        life.mounts.len() - 1,
        life.swaps.len(),
        life.processes.len(),
        life.requests.len().saturating_sub(1),
        life.fifo.len(),
        life.faults.len(),
        life.jumps.len(),
        usize::from(life.panic.is_some()),
    ]
}

/// How many parts there are.
pub(super) fn count(life: &EndingLife) -> usize {
    counts(life).iter().sum()
}

/// The same life without this part.
pub(super) fn without(life: &EndingLife, part: usize) -> EndingLife {
    let mut smaller = life.clone();
    let mut part = part;
    for (kind, count) in counts(life).into_iter().enumerate() {
        if part < count {
            take_away(&mut smaller, kind, part);
            return smaller;
        }
        part -= count;
    }
    smaller
}

fn take_away(life: &mut EndingLife, kind: usize, at: usize) {
    match kind {
        0 => take_mount_away(life, at + 1),
        1 => drop(life.swaps.remove(at)),
        2 => take_process_away(life, at),
        3 => drop(life.requests.remove(at + 1)),
        4 => drop(life.fifo.remove(at)),
        5 => drop(life.faults.remove(at)),
        6 => drop(life.jumps.remove(at)),
        _ => life.panic = None,
    }
}

/// With what stands on it and lies on it.
fn take_mount_away(life: &mut EndingLife, at: usize) {
    let id = life.mounts.remove(at).id;
    life.swaps.retain(|swap| swap.on != id);
    for process in life.processes.iter_mut().filter(|one| one.holds == Some(id)) {
        process.holds = None;
    }
    while let Some(on_it) = life.mounts.iter().position(|mount| mount.parent == id) {
        take_mount_away(life, on_it);
    }
}

/// Its children become PID 1's.
fn take_process_away(life: &mut EndingLife, at: usize) {
    life.processes.remove(at);
    for process in &mut life.processes {
        process.parent = match process.parent {
            Some(parent) if parent == at => None,
            Some(parent) if parent > at => Some(parent - 1),
            parent => parent,
        };
    }
}
