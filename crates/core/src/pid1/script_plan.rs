//! Which scripts belong to an end, and what is begun beside them.

use super::serve::Entries;
use super::serve::{Children, Supervision, enter_level};
use crate::account::WRITING_MS;
use crate::child::is_storage_teardown;
use crate::context::Context;
use crate::event::Severity;
use crate::inittab::{EntryAction, Runlevel};
use crate::op::{Op, Outcome, StorageOp};
use crate::proc::meminfo::parse_meminfo;
use crate::shutdown::Shutdown;
use crate::text::Shown;
use alloc::format;
use alloc::vec::Vec;

/// How much has to wait to be written before an early start is worth a helper: what a slow disk
/// (an SD card, some MiB/s) writes in a tenth of a second.
const WORTH_WRITING_KIB: u64 = 1_024;

/// Dirty pages go to the disk while services stop, so that the sync at the end finds little left;
/// a handful is not worth a helper. How many there are not known counts as many.
pub(crate) fn write_back_early(outcome: &Outcome, context: &mut Context) {
    let known = outcome.look().known().and_then(|text| parse_meminfo(text).dirty_kib);
    if known.is_none_or(|dirty_kib| dirty_kib >= WORTH_WRITING_KIB) {
        context.help_and_forget(Op::Storage(StorageOp::Sync), context.settings.sync_ms);
    }
}

/// The `shutdown` entries, but for those that would only unmount under running processes.
pub(crate) fn plan_shutdown_entries(entries: &Entries, context: &mut Context) -> Vec<u32> {
    let mut run = entries.ids_of_action(EntryAction::Shutdown);
    run.retain(|id| {
        let Some(one) = entries.get(*id) else { return false };
        let command = &one.entry().command;
        let is_put_off = is_storage_teardown(command);
        if is_put_off {
            let text =
                format!("'{}' is left to the last stage, after the processes", Shown(command));
            context.say(Severity::Info, text);
        }
        !is_put_off
    });
    run
}

/// The end of sysvinit's machine: who has no place in its level is ended, and then its entries run
/// one after the other.
pub(crate) fn plan_level_of_end(
    shutdown: &Shutdown,
    supervision: &mut Supervision,
    context: &mut Context,
) -> Vec<u32> {
    let action = shutdown.action();
    let level = Runlevel::parse(action.runlevel()).unwrap_or(Runlevel::REBOOT);
    if let Some(word) = action.init_halt() {
        supervision.set_variables(Vec::from([word.to_vec()]));
    }
    enter_level_of_end(supervision.children_mut(), level, context);
    context.help_and_forget(Op::Storage(shutdown.account().plan_write()), WRITING_MS);
    supervision.begin_leaving(None, context);
    entries_of_end(supervision.children(), level)
}

fn enter_level_of_end(children: &mut Children, level: Runlevel, context: &mut Context) {
    let previous = children.levels().map_or(Runlevel::NONE, |levels| levels.now());
    // A change of level that was under way is none any more.
    let _ = children.levels_mut().and_then(|levels| levels.table_read());
    enter_level(children, level, previous, context);
}

fn entries_of_end(children: &Children, level: Runlevel) -> Vec<u32> {
    let order = children.levels().map(|levels| levels.order()).unwrap_or_default();
    let mut run = Vec::new();
    for one in order.iter().filter_map(|id| children.entries().get(*id)) {
        if matches!(one.entry().action, EntryAction::Wait | EntryAction::Once)
            && one.entry().runs_in(level)
            && !one.is_alive()
        {
            run.push(one.id());
        }
    }
    run
}
