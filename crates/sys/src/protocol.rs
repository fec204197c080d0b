//! What goes through a helper's pipe: frames of bytes that were read, then one with the outcome. A kind,
//! the length in two bytes, the content. What came before a helper got stuck or died still counts.

use alloc::vec::Vec;
use rekindle_core::errno::Errno;
use rekindle_core::op::{Outcome, Read};

/// The most bytes that are taken from a helper: two records for each of 26,000 processes.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The longest outcome.
const MOST_END_BYTES: usize = 3;

/// Kinds of frames.
const PART: u8 = 1;
const END: u8 = 2;

/// Outcomes; the last ones are followed by an answer, or by an error number.
const DONE: u8 = 0;
const READ_WHOLE: u8 = 1;
const READ_CUT: u8 = 2;
const ANSWER: u8 = 3;
const FAILED: u8 = 4;

/// A frame with these bytes, which are 65,535 at the most.
pub(crate) fn encode_part(bytes: &[u8]) -> Vec<u8> {
    encode_frame(PART, bytes)
}

/// The frame of an outcome, but for the bytes that were read: those come before.
pub(crate) fn encode_end(outcome: &Outcome) -> Vec<u8> {
    let end = match outcome {
        Outcome::Done => Vec::from([DONE]),
        Outcome::Answer(answer) => Vec::from([ANSWER, u8::from(*answer)]),
        Outcome::Read(Read { complete: true, .. }) => Vec::from([READ_WHOLE]),
        Outcome::Read(Read { complete: false, .. }) => Vec::from([READ_CUT]),
        // A helper starts no child of PID 1's: whoever asks one to gets no answer that could mislead.
        Outcome::Started(_) => encode_error(Errno::EINVAL),
        Outcome::NoTerminal(errno) | Outcome::NoHelper(errno) | Outcome::Failed(errno) => {
            encode_error(*errno)
        }
        Outcome::TimedOut => encode_error(Errno::ETIMEDOUT),
    };
    encode_frame(END, &end)
}

fn encode_error(errno: Errno) -> Vec<u8> {
    let [low, high] = errno.0.to_le_bytes();
    Vec::from([FAILED, low, high])
}

fn encode_frame(kind: u8, content: &[u8]) -> Vec<u8> {
    let [low, high] = u16::try_from(content.len()).unwrap_or(0).to_le_bytes();
    [&[kind, low, high], content].concat()
}

/// What has come through the pipe so far.
#[derive(Debug, Default)]
pub(crate) struct Received {
    bytes: Vec<u8>,
    end: Vec<u8>,
    /// Of the frame that has begun: as much of its kind and length as has come.
    head: Vec<u8>,
    /// And how much of its content has not.
    missing_bytes: usize,
}

impl Received {
    /// Takes in what was read. `false` if it is more than any helper may tell.
    pub(crate) fn take(&mut self, mut chunk: &[u8]) -> bool {
        while let Some((first, rest)) = chunk.split_first() {
            if self.missing_bytes == 0 {
                self.take_head(*first);
                chunk = rest;
            } else {
                let (content, rest) = chunk.split_at(self.missing_bytes.min(chunk.len()));
                self.missing_bytes = self.missing_bytes.saturating_sub(content.len());
                self.take_content(content);
                chunk = rest;
            }
        }
        self.bytes.len() <= MOST_BYTES
    }

    /// The head of the frame before goes when the next one's begins.
    fn take_head(&mut self, byte: u8) {
        if self.head.len() >= 3 {
            self.head.clear();
        }
        self.head.push(byte);
        if let [_, low, high] = self.head.as_slice() {
            self.missing_bytes = usize::from(u16::from_le_bytes([*low, *high]));
        }
    }

    fn take_content(&mut self, content: &[u8]) {
        if self.head.first() == Some(&PART) {
            self.bytes.extend_from_slice(content);
        } else if self.end.len() < MOST_END_BYTES {
            self.end.extend_from_slice(content);
        }
    }

