//! Signals to many.

use crate::context::Context;
use crate::op::{Op, ProcessOp, Whom};
use crate::proc::process::Process;
use crate::signal::number;
use crate::spared::NobodySpared;
use alloc::vec::Vec;

/// Who gets a signal. One call reaches everybody, also those who are being forked right now; but it
/// takes the proof that nobody has to be spared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reach {
    Everyone(NobodySpared),
    EachAlone,
}

fn send(context: &mut Context, whom: Whom, signal: u8) {
    context.run_and_forget(Op::Process(ProcessOp::Signal { whom, signal }));
}

/// Sends `signal` to all, or to each of `pids`.
pub(super) fn signal_all(context: &mut Context, signal: u8, reach: Reach, pids: &[u32]) {
    match reach {
        Reach::Everyone(proof) => send(context, Whom::Everyone(proof), signal),
        Reach::EachAlone => pids.iter().for_each(|pid| send(context, Whom::Process(*pid), signal)),
    }
}

/// Their process ids.
#[inline(never)]
pub(super) fn pids_of(processes: &[&Process]) -> Vec<u32> {
    processes.iter().map(|process| process.pid).collect()
}

/// Asks to end. The stopped are continued first: when the parent of a stopped process ends, the kernel
/// sends that one HUP (setpgid(2), orphaned process groups), which would end it before its chance.
/// CONT goes to all again at the end, for those who stopped meanwhile.
pub(super) fn send_term(context: &mut Context, reach: Reach, processes: &[&Process]) {
    for process in processes.iter().filter(|process| process.state == b'T') {
        send(context, Whom::Process(process.pid), number::CONT);
    }
    let pids = pids_of(processes);
    signal_all(context, number::TERM, reach, &pids);
    let has_terminal = |process: &&&Process| process.closer.is_some_and(|look| look.has_terminal);
    for process in processes.iter().filter(has_terminal) {
        send(context, Whom::Process(process.pid), number::HUP);
    }
    signal_all(context, number::CONT, reach, &pids);
}

/// Asks to end whom nobody could look at: continued before and after.
pub(super) fn send_term_unseen(context: &mut Context, reach: Reach, pids: &[u32]) {
    for signal in [number::CONT, number::TERM, number::CONT] {
        signal_all(context, signal, reach, pids);
    }
}
