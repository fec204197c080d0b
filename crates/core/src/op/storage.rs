//! Mounts, swap, files.

use alloc::vec::Vec;

/// A kernel file system that user space expects at a fixed place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiMount {
    /// The file system type, also given as the source (mount(2)).
    pub kind: &'static str,
    /// Where it belongs.
    pub target: &'static str,
    /// Options for the file system itself.
    pub options: &'static str,
    /// Mount with MS_NOEXEC.
    pub no_exec: bool,
    /// Mount with MS_NODEV.
    pub no_devices: bool,
}

/// Something about what is mounted, each for a helper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageOp {
    /// Write all dirty pages of all file systems back (sync(2)).
    Sync,
    /// Unmount without following a symbolic link at the end of the path (umount2(2)).
    Unmount {
        /// The mount point.
        target: Vec<u8>,
    },
    /// Make the whole file system read-only, at every place where it is mounted.
    RemountReadOnly {
        /// One of its mount points.
        target: Vec<u8>,
    },
    /// Stop swapping to this file or device (swapoff(2)).
    SwapOff {
        /// As /proc/swaps names it.
        path: Vec<u8>,
    },
    /// Replace a file's content, making its last directory if it is missing.
    WriteFile {
        /// An absolute path.
        path: &'static str,
        /// Its new content.
        bytes: Vec<u8>,
    },
}

/// sysvinit's FIFO ([`crate::initctl::FIFO_PATH`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitctlOp {
    /// Make it and read from it, unless that is being done. What arrives comes as
    /// [`crate::event::Event::Initctl`].
    Open,
    /// Stop reading from it.
    Close,
}
