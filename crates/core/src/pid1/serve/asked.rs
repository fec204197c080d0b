//! What signals and requests on the FIFO ask for. What is the same while serving and while ending is
//! done here.

use super::supervision::Supervision;
use crate::context::Context;
use crate::event::Severity;
use crate::initctl::InitctlRequest;
use crate::inittab::{EntryAction, Runlevel};
use crate::request::refusal::{What, Why};
use crate::request::{Action, Origin, Refusal, Request, Urgency};
use crate::signal::Meaning;

/// The most that telinit may ask for between TERM and KILL.
const MOST_LEAVE_SECONDS: u32 = 60;

/// What is left for the stage to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Nothing.
    Nothing,
    /// To end the machine's run.
    End(Request),
    /// What the keys do.
    Keys(Origin),
    /// To read inittab again.
    Reload,
    /// To start nothing, or to start again.
    PauseRespawn(bool),
    /// To give way to a new version.
    TakeOver,
    /// To enter a runlevel. Who leaves has this long.
    Level(Runlevel, Option<u64>),
    /// To start the entries of this name.
    OnDemand(Runlevel),
}

/// Heeds a signal.
pub(crate) fn heed_signal(
    supervision: &mut Supervision,
    meaning: Meaning,
    origin: Origin,
    context: &mut Context,
) -> Asked {
    match meaning {
        Meaning::End(action, urgency) => return Asked::End(Request { action, urgency, origin }),
        Meaning::CtrlAltDel if supervision.press_keys(context.now) => {
            let (action, urgency) = (Action::Reboot, Urgency::AtOnce);
            return Asked::End(Request { action, urgency, origin });
        }
        Meaning::CtrlAltDel => return Asked::Keys(origin),
        Meaning::Reload => return Asked::Reload,
        Meaning::Pause => return Asked::PauseRespawn(true),
        Meaning::Unpause => return Asked::PauseRespawn(false),
        Meaning::TakeOver => return Asked::TakeOver,
        Meaning::OpenFifo => supervision.open_fifo(context),
        Meaning::CloseFifo => supervision.close_fifo(context),
        Meaning::Power => supervision.ask_for_power(context),
        Meaning::KeyboardRequest => {
            supervision.children_mut().trigger(&[EntryAction::KbRequest]);
        }
        Meaning::Child | Meaning::Nothing => {}
    }
    Asked::Nothing
}

/// Who asks by the FIFO: the kernel does not tell.
pub(crate) fn origin_of_fifo() -> Origin {
    Origin { comm: b"initctl".to_vec(), ..Origin::default() }
}

/// Heeds what telinit asks for, by the FIFO or the control socket.
pub(crate) fn heed_initctl(
    supervision: &mut Supervision,
    request: InitctlRequest,
    origin: Origin,
    context: &mut Context,
) -> Asked {
    match request {
        InitctlRequest::Runlevel { level, sleep_seconds } => {
            return heed_telinit(supervision, level, sleep_seconds, origin, context);
        }
        InitctlRequest::Power(power) => supervision.power_changed(power, context),
        InitctlRequest::Environment(pairs) => supervision.set_variables(pairs),
        InitctlRequest::Unknown(number) => {
            context.refuse(Severity::Warning, &Refusal::no_such_request(number));
        }
    }
    Asked::Nothing
}

fn heed_telinit(
    supervision: &Supervision,
    letter: u8,
    sleep_seconds: u32,
    origin: Origin,
    context: &mut Context,
) -> Asked {
    let grace_ms = u64::from(sleep_seconds.min(MOST_LEAVE_SECONDS)).saturating_mul(1_000);
    match (letter, Runlevel::parse(letter)) {
        (b'Q', _) => Asked::Reload,
        (b'U', _) => Asked::TakeOver,
        (_, Some(level)) if level.is_end() => Asked::End(Request {
            action: supervision.action_of_end(level),
            urgency: Urgency::Orderly,
            origin,
        }),
        // Only the dialect of sysvinit has them.
        (_, Some(_)) if supervision.children().levels().is_none() => {
            let refusal = Refusal::because(What::Runlevel, Why::NoRunlevels);
            context.refuse(Severity::Warning, &refusal);
            Asked::Nothing
        }
        (_, Some(level)) if level.is_on_demand() => Asked::OnDemand(level),
        (_, Some(level)) => Asked::Level(level, Some(grace_ms).filter(|ms| *ms > 0)),
        (_, None) => {
            context.refuse(Severity::Warning, &Refusal::no_such_runlevel(letter));
            Asked::Nothing
        }
    }
}

/// Ctrl-Alt-Del that nothing stands for.
pub(crate) fn refuse_keys(origin: &Origin, context: &mut Context) {
    let refusal = if context.host.is_container() {
        Refusal::keys_in_container(origin)
    } else {
        Refusal::no_keys_entry(origin)
    };
    context.refuse(Severity::Info, &refusal);
}
