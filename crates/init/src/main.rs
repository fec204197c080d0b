//! `init`: PID 1, its last stage, and `reboot`, `halt`, `poweroff` and `telinit` by the name it is called by.
#![no_std]
#![no_main]
#![cfg_attr(test, allow(unused))]

extern crate alloc;

mod command;
mod life;
mod memory;
mod start;

use alloc::vec::Vec;
use rekindle_core::brain::Birth;
use rekindle_core::cli::{ACTION_VARIABLE, command_action};

/// The program's name and arguments decide what it is; only process 1 may be init.
fn main(arguments: &[&[u8]], environment: &[&[u8]]) -> u8 {
    let owned =
        |strings: &[&[u8]]| strings.iter().map(|string| string.to_vec()).collect::<Vec<_>>();
    let (name, rest) =
        arguments.split_first().map_or((&b"init"[..], &[][..]), |(name, rest)| (*name, rest));
    if rekindle_sys::raw::process_id() == 1 {
        life::live(Birth { arguments: owned(rest), environment: owned(environment) });
    }
    let base = name.rsplit(|byte| *byte == b'/').next().unwrap_or(name);
    let is_in_end = environment.iter().any(|pair| {
        let value = pair.strip_prefix(ACTION_VARIABLE.as_bytes());
        value.is_some_and(|value| value.starts_with(b"="))
    });
    match command_action(base) {
        Some(action) => command::run(base, action, rest, is_in_end),
        None => command::run_as_init(base, rest),
    }
}
