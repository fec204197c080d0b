//! How fast the time-stamp counter runs, measured against the timer (Intel 8254 datasheet) by
//! channel 2 and port 0x61.

use core::arch::x86_64::_rdtsc;

use crate::port;

const TIMER_2: u16 = 0x42;
const TIMER_COMMAND: u16 = 0x43;
/// System control port B: bit 0 gates channel 2, bit 1 is the speaker, bit 5 its output (IBM PC
/// AT).
const CONTROL_B: u16 = 0x61;
/// 1.193182 MHz for 10 ms.
const TICKS: u16 = 11_932;
const MEASURED_US: u64 = 10_000;
/// Without a timer (microvm may lack it) a wait must still be long enough: faster than any
/// processor of today.
const UNKNOWN_MHZ: u32 = 6_000;
const POLLS: u32 = 10_000_000;

/// Cycles a microsecond.
#[must_use]
pub fn measure_mhz() -> u32 {
    let gate = port::read_u8(CONTROL_B) & 0xFC;
    port::write_u8(CONTROL_B, gate | 1);
    // Channel 2, both bytes, mode 0: the output rises when the count is through.
    port::write_u8(TIMER_COMMAND, 0xB0);
    let [low, high] = TICKS.to_le_bytes();
    port::write_u8(TIMER_2, low);
    port::write_u8(TIMER_2, high);
    let start = now();
    if port::read_u8(CONTROL_B) & 0x20 != 0 {
        return UNKNOWN_MHZ;
    }
    let is_through = (0..POLLS).any(|_| port::read_u8(CONTROL_B) & 0x20 != 0);
    let mhz = u32::try_from(now().wrapping_sub(start) / MEASURED_US).unwrap_or(UNKNOWN_MHZ);
    if is_through { mhz.max(1) } else { UNKNOWN_MHZ }
}

fn now() -> u64 {
    // SAFETY: every x86-64 processor has the counter.
    unsafe { _rdtsc() }
}
