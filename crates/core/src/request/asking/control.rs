//! What a command makes of an answer on the control socket, or of none.

use crate::control::Answer;
use crate::errno::Errno;
use crate::request::refusal::{Refusal, What, Why, Words};
use crate::text::word;

/// How long process 1 is waited for: it looks who asks, which takes a second at the most, and others
/// may come before.
pub const ANSWER_MS: u64 = 5_000;

/// What came of a request by the control socket: `None` if it has to be asked for in another way. That is so
/// where nobody listens on the socket (another init, or one that becomes another program just now), and
/// where process 1 can't tell who asks or does not know the request: then the kernel and a signal decide.
///
/// # Errors
/// The refusal, or that there was no answer in time.
#[inline(never)]
pub fn judge_answer(answered: Result<&[u8], Errno>) -> Option<Result<(), Refusal>> {
    match answered.map(Answer::parse_verdict) {
        Ok(Some(Answer::Done | Answer::Accepted { .. })) => Some(Ok(())),
        Ok(Some(Answer::Refused { why, .. })) if is_left_to_signals(why) => None,
        Ok(Some(Answer::Refused { text, .. })) => {
            let told = Why::Told(Words::new(word(&text)));
            Some(Err(Refusal::because(What::ControlSocket, told)))
        }
        Err(Errno::ETIMEDOUT) => Some(Err(Refusal::failed(What::ControlSocket, Errno::ETIMEDOUT))),
        Ok(Some(Answer::Machine(_) | Answer::Entries { .. } | Answer::Said { .. }) | None)
        | Err(_) => None,
    }
}

fn is_left_to_signals(why: u8) -> bool {
    let unknown = Why::PeerUnknown(Errno::ESRCH);
    [unknown, Why::NoFrame, Why::OtherVersion(0), Why::NoSuchRequest(0), Why::BadContent]
        .iter()
        .any(|one| one.number() == why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{render_accepted, render_done, render_refused, render_said};
    use alloc::string::ToString;
    use alloc::vec::Vec;

    #[test]
    fn only_an_answer_of_process_1_is_its_word() {
        let judge = |frame: &[u8]| judge_answer(Ok(frame));
        assert_eq!(judge(&render_done()), Some(Ok(())));
        assert_eq!(judge(&render_accepted(7)), Some(Ok(())));
        let refused =
            judge(&render_refused(Why::NotAllowed.number(), b"request refused: only root may"));
        assert_eq!(refused.unwrap().unwrap_err().to_string(), "request refused: only root may");
        let timed_out = judge_answer(Err(Errno::ETIMEDOUT)).unwrap().unwrap_err();
        assert!(timed_out.to_string().ends_with("/run/rekindle/control: timed out (ETIMEDOUT)"));
        for why in [
            Why::PeerUnknown(Errno::EPERM),
            Why::OtherVersion(7),
            Why::NoSuchRequest(200),
            Why::NoFrame,
            Why::BadContent,
        ] {
            assert_eq!(judge(&render_refused(why.number(), b"no")), None, "{why:?}");
        }
        for frame in [render_said(6, b"hello"), b"RK\x02\x81".to_vec(), Vec::new()] {
            assert_eq!(judge(&frame), None);
        }
        for errno in [Errno::ENOENT, Errno::ECONNREFUSED, Errno::ECONNRESET, Errno::EREMOTE] {
            assert_eq!(judge_answer(Err(errno)), None);
        }
    }
}
