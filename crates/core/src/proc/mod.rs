//! The kernel's text files under /proc and /sys: bytes in, values out. Each file is read here and
//! nowhere else.

pub mod census;
pub mod cmdline;
pub mod kexec_loaded;
pub mod lockdown;
pub mod meminfo;
pub mod mountinfo;
pub mod owners;
pub mod pid;
pub mod process;
pub mod swaps;
pub mod terminal;
