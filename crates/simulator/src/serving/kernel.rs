//! What the kernel does with ops.

use super::becoming::become_program;
use super::judge::counts_helpers;
use super::look::look;
use super::process::FakeProcess;
use super::program::{Course, Manner};
use super::world::{FakeHelper, Subject, World};
use rekindle_core::child::{Child, Terminal};
use rekindle_core::errno::Errno;
use rekindle_core::event::{Event, ExitStatus};
use rekindle_core::op::{ControlOp, InitctlOp, Op, OpId, Outcome, ProcessOp, SelfCopyOp, Whom};

/// The number of the program that a child runs, if it is one of the life's.
pub(super) fn program_of(child: &Child) -> Option<usize> {
    let path = child.programs.first()?;
    std::str::from_utf8(path.strip_prefix(b"/c")?).ok()?.parse().ok()
}

pub(super) fn perform_inline(world: &mut World<'_>, id: OpId, op: Op) {
    if let Some(outcome) = perform(world, &op) {
        world.queue.push_back((Event::Finished { id, outcome }, Some(op)));
    }
}

/// `None` if nothing comes back from it.
pub(super) fn perform(world: &mut World<'_>, op: &Op) -> Option<Outcome> {
    Some(match op {
        Op::Read(op) => look(world, op),
        Op::Process(op) => return perform_process(world, op),
        Op::CtrlAltDel { .. } if world.life.is_container => Outcome::Failed(Errno::EINVAL),
        Op::SelfCopy(SelfCopyOp::Create(_)) if world.troubles.copy_fails => {
            Outcome::Failed(Errno::ENOSYS)
        }
        Op::SelfCopy(op) => {
            world.has_copy = !matches!(op, SelfCopyOp::Drop);
            Outcome::Done
        }
        Op::Initctl(InitctlOp::Open) => {
            world.fifo.open();
            Outcome::Done
        }
        Op::Initctl(InitctlOp::Close) => {
            world.fifo.close();
            Outcome::Done
        }
        Op::Control(ControlOp::Check) => Outcome::Answer(true),
        Op::Console(_)
        | Op::Control(_)
        | Op::ForgetCode
        | Op::MountApi(_)
        | Op::CtrlAltDel { .. }
        | Op::Storage(_)
        | Op::Record(_)
        | Op::Kernel(_) => Outcome::Done,
    })
}

pub(super) fn perform_process(world: &mut World<'_>, op: &ProcessOp) -> Option<Outcome> {
    Some(match op {
        ProcessOp::Spawn(child) => spawn(world, child),
        ProcessOp::AskSuccessor { .. } if world.troubles.successor_fails => {
            Outcome::Failed(Errno::ENOEXEC)
        }
        ProcessOp::Signal { whom: Whom::Group(pid) | Whom::Process(pid), signal } => {
            world.processes.signal(*pid, *signal, world.now_ms);
            Outcome::Done
        }
        ProcessOp::Become(to) => return become_program(world, to),
        ProcessOp::SpawnCommand(_)
        | ProcessOp::AskSuccessor { .. }
        | ProcessOp::Signal { .. }
        | ProcessOp::Exit { .. } => Outcome::Done,
    })
}

/// The terminal is looked for before the fork (crates/sys/src/spawn.rs).
pub(super) fn spawn(world: &mut World<'_>, child: &Child) -> Outcome {
    if matches!(child.terminal, Terminal::Device(_))
        && world.now_ms < world.troubles.no_terminal_until
    {
        return Outcome::NoTerminal(Errno::ENXIO);
    }
    let (until_ms, errno) = world.troubles.no_process;
    if world.now_ms < until_ms {
        return Outcome::Failed(errno);
    }
    let number = program_of(child);
    let manner = number.and_then(|number| world.life.programs.get(number));
    let manner = *manner.unwrap_or(&Manner::Works { ms: 1_500 });
    let subject = u64::from(world.ops) << 8 | number.unwrap_or(255) as u64;
    let course = manner.course(&mut world.chance(Subject::Course, subject));
    Outcome::Started(start_process(world, course, true))
}

pub(super) fn start_process(world: &mut World<'_>, course: Course, is_of_entry: bool) -> u32 {
    let now_ms = world.now_ms;
    world.add_process(FakeProcess {
        pid: 0,
        is_of_entry,
        course,
        ends_ms: course.ends_after_ms.map(|after| now_ms + after),
        asks: course.asks.map(|(signal, after)| (signal, now_ms + after)),
        status: ExitStatus::Exited(u8::from(course.ends_after_ms.is_some_and(|ms| ms % 3 == 0))),
        is_zombie: false,
    })
}

pub(super) fn start_helper(world: &mut World<'_>, id: OpId, op: Op, deadline_ms: u64) {
    let (until_ms, errno) = world.troubles.no_helper;
    if world.now_ms < until_ms {
        return world.queue.push_back((Event::NoHelper { id, op: op.clone(), errno }, Some(op)));
    }
    let mut chance = world.chance(Subject::Helper, u64::from(id.0));
    let hangs = world.now_ms < world.troubles.helpers_hang_until;
    let takes_ms = (!hangs).then(|| chance.below(20));
    let outcome = perform(world, &op).unwrap_or(Outcome::Done);
    let ends_after_ms = takes_ms.map(|ms| ms + chance.below(2));
    let course = Course { ends_after_ms, term_ms: None, can_be_killed: true, asks: None };
    let pid = start_process(world, course, false);
    world.queue.push_back((Event::HelperStarted { id, pid }, None));
    let (deadline_ms, done_ms) =
        (world.now_ms + deadline_ms, takes_ms.map(|takes_ms| world.now_ms + takes_ms));
    world.helpers.push(FakeHelper { id, op, pid, deadline_ms, done_ms, outcome });
    counts_helpers(&mut world.judge, world.helpers.len());
}
