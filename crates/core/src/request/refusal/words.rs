//! Text of somebody else's inside a refusal.

use crate::text::word;
use alloc::string::String;
use core::fmt;

/// The most bytes of such a text: more than the usage lines and the names of senders have.
pub const MOST_WORDS_BYTES: usize = 512;

/// A text of at most [`MOST_WORDS_BYTES`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(String);

impl Words {
    /// `text`, cut off where it is longer.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let end = (0..=MOST_WORDS_BYTES).rev().find(|end| text.is_char_boundary(*end));
        let kept = end.and_then(|end| text.get(..end)).unwrap_or(text);
        Self(String::from(kept))
    }

    /// The parts as one text, cut off like any.
    #[must_use]
    pub fn joined(parts: [&str; 3]) -> Self {
        // As bytes, which others join as well: the code is there.
        Self::new(word(&parts.map(str::as_bytes).concat()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Words {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_letters() {
        let long = "\u{e9}".repeat(MOST_WORDS_BYTES);
        assert_eq!(Words::new(&long).as_str().len(), MOST_WORDS_BYTES);
        let odd = ["x", long.as_str()].concat();
        assert_eq!(Words::new(&odd).as_str().len(), MOST_WORDS_BYTES - 1);
        assert_eq!(Words::new("abc").as_str(), "abc");
        assert_eq!(Words::new(""), Words::default());
    }
}
