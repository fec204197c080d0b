//! Boots real machines in QEMU and ends each of them with a typed verdict.
//!
//! A test describes a machine, boots it, asks it to end, and judges the end:
//!
//! ```no_run
//! use vm::{Scenario, Verdict};
//!
//! # fn main() -> anyhow::Result<()> {
//! Scenario::on_disk()                            // target/dist/init on a fresh ext4 disk
//!     .inittab("::respawn:/bin/sleep 1000")      // more lines, after the agent's own
//!     .load("saver", "save-on-term 2 /data/saved")
//!     .boot()?                                   // the agent inside has answered
//!     .request("reboot")?                        // or .request_by_signal(15)?
//!     .ends_with(Verdict::Reset)?
//!     .disk_clean()?                             // e2fsck -fn and the superblock
//!     .file_contains("/data/saved", "saved")?;
//! # Ok(())
//! # }
//! ```
//!
//! For kexec: `.with_kexec_files()`, after boot `.load_kexec()?`, then
//! `.request("reboot -k")?.ends_in_kexec()?.disk_clean()?.go_on()?` gives the next boot,
//! running. Between boot and request a [`Running`] answers everything a [`Machine`] does:
//! `let mut up = scenario.boot()?; up.memory(1)?; up.processes()?; up.shell("…")?`.
//!
//! A machine that was told to end, or ended by itself, and is dropped without its verdict
//! makes the test fail. Nothing here sleeps for a fixed time: every wait ends with the
//! event, or with a deadline that is a failure.
//!
//! Environment: REKINDLE_DIST (finished programs), REKINDLE_VM_KERNEL, REKINDLE_VM_BUSYBOX,
//! REKINDLE_VM_ACCEL (`tcg`).

#![forbid(unsafe_code)]

pub mod artifacts;
pub mod cell;
pub mod cpio;
pub mod debian;
pub mod disk;
pub mod machine;
pub mod place;
pub mod protocol;
mod qmp;
pub mod scenario;
pub mod superblock;
pub mod system;
pub mod tools;
pub mod tree;
pub mod verdict;

pub use artifacts::Kernel;
pub use debian::Debian;
pub use disk::{Disk, DiskState};
pub use machine::{Issued, Machine, MachineConfig, Watcher};
pub use scenario::{Ended, Prepared, Requested, Running, Scenario};
pub use system::Init;
pub use tree::{Entry, Tree};
pub use verdict::Verdict;
