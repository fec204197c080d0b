//! One client of the control socket.

use crate::poll::Registration;
use crate::{Result, errno};
use alloc::vec::Vec;
use core::mem::MaybeUninit;
use rekindle_core::control::{MOST_DESCRIPTORS, MOST_FRAME_BYTES};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::IoSliceMut;
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendFlags};

/// A connection, with the descriptors that have come with its last frame.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) id: u32,
    socket: Registration,
    descriptors: Vec<OwnedFd>,
}

impl Client {
    pub(super) fn new(id: u32, socket: Registration) -> Self {
        Self { id, socket, descriptors: Vec::new() }
    }

    /// Sends a whole frame, or nothing where there is no room for it: send(2).
    pub(super) fn send(&self, frame: &[u8]) -> Result<()> {
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        rustix::net::send(&self.socket, frame, flags).map(drop).map_err(errno)
    }

    pub(super) fn take_descriptors(&mut self) -> Vec<OwnedFd> {
        core::mem::take(&mut self.descriptors)
    }

    /// The next frame, and how many descriptors came with it: `None` if there is none yet, `Some(None)` if
    /// there will be none any more. Those of the frame before are closed.
    #[inline(never)]
    pub(super) fn receive(&mut self) -> Option<Option<(Vec<u8>, u8)>> {
        let mut bytes = [0; MOST_FRAME_BYTES];
        let received = receive(self.socket.as_fd(), &mut bytes);
        match received {
            Ok((0, _)) => Some(None),
            Ok((count, descriptors)) => {
                self.descriptors = descriptors;
                let count_of_descriptors = u8::try_from(self.descriptors.len()).unwrap_or(u8::MAX);
                Some(Some((bytes.get(..count).unwrap_or_default().to_vec(), count_of_descriptors)))
            }
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => None,
            Err(_) => Some(None),
        }
    }
}

/// recvmsg(2). What does not fit is lost with all of its frame, and descriptors beyond the bound are closed
/// by the kernel.
pub(super) fn receive(
    socket: rustix::fd::BorrowedFd<'_>,
    bytes: &mut [u8; MOST_FRAME_BYTES],
) -> rustix::io::Result<(usize, Vec<OwnedFd>)> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
    let mut slices = [IoSliceMut::new(bytes)];
    let message = rustix::net::recvmsg(socket, &mut slices, &mut ancillary, flags)?;
    let mut descriptors = Vec::new();
    for one in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = one {
            descriptors.extend(rights);
        }
    }
    let is_whole = !message.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC);
    // One byte is no frame, but it is not the end either.
    let count = if is_whole { message.bytes } else { 1 };
    Ok((count, descriptors))
}
