//! The processes, out of /proc.

use crate::files::{list_numbers, read_link};
use crate::process_files::{
    has_term_signalfd, read, read_own_pid_namespace, read_owner, read_start,
};
use crate::teller::Teller;
use crate::{Result, raw};
use alloc::vec::Vec;
use rekindle_core::errno::Errno;
use rekindle_core::op::{CensusOp, Read};
use rekindle_core::proc::census::encode_end_of_list;
use rekindle_core::proc::owners::{Owner, encode_owners};
use rekindle_core::proc::pid::{parse_stat, parse_status, parse_written_bytes};
use rekindle_core::proc::process::{Closer, Process, TermAnswer, has_kthreadd};
use rekindle_core::text::parse_u32;

/// The most processes that are listed, four times what a kernel allows by itself (PID_MAX_DEFAULT,
/// linux/threads.h). With more of them no look is complete.
const MOST_PROCESSES: usize = 131_072;

/// The most of them that are kept in memory between the two passes; the status of the others is read
/// a second time.
const MOST_KEPT: usize = 8_192;

/// Tells the records of the processes that a signal can end. Returns whether they are all there are.
#[inline(never)]
pub(crate) fn take_census(op: &CensusOp, teller: &mut Teller<'_>) -> Result<bool> {
    require_own_proc()?;
    let mut census =
        Census { has_kthreadd: has_kthreadd(&read_own_pid_namespace()), is_complete: true };
    match op {
        CensusOp::Everyone => {
            let seen = census.look_at_everyone(teller)?;
            seen.kept.into_iter().for_each(|process| census.look_closer(process, teller));
            seen.others.into_iter().for_each(|pid| census.read_and_look_closer(pid, teller));
        }
        CensusOp::Closer { pids } => {
            for pid in pids {
                census.read_and_look_closer(*pid, teller);
                teller.flush();
            }
        }
    }
    Ok(census.is_complete)
}

/// The processes with their users, for [`rekindle_core::proc::owners::decode_owners`], and whether they
/// are all there are. No file of theirs is opened: this is for PID 1 itself.
pub(crate) fn list_owners() -> Result<Read> {
    require_own_proc()?;
    let listed = list_numbers(b"/proc", MOST_PROCESSES)?;
    let mut owners: Vec<Owner> = Vec::new();
    for pid in listed.numbers {
        owners.extend(read_owner(pid));
    }
    Ok(Read { bytes: encode_owners(&owners), complete: listed.complete })
}

/// A /proc of another PID namespace tells of other processes, by numbers that mean others here.
fn require_own_proc() -> Result<()> {
    if parse_u32(&read_link(c"/proc/self")?) == Some(raw::process_id()) {
        return Ok(());
    }
    Err(Errno::ESRCH)
}

/// Those of the first pass that a closer look tells more of.
#[derive(Default)]
struct Seen {
    kept: Vec<Process>,
    /// For whom there was no room.
    others: Vec<u32>,
}

struct Census {
    has_kthreadd: bool,
    /// No look has failed at a process that is there.
    is_complete: bool,
}

impl Census {
    /// The first pass: each status, which waits for nobody.
    fn look_at_everyone(&mut self, teller: &mut Teller<'_>) -> Result<Seen> {
        let listed = list_numbers(b"/proc", MOST_PROCESSES)?;
        self.is_complete &= listed.complete;
        let mut seen = Seen::default();
        for pid in listed.numbers {
            let Some(process) = self.read_status(pid) else { continue };
            teller.take(&process.encode());
            if !process.needs_closer_look() {
                continue;
            }
            if seen.kept.len() < MOST_KEPT {
                seen.kept.push(process);
            } else {
                seen.others.push(pid);
            }
        }
        if listed.complete {
            teller.take(&encode_end_of_list());
        }
        teller.flush();
        Ok(seen)
    }

    /// `None` for a process that is gone, and for one that no signal can end.
    fn read_status(&mut self, pid: u32) -> Option<Process> {
        let text = self.seen(read(pid, "status"))?;
        let process = Process::of_status(pid, parse_status(&text), self.has_kthreadd);
        process.is_endable().then_some(process)
    }

    fn read_and_look_closer(&mut self, pid: u32, teller: &mut Teller<'_>) {
        if let Some(process) = self.read_status(pid) {
            self.look_closer(process, teller);
        }
    }

