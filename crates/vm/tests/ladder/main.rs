//! The restart ladder against emulated hardware and against Linux, on bare boards.

mod efi;
mod layers;
mod linux;
mod matrix;
mod reboot_call;
mod user_space;

use vm::board::Write;

/// lantern's values for QEMU's exit device (lantern/board/src/cmos.rs).
const ENOUGH_BOOTS: u8 = 0x10;
const STILL_RUNNING: u8 = 0x11;
const HALTED: u8 = 0x12;

/// Printed by lantern right before the first rung.
const LANTERN_MARKER: &str = "lantern: ladder: ";
/// Printed by Linux right before its machine operations (arch/x86/kernel/reboot.c).
const LINUX_MARKER: &str = "reboot: machine restart";

/// The command that has a keyboard controller reset the processor.
fn keyboard_pulse() -> Write {
    Write::new("i8042-cmd", 0x64, 0xFE)
}
