//! The head of a frame, which tells what the rest is.

use crate::pairs::Pairs;
use alloc::vec::Vec;

/// How every frame begins.
const MAGIC: [u8; 2] = *b"RK";

/// The version of the frames. It changes when a frame of before can't be understood any more; a new kind or
/// a new field changes nothing for those who don't know it.
pub const VERSION: u8 = 1;

/// A frame whose content is still to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// What it is.
    pub kind: u8,
    /// `name=value` with a NUL behind each.
    pub body: &'a [u8],
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFrame {
    /// They don't begin like one, or are cut.
    Malformed,
    /// It is of this version.
    OtherVersion(u8),
}

/// Reads the head.
///
/// # Errors
/// Why it is none.
pub fn parse_frame(bytes: &[u8]) -> Result<Frame<'_>, NoFrame> {
    let (head, body) = bytes.split_first_chunk::<4>().ok_or(NoFrame::Malformed)?;
    let [first, second, version, kind] = *head;
    if [first, second] != MAGIC || !(body.is_empty() || body.ends_with(b"\0")) {
        return Err(NoFrame::Malformed);
    }
    if version != VERSION {
        return Err(NoFrame::OtherVersion(version));
    }
    Ok(Frame { kind, body })
}

/// A frame of this kind with these fields.
#[must_use]
pub(super) fn render(kind: u8, fields: Pairs) -> Vec<u8> {
    render_frame(kind, &fields.into_bytes())
}

/// A frame of this kind with this content.
#[must_use]
pub fn render_frame(kind: u8, body: &[u8]) -> Vec<u8> {
    let [first, second] = MAGIC;
    [&[first, second, VERSION, kind], body].concat()
}
