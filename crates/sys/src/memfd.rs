//! Sealed files in memory (memfd_create(2)).

use crate::{Result, errno};
use rustix::fd::OwnedFd;
use rustix::fs::{MemfdFlags, SealFlags};

/// Nothing of it can change any more, and neither can that (fcntl(2), F_ADD_SEALS).
pub(crate) const SEALS: SealFlags =
    SealFlags::WRITE.union(SealFlags::GROW).union(SealFlags::SHRINK).union(SealFlags::SEAL);

/// Makes one that can be sealed. `if_known` is MFD_EXEC or MFD_NOEXEC_SEAL, which Linux knows since 6.3;
/// an earlier one goes without.
pub(crate) fn create_memfd(name: &str, if_known: MemfdFlags) -> Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    match rustix::fs::memfd_create(name, flags | if_known) {
        Err(rustix::io::Errno::INVAL) => rustix::fs::memfd_create(name, flags).map_err(errno),
        other => other.map_err(errno),
    }
}

/// Seals it.
pub(crate) fn seal(memfd: &OwnedFd) -> Result<()> {
    rustix::fs::fcntl_add_seals(memfd, SEALS).map_err(errno)
}
