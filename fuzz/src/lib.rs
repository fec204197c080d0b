//! What must hold for every input of the parsers that read what others wrote. Each function
//! panics when its property does not hold, which is how libFuzzer is told of a finding.
#![forbid(unsafe_code)]

mod account;
mod configuration;
mod control;
mod initctl;
mod inittab;

pub use account::check_account;
pub use configuration::check_configuration;
pub use control::check_control;
pub use initctl::check_initctl;
pub use inittab::check_inittab;
