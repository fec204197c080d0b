//! Lives of many seeds on all processors. The smallest seed that fails is named, its life is made small
//! and readable, and what has been lived is kept in a file from one run to the next.

pub mod failed;
pub mod guarded;
pub mod readable;
pub mod search;
pub mod share;
pub mod sums;
#[cfg(test)]
mod tests;
