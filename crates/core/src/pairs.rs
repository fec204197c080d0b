//! What one PID 1 tells the next: `key=value` with a NUL behind each, which no value holds.

use crate::text::parts;
use alloc::format;
use alloc::vec::Vec;
use core::fmt::Display;

/// Pairs as they are written.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    bytes: Vec<u8>,
}

impl Pairs {
    pub(crate) fn put(&mut self, key: &str, value: &[u8]) {
        for part in [key.as_bytes(), b"=", value, b"\0"] {
            self.bytes.extend_from_slice(part);
        }
    }

    /// The same key with each value.
    pub(crate) fn put_each(&mut self, key: &str, values: &[Vec<u8>]) {
        for value in values {
            self.put(key, value);
        }
    }

    pub(crate) fn put_flag(&mut self, key: &str, is_set: bool) {
        self.put(key, if is_set { b"1" } else { b"0" });
    }

    pub(crate) fn put_shown(&mut self, key: &str, value: &dyn Display) {
        self.put(key, format!("{value}").as_bytes());
    }

    /// How many bytes they take.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The others behind these.
    pub(crate) fn append(&mut self, mut others: Self) {
        self.bytes.append(&mut others.bytes);
    }

    /// As one text.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// As arguments.
    pub(crate) fn into_arguments(self) -> Vec<Vec<u8>> {
        let whole = self.bytes.strip_suffix(b"\0").unwrap_or_default();
        let mut arguments = Vec::new();
        for pair in parts(whole, 0) {
            arguments.push(pair.to_vec());
        }
        arguments
    }
}
