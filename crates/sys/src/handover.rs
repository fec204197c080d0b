//! What one PID 1 hands to the next in a sealed memfd (memfd_create(2)): it is in nobody's list of
//! arguments, and nobody can have changed it.

use crate::files::{read_all, whole, write_all};
use crate::memfd::{self, SEALS, seal};
use crate::{Result, raw};
use alloc::format;
use alloc::vec::Vec;
use rekindle_core::op::HANDOVER_ARGUMENT;
use rekindle_core::text::{after, parse_u32};
use rustix::fd::{AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{MemfdFlags, SeekFrom};
use rustix::io::FdFlags;

/// The most that is read: far more than any handover.
const MOST_BYTES: usize = 1024 * 1024;

/// Puts `bytes` where a program finds them that is executed after [`let_through`].
pub(crate) fn hand_over(bytes: &[u8]) -> Result<OwnedFd> {
    let memfd = create_memfd()?;
    write_all(&memfd, bytes)?;
    seal(&memfd)?;
    Ok(memfd)
}

/// Lets it through to the program that is executed next: O_CLOEXEC is over (fcntl(2), F_SETFD).
pub(crate) fn let_through(memfd: &OwnedFd) {
    // It can't fail for an open descriptor.
    let _ = rustix::io::fcntl_setfd(memfd, FdFlags::empty());
}

/// Nobody has to execute it.
fn create_memfd() -> Result<OwnedFd> {
    memfd::create_memfd("handover", MemfdFlags::NOEXEC_SEAL)
}

/// The argument that tells where they are.
pub(crate) fn argument(memfd: &OwnedFd) -> Vec<u8> {
    [HANDOVER_ARGUMENT, format!("{}", memfd.as_raw_fd()).as_bytes()].concat()
}

/// Takes what was handed over to this program, and the argument that says so, which is the last one.
/// A descriptor that is no memfd with all seals was handed over by nobody: it stays as it is, and so do
/// the arguments. Only for a program that has just begun and has opened nothing yet.
#[must_use]
pub fn take_handed_over(arguments: &mut Vec<Vec<u8>>) -> Option<Vec<u8>> {
    let number = parse_u32(after(arguments.last()?, HANDOVER_ARGUMENT)?)?;
    let memfd = raw::adopt(number, is_sealed_memfd).ok()?;
    arguments.pop();
    // Whoever wrote it left the shared offset at the end.
    rustix::fs::seek(&memfd, SeekFrom::Start(0)).ok()?;
    read_all(&memfd, MOST_BYTES).and_then(whole).ok()
}

/// The kernel answers EINVAL for what can't be sealed (fcntl(2), F_GET_SEALS).
fn is_sealed_memfd(descriptor: BorrowedFd<'_>) -> bool {
    rustix::fs::fcntl_get_seals(descriptor).is_ok_and(|seals| seals.contains(SEALS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fd::IntoRawFd;
    use rustix::fs::SealFlags;

    #[test]
    fn what_is_handed_over_comes_back_and_the_argument_is_gone() {
        let bytes = [b"account\n".as_slice(), &[b'x'; 100_000]].concat();
        let memfd = hand_over(&bytes).unwrap();
        let mut arguments = Vec::from([b"--last-stage".to_vec(), argument(&memfd)]);
        // As after execve(2), no value owns it any more.
        let _ = memfd.into_raw_fd();
        assert_eq!(take_handed_over(&mut arguments), Some(bytes));
        assert_eq!(arguments, [b"--last-stage".to_vec()]);
    }

    #[test]
    fn what_nobody_has_sealed_is_left_alone() {
        let memfd = create_memfd().unwrap();
        write_all(&memfd, b"forged").unwrap();
        rustix::fs::fcntl_add_seals(&memfd, SealFlags::WRITE).unwrap();
        let file = rustix::fs::open("/dev/null", rustix::fs::OFlags::RDONLY, 0.into()).unwrap();
        let words = [argument(&memfd), argument(&file), b"handover=0".to_vec()];
        let others = [b"handover=".to_vec(), b"handover=1048575".to_vec(), b"handover=-1".to_vec()];
        for word in words.into_iter().chain(others) {
            let mut arguments = Vec::from([word.clone()]);
            assert_eq!(take_handed_over(&mut arguments), None);
            assert_eq!(arguments, [word]);
        }
        assert!(rustix::fs::fstat(&memfd).is_ok() && rustix::fs::fstat(&file).is_ok());
        // Only the last argument is looked at: those of a container's command are its own.
        let memfd = hand_over(b"x").unwrap();
        let mut arguments = Vec::from([argument(&memfd), b"--".to_vec()]);
        assert_eq!(take_handed_over(&mut arguments), None);
    }
}
