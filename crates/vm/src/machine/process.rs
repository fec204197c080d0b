//! The QEMU process: it connects to three sockets of ours, and never outlives us.

use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tempfile::TempDir;

use super::config::MachineConfig;
use crate::tools;

/// QEMU connects while it starts; this much only on a machine that hardly runs at all.
const CONNECT_SECONDS: i64 = 60;

pub(super) struct Streams {
    pub(super) qmp: UnixStream,
    pub(super) console: UnixStream,
    pub(super) agent: UnixStream,
}

#[derive(Debug)]
pub(super) struct Qemu {
    child: Child,
    guard: Child,
    _sockets: TempDir,
}

pub(super) fn start(config: &MachineConfig) -> Result<(Qemu, Streams)> {
    let sockets =
        tempfile::Builder::new().prefix("vm-").tempdir().context("unable to make a folder")?;
    let listen =
        |name: &str| UnixListener::bind(sockets.path().join(name)).context("unable to listen");
    let [qmp, console, agent] = [listen("qmp")?, listen("console")?, listen("agent")?];
    let child = spawn_qemu(config, sockets.path())?;
    let guard = spawn_guard(child.id())?;
    let mut qemu = Qemu { child, guard, _sockets: sockets };
    let process = qemu.open_process()?;
    // In the order in which the command line names them.
    let streams = Streams {
        qmp: qemu.accept(&qmp, &process)?,
        console: qemu.accept(&console, &process)?,
        agent: qemu.accept(&agent, &process)?,
    };
    Ok((qemu, streams))
}

fn spawn_qemu(config: &MachineConfig, sockets: &Path) -> Result<Child> {
    Command::new(tools::program("qemu-system-x86_64")?)
        .args(config.render_arguments(sockets))
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
    pub(super) fn process_id(&self) -> u32 {
        self.child.id()
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
