//! An entry that has no place any more.

/// An entry whose process has to end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaver {
    pub(super) key: u32,
    pub(super) deadline_ms: u64,
    pub(super) is_asked: bool,
    pub(super) is_killed: bool,
}
