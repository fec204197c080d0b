//! The control socket: PID 1's end of it.

mod carried;
mod client;
mod connection;
mod place;

pub use carried::{Carried, take_carried};
pub use connection::Connection;

use crate::poll::{Poll, Registration};
use crate::{Result, errno, raw};
use alloc::vec::Vec;
use client::Client;
use place::Place;
use rekindle_core::control::Peer;
use rekindle_core::errno::Errno;
use rekindle_core::event::ControlEvent;
use rekindle_core::op::{ControlOp, Outcome};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::net::SocketFlags;

/// How many connections are taken before anything else gets its turn.
const MOST_ACCEPTED: usize = 4;

/// The socket, its clients, and the descriptors that are kept for somebody.
#[derive(Debug, Default)]
pub(crate) struct ControlSocket {
    /// Opened, and not waited on yet.
    opened: Option<OwnedFd>,
    listener: Option<Registration>,
    place: Place,
    clients: Vec<Client>,
    /// The number of the last client.
    last_client: u32,
    kept: Vec<(Vec<u8>, OwnedFd)>,
}

impl ControlSocket {
    /// Goes on with what another version had open.
    #[inline(always)]
    pub(crate) fn take_over(&mut self, carried: Carried) {
        self.opened = carried.listener.filter(|_| self.place.find());
        self.kept = carried.kept;
    }

    /// Carries an op out. Only listening does not wait for a client to come.
    #[inline(always)]
    pub(crate) fn perform(&mut self, op: &ControlOp) -> Outcome {
        let done = match op {
            ControlOp::Listen => self.listen(),
            ControlOp::Check
            | ControlOp::Close
            | ControlOp::Send { .. }
            | ControlOp::Drop { .. }
            | ControlOp::Keep { .. }
            | ControlOp::Discard { .. } => return self.serve_client(op),
        };
        done.map_or_else(Outcome::Failed, |()| Outcome::Done)
    }

    #[inline(never)]
    fn serve_client(&mut self, op: &ControlOp) -> Outcome {
        let done = match op {
            ControlOp::Check => return Outcome::Answer(self.is_there()),
            ControlOp::Listen => self.listen(),
            ControlOp::Close => {
                (self.opened, self.listener) = (None, None);
                self.place = Place::default();
                self.clients.clear();
                Ok(())
            }
            ControlOp::Send { client, frame } => {
                self.client(*client).and_then(|client| client.send(frame))
            }
            ControlOp::Drop { client } => {
                self.forget(*client);
                Ok(())
            }
            ControlOp::Keep { client, name } => self.keep(*client, name),
            ControlOp::Discard { name } => {
                self.kept.retain(|(one, _)| one != name);
                Ok(())
            }
        };
        done.map_or_else(Outcome::Failed, |()| Outcome::Done)
    }

    fn forget(&mut self, client: u32) {
        self.clients.retain(|one| one.id != client);
    }

    #[inline(always)]
    fn is_there(&self) -> bool {
        (self.opened.is_some() || self.listener.is_some()) && self.place.is_same()
    }

    #[inline(always)]
    fn listen(&mut self) -> Result<()> {
        if self.is_there() {
            return Ok(());
        }
        // Nobody can connect to the old one any more, and it would keep its file system busy.
        (self.opened, self.listener) = (None, None);
        self.opened = Some(self.place.make()?);
        Ok(())
    }

    /// Waits on what has just been opened. Without a place in epoll nobody is heard; signals still are.
    #[inline(always)]
    pub(crate) fn watch(&mut self, poll: &Poll) {
        if let Some(listener) = self.opened.take() {
            self.listener = poll.register_control(listener).ok();
        }
        self.place.watch(poll);
    }

    fn client(&mut self, id: u32) -> Result<&mut Client> {
        self.clients.iter_mut().find(|client| client.id == id).ok_or(Errno::EBADF)
    }

    fn keep(&mut self, client: u32, name: &[u8]) -> Result<()> {
        let descriptors = self.client(client)?.take_descriptors();
        self.kept.extend(descriptors.into_iter().map(|descriptor| (name.to_vec(), descriptor)));
        Ok(())
    }

    /// Somebody has connected. What comes after a few has its turn later.
    #[inline(never)]
    pub(crate) fn accept(&mut self, poll: &Poll) -> Vec<ControlEvent> {
        let mut events = Vec::new();
        for _ in 0..MOST_ACCEPTED {
            match self.accept_one(poll) {
                Ok(event) => events.push(event),
                Err(Errno::EAGAIN) => break,
                Err(Errno::ECONNABORTED | Errno::EINTR) => {}
                // No descriptor is left, or no memory: it would be ready for ever. It is made again later.
                Err(_) => {
                    self.listener = None;
                    events.push(ControlEvent::MayBeGone);
                    break;
                }
            }
        }
        events
    }

    fn accept_one(&mut self, poll: &Poll) -> Result<ControlEvent> {
        let listener = self.listener.as_ref().ok_or(Errno::EAGAIN)?;
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = rustix::net::accept_with(listener, flags).map_err(errno)?;
        let raw::Credentials { pid, uid, gid } = raw::peer_credentials(socket.as_fd())?;
        let groups = if uid == 0 { Vec::new() } else { raw::peer_groups(socket.as_fd()) };
        self.last_client = self.last_client.wrapping_add(1).max(1);
        let id = self.last_client;
        self.clients.push(Client::new(id, poll.register_client(id, socket)?));
        Ok(ControlEvent::Connected { client: id, peer: Peer { pid, uid, gid, groups } })
    }

    /// A client has sent something, or is gone.
    pub(crate) fn receive(&mut self, id: u32) -> Option<ControlEvent> {
        let client = self.client(id).ok()?;
        let received = client.receive()?;
        if received.is_none() {
            self.forget(id);
        }
        Some(received.map_or(ControlEvent::Closed { client: id }, |(bytes, descriptors)| {
            ControlEvent::Frame { client: id, bytes, descriptors }
        }))
    }

    /// Something was mounted, or is gone from the directory.
    pub(crate) fn place_may_be_lost(&mut self) -> ControlEvent {
        self.place.drain();
        ControlEvent::MayBeGone
    }

    /// What the next version goes on with: the listening socket, and what is kept under which name.
    pub(crate) fn carry(&self) -> Vec<(Vec<u8>, BorrowedFd<'_>)> {
        let listener = self.listener.as_ref().map(AsFd::as_fd);
        let mut carried = Vec::new();
        carried.extend(
            listener.map(|socket| (carried::listener_argument(socket.as_raw_fd()), socket)),
        );
        for (name, descriptor) in &self.kept {
            let argument = carried::kept_argument(descriptor.as_raw_fd(), name);
            carried.push((argument, descriptor.as_fd()));
        }
        carried
    }
}
