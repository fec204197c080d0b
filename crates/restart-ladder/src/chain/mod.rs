//! The restart chain: what a kernel does between the reboot(2) system call and the ladder.
//!
//! * [`Call::decide`]: the system call's checks, in the kernel's order, with the kernel's errors.
//! * [`Chain`]: notifiers, device and core shutdown hooks, restart handlers and [`MachineOps`] in
//!   tables of fixed size, and
//!   the fixed order in which a restart, halt, power-off, kexec or emergency restart goes through
//!   them.
//!
//! Everything that acts is a `fn(&mut C, ..)` of the kernel's own; `C` is its context. Every
//! function comes back: the caller decides what to do with a machine that is still running.

mod action;
mod call;
mod hooks;
mod processor;
mod run;
mod system;
mod table;
mod text;

pub use action::{Action, Ending};
pub use call::{Call, Command, Errno};
pub use hooks::{Dump, MachineOps, Message, Notice, Notifier, RestartHook, State, Verdict};
pub use processor::reboot_processor;
pub use run::Chain;
pub use system::{Caller, Hibernation, KexecState, System};
pub use table::{Full, PRIORITY_DEFAULT, PRIORITY_FIRST, PRIORITY_LAST, Priorities};
pub use text::{CommandText, Fault};
