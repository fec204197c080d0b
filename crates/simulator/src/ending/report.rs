//! What came of one life.

use rekindle_core::op::{Op, RebootCommand};

/// What came of one life.
#[derive(Debug)]
pub struct Report {
    /// When the end was asked for first.
    pub requested_ms: u64,
    /// When the life was over.
    pub ended_ms: u64,
    /// When reboot(2), or what else ends a machine, was called first.
    pub called_ms: Option<u64>,
    /// What was asked for.
    pub asked: RebootCommand,
    /// How the machine ended.
    pub end: Option<RebootCommand>,
    /// Where file systems were mounted that were writable in the end.
    pub writable: Vec<String>,
    /// How many processes saved what they had.
    pub saved: usize,
    /// How many signals were sent.
    pub signals_sent: usize,
    /// The most processes that were watched, and helpers that were at work, at any time.
    pub most_watched: usize,
    /// See there.
    pub most_helpers: usize,
    /// Who could be killed and lived on when the machine ended.
    pub survivors: Vec<u32>,
    /// PID 1 became another program, as a soft reboot or a restart asks for.
    pub became_successor: bool,
    /// The status with which PID 1 itself ended.
    pub exited: Option<u8>,
    /// What would have reached a container's host.
    pub reached_host: Vec<Op>,
    /// Everything that was carried out, but for the way into the last stage.
    pub performed: Vec<Op>,
    /// What PID 1 said, with the times.
    pub log: String,
}

impl Report {
    pub(super) fn new(requested_ms: u64, asked: RebootCommand) -> Self {
        Self {
            requested_ms,
            ended_ms: 0,
            called_ms: None,
            asked,
            end: None,
            writable: Vec::new(),
            saved: 0,
            signals_sent: 0,
            most_watched: 0,
            most_helpers: 0,
            survivors: Vec::new(),
            became_successor: false,
            exited: None,
            reached_host: Vec::new(),
            performed: Vec::new(),
            log: String::new(),
        }
    }
}
