//! x86-64.

mod copy;
mod entry;
