//! Reads and judges the next kernel, and touches nothing: bytes come in, values and words come
//! out.
//!
//! The kernel checks little of what it loads (a bzImage that was cut short loads without
//! complaint and can't boot) and answers with bare error numbers, so every check that can be
//! made beforehand is made here, in words.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]
#![warn(missing_docs)]

mod bytes;
pub mod bzimage;
pub mod command_line;
pub mod facts;
pub mod initrd;
pub mod judge;
pub mod kind;
pub mod load_error;
pub mod memory;
mod pe;
