//! The stages, and which of them hears what.

use super::boot::Boot;
use super::command::Command;
use super::next::Next;
use super::scripts::Scripts;
use super::serve::{Asked, Serving, Supervision, heed_initctl, heed_signal, order_entry};
use super::start::StartArguments;
use super::without_boot::{go_on_after_panic, take_over};
use crate::context::Context;
use crate::control::EntryVerb;
use crate::event::ExitStatus;
use crate::handover::Handover;
use crate::initctl::InitctlRequest;
use crate::inittab::Dialect;
use crate::last::LastStage;
use crate::op::{OpId, Outcome};
use crate::request::refusal::Why;
use crate::request::{Origin, Refusal};
use crate::shutdown::Shutdown;
use crate::signal::meaning;
use crate::takeover::{AFTER_PANIC, LAST_STAGE, TAKEOVER};
use crate::time::Moment;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Where PID 1 is.
#[derive(Clone, Debug)]
pub(crate) enum Stage {
    Boot(Box<Boot>),
    Command(Box<Command>),
    Serving(Box<Serving>),
    Scripts(Box<Scripts>),
    /// It has a context of its own.
    Last(Box<LastStage>),
    /// While what one stage leaves becomes the next: no event finds it.
    Between,
}

impl Stage {
    /// The stage in which a PID 1 begins, by its first argument.
    pub(crate) fn first(mut start: StartArguments, context: &mut Context) -> Self {
        let handed_over = start.handed_over.take();
        match start.first() {
            first if first == LAST_STAGE => {
                let handover = match handed_over {
                    Some(bytes) => Handover::parse(&bytes),
                    None => Handover::parse_arguments(start.arguments.get(1..).unwrap_or_default()),
                };
                Self::Last(Box::new(LastStage::new(handover)))
            }
            first if first == TAKEOVER => {
                let bytes = handed_over.unwrap_or_default();
                Self::Serving(Box::new(take_over(start, &bytes, context)))
            }
            first if first == AFTER_PANIC.to_bytes() => {
                Self::Serving(Box::new(go_on_after_panic(start)))
            }
            _ => match Command::new(start) {
                Ok(command) => Self::Command(Box::new(command)),
                Err(start) => Self::Boot(Box::new(Boot::new(start))),
            },
        }
    }

    /// When something of it is due.
    pub(crate) fn deadline(&self, context: &Context) -> Option<Moment> {
        match self {
            Self::Boot(_) | Self::Command(_) | Self::Between => None,
            Self::Serving(serving) => serving.deadline(),
            Self::Scripts(scripts) => scripts.deadline(context),
            Self::Last(last) => last.next_deadline(),
        }
    }

    pub(crate) fn begin(&mut self, context: &mut Context) {
        match self {
            Self::Boot(boot) => boot.begin(true, context),
            Self::Command(command) => command.begin(context),
            Self::Serving(serving) => serving.begin_without_boot(context),
            Self::Scripts(_) | Self::Last(_) | Self::Between => {}
        }
    }

    /// Whether it is too early to heed anybody: the machine boots, or it is not known yet whose disks an
    /// end would reach.
    pub(crate) fn is_beginning(&self) -> bool {
        match self {
            Self::Boot(_) => true,
            Self::Serving(serving) => serving.is_looking_for_host(),
            Self::Command(_) | Self::Scripts(_) | Self::Last(_) | Self::Between => false,
        }
    }

    /// Whether an end is under way while another request is still being judged.
    pub(crate) fn is_judging(&self) -> bool {
        match self {
            Self::Scripts(scripts) => scripts.is_judging(),
            Self::Boot(_) | Self::Command(_) | Self::Serving(_) | Self::Last(_) | Self::Between => {
                false
            }
        }
    }

    /// An op came to its end.
    pub(crate) fn finished(&mut self, id: OpId, outcome: &Outcome, context: &mut Context) -> Next {
        match self {
            Self::Boot(boot) => boot.finished(id, outcome, context),
            Self::Command(command) => command.finished(id, outcome, context),
            Self::Serving(serving) => serving.finished(id, outcome, context),
            Self::Scripts(scripts) => scripts.finished(id, outcome, context),
            Self::Last(_) | Self::Between => Next::Stay,
        }
    }

