//! The line to the agent inside: one question, one answer, and requests that are meant to be the end.

use std::io::Write;
use std::ops::{Deref, DerefMut};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::transcript::Transcript;
use crate::protocol::{Answer, Ask, Command};

/// For questions that only read; an emulated machine under load answers in well under a second.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// A request that the agent said it issued.
#[derive(Debug, Clone, Copy)]
pub struct Issued {
    id: u64,
    /// When the host heard of it.
    pub at: Instant,
}

pub(super) fn words(argv: &[&str]) -> Vec<String> {
    argv.iter().map(|word| (*word).to_owned()).collect()
}

/// The agent's line, and who is owed an answer. All that a [`Transcript`] tells, it tells.
#[derive(Debug)]
pub struct Dialogue {
    agent: UnixStream,
    transcript: Transcript,
    next_id: u64,
    /// The machine was told to end, so somebody has to take its verdict.
    is_ending: bool,
}

impl Deref for Dialogue {
    type Target = Transcript;
    fn deref(&self) -> &Transcript {
        &self.transcript
    }
}

impl DerefMut for Dialogue {
    fn deref_mut(&mut self) -> &mut Transcript {
        &mut self.transcript
    }
}

impl Dialogue {
    pub(super) fn with(agent: UnixStream, transcript: Transcript) -> Dialogue {
        Dialogue { agent, transcript, next_id: 1, is_ending: false }
    }

    /// A verdict is owed: the machine was told to end, or ended by itself.
    pub(super) fn is_verdict_owed(&self) -> bool {
        self.is_ending || self.has_ended()
    }

    pub(super) fn verdict_is_taken(&mut self) {
        self.is_ending = false;
    }

    /// Why the requesting command said no, if it did.
    pub(super) fn find_refusal_of(&self, request: &Issued) -> Option<String> {
        self.find_refusal(request.id)
    }

    fn send(&mut self, ask: Ask) -> Result<u64> {
        let id = self.next_id;
        self.next_id += 1;
        let mut line =
            serde_json::to_vec(&Command { id, ask }).context("unable to render a question")?;
        line.push(b'\n');
        self.agent.write_all(&line).context("unable to write to the guest's serial port")?;
        Ok(id)
    }

    fn await_reply(&mut self, id: u64, limit: Duration) -> Result<(Instant, Answer)> {
        let (at, said) = self.await_answer(id, limit)?;
        match said {
            Ok(answer) => Ok((at, answer)),
            Err(reason) => Err(anyhow!("the guest's agent refused: {reason}")),
        }
    }

    pub(super) fn ask_within(&mut self, ask: Ask, limit: Duration) -> Result<Answer> {
        let id = self.send(ask)?;
        self.await_reply(id, limit).map(|(_, answer)| answer)
    }

    /// Asks anything; the methods below know the answers' types.
    pub fn ask(&mut self, ask: Ask) -> Result<Answer> {
        self.ask_within(ask, ANSWER_LIMIT)
    }

    /// Has the guest run a command that is meant to end it: somebody has to take the
    /// verdict now. The clock of [`super::Machine::time_from`] starts here.
    pub fn issue(&mut self, argv: &[&str]) -> Result<Issued> {
        self.issue_ask(Ask::Request { argv: words(argv) })
    }

    /// Has the guest send a signal, mostly to PID 1, that is meant to end it.
    pub fn issue_signal(&mut self, pid: i32, signal: i32) -> Result<Issued> {
        self.issue_ask(Ask::RequestBySignal { pid, signal })
    }

    fn issue_ask(&mut self, ask: Ask) -> Result<Issued> {
        let id = self.send(ask)?;
        match self.await_reply(id, ANSWER_LIMIT)? {
            (at, Answer::Issued) => {
                self.is_ending = true;
                Ok(Issued { id, at })
            }
            (_, other) => unexpected(&other),
        }
    }

    /// Says beforehand that the machine will end without a request over the agent, for
    /// example by a key: from now on somebody has to take the verdict.
    pub fn expect_end(&mut self) -> Issued {
        self.is_ending = true;
        Issued { id: 0, at: Instant::now() }
    }
}

pub(super) fn unexpected<T>(answer: &Answer) -> Result<T> {
    bail!("the guest's agent gave an answer of another kind: {answer:?}")
}
