//! What PID 1 says.

use super::added::NOBODYS;
use crate::ending::mutation::Mutation;
use crate::ending::world::World;
use rekindle_core::event::Effect;
use rekindle_core::op::{How, Op, ProcessOp, Whom};
use rekindle_core::signal::number;

/// What comes of an effect that asks for no op.
pub(super) fn mutate_saying(world: &World<'_>, mutation: Mutation, effect: Effect) -> Vec<Effect> {
    match (mutation, effect) {
        (Mutation::Boasts, Effect::Say { severity, text }) => {
            vec![Effect::Say { severity, text: boast(text) }]
        }
        (Mutation::StopsForRefused, Effect::Say { severity, text }) if text.contains("refused") => {
            let term = world.processes.keys().map(|pid| ask(*pid));
            term.chain([Effect::Say { severity, text }]).collect()
        }
        (_, effect) => vec![effect],
    }
}

/// More made read-only than were.
fn boast(text: String) -> String {
    if !text.contains(" file systems unmounted") {
        return text;
    }
    let text = text.replacen("0 made read-only", "9 made read-only", 1);
    text.replacen("1 made read-only", "2 made read-only", 1)
}

fn ask(pid: u32) -> Effect {
    let (whom, signal) = (Whom::Process(pid), number::TERM);
    let op = Op::Process(ProcessOp::Signal { whom, signal });
    Effect::Run { id: NOBODYS, op, how: How::Inline }
}
