//! Who has sent a signal.

use crate::Result;
use crate::process_files::{is_of_our_namespace, read};
use crate::teller::Teller;
use rekindle_core::proc::pid::{parse_loginuid, parse_stat};
use rekindle_core::request::Sender;

/// Tells who a process is: at once its name and what else waits for nobody, then what may block, its session
/// and its terminal.
#[inline(never)]
pub(crate) fn tell_sender(pid: u32, teller: &mut Teller<'_>) -> Result<bool> {
    let line = read(pid, "comm")?;
    // The name itself may end with blanks (prctl(2), PR_SET_NAME).
    let comm = line.strip_suffix(b"\n").unwrap_or(&line).to_vec();
    let mut sender = Sender {
        comm,
        login_uid: read(pid, "loginuid").ok().and_then(|text| parse_loginuid(&text)),
        is_of_our_users: is_of_our_namespace(pid, "user"),
        is_of_our_pids: is_of_our_namespace(pid, "pid"),
        ..Sender::default()
    };
    teller.take(&[sender.comm.as_slice(), b"\0", &sender.encode_early()].concat());
    teller.flush();
    if let Some(stat) = read(pid, "stat").ok().and_then(|text| parse_stat(&text)) {
        (sender.session, sender.terminal) = (stat.session, stat.terminal);
    }
    teller.take(&sender.encode_late());
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekindle_core::errno::Errno;
    use rekindle_core::op::Outcome;
    use std::process::Command;

    /// A session of its own: ours may be led from outside our PID namespace, and is none then.
    #[test]
    fn a_sender_is_told_with_its_session() {
        let mut leader = Command::new("setsid").args(["sleep", "100"]).spawn().unwrap();
        let pid = leader.id();
        let sleeps =
            || std::fs::read_to_string(std::format!("/proc/{pid}/comm")).unwrap() == "sleep\n";
        while !sleeps() {
            std::thread::yield_now();
        }
        let mut teller = Teller::default();
        let result = tell_sender(pid, &mut teller);
        leader.kill().unwrap();
        leader.wait().unwrap();
        let Outcome::Read(read) = teller.end_look(result) else { panic!("nothing") };
        let sender = Sender::decode(&read.bytes);
        assert_eq!((sender.comm.as_slice(), sender.session), (&b"sleep"[..], pid));
        assert_eq!((sender.is_of_our_users, sender.is_of_our_pids), (Some(true), Some(true)));
        assert!(read.complete);
        assert_eq!(tell_sender(u32::MAX, &mut teller), Err(Errno::ENOENT));
    }
}
