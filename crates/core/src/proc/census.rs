//! The processes, as a helper tells PID 1 of them.

use super::process::{Process, RECORD_BYTES};
use crate::spared::Spared;
use alloc::vec::Vec;

/// The record behind those of the first pass: everybody has been listed. It is nobody's, because no
/// process has the number 0.
#[must_use]
pub fn encode_end_of_list() -> [u8; RECORD_BYTES] {
    Process::default().encode()
}

/// What a census has told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// In the order of their process ids.
    pub processes: Vec<Process>,
    /// Nobody is missing.
    pub has_everyone: bool,
}

impl Census {
    /// Forgets who was there at first and could not be looked at any more: in a look that came through
    /// to its end, those are gone.
    pub fn forget_vanished(&mut self) {
        self.processes.retain(|process| !process.lacks_closer_look());
    }

    /// Who serves the root's storage: partly known if anybody was missed. PID 1's helpers, of which the census
    /// itself is one, and those that have ended since serve nothing.
    #[must_use]
    pub fn spared(&self, is_nobody: &dyn Fn(u32) -> bool) -> Spared {
        let is_somebody = |one: &&Process| one.is_endable() && !is_nobody(one.pid);
        let mut is_whole = self.has_everyone;
        let mut pids = Vec::new();
        for process in self.processes.iter().filter(is_somebody) {
            match process.is_spared() {
                Some(true) => pids.push(process.pid),
                Some(false) => {}
                None => is_whole = false,
            }
        }
        if is_whole { Spared::Known(pids) } else { Spared::Partial(pids) }
    }
}

/// Reads a census. A process may stand in it twice, first as its status shows it, then looked at more
/// closely; the later record counts. A record that was cut off is left out.
#[must_use]
pub fn decode_census(bytes: &[u8]) -> Census {
    let mut processes: Vec<Process> = Vec::with_capacity(bytes.len() / RECORD_BYTES);
    let mut has_everyone = false;
    for process in bytes.chunks_exact(RECORD_BYTES).filter_map(Process::decode) {
        has_everyone |= process.pid == 0;
        if process.pid == 0 {
            continue;
        }
        // /proc lists processes in ascending order, so the first pass only appends.
        let place = processes.binary_search_by_key(&process.pid, |known| known.pid);
        match place.map(|at| processes.get_mut(at)) {
            Ok(Some(known)) => *known = process,
            Ok(None) => {}
            Err(at) => processes.insert(at, process),
        }
    }
    Census { processes, has_everyone }
}

#[cfg(test)]
mod tests;
