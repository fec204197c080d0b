//! Waiting for whatever comes first: epoll(7).

use crate::sleep::timespec;
use crate::{Result, errno, raw};
use alloc::rc::Rc;
use alloc::vec::Vec;
use rekindle_core::op::OpId;
use rekindle_core::request::Origin;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::process::{Pid, PidfdFlags};

/// How many ready descriptors one wait tells of.
const MOST_READY: usize = 32;

const SIGNALS: u64 = 0;
const HELPER: u64 = 1 << 32;
const PROCESS: u64 = 2 << 32;
const FIFO: u64 = 3 << 32;
const CONTROL: u64 = 4 << 32;
const CLIENT: u64 = 5 << 32;
const CONTROL_PLACE: u64 = 6 << 32;

/// Something that is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// Signals have arrived.
    Signals,
    /// The helper for this op has said something or is done.
    Helper(OpId),
    /// Somebody has written to sysvinit's FIFO.
    Fifo,
    /// Somebody connects to the control socket.
    Control,
    /// This client of it has sent something, or is gone.
    Client(u32),
    /// Something was mounted, or is gone from the directory of the control socket.
    ControlPlace,
    /// This watched process ended.
    Process(u32),
}

/// A descriptor that is waited on, for as long as this value lives: the kernel would go on waiting on it
/// while any copy of the open file is left anywhere (epoll(7)).
#[derive(Debug)]
pub struct Registration {
    epoll: Rc<OwnedFd>,
    descriptor: OwnedFd,
    /// Who registered it. A forked child shares the list, and must take nothing off it.
    owner: u32,
}

impl AsFd for Registration {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if raw::process_id() == self.owner {
            let _ = epoll::delete(self.epoll.as_ref(), &self.descriptor);
        }
    }
}

/// What PID 1 waits on.
#[derive(Debug)]
pub struct Poll {
    epoll: Rc<OwnedFd>,
    signals: Registration,
    watched: Vec<(u32, Registration)>,
}

impl Poll {
    /// Blocks all signals, gives them their default actions, and makes the descriptors.
    ///
    /// # Errors
    /// Those of signalfd(2) and epoll_create1(2).
    pub fn new() -> Result<Self> {
        raw::block_all_signals()?;
        raw::reset_signal_actions();
        let signals = raw::signal_descriptor()?;
        let epoll = Rc::new(epoll::create(epoll::CreateFlags::CLOEXEC).map_err(errno)?);
        let signals = register(&epoll, signals, SIGNALS)?;
        Ok(Self { epoll, signals, watched: Vec::new() })
    }

    /// Waits on a helper's pipe.
    pub(crate) fn register_helper(&self, id: OpId, pipe: OwnedFd) -> Result<Registration> {
        register(&self.epoll, pipe, HELPER | u64::from(id.0))
    }

    /// Waits on sysvinit's FIFO.
    pub(crate) fn register_fifo(&self, fifo: OwnedFd) -> Result<Registration> {
        register(&self.epoll, fifo, FIFO)
    }

    /// Waits for whoever connects to the control socket.
    pub(crate) fn register_control(&self, socket: OwnedFd) -> Result<Registration> {
        register(&self.epoll, socket, CONTROL)
    }

    /// Waits on a client of the control socket.
    pub(crate) fn register_client(&self, id: u32, socket: OwnedFd) -> Result<Registration> {
        register(&self.epoll, socket, CLIENT | u64::from(id))
    }

    /// Waits for what inotify tells of the control socket's directory.
    pub(crate) fn register_removals(&self, inotify: OwnedFd) -> Result<Registration> {
        register(&self.epoll, inotify, CONTROL_PLACE)
    }

    /// Waits for changes of what is mounted (proc_pid_mounts(5)). It can always be read, which tells nothing.
    pub(crate) fn register_mounts(&self, mountinfo: OwnedFd) -> Result<Registration> {
        register_for(&self.epoll, mountinfo, CONTROL_PLACE, EventFlags::PRI)
    }