    /// The outcome of a helper that has come to its end. One that died before it could tell failed.
    pub(crate) fn end(&mut self) -> Outcome {
        match self.end.as_slice() {
            [DONE] => Outcome::Done,
            [ANSWER, answer] => Outcome::Answer(*answer != 0),
            [READ_WHOLE] => Outcome::Read(Read::whole(core::mem::take(&mut self.bytes))),
            [FAILED, low, high] => Outcome::Failed(Errno(u16::from_le_bytes([*low, *high]))),
            _ => self.cut_off(Outcome::Failed(Errno::EIO)),
        }
    }

    /// The outcome of one that has not told its own: what it has seen, or else `otherwise`.
    pub(crate) fn cut_off(&mut self, otherwise: Outcome) -> Outcome {
        let bytes = core::mem::take(&mut self.bytes);
        let has_told_end = self.end.as_slice() == [READ_CUT];
        if bytes.is_empty() && !has_told_end {
            return otherwise;
        }
        Outcome::Read(Read { bytes, complete: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receive(bytes: &[u8], at_a_time: usize) -> Received {
        let mut received = Received::default();
        assert!(bytes.chunks(at_a_time).all(|chunk| received.take(chunk)));
        received
    }

    fn encode(outcome: &Outcome) -> Vec<u8> {
        let end = encode_end(outcome);
        let Outcome::Read(read) = outcome else { return end };
        let parts = read.bytes.chunks(60_000).flat_map(encode_part);
        parts.chain(end).collect()
    }

    #[test]
    fn outcomes_survive_the_pipe_in_whatever_pieces() {
        let read = |bytes: &[u8], complete| Outcome::Read(Read { bytes: bytes.to_vec(), complete });
        for outcome in [
            Outcome::Done,
            Outcome::Answer(true),
            Outcome::Answer(false),
            read(b"abc", true),
            read(b"", true),
            read(b"", false),
            read(&[2, 1, 0, 0].repeat(50_000), true),
            read(b"\x02\x01\x00\x00", false),
            Outcome::Failed(Errno(300)),
        ] {
            for at_a_time in [1, 2, 3, 7, 4096, 1_000_000] {
                let mut received = receive(&encode(&outcome), at_a_time);
                assert_eq!(received.end(), outcome, "{at_a_time}");
            }
        }
    }

    #[test]
    fn what_came_before_a_helper_died_or_was_given_up_counts_and_is_not_complete() {
        let all = [encode_part(b"0123456789"), encode(&Outcome::Failed(Errno::EIO))].concat();
        let (frame, part) =
            (13, |seen: &[u8]| Outcome::Read(Read { bytes: seen.to_vec(), complete: false }));
        for cut in 0..all.len() {
            let mut received = receive(&all[..cut], 4096);
            let seen = &b"0123456789"[..cut.clamp(3, frame) - 3];
            let expected = if seen.is_empty() { Outcome::TimedOut } else { part(seen) };
            assert_eq!(received.cut_off(Outcome::TimedOut), expected, "{cut}");
            let expected = if seen.is_empty() { Outcome::Failed(Errno::EIO) } else { part(seen) };
            assert_eq!(receive(&all[..cut], 1).end(), expected, "{cut}");
        }
        assert_eq!(Received::default().end(), Outcome::Failed(Errno::EIO));
    }

    #[test]
    fn what_is_beyond_the_bound_is_cut_off_and_not_lost() {
        let part = encode_part(&[7; 60_000]);
        let mut received = Received::default();
        let frames = (0..).take_while(|_| received.take(&part)).count();
        assert_eq!(frames, MOST_BYTES / 60_000);
        let Outcome::Read(read) = received.cut_off(Outcome::TimedOut) else { panic!("nothing") };
        assert!(!read.complete && read.bytes.len() > MOST_BYTES);
    }
}
