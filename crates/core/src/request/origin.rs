//! Who asked.

use crate::proc::terminal::TerminalName;
use crate::text::{Shown, parse_u32, parts};
use alloc::format;
use alloc::vec::Vec;
use core::fmt;

/// Who asked: the sender that the kernel names for a signal (signalfd(2) `ssi_pid`, `ssi_uid`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The signal that carried the request.
    pub signal: u8,
    /// The sender's process id; 0 is the kernel (Ctrl-Alt-Del) or a process of another namespace.
    pub pid: u32,
    /// The sender's real user id.
    pub uid: u32,
    /// The sender's session (setsid(2)), 0 if it was no longer there to be read.
    pub session: u32,
    /// The sender's command name, if it was still there to be read; the FIFO's for a request that
    /// came through it.
    pub comm: Vec<u8>,
    /// The number of the sender's controlling terminal (proc_pid_stat(5), tty_nr), 0 without one.
    pub terminal: u32,
    /// The user who logged in, whoever he has become since (proc_pid_loginuid(5)).
    pub login_uid: Option<u32>,
    /// The client of the control socket that waits for an answer; 0 for a request of another kind.
    pub client: u32,
}

/// What a look at a sender tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// Its command name.
    pub comm: Vec<u8>,
    /// Its session (setsid(2)), 0 if it could not be read.
    pub session: u32,
    /// The number of its controlling terminal, 0 without one.
    pub terminal: u32,
    /// The user who logged in, if anybody did.
    pub login_uid: Option<u32>,
    /// Whether it is of PID 1's user namespace; `None` if that could not be read.
    pub is_of_our_users: Option<bool>,
    /// Whether it is of PID 1's PID namespace.
    pub is_of_our_pids: Option<bool>,
}

impl Sender {
    /// The bytes in which a helper tells of it, with a NUL between them: the name, what waits for nobody,
    /// and last what may wait for somebody, the session and the terminal.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let early = [self.comm.as_slice(), b"\0", &self.encode_early()].concat();
        [early.as_slice(), &self.encode_late()].concat()
    }

    /// Of those bytes what comes right behind the name.
    #[must_use]
    pub fn encode_early(&self) -> Vec<u8> {
        let [users, pids] = [self.is_of_our_users, self.is_of_our_pids].map(letter);
        let login_uid = self.login_uid.map(|uid| format!("{uid}")).unwrap_or_default();
        format!("{login_uid}\0{users}\0{pids}\0").into_bytes()
    }

    /// Of those bytes the last ones.
    #[must_use]
    pub fn encode_late(&self) -> Vec<u8> {
        format!("{}\0{}", self.session, self.terminal).into_bytes()
    }

    /// Reads those bytes back; also what came before a helper got stuck.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Self {
        let mut parts = parts(bytes, 0);
        let mut next = || parts.next().unwrap_or_default();
        Self {
            comm: next().to_vec(),
            login_uid: parse_u32(next()),
            is_of_our_users: parse_letter(next()),
            is_of_our_pids: parse_letter(next()),
            session: parse_u32(next()).unwrap_or(0),
            terminal: parse_u32(next()).unwrap_or(0),
        }
    }
}

const fn letter(known: Option<bool>) -> &'static str {
    match known {
        Some(true) => "y",
        Some(false) => "n",
        None => "",
    }
}

fn parse_letter(text: &[u8]) -> Option<bool> {
    match text {
        b"y" => Some(true),
        b"n" => Some(false),
        _ => None,
    }
}

impl Origin {
    /// This origin with what a look at the sender has told.
    #[must_use]
    pub fn with_sender(self, sender: Sender) -> Self {
        let Sender { comm, session, terminal, login_uid, .. } = sender;
        Self { comm, session, terminal, login_uid, ..self }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.pid, self.comm.as_slice()) {
            (0, b"") => return write!(out, "the kernel (signal {})", self.signal),
            (0, comm) => return write!(out, "a request on /run/{}", Shown(comm)),
            (pid, b"") => write!(out, "process {pid} (uid {}", self.uid),
            (pid, comm) => write!(out, "{}[{pid}] (uid {}", Shown(comm), self.uid),
        }?;
        if self.terminal != 0 {
            write!(out, ", {}", TerminalName(self.terminal))?;
        }
        if let Some(login_uid) = self.login_uid.filter(|uid| *uid != self.uid) {
            write!(out, ", login {login_uid}")?;
        }
        if self.signal != 0 {
            write!(out, ", signal {}", self.signal)?;
        }
        out.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_comes_back_as_far_as_it_was_told() {
        let sender = Sender {
            comm: b"sh\n1".to_vec(),
            session: 77,
            terminal: 0x8803,
            login_uid: Some(1000),
            is_of_our_users: Some(true),
            is_of_our_pids: Some(false),
        };
        assert_eq!(Sender::decode(&sender.encode()), sender);
        let early = [b"sh\n1\0".as_slice(), &sender.encode_early()].concat();
        assert_eq!(Sender::decode(&early), Sender { session: 0, terminal: 0, ..sender });
        let named = Sender { comm: b"reboot".to_vec(), ..Sender::default() };
        assert_eq!(Sender::decode(b"reboot"), named);
        assert_eq!(Sender::decode(b""), Sender::default());
    }

    #[test]
    fn who_asked_is_told_in_one_breath() {
        let mut origin = Origin { pid: 91, ..Origin::default() };
        assert_eq!(format!("{origin}"), "process 91 (uid 0)");
        origin = Origin { comm: b"reboot".to_vec(), signal: 15, login_uid: Some(0), ..origin };
        assert_eq!(format!("{origin}"), "reboot[91] (uid 0, signal 15)");
        origin = Origin { signal: 0, terminal: 0x8803, login_uid: Some(1000), ..origin };
        assert_eq!(format!("{origin}"), "reboot[91] (uid 0, pts/3, login 1000)");
    }
}
