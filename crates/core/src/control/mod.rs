//! The control socket, by which programs ask PID 1 and are answered: its frames, and who may ask for
//! what. `docs/protocol.md` has them byte by byte.

mod answer;
mod frame;
mod peer;
mod request;
mod state;

pub use answer::{Answer, render_accepted, render_done, render_refused, render_said};
pub(crate) use answer::{render_entries, render_machine};
pub use frame::{VERSION, parse_frame, render_frame};
pub use peer::{Doubt, Groups, Peer, Rank, judge_peer, presume_rank};
pub use request::{ControlRequest, EntryVerb, render_end, render_telinit};
pub use state::{EntryState, MachineState, PendingEnd};

/// Where PID 1 listens (unix(7), SOCK_SEQPACKET).
pub const PATH: &str = "/run/rekindle/control";

/// The most bytes of a frame, in both directions.
pub const MOST_FRAME_BYTES: usize = 4096;

/// The most clients at a time.
pub const MOST_CLIENTS: usize = 16;

/// The most descriptors that come with one frame.
pub const MOST_DESCRIPTORS: usize = 4;

/// The most descriptors that PID 1 keeps for somebody.
pub const MOST_KEPT: usize = 16;

#[cfg(test)]
mod tests;
