//! Ops on processes, PID 1 among them.

use crate::ending::anew::begin_anew;
use crate::ending::checks::judge_signal;
use crate::ending::children::{end_processes, start_process};
use crate::ending::mutate::mutate_handover;
use crate::ending::mutation::Mutation;
use crate::ending::plan::{Manner, ProcessPlan};
use crate::ending::world::World;
use rekindle_core::child::Child;
use rekindle_core::errno::Errno;
use rekindle_core::event::Event;
use rekindle_core::op::{Become, Outcome, ProcessOp, Program, Whom};
use rekindle_core::pid1::StartArguments;

/// What an entry's script takes at the most, in milliseconds.
const SCRIPT_MS: u64 = 3_000;

pub(super) fn perform_on_process(world: &mut World<'_>, op: &ProcessOp) -> Option<Outcome> {
    Some(match op {
        ProcessOp::Spawn(child) => start_entry(world, child),
        ProcessOp::SpawnCommand(_) => {
            Outcome::Started(start_process(world, ProcessPlan::new(Manner::Dies), 1))
        }
        ProcessOp::AskSuccessor { .. } => Outcome::Done,
        ProcessOp::Signal { whom, signal } => send_signal(world, *whom, *signal),
        ProcessOp::Become(to) => return become_another(world, to),
        ProcessOp::Exit { status } => {
            world.report.exited = Some(*status);
            world.is_over = true;
            return None;
        }
    })
}

/// A script ends by itself, or hangs; anything else stays until TERM.
fn start_entry(world: &mut World<'_>, child: &Child) -> Outcome {
    let Some(managed) = world.life.managed else { return Outcome::Failed(Errno::ENOENT) };
    let mut chance = world.chance(8);
    let is_script = child.arguments.first().is_some_and(|name| name.starts_with(b"/rc"));
    let hangs = is_script && chance.percent(managed.hangs);
    let manner = if hangs { Manner::Ignores } else { Manner::Dies };
    let plan = ProcessPlan { is_of_root: true, ..ProcessPlan::new(manner) };
    let pid = start_process(world, plan, 1);
    if let (true, false, Some(process)) = (is_script, hangs, world.processes.get_mut(&pid)) {
        process.ends_at_ms = Some(world.now_ms + chance.below(SCRIPT_MS));
    }
    Outcome::Started(pid)
}

fn send_signal(world: &mut World<'_>, whom: Whom, signal: u8) -> Outcome {
    world.report.signals_sent += 1;
    let is_to_everyone = matches!(whom, Whom::Everyone(_));
    let reached: Vec<u32> = match whom {
        Whom::Everyone(_) => world.processes.keys().copied().collect(),
        Whom::Process(pid) | Whom::Group(pid) => vec![pid],
    };
    for pid in reached {
        world.take_verdict(judge_signal(world, pid, signal, is_to_everyone));
        if let Some(process) = world.processes.get_mut(&pid) {
            if process.asked_ms.is_none() {
                process.shown = process.best_look(world.now_ms).term_answer();
            }
            process.take(signal, world.now_ms);
        }
    }
    world.witness.signalled(signal, world.now_ms);
    // Some are gone before the next signal is sent.
    end_processes(world);
    Outcome::Done
}

fn become_another(world: &mut World<'_>, to: &Become) -> Option<Outcome> {
    match to.program {
        Program::Prepared(_) if world.chance(9).percent(world.faults.no_exec) => {
            Some(Outcome::Failed(Errno::ENOMEM))
        }
        Program::Prepared(_) => {
            become_itself(world, to);
            None
        }
        Program::Paths(_) if !world.life.has_successor => Some(Outcome::Failed(Errno::ENOENT)),
        Program::Paths(_) => {
            (world.report.became_successor, world.is_over) = (true, true);
            None
        }
    }
}

/// PID 1 goes on as a copy of itself.
fn become_itself(world: &mut World<'_>, to: &Become) {
    let mutation = world.life.mutation;
    if !to.keeps_signals || mutation == Some(Mutation::DropsSignalsAtBecome) {
        world.events.retain(|event| !matches!(event, Event::Signal(_)));
    }
    let arguments = to.arguments.iter().skip(1).cloned().collect();
    let handed_over = mutate_handover(mutation, to.handed_over.clone());
    begin_anew(world, StartArguments { arguments, handed_over, ..StartArguments::default() });
}