    /// Watches for the end of a process, whoever's child it is: pidfd_open(2). `false` if it has
    /// ended already.
    pub fn watch(&mut self, pid: u32) -> bool {
        let number = i32::try_from(pid).ok().and_then(Pid::from_raw);
        let opened = number
            .ok_or(rustix::io::Errno::SRCH)
            .and_then(|pid| rustix::process::pidfd_open(pid, PidfdFlags::empty()));
        match opened {
            Ok(descriptor) => {
                // Without a place in epoll it goes unwatched; every wait has a deadline besides.
                let registered = register(&self.epoll, descriptor, PROCESS | u64::from(pid));
                self.watched.extend(registered.map(|registration| (pid, registration)));
                true
            }
            Err(rustix::io::Errno::SRCH) => false,
            Err(_) => true,
        }
    }

    /// Watches it no longer.
    pub fn unwatch(&mut self, pid: u32) {
        self.forget(&|other| other == pid);
    }

    fn forget(&mut self, is_over: &dyn Fn(u32) -> bool) {
        self.watched.retain(|(pid, _)| !is_over(*pid));
    }

    /// Waits at most `timeout_ms`; for ever if that is `None`.
    pub fn wait(&mut self, timeout_ms: Option<u64>) -> Vec<Ready> {
        let mut ready = [const { core::mem::MaybeUninit::<epoll::Event>::uninit() }; MOST_READY];
        let timeout = timeout_ms.map(timespec);
        let Ok((events, _)) = epoll::wait(self.epoll.as_ref(), &mut ready, timeout.as_ref()) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for event in events.iter() {
            found.push(read_token(event.data.u64()));
        }
        self.forget(&|pid| found.contains(&Ready::Process(pid)));
        found
    }

    /// A signal that has arrived, with what the kernel tells of its sender. What else there is to know
    /// stands in files of that process, which may block. The others stay where they are, also for a
    /// program that PID 1 becomes because of this one.
    #[must_use]
    pub fn take_signal(&self) -> Option<Origin> {
        let arrival = raw::read_signal(self.signals.as_fd())?;
        let raw::Arrival { signal, pid, uid } = arrival;
        Some(Origin { signal, pid, uid, ..Origin::default() })
    }
}

fn register(epoll: &Rc<OwnedFd>, descriptor: OwnedFd, token: u64) -> Result<Registration> {
    register_for(epoll, descriptor, token, EventFlags::IN)
}

fn register_for(
    epoll: &Rc<OwnedFd>,
    descriptor: OwnedFd,
    token: u64,
    flags: EventFlags,
) -> Result<Registration> {
    let data = EventData::new_u64(token);
    epoll::add(epoll.as_ref(), &descriptor, data, flags).map_err(errno)?;
    Ok(Registration { epoll: Rc::clone(epoll), descriptor, owner: raw::process_id() })
}

fn read_token(token: u64) -> Ready {
    let number = u32::try_from(token & u64::from(u32::MAX)).unwrap_or(0);
    match token & !u64::from(u32::MAX) {
        HELPER => Ready::Helper(OpId(number)),
        PROCESS => Ready::Process(number),
        FIFO => Ready::Fifo,
        CONTROL => Ready::Control,
        CLIENT => Ready::Client(number),
        CONTROL_PLACE => Ready::ControlPlace,
        _ => Ready::Signals,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(epoll: &Rc<OwnedFd>) -> usize {
        let mut ready = [const { core::mem::MaybeUninit::<epoll::Event>::uninit() }; 4];
        epoll::wait(epoll.as_ref(), &mut ready, Some(&timespec(0))).unwrap().0.len()
    }

    #[test]
    fn a_registration_that_is_gone_tells_nothing_more_although_a_copy_of_its_file_lives() {
        let epoll = Rc::new(epoll::create(epoll::CreateFlags::CLOEXEC).unwrap());
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        let copy = rustix::io::dup(&reader).unwrap();
        let registration = register(&epoll, reader, 7).unwrap();
        rustix::io::write(&writer, b"x").unwrap();
        assert_eq!(wait(&epoll), 1);
        drop(registration);
        assert_eq!(wait(&epoll), 0);
        assert!(rustix::io::read(&copy, &mut [0; 1]).is_ok());
    }
}
