//! Process 1, asked on its control socket.

use super::silence::{Commands, explain_silence, no_commands};
use rekindle_core::control::{Answer, ControlRequest, PATH};
use rekindle_core::errno::Errno;
use rekindle_core::request::asking::ANSWER_MS;
use rekindle_core::request::refusal::Why;
use rekindle_core::text::Shown;
use rekindle_sys::control::Connection;
use rekindle_sys::pid1::read_signs;

/// Why there is no answer that could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is none at all.
    Silent(Errno),
    /// It is a refusal.
    Refused {
        /// The number of the reason.
        why: u8,
        /// In words.
        text: String,
    },
    /// It is none to what was asked.
    Unfit,
}

impl Failure {
    /// In words, where nothing does the same under another init.
    pub(super) fn explain(self) -> String {
        self.explain_with(no_commands)
    }

    /// In words. Under another init these commands do the same.
    pub(super) fn explain_with(self, commands: Commands) -> String {
        match self {
            Self::Silent(errno) => explain_silence(errno, &read_signs(), commands),
            Self::Refused { text, .. } => text,
            Self::Unfit => format!(
                "can't use what process 1 answers on {PATH}: it is nothing that this version knows; use the rekindle that came with its init"
            ),
        }
    }
}

/// A connection to process 1.
#[derive(Debug)]
pub(super) struct Pid1 {
    connection: Connection,
}

impl Pid1 {
    pub(super) fn open() -> Result<Self, Failure> {
        Ok(Self { connection: Connection::open().map_err(Failure::Silent)? })
    }

    /// Asks, and on a new connection once more where that may help.
    pub(super) fn ask(&mut self, request: ControlRequest<'_>) -> Result<Answer, Failure> {
        let frame = request.render();
        let mut tries = 1;
        loop {
            match self.ask_once(&frame) {
                Err(failure) if tries < most_tries(&failure) => *self = Self::open()?,
                answered => return answered,
            }
            tries += 1;
        }
    }

    fn ask_once(&self, frame: &[u8]) -> Result<Answer, Failure> {
        parse_answer(&self.connection.ask(frame, ANSWER_MS).map_err(Failure::Silent)?)
    }

    /// Asks for what has no answer but that it is done.
    pub(super) fn order(&mut self, request: ControlRequest<'_>) -> Result<(), Failure> {
        match self.ask(request)? {
            Answer::Done => Ok(()),
            Answer::Accepted { .. }
            | Answer::Refused { .. }
            | Answer::Machine(_)
            | Answer::Entries { .. }
            | Answer::Said { .. } => Err(Failure::Unfit),
        }
    }

    /// Waits for what process 1 tells without being asked. `None` if it has dropped the connection.
    pub(super) fn wait(&self) -> Result<Option<Answer>, Failure> {
        match self.connection.receive(None) {
            Ok(bytes) => parse_answer(&bytes).map(Some),
            Err(errno) if is_dropped(errno) => Ok(None),
            Err(errno) => Err(Failure::Silent(errno)),
        }
    }
}

/// How often at the most it is asked where an answer is this. A new version that takes over has the socket,
/// but not its connections. Who could not find out in a tenth of a second who asks, because the machine is
/// busy, has changed nothing, and finds it out another time.
fn most_tries(failure: &Failure) -> u32 {
    let unseen = Why::PeerUnknown(Errno::ESRCH).number();
    match failure {
        Failure::Silent(errno) if is_dropped(*errno) => 2,
        Failure::Refused { why, .. } if *why == unseen => 10,
        Failure::Silent(_) | Failure::Refused { .. } | Failure::Unfit => 1,
    }
}

/// What send(2) and recv(2) say of a connection that the other side has closed.
fn is_dropped(errno: Errno) -> bool {
    matches!(errno, Errno::ECONNRESET | Errno::EPIPE)
}

/// An answer that is no refusal.
fn parse_answer(bytes: &[u8]) -> Result<Answer, Failure> {
    match Answer::parse(bytes).ok_or(Failure::Unfit)? {
        Answer::Refused { why, text } => {
            Err(Failure::Refused { why, text: Shown(&text).to_string() })
        }
        answer => Ok(answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekindle_core::control::{render_done, render_refused};

    #[test]
    fn a_refusal_is_told_as_it_comes_and_steers_no_terminal() {
        let frame = render_refused(20, b"request of \x1b[2J refused: only root may");
        let refused = parse_answer(&frame).unwrap_err();
        assert_eq!(refused.explain(), "request of \\x1b[2J refused: only root may");
        assert_eq!(parse_answer(&render_done()), Ok(Answer::Done));
    }

    #[test]
    fn only_what_may_pass_is_asked_again() {
        let refused = |why: Why| Failure::Refused { why: why.number(), text: String::new() };
        for (failure, tries) in [
            (Failure::Silent(Errno::ECONNRESET), 2),
            (Failure::Silent(Errno::EPIPE), 2),
            (refused(Why::PeerUnknown(Errno::ETIMEDOUT)), 10),
            (Failure::Silent(Errno::ETIMEDOUT), 1),
            (refused(Why::NotAllowed), 1),
            (refused(Why::OtherNamespace), 1),
            (Failure::Unfit, 1),
        ] {
            assert_eq!(most_tries(&failure), tries, "{failure:?}");
        }
    }

    #[test]
    fn what_can_not_be_understood_is_an_error_with_words() {
        for frame in [&b""[..], b"RK\x02\x80", b"RK\x01\x7f"] {
            assert_eq!(parse_answer(frame), Err(Failure::Unfit));
        }
        let words = Failure::Unfit.explain();
        assert!(words.starts_with("can't use what process 1 answers on /run/"), "{words}");
    }
}
