//! Who is at the other end of a Unix socket. rustix knows no process id 0, which the kernel gives for a
//! process outside the PID namespace, and no groups.

use crate::Result;
use crate::result::checked;
use alloc::vec::Vec;
use rustix::fd::{AsRawFd, BorrowedFd};
use syscalls::{Sysno, syscall};

/// socket(7); asm-generic/socket.h.
const SOL_SOCKET: usize = 1;
const SO_PEERCRED: usize = 17;
const SO_ACCEPTCONN: usize = 30;
const SO_PEERGROUPS: usize = 59;

/// The most supplementary groups that are asked for.
const MOST_GROUPS: usize = 256;

/// What somebody was when he connected, or began to listen: struct ucred of unix(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// 0 for a process outside this PID namespace.
    pub pid: u32,
    /// The effective user.
    pub uid: u32,
    /// The effective group.
    pub gid: u32,
}

/// `getsockopt`: getsockopt(2), for options that are words. Returns how many of `words` were filled.
fn get_option(socket: BorrowedFd<'_>, option: usize, words: &mut [u32]) -> Result<usize> {
    let mut length = u32::try_from(size_of_val(words)).unwrap_or(0);
    let (number, start) = (socket.as_raw_fd(), words.as_mut_ptr());
    let place = &raw mut length;
    // SAFETY: the kernel writes at most `length` bytes to `words`, and the length that it has to `length`.
    checked(unsafe { syscall!(Sysno::getsockopt, number, SOL_SOCKET, option, start, place) })?;
    let bytes = usize::try_from(length).unwrap_or(0);
    Ok(bytes.checked_div(size_of::<u32>()).unwrap_or(0))
}

/// SO_PEERCRED (unix(7)).
///
/// # Errors
/// ENOTCONN and the like.
pub fn peer_credentials(socket: BorrowedFd<'_>) -> Result<Credentials> {
    let mut words = [0; 3];
    get_option(socket, SO_PEERCRED, &mut words)?;
    let [pid, uid, gid] = words;
    Ok(Credentials { pid, uid, gid })
}

/// SO_PEERGROUPS, since Linux 4.13 (net/core/sock.c): the supplementary groups of whoever connected. None of
/// somebody who has more than [`MOST_GROUPS`].
pub fn peer_groups(socket: BorrowedFd<'_>) -> Vec<u32> {
    let mut words = [0; MOST_GROUPS];
    let count = get_option(socket, SO_PEERGROUPS, &mut words).unwrap_or(0);
    words.get(..count).unwrap_or_default().to_vec()
}

/// Whether it is a socket that listens: SO_ACCEPTCONN (socket(7)).
pub(crate) fn is_listening(socket: BorrowedFd<'_>) -> bool {
    let mut words = [0];
    get_option(socket, SO_ACCEPTCONN, &mut words).is_ok() && words == [1]
}
