//! Fields of frames, as they are read.

use crate::request::refusal::{Why, Words};
use crate::text::{cut, parts, word};

/// A frame can't be taken because of this field.
pub(super) fn bad(name: &[u8]) -> Why {
    Why::BadField(Words::new(word(name)))
}

/// `name=value` of each field. A body ends with a NUL, or is empty.
pub(super) fn fields(body: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let body = body.strip_suffix(b"\0").unwrap_or(body);
    parts(body, 0)
        .filter(|field| !field.is_empty())
        .map(|field| cut(field, b'=').unwrap_or((field, b"")))
}
