//! A byte that survives a reset counts the boots, and a QEMU device tells the tests how it ended.

use restart_ladder::ports::{CMOS_DATA, CMOS_INDEX};

use crate::port;

/// A byte of the CMOS that neither SeaBIOS nor EDK II uses, NMI masked.
const COUNTER: u8 = 0x7E | 0x80;
/// QEMU's isa-debug-exit (hw/misc/debugexit.c): the process ends with twice the value and one.
const DEBUG_EXIT: u16 = 0xF4;

/// Counts this boot; the first is 1.
pub fn count_boot() -> u8 {
    port::write_u8(CMOS_INDEX, COUNTER);
    let count = port::read_u8(CMOS_DATA).wrapping_add(1);
    port::write_u8(CMOS_INDEX, COUNTER);
    port::write_u8(CMOS_DATA, count);
    count
}

/// The machine came up as often as it was asked to.
pub const EXIT_ENOUGH_BOOTS: u8 = 0x10;
/// The ladder ended and the machine still runs.
pub const EXIT_STILL_RUNNING: u8 = 0x11;
/// Halted, as it was asked to.
pub const EXIT_HALTED: u8 = 0x12;
/// An exception, a panic, or something that can't be booted.
pub const EXIT_FAULT: u8 = 0x13;
/// The user program ended instead of restarting.
pub const EXIT_PROGRAM_ENDED: u8 = 0x14;

/// Ends QEMU where it has the device; stops for ever where it has not.
pub fn exit(value: u8) -> ! {
    port::write_u8(DEBUG_EXIT, value);
    loop {
        crate::processor::sleep();
    }
}
