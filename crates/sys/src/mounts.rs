//! mount(2) and umount2(2).

use crate::path::{c_path, make_directory};
use crate::{Result, errno};
use rekindle_core::errno::Errno;
use rekindle_core::op::ApiMount;
use rustix::fs::{AtFlags, StatxFlags};
use rustix::mount::{MountFlags, UnmountFlags};

/// Whether a file system is mounted on `path`: statx(2), STATX_ATTR_MOUNT_ROOT; before Linux 5.8,
/// which has no such attribute, whether it lies on another device than the root directory.
pub(crate) fn is_mount_point(path: &str) -> Result<bool> {
    /// From linux/stat.h.
    const ATTRIBUTE_MOUNT_ROOT: u64 = 0x2000;
    let status = read_status(path)?;
    if status.stx_attributes_mask.bits() & ATTRIBUTE_MOUNT_ROOT != 0 {
        return Ok(status.stx_attributes.bits() & ATTRIBUTE_MOUNT_ROOT != 0);
    }
    let root = read_status("/")?;
    Ok((status.stx_dev_major, status.stx_dev_minor) != (root.stx_dev_major, root.stx_dev_minor))
}

fn read_status(path: &str) -> Result<rustix::fs::Statx> {
    let wanted = StatxFlags::BASIC_STATS;
    let path = c_path(path.as_bytes())?;
    rustix::fs::statx(rustix::fs::CWD, path.as_c_str(), AtFlags::NO_AUTOMOUNT, wanted)
        .map_err(errno)
}

/// Mounts a kernel file system, making its directory if that is missing.
pub(crate) fn mount_api(mount: &ApiMount) -> Result<()> {
    match make_directory(mount.target.as_bytes()) {
        // A directory that is there is all that is wanted, on a read-only root too.
        Ok(()) | Err(Errno::EEXIST | Errno::EROFS) => {}
        Err(error) => return Err(error),
    }
    let mut flags = MountFlags::NOSUID;
    flags.set(MountFlags::NOEXEC, mount.no_exec);
    flags.set(MountFlags::NODEV, mount.no_devices);
    let (kind, target) = (c_path(mount.kind.as_bytes())?, c_path(mount.target.as_bytes())?);
    let (kind, options) = (kind.as_c_str(), c_path(mount.options.as_bytes())?);
    rustix::mount::mount(kind, target.as_c_str(), kind, flags, Some(options.as_c_str()))
        .map_err(errno)
}

/// umount2(2) with UMOUNT_NOFOLLOW: a symbolic link planted in a mount point's place is not followed.
pub(crate) fn unmount(target: &[u8]) -> Result<()> {
    rustix::mount::unmount(c_path(target)?.as_c_str(), UnmountFlags::NOFOLLOW).map_err(errno)
}

/// mount(2) with MS_REMOUNT and MS_RDONLY but without MS_BIND: the file system itself becomes
/// read-only, not only this mount of it.
pub(crate) fn remount_read_only(target: &[u8]) -> Result<()> {
    rustix::mount::mount_remount(c_path(target)?.as_c_str(), MountFlags::RDONLY, c"").map_err(errno)
}
