//! A PID 1 that serves without having booted: a new version that takes over, or one that goes on after
//! an internal error.

use super::provisions::Provisions;
use super::serve::{Children, Serving};
use super::start::StartArguments;
use super::takeover_state::{TakenOver, parse_state};
use crate::context::Context;
use alloc::vec::Vec;

/// Takes the place of the PID 1 before. Its helpers' outcomes are lost with it.
pub(crate) fn take_over(start: StartArguments, state: &[u8], context: &mut Context) -> Serving {
    let TakenOver { settings, configuration, host, is_respawn_paused, consoles, children } =
        parse_state(state, start.environment.clone());
    (context.settings, context.configuration, context.host) = (settings, configuration, host);
    let mut serving = Serving::new(children, Provisions::new(start, consoles), None);
    if is_respawn_paused {
        serving.pause_respawn();
    }
    serving.announce_takeover();
    serving
}

/// Starts nothing, but reaps and answers as ever.
pub(crate) fn go_on_after_panic(start: StartArguments) -> Serving {
    let children = Children::new(start.environment.clone(), None);
    let provisions = Provisions::new(start, Vec::new());
    let mut serving = Serving::new(children, provisions, Some(Vec::new()));
    serving.pause_respawn();
    serving
}
