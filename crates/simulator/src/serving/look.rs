//! What is found where PID 1 or a helper looks.

use super::life::ServingLife;
use super::table::FileState;
use super::world::{Subject, World};
use rekindle_core::errno::Errno;
use rekindle_core::inittab::Dialect;
use rekindle_core::op::{Outcome, Read, ReadOp};
use rekindle_core::request::Sender;

pub(super) fn look(world: &mut World<'_>, op: &ReadOp) -> Outcome {
    let whole = |bytes: &[u8]| Outcome::Read(Read::whole(bytes.to_vec()));
    match op {
        ReadOp::File { path: "/etc/inittab", .. } => read_table(world),
        ReadOp::File { path: "/sys/kernel/kexec_loaded", .. } => {
            whole(if world.troubles.is_loaded { b"1\n" } else { b"0\n" })
        }
        ReadOp::Configuration => {
            // It changes with the table.
            let configurations = &world.life.configurations;
            let file = &configurations[world.table % configurations.len()];
            whole(&file.told(&kernel_line(world.life)))
        }
        ReadOp::File { .. } => whole(b""),
        ReadOp::TakeFile { .. } => match world.troubles.power.take() {
            Some(letter) => whole(&[letter, b'\n']),
            None => Outcome::Failed(Errno::ENOENT),
        },
        ReadOp::Sender { pid } => look_at_sender(world, *pid),
        ReadOp::IsMountPoint { .. } | ReadOp::IsVirtualTerminal => {
            Outcome::Answer(world.chance(Subject::Look, u64::from(world.ops)).percent(70))
        }
        ReadOp::Census(_) => whole(b""),
        ReadOp::OwnPidNamespace | ReadOp::ProcessOwners => Outcome::Failed(Errno::ENOENT),
    }
}

/// A table of sysvinit's that has lost what tells its dialect keeps it.
pub(super) fn kernel_line(life: &ServingLife) -> Vec<u8> {
    let mut line = life.kernel_line.join(" ");
    if life.dialect == Dialect::Sysvinit {
        line.push_str(" rekindle.dialect=sysvinit");
    }
    line.into_bytes()
}

pub(super) fn read_table(world: &World<'_>) -> Outcome {
    let file = &world.life.tables[world.table];
    match file.state {
        FileState::Fails(errno) => Outcome::Failed(errno),
        FileState::Cut => {
            let bytes = &world.judge.files[world.table];
            Outcome::Read(Read { bytes: bytes[..bytes.len() / 2].to_vec(), complete: false })
        }
        FileState::Whole | FileState::Empty | FileState::Nuls => {
            Outcome::Read(Read::whole(world.judge.files[world.table].clone()))
        }
    }
}

/// Scripts lead sessions of their own; whoever else asks may be gone already.
pub(super) fn look_at_sender(world: &World<'_>, pid: u32) -> Outcome {
    if world.processes.get(pid).is_none() && pid.is_multiple_of(2) {
        return Outcome::Failed(Errno::ENOENT);
    }
    let sender = Sender { comm: b"reboot".to_vec(), session: pid, ..Sender::default() };
    Outcome::Read(Read::whole(sender.encode()))
}
