//! The copy of PID 1's program that its last stage runs from.

use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::op::{Become, Op, OpId, Outcome, ProcessOp, SelfCopy, SelfCopyOp};
use crate::pending::Pending;
use alloc::boxed::Box;
use alloc::format;

/// What copying PID 1's program may take; it is under 256 KiB.
const COPY_MS: u64 = 3_000;

/// What an outcome answers.
#[derive(Clone, Copy, Debug)]
enum Reply {
    Created,
    Filled,
    Executed,
}

/// How PID 1 gets to its last stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By executing this copy.
    Copy(SelfCopy),
    /// Without executing anything.
    InPlace,
}

/// The copy, in a memfd or else in a file under /run: each is tried when the one before failed.
#[derive(Clone, Debug, Default)]
pub(crate) struct PreparedCopy {
    pending: Pending<(Reply, SelfCopy)>,
    ready: Option<SelfCopy>,
    is_wanted: bool,
}

impl PreparedCopy {
    /// Copies PID 1's program into memory, once the machine is up: in an emergency the disk may hang
    /// or memory be short, and an orderly end has one thing less to do. A container's file systems are
    /// its host's to unmount, so its PID 1 stays where it is.
    pub(crate) fn prepare(&mut self, context: &mut Context) {
        let is_under_way = !self.pending.is_empty() || self.ready.is_some();
        if !context.host.is_container() && !is_under_way {
            self.create(SelfCopy::Memfd, context);
        }
    }

    fn create(&mut self, copy: SelfCopy, context: &mut Context) {
        let op = Op::SelfCopy(SelfCopyOp::Create(copy));
        self.pending.run(context, op, (Reply::Created, copy));
    }

    /// The copy is needed now. The way to take, or `None` while it is being made.
    pub(crate) fn want(&mut self, context: &mut Context) -> Option<Way> {
        self.is_wanted = true;
        let ready = self.ready.take().map(Way::Copy);
        if ready.is_none() && self.pending.is_empty() {
            self.create(SelfCopy::Memfd, context);
        }
        ready
    }

    /// Becomes the copy.
    pub(crate) fn execute(&mut self, copy: SelfCopy, to: Become, context: &mut Context) {
        let op = Op::Process(ProcessOp::Become(Box::new(to)));
        self.pending.run(context, op, (Reply::Executed, copy));
    }

    /// Gives the copy up: open for writing, one on a disk would keep it from being made read-only.
    pub(crate) fn give_up(&mut self, context: &mut Context) {
        context.run_and_forget(Op::SelfCopy(SelfCopyOp::Drop));
    }

    /// Takes an outcome in. `None` if it is not of these, else the way to take now, if there is one.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<Option<Way>> {
        let (reply, copy) = self.pending.complete(id)?;
        Some(match (reply, outcome.error()) {
            (Reply::Created, None) => {
                let op = Op::SelfCopy(SelfCopyOp::Fill(copy));
                let deadline_ms = context.budget.within_ms(context.now, COPY_MS);
                self.pending.help(context, op, deadline_ms, (Reply::Filled, copy));
                None
            }
            (Reply::Filled, None) if self.is_wanted => Some(Way::Copy(copy)),
            (Reply::Filled, None) => {
                self.ready = Some(copy);
                None
            }
            // A copy ahead of time that fails is made again, and complained about, when it is needed.
            (Reply::Created | Reply::Filled, Some(_)) if !self.is_wanted => None,
            (Reply::Created | Reply::Filled | Reply::Executed, error) => {
                self.failed(copy, error.unwrap_or(Errno::EIO), context)
            }
        })
    }

    fn failed(&mut self, copy: SelfCopy, errno: Errno, context: &mut Context) -> Option<Way> {
        let (text, way) = match copy {
            SelfCopy::Memfd => {
                self.create(SelfCopy::RunFile, context);
                (format!("can't run from a memfd: {errno}; trying a copy under /run"), None)
            }
            SelfCopy::RunFile => {
                let text = format!("can't run from a copy under /run: {errno}; going on in place");
                (text, Some(Way::InPlace))
            }
        };
        context.say(Severity::Warning, text);
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Effect;
    use alloc::vec::Vec;

    const CREATED: OpId = OpId(0);
    const FILLED: OpId = OpId(1);

    fn asked(context: &mut Context) -> Vec<Op> {
        let ops = context.take_effects().into_iter().filter_map(|effect| match effect {
            Effect::Run { op, .. } => Some(op),
            _ => None,
        });
        ops.collect()
    }

    #[test]
    fn a_copy_is_made_ahead_once_and_is_there_when_it_is_needed() {
        let (mut copy, mut context) = (PreparedCopy::default(), Context::default());
        let create = Op::SelfCopy(SelfCopyOp::Create(SelfCopy::Memfd));
        copy.prepare(&mut context);
        copy.prepare(&mut context);
        assert_eq!(asked(&mut context), [create]);
        assert_eq!(copy.finished(CREATED, &Outcome::Done, &mut context), Some(None));
        copy.prepare(&mut context);
        assert_eq!(asked(&mut context), [Op::SelfCopy(SelfCopyOp::Fill(SelfCopy::Memfd))]);
        assert_eq!(copy.finished(FILLED, &Outcome::Done, &mut context), Some(None));
        copy.prepare(&mut context);
        assert_eq!(asked(&mut context), []);
        assert_eq!(copy.want(&mut context), Some(Way::Copy(SelfCopy::Memfd)));
        assert_eq!(asked(&mut context), []);
    }

    #[test]
    fn what_fails_ahead_of_time_is_made_again_when_it_is_needed_and_named_then() {
        let (mut copy, mut context) = (PreparedCopy::default(), Context::default());
        copy.prepare(&mut context);
        let failed = Outcome::Failed(Errno::ENOSYS);
        let _ = context.take_effects();
        assert_eq!(copy.finished(CREATED, &failed, &mut context), Some(None));
        assert_eq!(context.take_effects(), []);
        assert_eq!(copy.want(&mut context), None);
        assert_eq!(asked(&mut context), [Op::SelfCopy(SelfCopyOp::Create(SelfCopy::Memfd))]);
        assert_eq!(copy.finished(OpId(1), &failed, &mut context), Some(None));
        let second = context.take_effects();
        assert!(second.iter().any(|effect| matches!(effect, Effect::Say { .. })));
        assert_eq!(copy.finished(OpId(2), &failed, &mut context), Some(Some(Way::InPlace)));
    }

    #[test]
    fn a_copy_that_is_waited_for_is_the_way_as_soon_as_it_is_there() {
        let (mut copy, mut context) = (PreparedCopy::default(), Context::default());
        copy.prepare(&mut context);
        assert_eq!(copy.want(&mut context), None);
        assert_eq!(asked(&mut context).len(), 1, "it is being made");
        assert_eq!(copy.finished(CREATED, &Outcome::Done, &mut context), Some(None));
        let way = Some(Some(Way::Copy(SelfCopy::Memfd)));
        assert_eq!(copy.finished(FILLED, &Outcome::Done, &mut context), way);
        assert_eq!(copy.finished(FILLED, &Outcome::Done, &mut context), None);
    }
}
