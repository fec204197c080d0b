//! The text that RESTART2 carries.

/// RESTART2 copies at most this much of its text, the terminating zero not counted.
const TEXT_MAX: usize = 255;

/// The text's address can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

/// The text of RESTART2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandText {
    bytes: [u8; TEXT_MAX],
    length: usize,
}

impl CommandText {
    /// The text without its terminating zero.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Copies until the first zero or until 255 bytes are full; the rest is cut off silently.
    pub(super) fn copy(mut next: impl FnMut() -> Result<u8, Fault>) -> Result<Self, Fault> {
        let mut text = Self { bytes: [0; TEXT_MAX], length: 0 };
        for slot in &mut text.bytes {
            match next()? {
                0 => break,
                byte => *slot = byte,
            }
            text.length = text.length.saturating_add(1);
        }
        Ok(text)
    }
}
