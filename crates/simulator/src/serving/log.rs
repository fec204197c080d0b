//! How events and effects are told to a person.

use rekindle_core::event::{Effect, Event};
use rekindle_core::op::{How, Op, OpId, Outcome, ProcessOp};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "|")
}

pub(super) fn tell_event(event: &Event) -> String {
    match event {
        Event::Finished { id: OpId(id), outcome: Outcome::Read(read) } => {
            let cut = if read.complete { "" } else { " (cut)" };
            format!("> #{id} read {:?}{cut}", text(&read.bytes))
        }
        Event::Finished { id: OpId(id), outcome } => format!("> #{id} {outcome:?}"),
        Event::HelperStarted { id: OpId(id), pid } => format!("> #{id} has helper {pid}"),
        Event::NoHelper { id: OpId(id), errno, .. } => format!("> #{id} has no helper: {errno}"),
        Event::Initctl(bytes) => format!("> {} bytes from the FIFO", bytes.len()),
        Event::Signal(origin) => format!("> signal {} by {}", origin.signal, origin.pid),
        other => format!("> {other:?}"),
    }
}

pub(super) fn tell_effect(effect: &Effect) -> String {
    match effect {
        Effect::Say { text, .. } => format!("    \"{text}\""),
        Effect::Run { id: OpId(id), op, how } => {
            let how = if *how == How::Inline { "" } else { " by a helper" };
            format!("    #{id}{how}: {}", tell_op(op))
        }
        other => format!("    {other:?}"),
    }
}

fn tell_op(op: &Op) -> String {
    match op {
        Op::Process(ProcessOp::Spawn(child)) => {
            let programs: Vec<String> = child.programs.iter().map(|path| text(path)).collect();
            format!("start {} (line {}) on {:?}", programs.join(" or "), child.line, child.terminal)
        }
        Op::Process(ProcessOp::Become(to)) => {
            let arguments: Vec<String> = to.arguments.iter().map(|word| text(word)).collect();
            let state = to.handed_over.as_deref().map(text);
            format!("become {} by {:?}, told {state:?}", arguments.join(" "), to.program)
        }
        other => format!("{other:?}"),
    }
}
