//! Children, signals, and what PID 1 becomes.

use super::answer::done;
use crate::console::Console;
use crate::control::ControlSocket;
use crate::{raw, spawn, successor};
use alloc::vec::Vec;
use rekindle_core::op::{Outcome, ProcessOp, Whom};
use rustix::fd::OwnedFd;

/// `place` is that of the copy of PID 1's program; `control` is what a new version goes on with.
pub(super) fn perform(
    op: &ProcessOp,
    console: &mut Console,
    place: &mut Option<OwnedFd>,
    control: &ControlSocket,
) -> Outcome {
    match op {
        ProcessOp::Spawn(plan) => spawn::spawn(plan, console),
        ProcessOp::SpawnCommand(command) => spawn::spawn_command(command, console),
        ProcessOp::AskSuccessor { path } => done(successor::ask_successor(path)),
        ProcessOp::Signal { whom, signal } => done(raw::kill(kill_argument(*whom), *signal)),
        ProcessOp::Become(order) => {
            let carried = if order.keeps_control { control.carry() } else { Vec::new() };
            Outcome::Failed(successor::become_program(order, place, &carried))
        }
        ProcessOp::Exit { status } => raw::exit(*status),
    }
}

fn kill_argument(whom: Whom) -> i32 {
    // A process id that kill(2) can't take is nobody's: the highest number then finds nobody.
    let number = |pid: u32| i32::try_from(pid).ok().filter(|pid| *pid > 1).unwrap_or(i32::MAX);
    match whom {
        Whom::Everyone(_) => -1,
        Whom::Process(pid) => number(pid),
        Whom::Group(pid) => number(pid).saturating_neg(),
    }
}
