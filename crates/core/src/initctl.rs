//! The FIFO through which sysvinit's `telinit` and `shutdown` speak to PID 1: requests of 384
//! bytes (sysvinit src/initreq.h, `struct init_request`).

use crate::text::parts;
use alloc::vec::Vec;

/// Where PID 1 makes the FIFO.
pub const FIFO_PATH: &str = "/run/initctl";

/// Where programs of before /run look for it (a symbolic link).
pub const OLD_FIFO_PATH: &str = "/dev/initctl";

/// The size of a request. Below PIPE_BUF, so that a FIFO never mixes two of them (pipe(7)).
pub const REQUEST_BYTES: usize = 384;

/// Where the union of a request begins: behind magic, command, runlevel and sleep time.
const DATA_AT: usize = 16;

/// How every request begins: INIT_MAGIC, little-endian.
const MAGIC: [u8; 4] = 0x0309_1969u32.to_le_bytes();

const COMMAND_RUNLEVEL: u32 = 1;
const COMMAND_POWER_FAIL: u32 = 2;
const COMMAND_POWER_FAIL_NOW: u32 = 3;
const COMMAND_POWER_OK: u32 = 4;
const COMMAND_SET_ENVIRONMENT: u32 = 6;
const COMMAND_UNSET_ENVIRONMENT: u32 = 7;

/// What the power does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// It fails; the battery lasts for a while.
    Failing,
    /// It fails and the battery is nearly empty.
    FailingNow,
    /// It is back.
    Ok,
}

impl Power {
    /// What the first byte of /run/powerstatus says (sysvinit src/init.c, `process_signals`).
    #[must_use]
    pub const fn parse_status(status: Option<u8>) -> Self {
        match status {
            Some(b'O') => Self::Ok,
            Some(b'L') => Self::FailingNow,
            _ => Self::Failing,
        }
    }
}

/// A request that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InitctlRequest {
    /// `telinit 0-9 S Q U A B C`.
    Runlevel {
        /// The character asked for, in upper case.
        level: u8,
        /// Seconds between TERM and KILL for processes that leave.
        sleep_seconds: u32,
    },
    /// The power changed.
    Power(Power),
    /// Set each `NAME=value` and unset each `NAME` in the environment of children.
    Environment(Vec<Vec<u8>>),
    /// A command of another kind, by its number.
    Unknown(u32),
}

/// The bytes of the FIFO on their way to requests.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    pending: Vec<u8>,
}

/// What came out of the FIFO.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The requests, in order.
    pub requests: Vec<InitctlRequest>,
    /// How many bytes belonged to none.
    pub skipped_bytes: usize,
}

impl Stream {
    /// Takes bytes in. What is not a request is skipped up to the next magic number. Less than one
    /// request is kept for later, so that half a request costs the next one as well, but none after it.
    pub fn take(&mut self, bytes: &[u8]) -> Received {
        self.pending.extend_from_slice(bytes);
        let mut received = Received::default();
        let mut rest = self.pending.as_slice();
        loop {
            let skipped = rest.windows(MAGIC.len()).position(|window| window == MAGIC);
            let skipped = skipped.unwrap_or_else(|| unfinished_magic(rest));
            received.skipped_bytes = received.skipped_bytes.saturating_add(skipped);
            rest = rest.get(skipped..).unwrap_or_default();
            let Some((request, after)) = rest.split_at_checked(REQUEST_BYTES) else { break };
            received.requests.push(parse_request(request));
            rest = after;
        }
        self.pending = rest.to_vec();
        received
    }

    /// Forgets an unfinished request: its writer is gone.
    pub fn clear(&mut self) {
        self.pending.clear();
    }
}

/// How many bytes of `rest`, which holds no magic number, come before what may become one.
fn unfinished_magic(rest: &[u8]) -> usize {
    let kept = (1..MAGIC.len())
        .rev()
        .find(|length| MAGIC.get(..*length).is_some_and(|head| rest.ends_with(head)));
    rest.len().saturating_sub(kept.unwrap_or(0))
}

/// Whether this is exactly one request.
#[must_use]
pub fn is_request(bytes: &[u8]) -> bool {
    bytes.len() == REQUEST_BYTES && bytes.starts_with(&MAGIC)
}

