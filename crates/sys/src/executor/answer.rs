//! Results as outcomes.

use crate::Result;
use alloc::vec::Vec;
use rekindle_core::op::{Outcome, Read};

#[inline(never)]
pub(super) fn done(result: Result<()>) -> Outcome {
    result.map_or_else(Outcome::Failed, |()| Outcome::Done)
}

pub(super) fn answered(result: Result<bool>) -> Outcome {
    result.map_or_else(Outcome::Failed, Outcome::Answer)
}

pub(super) fn read(result: Result<Read>) -> Outcome {
    result.map_or_else(Outcome::Failed, Outcome::Read)
}

pub(super) fn read_whole(result: Result<Vec<u8>>) -> Outcome {
    read(result.map(Read::whole))
}
