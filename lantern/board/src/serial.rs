//! The first serial port (National Semiconductor PC16550D datasheet), polled.

use core::fmt::{self, Write};

use crate::port;

const COM1: u16 = 0x3F8;
const LINE_CONTROL: u16 = COM1 + 3;
const LINE_STATUS: u16 = COM1 + 5;
/// Transmit holding register empty (PC16550D, 8.4, bit 5).
const CAN_SEND: u8 = 0x20;
/// A port that is not there reads as ready; one that is stuck must not stop a restart.
const POLLS: u32 = 100_000;

/// The port as a place to print to; see [`say`](crate::say).
#[derive(Debug)]
pub struct Serial;

/// 115200 baud, 8 bits, no parity (PC16550D, 8.3 and 8.5: divisor 1 behind bit 7 of line control).
pub fn init() {
    for (port, value) in [(LINE_CONTROL, 0x80), (COM1, 1), (COM1 + 1, 0), (LINE_CONTROL, 0x03)] {
        port::write_u8(port, value);
    }
}

/// Sends the bytes.
pub fn write(bytes: &[u8]) {
    for byte in bytes {
        for _ in 0..POLLS {
            if port::read_u8(LINE_STATUS) & CAN_SEND != 0 {
                break;
            }
        }
        port::write_u8(COM1, *byte);
    }
}

impl Write for Serial {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write(text.as_bytes());
        Ok(())
    }
}

/// Prints one line, headed by the layer that speaks.
#[macro_export]
macro_rules! say {
    ($layer:expr, $($part:tt)*) => {{
        use core::fmt::Write as _;
        let _ = write!($crate::serial::Serial, "lantern: {}: ", $layer);
        let _ = writeln!($crate::serial::Serial, $($part)*);
    }};
}
