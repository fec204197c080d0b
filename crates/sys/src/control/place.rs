//! The path of the control socket, and whether it still leads there.

use super::connection::{connect, make_socket};
use crate::path::{self, c_path};
use crate::poll::{Poll, Registration};
use crate::{Result, errno, raw};
use rekindle_core::control::PATH;
use rekindle_core::errno::Errno;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::inotify::{CreateFlags, WatchFlags};
use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::net::SocketAddrUnix;

const DIRECTORY: &[u8] = b"/run/rekindle";

/// The name that it has before all of it is ready.
const NEW_PATH: &str = "/run/rekindle/control.new";

/// How many connections wait to be taken.
const BACKLOG: i32 = 128;

/// A file, by the numbers of its device and its inode.
type Identity = (u64, u64);

/// Where the socket is.
#[derive(Debug, Default)]
pub(super) struct Place {
    identity: Option<Identity>,
    /// Of its directory: opened, and then waited on.
    opened: Option<OwnedFd>,
    removals: Option<Registration>,
    /// Of all mounts: the same.
    opened_mounts: Option<OwnedFd>,
    mounts: Option<Registration>,
}

impl Place {
    /// Makes the socket, which takes the place of what has its path, but not of one on which somebody outside
    /// this PID namespace listens: a container into which /run of its host is mounted has none of its own.
    /// Anybody may connect: who may ask is decided by who he is.
    #[inline(never)]
    pub(super) fn make(&mut self) -> Result<OwnedFd> {
        self.open_mounts();
        match path::make_directory(DIRECTORY) {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(error) => return Err(error),
        }
        if has_outer_listener() {
            return Err(Errno::EREMOTE);
        }
        (self.opened, self.removals) = (None, None);
        let socket = listen()?;
        // Before it has its path: at once somebody may put his own there, as a container's PID 1 to which /run
        // was mounted. So the directory tells of this renaming as well, and one look more is taken.
        self.identity = identity(NEW_PATH);
        self.opened = watch_removals().ok();
        path::rename(NEW_PATH.as_bytes(), PATH.as_bytes())?;
        Ok(socket)
    }

    /// Also where the socket can't be made: somebody may mount something that makes it possible.
    fn open_mounts(&mut self) {
        if self.mounts.is_none() {
            let flags = OFlags::RDONLY | OFlags::CLOEXEC;
            self.opened_mounts = path::open(b"/proc/self/mountinfo", flags).ok();
        }
    }

    /// Takes what is there for the socket, and watches its directory.
    pub(super) fn find(&mut self) -> bool {
        self.open_mounts();
        self.identity = identity(PATH);
        self.opened = watch_removals().ok();
        self.identity.is_some()
    }

    /// Whether the path leads to what it led to when the socket was made.
    pub(super) fn is_same(&self) -> bool {
        self.identity.is_some() && self.identity == identity(PATH)
    }

    /// Waits on what has just been opened.
    pub(super) fn watch(&mut self, poll: &Poll) {
        if let Some(removals) = self.opened.take() {
            self.removals = poll.register_removals(removals).ok();
        }
        if let Some(mounts) = self.opened_mounts.take() {
            self.mounts = poll.register_mounts(mounts).ok();
        }
    }

    /// Takes what inotify has to tell: all of it means the same.
    pub(super) fn drain(&self) {
        if let Some(removals) = &self.removals {
            let _ = rustix::io::read(removals, &mut [0; 4096]);
        }
    }
}

fn identity(path: &str) -> Option<Identity> {
    let path = c_path(path.as_bytes()).ok()?;
    let status = rustix::fs::statat(CWD, path.as_c_str(), AtFlags::SYMLINK_NOFOLLOW).ok()?;
    Some((status.st_dev, status.st_ino))
}

/// Whether somebody listens at the path whom this PID namespace does not know.
fn has_outer_listener() -> bool {
    let connected = connect();
    connected
        .and_then(|socket| raw::peer_credentials(socket.as_fd()))
        .is_ok_and(|peer| peer.pid == 0)
}

/// A socket that listens at [`NEW_PATH`] (unix(7)).
fn listen() -> Result<OwnedFd> {
    match path::unlink(NEW_PATH.as_bytes()) {
        Ok(()) | Err(Errno::ENOENT) => {}
        Err(error) => return Err(error),
    }
    let new_path = c_path(NEW_PATH.as_bytes())?;
    let socket = make_socket()?;
    let address = SocketAddrUnix::new(new_path.as_c_str()).map_err(errno)?;
    rustix::net::bind(&socket, &address).map_err(errno)?;
    rustix::fs::chmodat(CWD, new_path.as_c_str(), Mode::from(0o666), AtFlags::empty())
        .map_err(errno)?;
    rustix::net::listen(&socket, BACKLOG).map_err(errno)?;
    Ok(socket)
}

/// inotify(7) of the directory, and of the directory's own end.
fn watch_removals() -> Result<OwnedFd> {
    let inotify =
        rustix::fs::inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).map_err(errno)?;
    let flags = WatchFlags::DELETE
        | WatchFlags::MOVED_FROM
        | WatchFlags::DELETE_SELF
        | WatchFlags::MOVE_SELF;
    let path = c_path(DIRECTORY)?;
    rustix::fs::inotify::add_watch(&inotify, path.as_c_str(), flags).map_err(errno)?;
    Ok(inotify)
}
