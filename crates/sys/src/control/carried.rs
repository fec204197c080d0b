//! What one version of PID 1 leaves open for the next: the listening socket, and descriptors that are kept
//! for somebody. Arguments name them, before the one that names the handover.

use crate::raw;
use alloc::format;
use alloc::vec::Vec;
use rekindle_core::text::{after, cut, parse_u32};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::FdFlags;

/// `control=NUMBER`.
const LISTENER: &[u8] = b"control=";

/// `kept=NUMBER:NAME`.
const KEPT: &[u8] = b"kept=";

/// What was left open.
#[derive(Debug, Default)]
pub struct Carried {
    /// The listening socket.
    pub(super) listener: Option<OwnedFd>,
    /// What is kept under which name.
    pub(super) kept: Vec<(Vec<u8>, OwnedFd)>,
}

impl Carried {
    /// The names, one for each descriptor.
    #[must_use]
    pub fn names(&self) -> Vec<Vec<u8>> {
        self.kept.iter().map(|(name, _)| name.clone()).collect()
    }
}

pub(super) fn listener_argument(number: i32) -> Vec<u8> {
    [LISTENER, format!("{number}").as_bytes()].concat()
}

pub(super) fn kept_argument(number: i32, name: &[u8]) -> Vec<u8> {
    [KEPT, format!("{number}:").as_bytes(), name].concat()
}

/// Takes what these arguments name, and the arguments. Only for a program that has just begun, has opened
/// nothing yet, and was handed over to.
#[must_use]
#[inline(never)]
pub fn take_carried(arguments: &mut Vec<Vec<u8>>) -> Carried {
    let mut carried = Carried::default();
    arguments.retain(|argument| {
        let (listener, kept) = (after(argument, LISTENER), after(argument, KEPT));
        if let Some(number) = listener {
            carried.listener = adopt(number);
        }
        if let Some((number, name)) = kept.and_then(|kept| cut(kept, b':')) {
            carried.kept.extend(adopt(number).map(|descriptor| (name.to_vec(), descriptor)));
        }
        listener.is_none() && kept.is_none()
    });
    carried.listener = carried.listener.filter(|socket| raw::is_listening(socket.as_fd()));
    carried
}

/// The descriptor of that number, which no other program inherits any more.
fn adopt(number: &[u8]) -> Option<OwnedFd> {
    let is_open =
        |descriptor: BorrowedFd<'_>| rustix::io::fcntl_setfd(descriptor, FdFlags::CLOEXEC).is_ok();
    raw::adopt(parse_u32(number)?, is_open).ok()
}
