//! The control socket.

use alloc::vec::Vec;

/// Something about the control socket ([`crate::control::PATH`]) and its clients, each of which has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlOp {
    /// Make the socket in the place of what is there, and listen on it. What arrives comes as
    /// [`crate::event::Event::Control`].
    Listen,
    /// For a helper: ask whether the path still leads to the socket. Answers [`super::Outcome::Answer`].
    Check,
    /// Stop listening, and drop every client.
    Close,
    /// Send a client a frame, without waiting for it.
    Send {
        /// Which.
        client: u32,
        /// All of it.
        frame: Vec<u8>,
    },
    /// Drop a client, with the descriptors that it has sent and that are not kept.
    Drop {
        /// Which.
        client: u32,
    },
    /// Keep the descriptors that came with a client's last frame.
    Keep {
        /// Which.
        client: u32,
        /// Under this name.
        name: Vec<u8>,
    },
    /// Close the descriptors that are kept under this name.
    Discard {
        /// The name.
        name: Vec<u8>,
    },
}
