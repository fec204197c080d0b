//! The pool of watches: a descriptor each, so there are only a few.

use crate::event::Effect;
use alloc::vec::Vec;

/// How many processes are watched at a time. The wait ends with the last of all, so a few at a time do;
/// most of the others are reaped meanwhile, and cost no descriptor.
pub(crate) const MOST_WATCHED: usize = 16;

/// The processes that are watched.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watches {
    pids: Vec<u32>,
}

impl Watches {
    /// Watches one more, if there is room and it is not watched already.
    pub(crate) fn watch(&mut self, pid: u32) -> Option<Effect> {
        if self.contains(pid) || self.pids.len() >= MOST_WATCHED {
            return None;
        }
        self.pids.push(pid);
        Some(Effect::Watch { pid })
    }

    pub(crate) fn contains(&self, pid: u32) -> bool {
        self.pids.contains(&pid)
    }

    /// Gives one up, so that there is room for another.
    pub(crate) fn unwatch(&mut self, pid: u32) -> Option<Effect> {
        let at = self.pids.iter().position(|other| *other == pid)?;
        Some(Effect::Unwatch { pid: self.pids.swap_remove(at) })
    }

    /// It ended, which also ends its watch.
    pub(crate) fn forget(&mut self, pid: u32) {
        self.pids.retain(|other| *other != pid);
    }

    /// Gives all of them up.
    pub(crate) fn clear(&mut self, effects: &mut Vec<Effect>) {
        while let Some(pid) = self.pids.pop() {
            effects.push(Effect::Unwatch { pid });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_a_few_and_again_when_one_is_gone() {
        let mut watches = Watches::default();
        let taken = (100..1_200).filter(|pid| watches.watch(*pid).is_some()).count();
        assert_eq!(taken, MOST_WATCHED);
        assert_eq!(watches.watch(100), None);
        watches.forget(100);
        assert_eq!(watches.watch(9), Some(Effect::Watch { pid: 9 }));
        assert_eq!(watches.unwatch(8), None);
        assert_eq!(watches.unwatch(9), Some(Effect::Unwatch { pid: 9 }));
        assert_eq!(watches.watch(9), Some(Effect::Watch { pid: 9 }));
        let mut effects = Vec::new();
        watches.clear(&mut effects);
        assert_eq!(effects.len(), MOST_WATCHED);
        assert!(watches.watch(9).is_some());
    }
}
