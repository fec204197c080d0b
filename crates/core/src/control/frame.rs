//! The head of a frame, which tells what the rest is.

use crate::request::refusal::Why;
use alloc::vec::Vec;

/// How every frame begins.
const MAGIC: [u8; 2] = *b"RK";

/// The version of the frames. It changes when a frame of before can't be understood any more; a new kind
/// changes nothing for those who don't know it.
pub const VERSION: u8 = 1;

/// The kind of a frame, and its content.
///
/// # Errors
/// Why it is none.
pub fn parse_frame(bytes: &[u8]) -> Result<(u8, &[u8]), Why> {
    match bytes.split_first_chunk() {
        Some(([first, second, VERSION, kind], content)) if [*first, *second] == MAGIC => {
            Ok((*kind, content))
        }
        Some(([first, second, version, _], _)) if [*first, *second] == MAGIC => {
            Err(Why::OtherVersion(*version))
        }
        _ => Err(Why::NoFrame),
    }
}

/// A frame of this kind with this content.
#[must_use]
pub fn render_frame(kind: u8, content: &[u8]) -> Vec<u8> {
    let [first, second] = MAGIC;
    [&[first, second, VERSION, kind], content].concat()
}