/// Reads one request, as far as it goes.
#[must_use]
pub fn parse_request(request: &[u8]) -> InitctlRequest {
    let data = request.get(DATA_AT..).unwrap_or_default();
    match word_at(request, 4) {
        COMMAND_RUNLEVEL => InitctlRequest::Runlevel {
            level: u8::try_from(word_at(request, 8)).unwrap_or(0).to_ascii_uppercase(),
            sleep_seconds: word_at(request, 12),
        },
        COMMAND_POWER_FAIL => InitctlRequest::Power(Power::Failing),
        COMMAND_POWER_FAIL_NOW => InitctlRequest::Power(Power::FailingNow),
        COMMAND_POWER_OK => InitctlRequest::Power(Power::Ok),
        COMMAND_SET_ENVIRONMENT | COMMAND_UNSET_ENVIRONMENT => {
            InitctlRequest::Environment(parse_environment(data))
        }
        other => InitctlRequest::Unknown(other),
    }
}

fn word_at(request: &[u8], at: usize) -> u32 {
    let bytes = request.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// `NAME=value\0NAME\0\0`. Only variables of PID 1's own protocol, `INIT_…`, may be changed
/// (sysvinit src/init.c, `initcmd_setenv`).
fn parse_environment(data: &[u8]) -> Vec<Vec<u8>> {
    let mut pairs = Vec::new();
    for pair in parts(data, 0).take_while(|pair| !pair.is_empty()) {
        if pair.starts_with(b"INIT_") {
            pairs.push(pair.to_vec());
        }
    }
    pairs
}

/// The request for a runlevel, as telinit writes it.
#[must_use]
pub fn render_runlevel_request(level: u8, sleep_seconds: u32) -> [u8; REQUEST_BYTES] {
    render_request(COMMAND_RUNLEVEL, u32::from(level), sleep_seconds, &[])
}

/// The request to set each `NAME=value` and unset each `NAME`. `None` if they take more than a
/// request holds.
#[must_use]
pub fn render_environment_request(pairs: &[&[u8]]) -> Option<[u8; REQUEST_BYTES]> {
    let mut data = Vec::new();
    for pair in pairs {
        data.extend_from_slice(pair);
        data.push(0);
    }
    let fits = data.len() < REQUEST_BYTES.saturating_sub(DATA_AT);
    fits.then(|| render_request(COMMAND_SET_ENVIRONMENT, 0, 0, &data))
}

fn render_request(
    command: u32,
    level: u32,
    sleep_seconds: u32,
    data: &[u8],
) -> [u8; REQUEST_BYTES] {
    let words = [u32::from_le_bytes(MAGIC), command, level, sleep_seconds].map(u32::to_le_bytes);
    let bytes = words.as_flattened().iter().chain(data);
    let mut request = [0; REQUEST_BYTES];
    for (to, from) in request.iter_mut().zip(bytes) {
        *to = *from;
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn level(level: u8) -> InitctlRequest {
        InitctlRequest::Runlevel { level, sleep_seconds: 5 }
    }

    #[test]
    fn requests_are_understood_in_pieces_and_together() {
        let bytes = [render_runlevel_request(b'3', 5), render_runlevel_request(b's', 5)].concat();
        for cut in [1, 3, 16, 383, 384, 385, 767] {
            let mut stream = Stream::default();
            let mut all = stream.take(&bytes[..cut]).requests;
            let rest = stream.take(&bytes[cut..]);
            all.extend(rest.requests);
            assert_eq!((all, rest.skipped_bytes), (vec![level(b'3'), level(b'S')], 0), "{cut}");
        }
    }

    #[test]
    fn what_is_no_request_is_skipped_up_to_the_next() {
        let mut stream = Stream::default();
        let junk = [b"hello\x69\x19".as_slice(), &render_runlevel_request(b'2', 5)].concat();
        let received = stream.take(&junk);
        assert_eq!((received.requests, received.skipped_bytes), (vec![level(b'2')], 7));
        assert_eq!(stream.take(b"junk\x69").skipped_bytes, 4);
        assert_eq!(stream.pending, b"\x69");
    }

    #[test]
    fn only_variables_of_the_protocol_are_set() {
        let request = render_environment_request(&[b"INIT_HALT=HALT", b"PATH=/x", b"INIT_X"]);
        let received = Stream::default().take(&request.unwrap());
        let pairs = vec![b"INIT_HALT=HALT".to_vec(), b"INIT_X".to_vec()];
        assert_eq!(received.requests, [InitctlRequest::Environment(pairs)]);
        assert_eq!(render_environment_request(&[&[b'x'; 400]]), None);
    }

    #[test]
    fn the_power_file_says_what_the_power_does() {
        assert_eq!(Power::parse_status(None), Power::Failing);
        assert_eq!(Power::parse_status(Some(b'L')), Power::FailingNow);
        assert_eq!(Power::parse_status(Some(b'O')), Power::Ok);
    }
}
