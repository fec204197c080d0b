//! What happens from outside.

use super::fifo::render;
use super::happening::What;
use super::judge::stalls;
use super::kernel::start_process;
use super::program::Manner;
use super::signals::raise;
use super::world::{Subject, World};
use rekindle_core::request::Origin;
use rekindle_core::signal::number;

pub(super) fn happen(world: &mut World<'_>, what: What) {
    world.note(|| format!("! {what:?}"));
    let now_ms = world.now_ms;
    match what {
        What::Signal { signal, pid } => {
            raise(world, Origin { signal, pid, ..Origin::default() });
        }
        What::Request(asked) => world.fifo.write(&render(asked)),
        What::HalfRequest(asked, bytes) => world.fifo.write(&render(asked)[..bytes]),
        What::Garbage(bytes) => world.fifo.write(&vec![b'g'; bytes]),
        What::ReadsPieces(bytes) => world.fifo.piece = bytes,
        What::Table(table) => world.table = table,
        What::Power(letter) => {
            world.troubles.power = Some(letter);
            raise(world, Origin { signal: number::PWR, ..Origin::default() });
        }
        What::Loaded(is_loaded) => world.troubles.is_loaded = is_loaded,
        What::NoProcess(errno, ms) => world.troubles.no_process = (now_ms + ms, errno),
        What::NoHelper(errno, ms) => world.troubles.no_helper = (now_ms + ms, errno),
        What::HelpersHang(ms) => world.troubles.helpers_hang_until = now_ms + ms,
        What::NoTerminal(ms) => world.troubles.no_terminal_until = now_ms + ms,
        What::SuccessorFails(fails) => world.troubles.successor_fails = fails,
        What::CopyFails => world.troubles.copy_fails = true,
        What::OrphanEnds => {
            let course = Manner::Fails.course(&mut world.chance(Subject::Course, now_ms));
            start_process(world, course, false);
        }
        What::Kill(number) => {
            let alive = world.processes.alive_of_entries();
            if let Some(pid) = alive.get(number) {
                world.processes.kill(*pid, now_ms);
            }
        }
        What::Stall(ms) => {
            world.now_ms += ms;
            stalls(&mut world.judge, ms);
        }
        What::Panic => world.panics = true,
    }
}
