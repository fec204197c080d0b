//! Lines on standard output, put together without formatting and written at once.

use crate::linux;

const SIZE: usize = 160;

pub(crate) struct Line {
    bytes: [u8; SIZE],
    length: usize,
}

impl Line {
    pub(crate) fn new(text: &str) -> Self {
        let mut line = Self { bytes: [0; SIZE], length: 0 };
        line.push(text.as_bytes());
        line
    }

    pub(crate) fn push(&mut self, text: &[u8]) {
        for byte in text {
            if let Some(place) = self.bytes.get_mut(self.length) {
                *place = *byte;
                self.length += 1;
            }
        }
    }

    /// A space and a number.
    pub(crate) fn push_number(&mut self, number: i64) {
        let mut digits = [0_u8; 20];
        let mut rest = number.unsigned_abs();
        let mut first = digits.len();
        loop {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.push(if number < 0 { b" -" } else { b" " });
        self.push(&digits[first..]);
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    pub(crate) fn print(mut self) {
        self.push(b"\n");
        linux::write(1, self.as_bytes());
    }
}
