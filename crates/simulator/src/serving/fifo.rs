//! The FIFO of a fake machine.

use super::happening::Asked;
use rekindle_core::initctl::{REQUEST_BYTES, render_environment_request, render_runlevel_request};

/// Bytes between writers and PID 1, as long as PID 1 has it open.
#[derive(Debug)]
pub(super) struct FakeFifo {
    unread: Option<Vec<u8>>,
    /// What a read gives at the most.
    pub(super) piece: usize,
}

impl Default for FakeFifo {
    fn default() -> Self {
        Self { unread: None, piece: 4_096 }
    }
}

impl FakeFifo {
    /// Opened again it is the one that is open.
    pub(super) fn open(&mut self) {
        self.unread.get_or_insert_default();
    }

    pub(super) fn close(&mut self) {
        self.unread = None;
    }

    pub(super) fn is_readable(&self) -> bool {
        self.unread.as_ref().is_some_and(|unread| !unread.is_empty())
    }

    /// Without a reader nothing can be written.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        if let Some(unread) = &mut self.unread {
            unread.extend_from_slice(bytes);
        }
    }

    pub(super) fn read(&mut self) -> Option<Vec<u8>> {
        let unread = self.unread.as_mut()?;
        let rest = unread.split_off(self.piece.min(unread.len()));
        Some(std::mem::replace(unread, rest))
    }
}

/// The request as it is written (sysvinit src/initreq.h).
pub(super) fn render(asked: Asked) -> [u8; REQUEST_BYTES] {
    let with_command = |command: u8| {
        let mut request = render_runlevel_request(b'2', 0);
        request[4] = command;
        request
    };
    match asked {
        Asked::Level(letter, seconds) => render_runlevel_request(letter, seconds),
        Asked::Power(command) => with_command(command),
        Asked::Halt(is_set) => {
            let pair: &[u8] = if is_set { b"INIT_HALT=HALT" } else { b"INIT_HALT" };
            let mut request =
                render_environment_request(&[pair, b"PATH=/x"]).unwrap_or([0; REQUEST_BYTES]);
            request[4] = if is_set { 6 } else { 7 };
            request
        }
        Asked::Unknown => with_command(9),
    }
}
