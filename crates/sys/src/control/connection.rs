//! The control socket: a program's end of it.

use super::client::receive;
use crate::path::c_path;
use crate::sleep::{timespec, wait_ms};
use crate::{Result, errno, raw};
use alloc::vec::Vec;
use rekindle_core::control::{MOST_FRAME_BYTES, PATH};
use rekindle_core::errno::Errno;
use rustix::event::{PollFd, PollFlags};
use rustix::fd::{AsFd, OwnedFd};
use rustix::net::{AddressFamily, SendFlags, SocketAddrUnix, SocketFlags, SocketType};

/// How often and how long a program waits for a place among those that wait to be taken.
const TRIES: u32 = 50;
const TRY_MS: u64 = 20;

/// A socket for either end: socket(2).
pub(super) fn make_socket() -> Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let kind = SocketType::SEQPACKET;
    rustix::net::socket_with(AddressFamily::UNIX, kind, flags, None).map_err(errno)
}

/// Connects to whoever listens at the path, or fails at once where too many wait: connect(2).
pub(super) fn connect() -> Result<OwnedFd> {
    let socket = make_socket()?;
    let path = c_path(PATH.as_bytes())?;
    let address = SocketAddrUnix::new(path.as_c_str()).map_err(errno)?;
    rustix::net::connect(&socket, &address).map_err(errno)?;
    Ok(socket)
}

/// A connection to PID 1.
#[derive(Debug)]
pub struct Connection {
    socket: OwnedFd,
}

impl Connection {
    /// Connects: connect(2). A socket on which another process listens than process 1 of this PID namespace
    /// is somebody else's, as one that was mounted into a container.
    ///
    /// # Errors
    /// ENOENT without a socket; ECONNREFUSED if nobody listens on it any more; EREMOTE if it is somebody
    /// else's.
    pub fn open() -> Result<Self> {
        let mut tries = 1u32;
        let socket = loop {
            match connect() {
                Err(Errno::EAGAIN) if tries < TRIES => wait_ms(TRY_MS),
                connected => break connected?,
            }
            tries = tries.saturating_add(1);
        };
        let server = raw::peer_credentials(socket.as_fd())?;
        if server.pid != 1 {
            return Err(Errno::EREMOTE);
        }
        Ok(Self { socket })
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// ETIMEDOUT if there is none in time; ECONNRESET if PID 1 has dropped the connection.
    pub fn ask(&self, frame: &[u8], timeout_ms: u64) -> Result<Vec<u8>> {
        rustix::net::send(&self.socket, frame, SendFlags::NOSIGNAL).map_err(errno)?;
        self.receive(Some(timeout_ms))
    }

    /// Waits for the next frame; without a timeout for as long as it takes.
    ///
    /// # Errors
    /// As above.
    pub fn receive(&self, timeout_ms: Option<u64>) -> Result<Vec<u8>> {
        let timeout = timeout_ms.map(timespec);
        let mut waits = [PollFd::new(&self.socket, PollFlags::IN)];
        match rustix::event::poll(&mut waits, timeout.as_ref()) {
            Ok(0) => return Err(Errno::ETIMEDOUT),
            Ok(_) => {}
            Err(error) => return Err(errno(error)),
        }
        let mut bytes = [0; MOST_FRAME_BYTES];
        match receive(self.socket.as_fd(), &mut bytes) {
            Ok((0, _)) => Err(Errno::ECONNRESET),
            Ok((count, _)) => Ok(bytes.get(..count).unwrap_or_default().to_vec()),
            Err(error) => Err(errno(error)),
        }
    }
}
