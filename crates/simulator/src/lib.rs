//! Machines that exist only as data: the judge of what `rekindle-core` decides.
//!
//! A seed makes a [`life::Life`]: a machine with everything that will happen to it. It is lived through
//! in no time, and every check is asked after every op. One that fails is made smaller until a person
//! can read it.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod chance;
pub mod ending;
pub mod life;
pub mod serving;
pub mod soak;
