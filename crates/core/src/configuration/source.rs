//! Where a value comes from.

use crate::text::{parse_u64, word};
use alloc::format;
use alloc::string::String;

/// Where a value comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Nobody has chosen it.
    #[default]
    Default,
    /// A `rekindle.*=` word of the kernel's line.
    KernelLine,
    /// A file.
    File {
        /// Its place in [`super::Configuration::files`].
        file: u8,
        /// The line, from 1; 0 for the file as a whole.
        line: u16,
    },
}

impl Source {
    /// For another PID 1. Nothing is told of a default.
    pub(crate) fn render(self) -> Option<String> {
        match self {
            Self::Default => None,
            Self::KernelLine => Some(String::from("kernel")),
            Self::File { file, line } => Some(format!("{file} {line}")),
        }
    }

    /// Reads it back.
    pub(crate) fn parse<'a>(mut words: impl Iterator<Item = &'a [u8]>) -> Option<Self> {
        let first = words.next()?;
        if word(first) == "kernel" {
            return Some(Self::KernelLine);
        }
        let file = u8::try_from(parse_u64(first)?).ok()?;
        let line = u16::try_from(parse_u64(words.next()?)?).ok()?;
        Some(Self::File { file, line })
    }
}
