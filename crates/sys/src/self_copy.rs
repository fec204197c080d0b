//! A copy of PID 1's own program, from which the last stage runs.

use crate::memfd::{create_memfd, seal};
use crate::raw::{self, NullTerminated};
use crate::{Result, errno};
use crate::{limits, path};
use rekindle_core::errno::Errno;
use rekindle_core::op::SelfCopy;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{MemfdFlags, Mode, OFlags};

/// The place of the copy on /run: a name that nobody else can have planted, as /run is root's.
const RUN_PATH: &[u8] = b"/run/init-last-stage";

/// The most that one sendfile(2) is asked for; this program is smaller.
const MOST_BYTES: usize = 1024 * 1024;

/// Reserves the place.
pub(crate) fn create(kind: SelfCopy) -> Result<OwnedFd> {
    match kind {
        // `vm.memfd_noexec` may have made the other the default.
        SelfCopy::Memfd => create_memfd("init", MemfdFlags::EXEC),
        SelfCopy::RunFile => {
            let _ = path::unlink(RUN_PATH);
            let flags =
                OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC | OFlags::NOFOLLOW;
            path::create(RUN_PATH, flags, Mode::from(0o700))
        }
    }
}

/// Copies this program into the place.
pub(crate) fn fill(place: &OwnedFd) -> Result<()> {
    let program = crate::files::open_to_read(b"/proc/self/exe")?;
    // sendfile(2) goes on at the file's own offset and answers 0 at its end.
    while rustix::fs::sendfile(place, &program, None, MOST_BYTES).map_err(errno)? > 0 {}
    Ok(())
}

/// Executes the copy. Returns only on failure.
pub(crate) fn execute(
    kind: SelfCopy,
    place: OwnedFd,
    arguments: &NullTerminated,
    environment: &NullTerminated,
) -> Errno {
    let program = match open_finished(kind, place) {
        Ok(program) => program,
        Err(errno) => return errno,
    };
    limits::put_back();
    let errno = raw::execute_descriptor(program.as_fd(), arguments, environment);
    limits::raise_again();
    errno
}

/// Makes the copy unchangeable: a memfd by seals (fcntl(2), F_ADD_SEALS), a file by taking its
/// name away and no longer holding it open for writing, which execve(2) would answer with ETXTBSY.
fn open_finished(kind: SelfCopy, place: OwnedFd) -> Result<OwnedFd> {
    match kind {
        SelfCopy::Memfd => {
            seal(&place)?;
            Ok(place)
        }
        SelfCopy::RunFile => {
            drop(place);
            let program = crate::files::open_to_read(RUN_PATH)?;
            path::unlink(RUN_PATH)?;
            Ok(program)
        }
    }
}
