//! The QEMU process: it connects to sockets of ours, and never outlives us.

use std::ffi::OsString;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tempfile::TempDir;

use super::turn::Turn;
use crate::tools;

/// QEMU connects while it starts; this much only on a machine that hardly runs at all.
const CONNECT_SECONDS: i64 = 60;

/// A folder with listening sockets, which QEMU's command line names in the same order.
#[derive(Debug)]
pub(crate) struct Sockets<const COUNT: usize> {
    folder: TempDir,
    listeners: [UnixListener; COUNT],
}

impl<const COUNT: usize> Sockets<COUNT> {
    pub(crate) fn listen(names: [&str; COUNT]) -> Result<Sockets<COUNT>> {
        let folder =
            tempfile::Builder::new().prefix("vm-").tempdir().context("unable to make a folder")?;
        let bound = names.map(|name| UnixListener::bind(folder.path().join(name)));
        let bound: Vec<UnixListener> =
            bound.into_iter().collect::<Result<_, _>>().context("unable to listen")?;
        let listeners =
            bound.try_into().map_err(|_| anyhow::anyhow!("not a socket for each name"))?;
        Ok(Sockets { folder, listeners })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

#[derive(Debug)]
pub(crate) struct Qemu {
    child: Child,
    guard: Child,
    turn: Option<Turn>,
    folder: TempDir,
}

fn spawn_qemu(arguments: Vec<OsString>) -> Result<Child> {
    Command::new(tools::program("qemu-system-x86_64")?)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("unable to start QEMU")
}

/// Kills QEMU once we are gone, however we went: its input is a pipe that only we hold.
/// In a group of its own, so that Ctrl-C leaves it alone.
fn spawn_guard(qemu: u32) -> Result<Child> {
    Command::new("/bin/sh")
        .args(["-c", "read -r nothing; kill -KILL \"$0\" 2>/dev/null", &qemu.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("unable to start the guard of QEMU")
}

impl Qemu {
    /// Waits for its turn, starts QEMU, and gives the connection to each socket.
    pub(crate) fn start<const COUNT: usize>(
        arguments: Vec<OsString>,
        sockets: Sockets<COUNT>,
    ) -> Result<(Qemu, [UnixStream; COUNT])> {
        let turn = Turn::take()?;
        let child = spawn_qemu(arguments)?;
        let guard = spawn_guard(child.id())?;
        let Sockets { folder, listeners } = sockets;
        let mut qemu = Qemu { child, guard, turn: Some(turn), folder };
        let process = qemu.open_process()?;
        let accepted = listeners.each_ref().map(|listener| qemu.accept(listener, &process));
        let streams: Vec<UnixStream> = accepted.into_iter().collect::<Result<_>>()?;
        let streams =
            streams.try_into().map_err(|_| anyhow::anyhow!("not a stream for each socket"))?;
        Ok((qemu, streams))
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// The folder with the sockets; gone with this value.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A paused machine takes no processor: another may run, though this one can still be looked at.
    pub(crate) fn give_turn_back(&mut self) {
        self.turn = None;
    }

    /// Waits for a process that is about to end: its connections are closed.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        self.child.wait().context("unable to wait for QEMU")
    }

    fn open_process(&self) -> Result<OwnedFd> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.context("a process id out of range")?;
        pidfd_open(pid, PidfdFlags::empty()).context("unable to open QEMU's process")
    }

    /// Waits for QEMU to connect or to end, whichever comes first.
    fn accept(&mut self, listener: &UnixListener, process: &OwnedFd) -> Result<UnixStream> {
        let limit = Timespec { tv_sec: CONNECT_SECONDS, tv_nsec: 0 };
        let mut waiting = [
            PollFd::new(listener, PollFlags::IN),
            PollFd::from_borrowed_fd(process.as_fd(), PollFlags::IN),
        ];
        poll(&mut waiting, Some(&limit)).context("unable to wait for QEMU")?;
        let is_connected = waiting.first().is_some_and(|listener| !listener.revents().is_empty());
        if !is_connected {
            bail!("QEMU did not start: {}", self.last_words());
        }
        let (stream, _) = listener.accept().context("unable to accept QEMU's connection")?;
        Ok(stream)
    }

    fn last_words(&mut self) -> String {
        let _ = self.child.kill();
        let mut words = String::new();
        if let Some(stderr) = &mut self.child.stderr {
            let _ = stderr.read_to_string(&mut words);
        }
        words.trim().to_owned()
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // The guard first: once QEMU is waited for, its number may belong to somebody else.
        for child in [&mut self.guard, &mut self.child] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
