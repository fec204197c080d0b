//! What this program is: PID 1, or one of the commands.

use crate::{command, event_loop};
use alloc::vec::Vec;
use rekindle_core::pid1::StartArguments;
use rekindle_core::request::options::{ACTION_VARIABLE, command_action};
use rekindle_core::text::{after, base_name};
use rekindle_sys::control::{self, Carried};
use rekindle_sys::{handover, raw};

/// The program's name and arguments decide; only process 1 may be init. Returns the exit status.
pub(crate) fn run(arguments: &[&[u8]], environment: &[&[u8]]) -> u8 {
    let (name, rest) =
        arguments.split_first().map_or((&b"init"[..], &[][..]), |(name, rest)| (*name, rest));
    if raw::process_id() == 1 {
        let mut arguments = owned(rest);
        let handed_over = handover::take_handed_over(&mut arguments);
        let carried = match handed_over {
            Some(_) => control::take_carried(&mut arguments),
            None => Carried::default(),
        };
        let (environment, kept) = (owned(environment), carried.names());
        let start = StartArguments { arguments, environment, handed_over, kept };
        event_loop::run(start, carried);
    }
    let base = base_name(name);
    let is_in_end = environment.iter().any(|pair| {
        let value = after(pair, ACTION_VARIABLE.as_bytes());
        value.is_some_and(|value| value.starts_with(b"="))
    });
    match command_action(base) {
        Some(action) => command::run(base, action, rest, is_in_end),
        None => command::run_as_init(base, rest),
    }
}

/// Their copies. Not in line: it is needed twice.
#[inline(never)]
fn owned(strings: &[&[u8]]) -> Vec<Vec<u8>> {
    strings.iter().map(|string| string.to_vec()).collect()
}
