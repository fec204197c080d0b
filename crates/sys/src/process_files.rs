//! The files of one process, /proc/PID/…

use crate::Result;
use crate::files::{list_numbers, read_file, read_link};
use crate::path::c_path;
use alloc::format;
use alloc::vec::Vec;
use core::fmt;
use rekindle_core::proc::owners::Owner;
use rekindle_core::proc::pid::parse_signalfd_mask;
use rekindle_core::signal::{mask_bit, number};

/// The most of one of these files that is read; status has some 1,500 bytes.
const FILE_MOST_BYTES: usize = 64 * 1024;

/// The most descriptors of one process that are searched for a signalfd.
const MOST_DESCRIPTORS: usize = 256;

/// Reads the file `name` of a process.
pub(crate) fn read(pid: u32, name: &str) -> Result<Vec<u8>> {
    read_start(pid, name, FILE_MOST_BYTES)
}

/// Reads its first bytes: what is beyond the bound is not wanted.
pub(crate) fn read_start(pid: u32, name: &str, most_bytes: usize) -> Result<Vec<u8>> {
    read_file(format!("/proc/{pid}/{name}").as_bytes(), most_bytes).map(|read| read.bytes)
}

/// The link that names this process's own PID namespace (namespaces(7)).
pub(crate) fn read_own_pid_namespace() -> Result<Vec<u8>> {
    read_link(c"/proc/self/ns/pid")
}

/// Whether a process is of this one's namespace of that kind; `None` if a link can't be read.
pub(crate) fn is_of_our_namespace(pid: u32, kind: &str) -> Option<bool> {
    let link = |who: &dyn fmt::Display| {
        let path = c_path(format!("/proc/{who}/ns/{kind}").as_bytes()).ok()?;
        read_link(path.as_c_str()).ok()
    };
    Some(link(&pid)? == link(&"self")?)
}

/// The user that a process runs as: its directory's owner, which the kernel tells without waiting for
/// anybody (fs/proc/base.c, pid_getattr).
pub(crate) fn read_owner(pid: u32) -> Option<Owner> {
    let status =
        rustix::fs::stat(c_path(format!("/proc/{pid}").as_bytes()).ok()?.as_c_str()).ok()?;
    Some(Owner { pid, uid: status.st_uid })
}

/// Whether it has a signalfd that reads TERM, among its first descriptors.
pub(crate) fn has_term_signalfd(pid: u32) -> bool {
    let listed = list_numbers(format!("/proc/{pid}/fd").as_bytes(), MOST_DESCRIPTORS);
    let masks = listed.unwrap_or_default().numbers.into_iter().filter_map(|descriptor| {
        let text = read(pid, &format!("fdinfo/{descriptor}")).ok()?;
        parse_signalfd_mask(&text)
    });
    masks.into_iter().any(|mask| mask & mask_bit(number::TERM) != 0)
}
