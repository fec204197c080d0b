//! Physical memory, for a process that the kernel lets at it.

use crate::Result;
use crate::arch::PAGE_BYTES;
use crate::result::checked;
use rekindle_core::errno::Errno;
use rustix::fd::{AsRawFd, BorrowedFd};
use syscalls::{Sysno, syscall};

/// A part of this program's code, in its file.
#[derive(Clone, Debug, Default)]
pub struct CodeRange {
    start: usize,
    bytes: usize,
}

impl CodeRange {
    /// From the beginning of a page to the end of one.
    ///
    /// # Safety
    /// Nothing but code of this program's file lies there, as it was loaded.
    #[must_use]
    pub const unsafe fn new(start: usize, bytes: usize) -> Self {
        Self { start, bytes }
    }

    /// Gives its memory back: madvise(2), MADV_DONTNEED. What is needed again is read from the file.
    pub fn forget(&self) {
        /// mman-common.h.
        const DONT_NEED: usize = 4;
        // SAFETY: the pages are those of a file and were never written to, by the contract of `new`: after
        // the call they hold the same.
        let _ = unsafe { syscall!(Sysno::madvise, self.start, self.bytes, DONT_NEED) };
    }
}

/// Writes a byte to a physical address by way of `memory`, which is /dev/mem opened with O_SYNC so
/// that nothing is cached: mem(4), mmap(2).
///
/// # Errors
/// EPERM under lockdown and for memory that the kernel uses (CONFIG_STRICT_DEVMEM); EINVAL.
pub fn write_physical(memory: BorrowedFd<'_>, address: u64, value: u8) -> Result<()> {
    /// PROT_READ and PROT_WRITE, then MAP_SHARED (mman.h).
    const ACCESS: usize = 3;
    const SHARED: usize = 1;
    const ANYWHERE: usize = 0;
    let offset = address % PAGE_BYTES;
    let within = usize::try_from(offset).map_err(|_| Errno::EINVAL)?;
    let page = address.saturating_sub(offset);
    // SAFETY: the kernel chooses a free place, so no mapping of ours is replaced.
    let start = checked(unsafe {
        syscall!(Sysno::mmap, ANYWHERE, PAGE_BYTES, ACCESS, SHARED, memory.as_raw_fd(), page)
    })?;
    let target = core::ptr::with_exposed_provenance_mut::<u8>(start.saturating_add(within));
    // SAFETY: `within` is less than a page, the page at `start` was just mapped for writing, and
    // nothing else of this program knows of it; a volatile write is made exactly once.
    unsafe { target.write_volatile(value) };
    // SAFETY: the mapping is the one made above, and no pointer into it is used after this.
    checked(unsafe { syscall!(Sysno::munmap, start, PAGE_BYTES) }).map(drop)
}
