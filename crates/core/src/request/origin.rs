//! Who asked.

use crate::text::{Shown, cut, parse_u32};
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
}

/// What a look at a sender tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// Its command name.
    pub comm: Vec<u8>,
    /// Its session (setsid(2)), 0 if it could not be read.
    pub session: u32,
}

impl Sender {
    /// The bytes in which a helper tells of it: the name, a NUL, the session in digits. The name comes
    /// first, because reading the session may wait for somebody.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [self.comm.as_slice(), format!("\0{}", self.session).as_bytes()].concat()
    }

    /// Reads those bytes back; also what came before a helper got stuck.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Self {
        let (comm, session) = cut(bytes, 0).unwrap_or((bytes, b""));
        Self { comm: comm.to_vec(), session: parse_u32(session).unwrap_or(0) }
    }
}

impl Origin {
    /// This origin with what a look at the sender has told.
    #[must_use]
    pub fn with_sender(self, sender: Sender) -> Self {
        Self { comm: sender.comm, session: sender.session, ..self }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.pid, self.comm.as_slice()) {
            (0, b"") => write!(out, "the kernel (signal {})", self.signal),
            (0, comm) => write!(out, "a request on /run/{}", Shown(comm)),
            (pid, b"") => write!(out, "process {pid} (uid {}, signal {})", self.uid, self.signal),
            (pid, comm) => {
                write!(out, "{}[{pid}] (uid {}, signal {})", Shown(comm), self.uid, self.signal)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_comes_back_as_far_as_it_was_told() {
        let sender = Sender { comm: b"sh\n1".to_vec(), session: 77 };
        assert_eq!(Sender::decode(&sender.encode()), sender);
        assert_eq!(Sender::decode(b"reboot"), Sender { comm: b"reboot".to_vec(), session: 0 });
        assert_eq!(Sender::decode(b""), Sender::default());
    }
}
