//! What looks at a simulated machine tell.

use super::process::FakeProcess;
use super::world::World;
use rekindle_core::configuration::{
    FILE_PATH, KERNEL_LINE_MOST_BYTES, KERNEL_LINE_PATH, MOST_BYTES, encode_file,
};
use rekindle_core::errno::Errno;
use rekindle_core::op::{CensusOp, Outcome, Read, ReadOp};
use rekindle_core::proc::census::encode_end_of_list;
use rekindle_core::proc::owners::{Owner, encode_owners};
use rekindle_core::proc::process::Process;
use rekindle_core::request::Sender;

pub(super) fn look(world: &World<'_>, op: &ReadOp) -> Outcome {
    match op {
        ReadOp::IsMountPoint { .. } | ReadOp::IsVirtualTerminal => Outcome::Answer(true),
        ReadOp::File { path, most_bytes } | ReadOp::TakeFile { path, most_bytes } => {
            read_file(world, path, *most_bytes)
        }
        ReadOp::Configuration => read_configuration(world),
        ReadOp::OwnPidNamespace => {
            let is_first = !world.life.is_container();
            whole(if is_first { "pid:[4026531836]" } else { "pid:[4026532194]" })
        }
        _ if !world.life.has_proc => Outcome::Failed(Errno::ENOENT),
        ReadOp::Sender { .. } => {
            let sender = Sender { comm: b"test".to_vec(), session: 7, ..Sender::default() };
            whole(sender.encode())
        }
        ReadOp::Census(CensusOp::Everyone) => census(world),
        ReadOp::Census(CensusOp::Closer { pids }) => look_closer(world, Vec::new(), pids),
        ReadOp::ProcessOwners => whole(encode_owners(&owners(world))),
    }
}

fn whole(bytes: impl Into<Vec<u8>>) -> Outcome {
    Outcome::Read(Read::whole(bytes.into()))
}

fn cut_short(bytes: Vec<u8>) -> Outcome {
    Outcome::Read(Read { bytes, complete: false })
}

fn owners(world: &World<'_>) -> Vec<Owner> {
    let owner = |process: &FakeProcess| Owner {
        pid: process.pid,
        uid: if process.plan.is_of_root { 0 } else { 1000 },
    };
    let helpers = world.helpers.iter().map(|one| Owner { pid: one.pid, uid: 0 });
    world.processes.values().map(owner).chain(helpers).collect()
}

/// Everybody with what status shows, then the closer looks; the first that blocks is the last.
fn census(world: &World<'_>) -> Outcome {
    let helpers = world.helpers.iter().map(|helper| look_at_helper(helper.pid));
    let processes = world.processes.values().map(|process| process.look(world.now_ms));
    let mut all: Vec<Process> = processes.chain(helpers).collect();
    all.sort_by_key(|process| process.pid);
    let cut = cut(world, all.len());
    all.truncate(cut.unwrap_or(all.len()));
    let mut bytes: Vec<u8> = all.iter().flat_map(Process::encode).collect();
    if cut.is_some() {
        return cut_short(bytes);
    }
    bytes.extend(encode_end_of_list());
    let closer = all.iter().filter(|one| one.is_endable() && one.needs_closer_look());
    let closer: Vec<u32> = closer.map(|one| one.pid).collect();
    look_closer(world, bytes, &closer)
}

fn look_closer(world: &World<'_>, mut bytes: Vec<u8>, pids: &[u32]) -> Outcome {
    let cut = cut(world, pids.len());
    for (count, pid) in pids.iter().enumerate() {
        if cut.is_some_and(|most| count >= most) {
            return cut_short(bytes);
        }
        match world.processes.get(pid) {
            Some(process) if process.plan.blocks_look && process.is_alive() => {
                return cut_short(bytes);
            }
            Some(process) => bytes.extend(process.closer_look(world.now_ms).encode()),
            None if world.helpers.iter().any(|helper| helper.pid == *pid) => {
                bytes.extend(look_at_helper(*pid).encode());
            }
            None => {}
        }
    }
    whole(bytes)
}

fn look_at_helper(pid: u32) -> Process {
    let comm = b"init-helper".to_vec();
    let closer = Some(Default::default());
    Process { pid, parent: 1, state: b'S', is_of_root: true, comm, closer, ..Process::default() }
}

/// How much of a look is told, if it is cut.
fn cut(world: &World<'_>, count: usize) -> Option<usize> {
    let mut chance = world.chance(5);
    let is_cut = chance.percent(world.faults.cuts_look);
    is_cut.then(|| chance.below(count as u64 + 1) as usize)
}

fn read_file(world: &World<'_>, path: &str, most_bytes: usize) -> Outcome {
    let mut chance = world.chance(6);
    if chance.percent(world.faults.fails_to_read) {
        return Outcome::Failed(chance.pick(&[Errno::EMFILE, Errno::ENOMEM, Errno::EIO]));
    }
    let Some(text) = file(world, path) else { return Outcome::Failed(Errno::ENOENT) };
    let mut bytes = text.into_bytes();
    let cut = cut(world, bytes.len()).filter(|_| path == "/proc/self/mountinfo");
    let most = most_bytes.min(cut.unwrap_or(most_bytes));
    let complete = bytes.len() <= most;
    bytes.truncate(most);
    Outcome::Read(Read { bytes, complete })
}

/// The kernel's line and /etc/rekindle.conf; there is none of it as long as nobody writes one.
fn read_configuration(world: &World<'_>) -> Outcome {
    let mut told = Vec::new();
    for (path, most_bytes) in [(FILE_PATH, MOST_BYTES), (KERNEL_LINE_PATH, KERNEL_LINE_MOST_BYTES)]
    {
        let outcome = read_file(world, path, most_bytes);
        let content = outcome.whole();
        if content != Err(Errno::ENOENT) {
            encode_file(path.as_bytes(), content, &mut told);
        }
    }
    whole(told)
}

fn file(world: &World<'_>, path: &str) -> Option<String> {
    let life = world.life;
    match path {
        "/sys/kernel/kexec_loaded" => Some(format!("{}\n", u8::from(life.kernel_is_loaded))),
        "/etc/inittab" => Some(life.inittab.clone()),
        "/proc/self/mountinfo" if life.has_proc => Some(world.disks.mountinfo()),
        "/proc/swaps" if life.has_proc => Some(world.disks.swaps_table()),
        "/proc/cmdline" if life.has_proc => Some(String::new()),
        "/proc/meminfo" if life.has_proc => {
            let total = world.disks.swaps.len() * 1_048_572;
            Some(format!("Dirty:  12 kB\nWriteback: 0 kB\nSwapTotal: {total} kB\n"))
        }
        _ => None,
    }
}
