//! Children that execute another program.

use crate::observed::{Observed, await_some, open_files};
use rekindle_core::child::{Child, Exec, Terminal};
use rekindle_core::op::{Op, Outcome, ProcessOp};
use rekindle_sys::{limits, raw};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs;

fn words(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

pub(crate) fn get_the_inherited_limit() {
    setrlimit(Resource::Nofile, Rlimit { current: Some(200), maximum: Some(3_000) }).unwrap();
    limits::raise_open_files();
    let raised = getrlimit(Resource::Nofile).current.unwrap();
    assert!(raised == 3_000 || raised == 4_096, "{raised}");
    let mut observed = Observed::new();
    let report = std::env::temp_dir().join(format!("rekindle-forks-{}", std::process::id()));
    let script =
        format!("echo $(ulimit -Sn) $(ulimit -Hn) > {0}.new; mv {0}.new {0}", report.display());
    let command = Exec {
        programs: words(&["/nonexistent", "/bin/sh"]),
        arguments: words(&["sh", "-c", &script]),
        environment: words(&["PATH=/usr/bin:/bin"]),
    };
    let started = observed.executor.perform(&Op::Process(ProcessOp::SpawnCommand(command.into())));
    assert!(matches!(started, Outcome::Started(_)), "{started:?}");
    let told = await_some("its report", || fs::read_to_string(&report).ok());
    fs::remove_file(&report).unwrap();
    assert_eq!(told, "200 3000\n");
    assert_eq!(getrlimit(Resource::Nofile).current, Some(raised));
}

pub(crate) fn hold_nothing_while_they_wait() {
    let own = raw::process_id();
    // Whatever started this test may have left something open, too.
    let before = open_files(own).len();
    let mut observed = Observed::new();
    // What PID 1 was started with goes on to those that it starts.
    let path = c"/proc/self/status";
    let inherited =
        rustix::fs::open(path, rustix::fs::OFlags::RDONLY, rustix::fs::Mode::empty()).unwrap();
    // /dev/null would answer the question at once. Nobody writes into this, so it waits.
    let (reader, _writer) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
    raw::duplicate_to(rustix::fd::AsFd::as_fd(&reader), 0).unwrap();
    let child = Child {
        programs: words(&["/bin/true"]),
        arguments: words(&["true"]),
        environment: Vec::new(),
        terminal: Terminal::Inherited,
        takes_terminal: false,
        asks_first: true,
        ends_no_kernel: false,
        complains: false,
        line: 1,
    };
    let started = observed.executor.perform(&Op::Process(ProcessOp::Spawn(child.into())));
    let pid = started.pid().unwrap();
    assert!(open_files(own).len() > before + 4, "{:?}", open_files(own));
    let open = await_some("an end of closing", || {
        Some(open_files(pid)).filter(|open| open.len() == before + 1)
    });
    let is_inherited = |path: &String| path.ends_with("/status");
    assert_eq!(open.iter().filter(|path| is_inherited(path)).count(), 1, "{open:?}");
    assert!(!open.iter().any(|path| path.contains("signalfd") || path.contains("eventpoll")));
    raw::kill(i32::try_from(pid).unwrap(), 9).unwrap();
    drop(inherited);
}
