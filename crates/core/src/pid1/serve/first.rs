//! How serving begins.

use super::children::Children;
use super::levels::Levels;
use super::serving::Serving;
use super::table::{take_first_table, take_sysvinit_table, with_emergency_login};
use crate::child::{plan_sysvinit_environment, set};
use crate::context::Context;
use crate::inittab::{Dialect, EntryAction, Runlevel, Table, first_level};
use crate::op::{ConsoleOp, Op};
use crate::pid1::next::Booted;
use crate::pid1::provisions::Provisions;
use crate::pid1::start::StartArguments;
use crate::text::word;
use alloc::vec::Vec;

/// Serves what a boot has found.
pub(crate) fn serve_booted(booted: Booted, context: &mut Context) -> Serving {
    let Booted { start, environment, consoles, table } = booted;
    match table.dialect {
        Dialect::BusyBox => {
            let mut children = Children::new(environment, None);
            take_first_table(children.entries_mut(), table);
            let entries = children.entries();
            let mut first = entries.ids_of_action(EntryAction::Sysinit);
            first.extend(entries.ids_of_action(EntryAction::Wait));
            Serving::new(children, Provisions::new(start, consoles), Some(first))
        }
        Dialect::Sysvinit => {
            let children = take_levels(&start, table, context);
            Serving::new(children, Provisions::new(start, consoles), None)
        }
    }
}

fn take_levels(start: &StartArguments, mut table: Table, context: &mut Context) -> Children {
    let default = first_level(&table).unwrap_or(Runlevel::MULTI_USER);
    let first = start.arguments.iter().find_map(|word| level_of_argument(word)).unwrap_or(default);
    if start.has_any(&[b"emergency", b"-b"]) {
        table = with_emergency_login(table);
    }
    let takes_keys = table.entries.iter().any(|entry| entry.action == EntryAction::KbRequest);
    // A container's keyboard is its host's.
    if !context.host.is_container() && takes_keys {
        context.run_and_forget(Op::Console(ConsoleOp::AcceptKeyboardRequest));
    }
    let levels = Levels::booting_to(first, default);
    let mut children = Children::new(plan_environment(start), Some(levels));
    take_sysvinit_table(&mut children, table);
    children
}

fn plan_environment(start: &StartArguments) -> Vec<Vec<u8>> {
    let mut environment = plan_sysvinit_environment(&start.environment);
    if start.has_any(&[b"auto", b"-a"]) {
        set(&mut environment, "AUTOBOOT", b"YES");
    }
    environment
}

/// The runlevel that a word of the kernel's line asks for (sysvinit src/init.c, `main`).
fn level_of_argument(argument: &[u8]) -> Option<Runlevel> {
    match argument {
        _ if ["single", "-s", "S", "s"].contains(&word(argument)) => Some(Runlevel::SINGLE),
        [letter] => Runlevel::parse(*letter).filter(|level| level.is_numbered() && !level.is_end()),
        _ => None,
    }
}