    pub(crate) fn child_ended(
        &mut self,
        pid: u32,
        status: ExitStatus,
        context: &mut Context,
    ) -> Next {
        match self {
            Self::Command(command) => return command.child_ended(pid, status, context),
            Self::Serving(serving) => serving.child_ended(pid, status, context),
            Self::Scripts(scripts) => scripts.child_ended(pid, status, context),
            Self::Boot(_) | Self::Last(_) | Self::Between => {}
        }
        Next::Stay
    }

    /// Whose meaning signals have.
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Serving(serving) => serving.dialect(),
            Self::Scripts(scripts) => scripts.dialect(),
            Self::Boot(_) | Self::Command(_) | Self::Last(_) | Self::Between => Dialect::default(),
        }
    }

    /// What signals and requests are heeded with, once the machine is up.
    fn supervision_mut(&mut self) -> Option<&mut Supervision> {
        match self {
            Self::Serving(serving) => Some(serving.supervision_mut()),
            Self::Scripts(scripts) => Some(scripts.supervision_mut()),
            Self::Boot(_) | Self::Command(_) | Self::Last(_) | Self::Between => None,
        }
    }

    /// A signal of which is known what can be known.
    pub(crate) fn heed(&mut self, origin: Origin, context: &mut Context) -> Next {
        let meaning = meaning(origin.signal, self.dialect());
        let Some(supervision) = self.supervision_mut() else { return Next::Stay };
        let asked = heed_signal(supervision, meaning, origin, context);
        self.heed_asked(asked, context)
    }

    /// Bytes came out of the FIFO.
    pub(crate) fn read_requests(
        &mut self,
        bytes: &[u8],
        context: &mut Context,
    ) -> Vec<InitctlRequest> {
        let Some(supervision) = self.supervision_mut() else { return Vec::new() };
        supervision.read_requests(bytes, context)
    }

    /// What telinit asks for.
    pub(crate) fn initctl(
        &mut self,
        request: InitctlRequest,
        origin: Origin,
        context: &mut Context,
    ) -> Next {
        let Some(supervision) = self.supervision_mut() else { return Next::Stay };
        let asked = heed_initctl(supervision, request, origin, context);
        self.heed_asked(asked, context)
    }

    /// What can be told of it to who asks: supervision, the end under way, and whether respawn is paused.
    pub(crate) fn told(&self) -> Option<(&Supervision, Option<&Shutdown>, bool)> {
        match self {
            Self::Serving(serving) => {
                Some((serving.supervision(), None, serving.is_respawn_paused()))
            }
            Self::Scripts(scripts) => {
                Some((scripts.supervision(), Some(scripts.shutdown()), false))
            }
            Self::Boot(_) | Self::Command(_) | Self::Last(_) | Self::Between => None,
        }
    }

    /// Something is asked for of one entry.
    pub(crate) fn order_entry(
        &mut self,
        verb: EntryVerb,
        number: u32,
        by: &Origin,
        context: &mut Context,
    ) -> Result<(), Refusal> {
        match self {
            Self::Serving(serving) => {
                order_entry(serving.supervision_mut(), verb, number, by, context)
            }
            Self::Scripts(_) => Err(Refusal::control(by, Why::Ending)),
            Self::Boot(_) | Self::Command(_) | Self::Last(_) | Self::Between => {
                Err(Refusal::control(by, Why::NotServing))
            }
        }
    }

    pub(crate) fn heed_asked(&mut self, asked: Asked, context: &mut Context) -> Next {
        match self {
            Self::Serving(serving) => serving.heed(asked, context),
            Self::Scripts(scripts) => scripts.heed(asked, context),
            Self::Boot(_) | Self::Command(_) | Self::Last(_) | Self::Between => Next::Stay,
        }
    }

    /// Moves on what time or an event has made possible.
    pub(crate) fn advance(&mut self, context: &mut Context) -> Next {
        match self {
            Self::Serving(serving) => serving.advance(context),
            Self::Scripts(scripts) => scripts.advance(context),
            Self::Boot(_) | Self::Command(_) | Self::Last(_) | Self::Between => Next::Stay,
        }
    }
}
