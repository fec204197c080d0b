//! BusyBox's dialect: what runs one after the other, what runs once, and what is started again
//! whenever it ends.

use super::children::Children;
use super::sequence::Sequence;
use super::supervised::Supervised;
use crate::context::Context;
use crate::inittab::EntryAction;
use alloc::vec::Vec;

/// What has its turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns {
    /// sysinit and wait entries.
    boot: Option<Sequence>,
    /// ctrlaltdel entries.
    keys: Option<Sequence>,
}

impl Turns {
    /// These entries run first.
    pub(crate) fn of_boot(entries: Vec<u32>) -> Self {
        Self { boot: Some(Sequence::new(entries)), keys: None }
    }

    pub(crate) fn is_booting(&self) -> bool {
        self.boot.is_some()
    }

    /// Whether ctrlaltdel entries have their turn.
    pub(crate) fn has_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// Begins with the ctrlaltdel entries, unless they run. Says whether there is nothing to run.
    pub(crate) fn begin_keys(&mut self, children: &Children) -> bool {
        if self.keys.is_some() {
            return false;
        }
        let entries = children.entries().ids_of_action(EntryAction::CtrlAltDel);
        let is_nothing = entries.is_empty();
        self.keys = Some(Sequence::new(entries));
        is_nothing
    }

    /// Starts what is due. Says whether the boot is over now.
    pub(crate) fn advance(
        &mut self,
        children: &mut Children,
        is_respawn_paused: bool,
        is_leaving: bool,
        context: &mut Context,
    ) -> bool {
        self.keys.take_if(|sequence| sequence.drive(children, context));
        if self.boot.as_mut().is_some_and(|sequence| !sequence.drive(children, context)) {
            return false;
        }
        let is_over_now = self.boot.take().is_some();
        if is_over_now {
            start_once(children, context);
        } else {
            start_once_again(children, is_leaving, context);
        }
        if !is_respawn_paused {
            start_due(children, is_leaving, |one| one.entry().action.is_respawned(), context);
        }
        is_over_now
    }
}

fn start_once(children: &mut Children, context: &mut Context) {
    for id in children.entries().ids_of_action(EntryAction::Once) {
        children.start(id, context);
    }
}

/// `once` entries whose start failed for want of a process slot get another try, also by a new version
/// that took over meanwhile.
fn start_once_again(children: &mut Children, is_leaving: bool, context: &mut Context) {
    start_due(children, is_leaving, |one| one.entry().action == EntryAction::Once, context);
}

fn start_due(
    children: &mut Children,
    is_leaving: bool,
    is_wanted: fn(&Supervised) -> bool,
    context: &mut Context,
) {
    let entries = children.entries();
    let due = entries.ids(&|one| {
        one.is_due(context.now)
            && !one.is_removed()
            && is_wanted(one)
            && !(is_leaving && entries.is_terminal_taken(&one.entry().id))
    });
    for id in due {
        children.start(id, context);
    }
}
