//! I/O ports, for a process that the kernel lets at them.

use crate::Result;
use crate::result::checked;
use core::arch::asm;
use syscalls::{Sysno, syscall};

/// The number of ports of a PC.
const PORTS: usize = 0x1_0000;

/// Leave to use every port, as a proof for [`Ports::read`] and [`Ports::write`]: without it either
/// would be a fault.
#[derive(Debug)]
pub struct Ports(());

impl Ports {
    /// `iopl(3)`: iopl(2). Where it is not there, `ioperm` for all ports: ioperm(2).
    ///
    /// # Errors
    /// EPERM without CAP_SYS_RAWIO and under lockdown (kernel_lockdown(7)); ENOSYS without
    /// CONFIG_X86_IOPL_IOPERM.
    pub fn open() -> Result<Self> {
        io_privilege().or_else(|_| io_permission()).map(|()| Self(()))
    }

    /// Reads a byte from a port: inb(2).
    #[must_use]
    pub fn read(&self, port: u16) -> u8 {
        let value: u8;
        // SAFETY: the kernel gave leave for every port, else `self` would not exist; the
        // instruction touches no memory, stack or flags of this process.
        unsafe {
            asm!("in al, dx", in("dx") port, out("al") value, options(nomem, nostack, preserves_flags));
        }
        value
    }

    /// Writes a byte to a port: outb(2).
    pub fn write(&self, port: u16, value: u8) {
        // SAFETY: as above. What the device does with the byte is what the caller wants of it: to
        // reset the machine, after which no process is left to be harmed.
        unsafe {
            asm!("out dx, al", in("dx") port, in("al") value, options(nomem, nostack, preserves_flags));
        }
    }
}

fn io_privilege() -> Result<()> {
    /// All ports, with interrupts left as they are since Linux 5.5 (iopl(2)).
    const LEVEL: usize = 3;
    // SAFETY: takes one integer; it changes what this thread may do, and no memory.
    checked(unsafe { syscall!(Sysno::iopl, LEVEL) }).map(drop)
}

fn io_permission() -> Result<()> {
    const FIRST: usize = 0;
    const ON: usize = 1;
    // SAFETY: takes three integers; it changes what this thread may do, and no memory.
    checked(unsafe { syscall!(Sysno::ioperm, FIRST, PORTS, ON) }).map(drop)
}
