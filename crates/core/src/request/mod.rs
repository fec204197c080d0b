//! A request to end the machine's run: what, how urgent, and who asked.

mod action;
pub mod asking;
mod key_presses;
pub mod options;
mod origin;
pub mod process_1;
pub mod refusal;
mod urgency;

pub use action::Action;
pub use key_presses::KeyPresses;
pub use origin::{Origin, Sender};
pub use refusal::Refusal;
pub use urgency::Urgency;

/// A request that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What to do in the end.
    pub action: Action,
    /// How much it may wait for.
    pub urgency: Urgency,
    /// Who asked.
    pub origin: Origin,
}
