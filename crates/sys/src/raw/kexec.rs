//! The kernel that kexec enters.

use crate::Result;
use crate::result::checked;
use core::ffi::CStr;
use rustix::fd::{AsRawFd, BorrowedFd};
use syscalls::{Sysno, syscall};

/// `kexec_file_load`: kexec_file_load(2). Replaces the loaded kernel only on success. With too
/// little memory the kernel may kill the caller instead of answering ENOMEM.
///
/// # Errors
/// See `kernel_image::load_error` for each in words.
pub fn kexec_file_load(
    kernel: BorrowedFd<'_>,
    initrd: Option<BorrowedFd<'_>>,
    command_line: &CStr,
) -> Result<()> {
    /// KEXEC_FILE_NO_INITRAMFS (linux/kexec.h).
    const NO_INITRAMFS: usize = 4;
    let flags = if initrd.is_some() { 0 } else { NO_INITRAMFS };
    let initrd = initrd.map_or(-1, |descriptor| descriptor.as_raw_fd());
    let line = command_line.to_bytes_with_nul();
    // SAFETY: both descriptors are borrowed for the call; `line` is readable for its length,
    // which counts the NUL as the kernel demands (kernel/kexec_file.c).
    let result = unsafe {
        syscall!(
            Sysno::kexec_file_load,
            kernel.as_raw_fd(),
            initrd,
            line.len(),
            line.as_ptr(),
            flags
        )
    };
    checked(result).map(drop)
}

/// `kexec_file_load` with KEXEC_FILE_UNLOAD: kexec_file_load(2).
///
/// # Errors
/// EPERM without CAP_SYS_BOOT or while `kernel.kexec_load_disabled` is 1; EBUSY while another loads.
pub fn kexec_file_unload() -> Result<()> {
    /// KEXEC_FILE_UNLOAD (linux/kexec.h).
    const UNLOAD: usize = 1;
    const NO_DESCRIPTOR: i32 = -1;
    // SAFETY: with UNLOAD the kernel looks at no descriptor and no pointer.
    checked(unsafe { syscall!(Sysno::kexec_file_load, NO_DESCRIPTOR, NO_DESCRIPTOR, 0, 0, UNLOAD) })
        .map(drop)
}
