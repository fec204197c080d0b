//! What a child of an entry is started with.

use super::levels::Levels;
use super::supervised::Supervised;
use crate::child::{Child, Terminal, plan_command, plan_sysvinit_command, set};
use crate::inittab::{Entry, EntryAction};
use crate::request::Action;
use crate::request::options::ACTION_VARIABLE;
use alloc::vec::Vec;

/// What all children of this moment have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) environment: &'a [Vec<u8>],
    pub(crate) levels: Option<&'a Levels>,
    /// How the machine is ending, if it is.
    pub(crate) ends_for: Option<Action>,
}

/// Plans the child of an entry. `None` if its command names no program.
pub(crate) fn plan_child(one: &Supervised, surroundings: Surroundings<'_>) -> Option<Child> {
    let entry = one.entry();
    let is_leveled = surroundings.levels.is_some();
    let plan = if is_leveled {
        plan_sysvinit_command(&entry.command)?
    } else {
        plan_command(&entry.command)?
    };
    Some(Child {
        programs: plan.programs,
        arguments: plan.arguments,
        environment: plan_variables(surroundings),
        terminal: plan_terminal(entry, surroundings.levels),
        takes_terminal: plan.is_login && !is_leveled,
        asks_first: entry.action == EntryAction::AskFirst,
        ends_no_kernel: surroundings.ends_for.is_some(),
        complains: !one.ended_at_once(),
        line: entry.line,
    })
}

fn plan_variables(surroundings: Surroundings<'_>) -> Vec<Vec<u8>> {
    let mut environment = surroundings.environment.to_vec();
    if let Some(levels) = surroundings.levels {
        levels.add_to(&mut environment);
    }
    if let Some(action) = surroundings.ends_for {
        set(&mut environment, ACTION_VARIABLE, action.name().as_bytes());
    }
    environment
}

/// sysvinit's children run on the console, and until a runlevel for several users is reached
/// those that are waited for get it as their controlling terminal, so that somebody can stop
/// them with Ctrl-C (src/init.c, `spawn`).
fn plan_terminal(entry: &Entry, levels: Option<&Levels>) -> Terminal {
    match levels {
        Some(levels) if levels.now().is_single() && entry.action.is_waited_for() => {
            Terminal::TakenConsole
        }
        Some(_) => Terminal::Console,
        None => Terminal::of_id(&entry.id),
    }
}
