//! Looking who has sent a request, before it is recorded.

use crate::context::Context;
use crate::op::{Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;
use crate::request::{Origin, Sender};
use alloc::vec::Vec;

/// What a look may take. The name is there at once; the session may wait for a lock that a process
/// which hangs in execve(2) holds.
const LOOK_MS: u64 = 100;

/// How many looks are under way at a time. Whoever asks beyond that is recorded without a name.
const MOST_LOOKS: usize = 4;

/// The looks that are under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Senders {
    /// Whom each is for, until somebody has taken it.
    looks: Pending<Option<Origin>>,
}

impl Senders {
    /// Looks for the sender in a helper, and keeps the origin until it is known. Gives it back if
    /// nobody has to be looked at, or nobody can be.
    pub(crate) fn look(&mut self, origin: Origin, context: &mut Context) -> Option<Origin> {
        if origin.pid == 0 || self.looks.len() >= MOST_LOOKS {
            return Some(origin);
        }
        let op = Op::Read(ReadOp::Sender { pid: origin.pid });
        self.looks.help(context, op, LOOK_MS, Some(origin));
        None
    }

    /// Takes an outcome in. `None` if it is not of a look, else the origin, if nobody has taken it.
    pub(crate) fn finished(&mut self, id: OpId, outcome: &Outcome) -> Option<Option<Origin>> {
        let origin = self.looks.complete(id)?;
        let sender = outcome.look().seen().map(Sender::decode).unwrap_or_default();
        Some(origin.map(|origin| origin.with_sender(sender)))
    }

    /// All that wait, in the order in which they came, as they are: there is no time to look.
    pub(crate) fn take_all(&mut self) -> Vec<Origin> {
        let mut origins = Vec::new();
        for origin in self.looks.replies_mut() {
            origins.extend(origin.take());
        }
        origins
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errno::Errno;
    use crate::op::Read;

    fn origin(pid: u32) -> Origin {
        Origin { signal: 15, pid, ..Origin::default() }
    }

    #[test]
    fn the_kernel_and_whoever_is_one_too_many_are_not_looked_at() {
        let (mut senders, mut context) = (Senders::default(), Context::default());
        assert_eq!(senders.look(origin(0), &mut context), Some(origin(0)));
        let taken = (100..110).filter(|pid| senders.look(origin(*pid), &mut context).is_none());
        assert_eq!(taken.count(), MOST_LOOKS);
        assert_eq!(senders.take_all().len(), MOST_LOOKS);
        assert_eq!(senders.finished(OpId(0), &Outcome::TimedOut), Some(None));
        assert_eq!(senders.look(origin(7), &mut context), None);
    }

    #[test]
    fn whatever_a_look_tells_the_request_comes_back() {
        let (mut senders, mut context) = (Senders::default(), Context::default());
        for pid in [100, 101] {
            assert_eq!(senders.look(origin(pid), &mut context), None);
        }
        let partial = Read { bytes: b"reboot".to_vec(), complete: false };
        let named = senders.finished(OpId(1), &Outcome::Read(partial)).flatten().unwrap();
        assert_eq!((named.pid, named.comm.as_slice(), named.session), (101, &b"reboot"[..], 0));
        let failed = senders.finished(OpId(0), &Outcome::Failed(Errno::ESRCH));
        assert_eq!(failed, Some(Some(origin(100))));
        assert_eq!(senders.finished(OpId(0), &Outcome::Done), None);
    }
}
