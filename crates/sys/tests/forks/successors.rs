//! The programs that PID 1 becomes.

use crate::observed::{Observed, open_files, status_of};
use rekindle_core::errno::Errno;
use rekindle_core::op::{Become, HANDOVER_ARGUMENT, Op, Outcome, ProcessOp, Program};
use rekindle_core::signal::{mask_bit, number};
use rekindle_sys::{handover, limits, raw};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::os::unix::ffi::OsStringExt;

pub(crate) const SECOND_STAGE: &str = "second-stage";

const LIMIT: Rlimit = Rlimit { current: Some(200), maximum: Some(3_000) };

fn handed_over() -> Vec<u8> {
    [b"line\n".as_slice(), &[0xa5; 70_000]].concat()
}

/// The second stage is told what was open from the beginning: what started this test may have left it.
fn order(path: &str, keeps_signals: bool, open: &[String]) -> Op {
    Op::Process(ProcessOp::Become(Box::new(Become {
        program: Program::Paths(Vec::from([path.as_bytes().to_vec()])),
        arguments: ["forks", SECOND_STAGE, &open.join("\n")].map(|word| word.into()).to_vec(),
        environment: Vec::new(),
        handed_over: Some(handed_over()),
        session: None,
        keeps_signals,
        keeps_control: false,
    })))
}

/// TERM arrives before the other program is there, and waits for it.
pub(crate) fn get_all_that_is_theirs() {
    let open = open_files(raw::process_id());
    setrlimit(Resource::Nofile, LIMIT).unwrap();
    limits::raise_open_files();
    let mut observed = Observed::new();
    let (before, raised) = (open_files(raw::process_id()), getrlimit(Resource::Nofile));
    for keeps_signals in [true, false] {
        let failed = observed.executor.perform(&order("/nonexistent", keeps_signals, &open));
        assert_eq!(failed, Outcome::Failed(Errno::ENOENT));
        assert_eq!(open_files(raw::process_id()), before);
        assert_eq!(getrlimit(Resource::Nofile), raised);
        assert_ne!(mask("SigBlk") & mask_bit(number::TERM), 0);
    }
    raw::kill(i32::try_from(raw::process_id()).unwrap(), number::TERM).unwrap();
    let own = std::env::current_exe().unwrap();
    let failed = observed.executor.perform(&order(own.to_str().unwrap(), true, &open));
    panic!("not executed: {failed:?}");
}

pub(crate) fn check_second_stage() {
    let words = std::env::args_os().skip(1).map(OsStringExt::into_vec);
    let mut arguments: Vec<Vec<u8>> = words.collect();
    assert!(arguments.last().unwrap().starts_with(HANDOVER_ARGUMENT));
    let mut open = open_files(raw::process_id());
    let memfd = open.iter().position(|name| name == "/memfd:handover (deleted)").unwrap();
    assert_eq!(handover::take_handed_over(&mut arguments), Some(handed_over()));
    open.remove(memfd);
    let words = [SECOND_STAGE.as_bytes().to_vec(), open.join("\n").into_bytes()];
    assert_eq!(arguments, words);
    assert_eq!(open_files(raw::process_id()), open);
    assert_eq!(getrlimit(Resource::Nofile), LIMIT);
    assert_ne!(mask("SigBlk") & mask_bit(number::TERM), 0);
    assert_ne!(mask("ShdPnd") & mask_bit(number::TERM), 0);
}

fn mask(key: &str) -> u64 {
    u64::from_str_radix(&status_of(raw::process_id(), key).unwrap(), 16).unwrap()
}
