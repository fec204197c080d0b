//! Calls about signals.

use crate::Result;
use crate::arch::SIGNAL_ACTION_WORDS;
use crate::result::checked;
use rustix::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use syscalls::{Sysno, syscall};

/// SIG_SETMASK (sigprocmask(2)).
const SIG_SETMASK: usize = 2;

/// The kernel's sigset_t: 64 bits (linux/signal_types.h).
const MASK_BYTES: usize = 8;

fn set_mask(mask: u64) -> Result<()> {
    // SAFETY: the kernel reads eight bytes of `mask` and is given no place to write the old one.
    let result =
        unsafe { syscall!(Sysno::rt_sigprocmask, SIG_SETMASK, &raw const mask, 0, MASK_BYTES) };
    checked(result).map(drop)
}

/// `kill`: kill(2). `pid` -1 reaches every process but PID 1 and the caller, a negative number
/// the process group of its absolute value.
///
/// # Errors
/// ESRCH if there is nobody; EPERM.
pub fn kill(pid: i32, signal: u8) -> Result<()> {
    // SAFETY: takes two integers.
    checked(unsafe { syscall!(Sysno::kill, pid, signal) }).map(drop)
}

/// Blocks every signal that can be blocked: sigprocmask(2).
///
/// # Errors
/// None is documented for these arguments.
pub fn block_all_signals() -> Result<()> {
    set_mask(u64::MAX)
}

/// Lets every signal through again: sigprocmask(2).
///
/// # Errors
/// None is documented for these arguments.
pub fn unblock_all_signals() -> Result<()> {
    set_mask(0)
}

/// Gives every signal its default action: sigaction(2). One that was ignored when the program was
/// executed would stay so for it and for all its children, and with CHLD ignored no child could be
/// reaped (wait(2)).
pub fn reset_signal_actions() {
    /// A struct sigaction of the kernel's, with the handler SIG_DFL, which is 0.
    const DEFAULT: [u64; SIGNAL_ACTION_WORDS] = [0; SIGNAL_ACTION_WORDS];
    const NO_PLACE: usize = 0;
    for signal in 1..=64usize {
        let action = DEFAULT.as_ptr();
        // SAFETY: the kernel reads the words of DEFAULT and is given no place to write the old
        // action. KILL and STOP are refused, which changes nothing.
        let _ = unsafe { syscall!(Sysno::rt_sigaction, signal, action, NO_PLACE, MASK_BYTES) };
    }
}

/// `signalfd4`: signalfd(2), for every signal, without blocking, closed on exec.
///
/// # Errors
/// EMFILE, ENFILE, ENOMEM.
pub fn signal_descriptor() -> Result<OwnedFd> {
    /// SFD_CLOEXEC and SFD_NONBLOCK, which are O_CLOEXEC and O_NONBLOCK (linux/signalfd.h).
    const FLAGS: usize = 0o2_000_000 | 0o4_000;
    const NEW: i32 = -1;
    let mask = u64::MAX;
    // SAFETY: the kernel reads eight bytes of `mask`; NEW (-1) asks for a new descriptor.
    let number =
        checked(unsafe { syscall!(Sysno::signalfd4, NEW, &raw const mask, MASK_BYTES, FLAGS) })?;
    let number = i32::try_from(number).map_err(|_| rekindle_core::errno::Errno::EBADF)?;
    // SAFETY: the kernel has just made this descriptor, and nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// A signal with its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// `ssi_signo`.
    pub signal: u8,
    /// `ssi_pid`: 0 for the kernel and for senders outside the namespace.
    pub pid: u32,
    /// `ssi_uid`.
    pub uid: u32,
}

/// The size of struct signalfd_siginfo (signalfd(2)).
const RECORD_BYTES: usize = 128;

/// Reads one of the signals that have arrived: signalfd(2).
pub fn read_signal(descriptor: BorrowedFd<'_>) -> Option<Arrival> {
    let mut record = [0u8; RECORD_BYTES];
    let (start, length) = (record.as_mut_ptr(), record.len());
    // SAFETY: the kernel writes at most `length` bytes to `record`.
    let read = checked(unsafe { syscall!(Sysno::read, descriptor.as_raw_fd(), start, length) });
    if read == Ok(RECORD_BYTES) { parse_arrival(&record) } else { None }
}

/// Offsets 0, 12 and 16: ssi_signo, ssi_pid and ssi_uid (linux/signalfd.h).
fn parse_arrival(record: &[u8; RECORD_BYTES]) -> Option<Arrival> {
    let word = |at: usize| Some(u32::from_ne_bytes(*record.get(at..)?.first_chunk()?));
    Some(Arrival { signal: u8::try_from(word(0)?).ok()?, pid: word(12)?, uid: word(16)? })
}
