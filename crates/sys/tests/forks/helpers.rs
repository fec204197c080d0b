//! Helpers.

use crate::observed::{Observed, await_some, open_files, remove, status_of, write_script};
use rekindle_core::errno::Errno;
use rekindle_core::op::{CensusOp, Op, Outcome, ProcessOp, Read, ReadOp, SelfCopy, SelfCopyOp};
use rekindle_core::proc::census::decode_census;
use rekindle_core::request::Sender;
use rekindle_sys::{limits, raw};

/// A FIFO that PID 1 waits on, a limit that is raised, a self-copy: what a helper could get hold of.
fn observed() -> Observed {
    limits::raise_open_files();
    let mut observed = Observed::new();
    let created = observed.executor.perform(&Op::SelfCopy(SelfCopyOp::Create(SelfCopy::Memfd)));
    assert_eq!(created, Outcome::Done);
    observed
}

pub(crate) fn tell_what_they_see() {
    let mut observed = observed();
    let census = Op::Read(ReadOp::Census(CensusOp::Everyone));
    let Outcome::Read(Read { bytes, complete }) = observed.help(&census) else { panic!("none") };
    let told = decode_census(&bytes);
    let processes = told.processes;
    assert!(
        complete
            && told.has_everyone
            && processes.iter().any(|process| process.pid == raw::process_id())
    );

    let outcome = observed.help(&Op::Read(ReadOp::Sender { pid: raw::process_id() }));
    let Outcome::Read(Read { bytes, complete: true }) = outcome else { panic!("{outcome:?}") };
    let sender = Sender::decode(&bytes);
    assert_eq!(Some(String::from_utf8(sender.comm).unwrap()), status_of(raw::process_id(), "Name"));
    // The last number is the one in the namespace of /proc; 0 where the leader is outside of it.
    let sessions = status_of(raw::process_id(), "NSsid").unwrap();
    assert_eq!(sessions.split_whitespace().last(), Some(sender.session.to_string().as_str()));

    let gone = observed.help(&Op::Read(ReadOp::Sender { pid: u32::MAX }));
    assert_eq!(gone, Outcome::Failed(Errno::ENOENT));
    let is_mount_point = observed.help(&Op::Read(ReadOp::IsMountPoint { path: "/proc" }));
    assert_eq!(is_mount_point, Outcome::Answer(true));
    let file = ReadOp::File { path: "/proc/self/status", most_bytes: 5 };
    let cut = Outcome::Read(Read { bytes: b"Name:".to_vec(), complete: false });
    assert_eq!(observed.help(&Op::Read(file)), cut);
    // Inline, the same looks tell the same.
    assert_eq!(observed.executor.perform(&Op::Read(ReadOp::Sender { pid: u32::MAX })), gone);
    assert!(matches!(
        observed.executor.perform(&census),
        Outcome::Read(Read { complete: true, .. })
    ));
}

pub(crate) fn keep_their_own_ends_only() {
    let mut observed = observed();
    let script = write_script("sleep", "exec sleep 100");
    let ask = Op::Process(ProcessOp::AskSuccessor { path: script });
    let mut first = observed.start_helper(1, &ask);
    let mut second = observed.start_helper(2, &ask);
    for helper in [&first, &second] {
        await_some("its name", || {
            status_of(helper.pid, "Name").filter(|name| name == "init-helper")
        });
        let open = open_files(helper.pid);
        assert!(matches!(open.as_slice(), [pipe] if pipe.starts_with("pipe:")), "{open:?}");
    }
    // Its child executes another program, which gets nothing at all.
    let child = await_some("its child", || {
        let path = format!("/proc/{0}/task/{0}/children", first.pid);
        let pid = std::fs::read_to_string(path).ok()?.trim().parse::<u32>().ok()?;
        status_of(pid, "Name").filter(|name| name == "sleep").map(|_| pid)
    });
    assert_eq!(open_files(child), [] as [String; 0]);
    assert_eq!((first.give_up(), second.give_up()), (Outcome::TimedOut, Outcome::TimedOut));
    raw::kill(i32::try_from(child).unwrap(), 9).unwrap();
    remove(script);
}

pub(crate) fn that_died_or_hang_say_so() {
    let mut observed = observed();
    let script = write_script("hang", "exec sleep 100");
    let helper = observed.start_helper(1, &Op::Process(ProcessOp::AskSuccessor { path: script }));
    await_some("it", || status_of(helper.pid, "Name").filter(|name| name == "init-helper"));
    raw::kill(i32::try_from(helper.pid).unwrap(), 9).unwrap();
    assert_eq!(observed.finish(helper), Outcome::Failed(Errno::EIO));
    remove(script);
}

pub(crate) fn fill_the_copy() {
    let mut observed = observed();
    let fill = Op::SelfCopy(SelfCopyOp::Fill(SelfCopy::Memfd));
    assert_eq!(observed.help(&fill), Outcome::Done);
    assert_eq!(observed.executor.perform(&Op::SelfCopy(SelfCopyOp::Drop)), Outcome::Done);
    assert_eq!(observed.help(&fill), Outcome::Failed(Errno::EBADF));
}
