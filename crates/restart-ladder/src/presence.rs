//! What tables say about a device.

/// Whether a device is there, as far as the tables tell.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// The tables say nothing about it.
    #[default]
    Unknown,
    /// The tables say that it is there.
    Present,
    /// The tables say that it is not there.
    Absent,
}