    /// Tells a process again, with what may block to read: some of these files wait for one that
    /// executes another program (fs/proc/base.c: `io` on Linux 6.18; fs/proc/array.c: `stat`, too, on 7.1).
    fn look_closer(&mut self, process: Process, teller: &mut Teller<'_>) {
        let Some(closer) = self.read_closer(&process) else { return };
        teller.take(&Process { closer: Some(closer), ..process }.encode());
    }

    fn read_closer(&mut self, process: &Process) -> Option<Closer> {
        let pid = process.pid;
        let mut closer = Closer::default();
        if process.is_of_root {
            closer.is_spared = self.seen(read_start(pid, "cmdline", 1))?.starts_with(b"@");
        }
        let answer = process.term_answer();
        if answer != TermAnswer::Dies {
            let stat = self.seen(read(pid, "stat"))?;
            closer.has_terminal = parse_stat(&stat).is_some_and(|stat| stat.terminal != 0);
        }
        if answer == TermAnswer::LeavesPending {
            closer.reads_term = has_term_signalfd(pid);
        }
        if matches!(answer, TermAnswer::LeavesPending | TermAnswer::Handles) {
            let text = read(pid, "io").ok();
            closer.written_bytes = text.and_then(|text| parse_written_bytes(&text)).unwrap_or(0);
        }
        Some(closer)
    }

    /// A process that is gone by now is no matter; one that can't be looked at is.
    fn seen(&mut self, text: Result<Vec<u8>>) -> Option<Vec<u8>> {
        self.is_complete &= matches!(text, Ok(_) | Err(Errno::ENOENT | Errno::ESRCH));
        text.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekindle_core::op::Outcome;
    use rekindle_core::proc::census::decode_census;
    use rekindle_core::proc::owners::decode_owners;
    use rekindle_core::signal::mask_bit;
    use std::process::{Child, Command, Stdio};

    fn census(op: &CensusOp) -> Vec<Process> {
        let mut teller = Teller::default();
        let result = take_census(op, &mut teller);
        let Outcome::Read(read) = teller.end_look(result) else { panic!("no census") };
        assert!(read.complete);
        let told = decode_census(&read.bytes);
        assert_eq!(told.has_everyone, *op == CensusOp::Everyone);
        told.processes
    }

    fn find(processes: &[Process], pid: u32) -> Process {
        processes.iter().find(|process| process.pid == pid).unwrap().clone()
    }

    fn start(script: &str, name: &str) -> Child {
        let words = ["-c", r#"exec -a "$1" bash -c "$0""#, script, name];
        let mut command = Command::new("bash");
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    }

    #[test]
    fn this_very_process_is_found_with_its_signals() {
        let everyone = census(&CensusOp::Everyone);
        let own = find(&everyone, raw::process_id());
        // Which user tests run as is nobody's business.
        let is_of_root = rustix::process::getuid().is_root();
        assert!(own.is_endable() && own.is_spared() == Some(false));
        assert_eq!((own.is_of_root, own.closer.is_some()), (is_of_root, is_of_root));
        // Rust's runtime ignores SIGPIPE (13).
        assert_ne!(own.ignored & mask_bit(13), 0);
    }

    #[test]
    fn a_closer_look_tells_of_those_who_are_asked_for_and_of_nobody_else() {
        let mut child = start("trap 'exit 0' TERM; echo; read", "@server");
        std::io::Read::read(child.stdout.as_mut().unwrap(), &mut [0; 1]).unwrap();
        let gone = u32::try_from(i32::MAX).unwrap();
        let processes = census(&CensusOp::Closer { pids: Vec::from([gone, child.id()]) });
        child.kill().unwrap();
        child.wait().unwrap();
        let [process] = processes.as_slice() else { panic!("{processes:?}") };
        assert_eq!((process.pid, process.term_answer()), (child.id(), TermAnswer::Handles));
        let closer = process.closer.unwrap();
        assert_eq!(closer.is_spared, process.is_of_root);
        assert_eq!(closer.written_bytes, 1);
    }

    #[test]
    fn processes_are_listed_with_their_users() {
        let Read { bytes, complete } = list_owners().unwrap();
        let owners = decode_owners(&bytes);
        let own = owners.iter().find(|owner| owner.pid == raw::process_id()).unwrap();
        assert!(complete);
        assert_eq!(own.uid, rustix::process::geteuid().as_raw());
    }
}
