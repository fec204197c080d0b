//! The processor that calls.

use core::arch::asm;

/// Sleeps until an NMI.
pub fn sleep() {
    // SAFETY: interrupts are off; the instruction touches nothing. The stack is declared in use for
    // the NMI.
    unsafe { asm!("hlt") };
}
