//! What PID 1 makes of an outcome: of a look at the processes.

use crate::ending::mutation::Mutation;
use rekindle_core::op::{CensusOp, Op, Outcome, Read, ReadOp};
use rekindle_core::proc::census::{decode_census, encode_end_of_list};
use rekindle_core::proc::process::{Closer, Process};

pub(in crate::ending) fn mutate_outcome(
    mutation: Option<Mutation>,
    op: &Op,
    outcome: Outcome,
) -> Outcome {
    match (mutation, op, outcome) {
        (Some(mutation), Op::Read(ReadOp::Census(look)), Outcome::Read(read)) => {
            Outcome::Read(mutate_look(mutation, look, read))
        }
        (_, _, outcome) => outcome,
    }
}

fn mutate_look(mutation: Mutation, look: &CensusOp, read: Read) -> Read {
    let is_mistaken = match mutation {
        Mutation::TakesPoorLookForWhole => !read.complete,
        Mutation::KnowsHelpersByName
        | Mutation::KnowsDeadByLetter
        | Mutation::TakesNoChildForNobody => read.complete,
        _ => false,
    };
    if !is_mistaken {
        return read;
    }
    let processes = decode_census(&read.bytes).processes.into_iter();
    let believed = processes.filter_map(|process| believe(mutation, process));
    let mut bytes: Vec<u8> = believed.flat_map(|process| process.encode()).collect();
    if *look == CensusOp::Everyone {
        bytes.extend(encode_end_of_list());
    }
    Read::whole(bytes)
}

/// What PID 1 takes a process for, if it believes in it at all.
fn believe(mutation: Mutation, process: Process) -> Option<Process> {
    match mutation {
        Mutation::TakesPoorLookForWhole => Some(seen_whole(process)),
        Mutation::KnowsHelpersByName => (process.comm != b"init-helper").then_some(process),
        Mutation::KnowsDeadByLetter => (process.state != b'Z').then_some(process),
        Mutation::TakesNoChildForNobody => (process.parent != 0).then_some(process),
        _ => Some(process),
    }
}

/// Who could not be looked at closely is somebody with nothing special to it.
fn seen_whole(process: Process) -> Process {
    let closer = process.closer.or(Some(Closer::default()));
    Process { closer, ..process }
}
