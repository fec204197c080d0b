//! The steps as accesses.

use crate::ports::{
    CMOS_DATA, CMOS_INDEX, CMOS_SHUTDOWN_STATUS, HOT_RESET, KEYBOARD_COMMAND, KEYBOARD_INPUT_FULL,
    KEYBOARD_PULSE_RESET, NOBODY, RESET_CONTROL, SYSTEM_CONTROL_A, WARM_FLAG_ADDRESS,
};
use crate::{Ladder, Ledger, Platform, Reply, ResetAddress, Step};

/// Climbs to the end, which is reached only if nothing resets the machine. The ledger knows each
/// step before it is done.
pub fn climb<P: Platform, const N: usize>(
    ladder: &mut Ladder,
    platform: &mut P,
    ledger: &mut Ledger<N>,
) {
    let mut reply = Reply::Done;
    while let Some(step) = ladder.next(reply) {
        ledger.begin(ladder.rung(), step);
        reply = perform(step, platform);
        ledger.end(reply);
    }
}

/// Does one step.
pub fn perform<P: Platform>(step: Step, platform: &mut P) -> Reply {
    match step {
        Step::WarmFlag(flag) => platform.memory_write_u16(WARM_FLAG_ADDRESS, flag),
        Step::AcpiWrite { address, value } => acpi_write(platform, address, value),
        Step::KeyboardWait { polls, poll_us } => keyboard_wait(platform, polls, poll_us),
        Step::KeyboardPulse => out(platform, KEYBOARD_COMMAND, KEYBOARD_PULSE_RESET),
        Step::Cf9Write(value) => out(platform, RESET_CONTROL, value),
        Step::Cf9 { first, second, settle_us } => cf9(platform, first, second, settle_us),
        Step::Port92 => port92(platform),
        Step::Efi(mode) => platform.efi_reset(mode),
        Step::CmosShutdown(status) => cmos_shutdown(platform, status),
        Step::BiosJump => platform.bios_jump(),
        Step::TripleFault => platform.triple_fault(),
        Step::Delay { us } => {
            platform.delay_us(us);
            Reply::Done
        }
    }
}

fn out<P: Platform>(platform: &mut P, port: u16, value: u8) -> Reply {
    platform.port_write(port, value);
    Reply::Done
}

/// ACPI 6.5, 4.8.3.6: the register is written eight bits wide.
fn acpi_write<P: Platform>(platform: &mut P, address: ResetAddress, value: u8) -> Reply {
    match address {
        ResetAddress::Memory(address) => platform.memory_write_u8(address, value),
        ResetAddress::Io(port) => out(platform, port, value),
        ResetAddress::PciConfig { device, function, offset } => {
            platform.pci_config_write(device, function, offset, value)
        }
    }
}

/// A missing controller reads as 0xFF, that is, as busy: whoever waits without a bound hangs here.
/// A read of 0xFF can't be told from a busy controller, so all polls are made and the caller judges
/// the last status.
fn keyboard_wait<P: Platform>(platform: &mut P, polls: u32, poll_us: u32) -> Reply {
    let mut status = NOBODY;
    for _ in 0..polls {
        status = platform.port_read(KEYBOARD_COMMAND);
        if status & KEYBOARD_INPUT_FULL == 0 {
            break;
        }
        platform.delay_us(poll_us);
    }
    Reply::Status(status)
}

/// Intel ICH9 datasheet 13.7.5: the kind of reset first, then the same with the bit that resets.
fn cf9<P: Platform>(platform: &mut P, first: u8, second: u8, settle_us: u32) -> Reply {
    let kept = platform.port_read(RESET_CONTROL) & !second;
    platform.port_write(RESET_CONTROL, kept | first);
    platform.delay_us(settle_us);
    out(platform, RESET_CONTROL, kept | second)
}

/// IBM PS/2 system control port A: the rising edge of bit 0 resets, so the bit is lowered first.
fn port92<P: Platform>(platform: &mut P) -> Reply {
    let control = platform.port_read(SYSTEM_CONTROL_A);
    if control == NOBODY {
        return Reply::Unsupported;
    }
    platform.port_write(SYSTEM_CONTROL_A, control & !HOT_RESET);
    out(platform, SYSTEM_CONTROL_A, control | HOT_RESET)
}

/// IBM PC AT real-time clock: index with the NMI masked, then the byte.
fn cmos_shutdown<P: Platform>(platform: &mut P, status: u8) -> Reply {
    platform.port_write(CMOS_INDEX, CMOS_SHUTDOWN_STATUS);
    out(platform, CMOS_DATA, status)
}
