//! Every number that the ladder sends to hardware, with its source.

/// Keyboard controller: reading gives its status, writing gives it a command (IBM PC AT Technical
/// Reference, 8042).
pub const KEYBOARD_COMMAND: u16 = 0x64;
/// Status bit 1: the input buffer is full, the controller has not taken the last byte yet (IBM PC
/// AT, 8042 status).
pub const KEYBOARD_INPUT_FULL: u8 = 0x02;
/// Command "pulse output port", bits 0 to 3 low: only bit 0, the processor's reset line, is pulsed
/// (IBM PC AT, 8042).
pub const KEYBOARD_PULSE_RESET: u8 = 0xFE;
/// What a read of a port gives on which no device answers: the bus floats high.
pub const NOBODY: u8 = 0xFF;

/// Reset control register of the chipset (Intel 82371SB "PIIX3" datasheet, RC; ICH9 datasheet
/// 13.7.5, RST_CNT).
pub const RESET_CONTROL: u16 = 0xCF9;
/// RST_CNT bit 1, system reset: the kind of reset is latched first, the processor is reset in a
/// second write.
pub const RESET_CONTROL_SYSTEM: u8 = 0x02;
/// RST_CNT bits 1 and 2: hard reset of the processor, the power stays.
pub const RESET_CONTROL_WARM: u8 = 0x06;
/// RST_CNT bits 1, 2 and 3: full reset, power is cycled.
pub const RESET_CONTROL_COLD: u8 = 0x0E;

/// System control port A (IBM PS/2 Hardware Interface Technical Reference): bit 0 rising resets the
/// processor.
pub const SYSTEM_CONTROL_A: u16 = 0x92;
/// Bit 0 of system control port A, "alternate hot reset".
pub const HOT_RESET: u8 = 0x01;

/// CMOS address register; bit 7 masks the NMI (IBM PC AT Technical Reference, real-time clock).
pub const CMOS_INDEX: u16 = 0x70;
/// CMOS data register.
pub const CMOS_DATA: u16 = 0x71;
/// CMOS byte 0x0F, the shutdown status that the BIOS reads at entry, with the NMI masked (bit 7).
pub const CMOS_SHUTDOWN_STATUS: u8 = 0x8F;
/// Shutdown status 0: go through the whole power-on test, jump nowhere.
pub const SHUTDOWN_NORMAL: u8 = 0x00;

/// Physical address of the BIOS data area's reset flag (IBM PC AT BIOS data area 40:72).
pub const WARM_FLAG_ADDRESS: u64 = 0x472;
/// Reset flag that lets the BIOS skip the memory test.
pub const WARM_FLAG_WARM: u16 = 0x1234;
/// Reset flag of an ordinary start.
pub const WARM_FLAG_COLD: u16 = 0x0000;

/// PCI configuration mechanism 1, address (PCI Local Bus Specification 3.0, 3.2.2.3.2).
pub const PCI_ADDRESS: u16 = 0xCF8;
/// PCI configuration mechanism 1, first data byte.
pub const PCI_DATA: u16 = 0xCFC;
