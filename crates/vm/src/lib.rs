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
//! `up.await_in_guest("pidof sleep")?` waits until a shell's condition holds inside.
//!
//! A machine that was told to end, or ended by itself, and is dropped without its verdict
//! makes the test fail. Nothing here sleeps for a fixed time: every wait ends with the
//! event, or with a deadline that is a failure.
//!
//! What a board without a system inside does is read from outside: see [`board`].
//!
//! Environment: REKINDLE_DIST (finished programs), REKINDLE_VM_KERNEL, REKINDLE_VM_BUSYBOX,
//! REKINDLE_VM_ACCEL (`tcg`).

#![forbid(unsafe_code)]

pub mod artifacts;
pub mod board;
pub mod cell;
pub mod cpio;
pub mod debian;
pub mod disk;
pub mod machine;
pub mod place;
pub mod protocol;
mod qemu;
pub mod scenario;
pub mod superblock;
pub mod system;
pub mod testimony;
pub mod tools;
pub mod tree;
pub mod verdict;

pub use artifacts::Kernel;
pub use debian::Debian;
pub use disk::{Disk, DiskState};
pub use machine::{Issued, Machine, MachineConfig, Watcher};
pub use scenario::{Ended, Prepared, Requested, Running, Scenario};
pub use system::Init;
pub use testimony::Testimony;
pub use tree::{Entry, Tree};
pub use verdict::Verdict;
