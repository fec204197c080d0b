//! Waiting for whatever comes first: epoll(7).

use crate::{Result, errno, raw};
use alloc::vec::Vec;
use rekindle_core::op::OpId;
use rekindle_core::request::Origin;
use rustix::event::Timespec;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::process::{Pid, PidfdFlags};

/// How many ready descriptors one wait tells of.
const MOST_READY: usize = 32;

const SIGNALS: u64 = 0;
const HELPER: u64 = 1 << 32;
const PROCESS: u64 = 2 << 32;
const FIFO: u64 = 3 << 32;

/// Something that is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ready {
    /// Signals have arrived.
    Signals,
    /// The helper for this op has said something or is done.
    Helper(OpId),
    /// Somebody has written to sysvinit's FIFO.
    Fifo,
    /// This watched process ended.
    Process(u32),
}

/// What PID 1 waits on.
#[derive(Debug)]
pub struct Poll {
    epoll: OwnedFd,
    signals: OwnedFd,
    watched: Vec<(u32, OwnedFd)>,
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
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(errno)?;
        let poll = Self { epoll, signals, watched: Vec::new() };
        poll.add(poll.signals.as_fd(), SIGNALS)?;
        Ok(poll)
    }

    fn add(&self, descriptor: BorrowedFd<'_>, token: u64) -> Result<()> {
        epoll::add(&self.epoll, descriptor, EventData::new_u64(token), EventFlags::IN)
            .map_err(errno)
    }

    /// Waits on a helper's pipe too. Closing the pipe ends that.
    ///
    /// # Errors
    /// Those of epoll_ctl(2).
    pub fn add_helper(&self, id: OpId, pipe: BorrowedFd<'_>) -> Result<()> {
        self.add(pipe, HELPER | u64::from(id.0))
    }

    /// Waits on sysvinit's FIFO too. Closing it ends that.
    pub fn add_fifo(&self, fifo: BorrowedFd<'_>) {
        // Without a place in epoll telinit goes unheard; the signals still are.
        let _ = self.add(fifo, FIFO);
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
                let _ = self.add(descriptor.as_fd(), PROCESS | u64::from(pid));
                self.watched.push((pid, descriptor));
                true
            }
            Err(rustix::io::Errno::SRCH) => false,
            Err(_) => true,
        }
    }

    /// Waits at most `timeout_ms`; for ever if that is `None`.
    pub fn wait(&mut self, timeout_ms: Option<u64>) -> Vec<Ready> {
        let mut ready = [const { core::mem::MaybeUninit::<epoll::Event>::uninit() }; MOST_READY];
        let timeout = timeout_ms.map(timespec);
        let Ok((events, _)) = epoll::wait(&self.epoll, &mut ready, timeout.as_ref()) else {
            return Vec::new();
        };
        let found: Vec<Ready> = events.iter().map(|event| read_token(event.data.u64())).collect();
        self.watched.retain(|(pid, _)| !found.contains(&Ready::Process(*pid)));
        found
    }

    /// The signals that have arrived, each with its sender's name.
    pub fn take_signals(&self) -> Vec<Origin> {
        raw::read_signals(self.signals.as_fd())
            .map(|arrival| {
                // The sender may be gone already, and a helper has no name of its own to tell.
                let sender = crate::census::read_stat(arrival.pid).unwrap_or_default();
                Origin {
                    signal: arrival.signal,
                    pid: arrival.pid,
                    uid: arrival.uid,
                    session: sender.session,
                    comm: sender.comm,
                }
            })
            .collect()
    }
}

pub(crate) fn timespec(ms: u64) -> Timespec {
    let seconds = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
    let nanoseconds = i64::try_from(ms % 1000).unwrap_or(0).saturating_mul(1_000_000);
    Timespec { tv_sec: seconds, tv_nsec: nanoseconds }
}

fn read_token(token: u64) -> Ready {
    let number = u32::try_from(token & u64::from(u32::MAX)).unwrap_or(0);
    match token & !u64::from(u32::MAX) {
        HELPER => Ready::Helper(OpId(number)),
        PROCESS => Ready::Process(number),
        FIFO => Ready::Fifo,
        _ => Ready::Signals,
    }
}
