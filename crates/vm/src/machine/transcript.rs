//! All that a machine has said so far: on its console, through its agent, and by its end.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::console::Console;
use super::readers::{Event, What};
use crate::protocol::{Answer, Hello, Line};
use crate::verdict::{Verdict, judge_console_line, judge_hello, judge_shutdown_reason};

/// What the agent said to a question: an answer, or why there is none.
pub(super) type Said = Result<Answer, String>;

/// What came of waiting for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    Something,
    Nothing,
}

#[derive(Debug)]
pub struct Transcript {
    events: Receiver<Event>,
    console: Console,
    hellos: Vec<Hello>,
    /// The hello that a kexec is told by: the first of the present kernel.
    present: Option<Hello>,
    answers: HashMap<u64, Vec<(Instant, Said)>>,
    /// Found, but not yet taken.
    found: Option<(Verdict, Instant)>,
    has_failed: bool,
}

impl Transcript {
    pub(super) fn of(events: Receiver<Event>) -> Transcript {
        Transcript {
            events,
            console: Console::default(),
            hellos: Vec::new(),
            present: None,
            answers: HashMap::new(),
            found: None,
            has_failed: false,
        }
    }

    /// All that is kept of the console, up to now.
    pub fn console(&mut self) -> &str {
        self.catch_up();
        self.console.text()
    }

    /// Waits for text on the console, even of a line that has not ended.
    pub fn await_console(&mut self, text: &str, limit: Duration) -> Result<()> {
        self.await_until(limit, &format!("{text:?} on the console"), |transcript| {
            transcript.console.text().contains(text).then_some(())
        })
    }

    /// Waits for an agent of the present kernel, or takes the one that has spoken already.
    pub fn await_agent(&mut self, limit: Duration) -> Result<Hello> {
        self.await_until(limit, "the guest's agent", |transcript| transcript.hellos.last().cloned())
    }

    /// The latest hello: what runs there now.
    pub fn hello(&self) -> Result<Hello> {
        self.hellos.last().cloned().context("no agent has said hello yet: boot with an agent first")
    }

    /// Waits until an agent says hello that had not done so before.
    pub fn await_next_agent(&mut self, limit: Duration) -> Result<Hello> {
        let seen = self.hellos.len();
        self.await_until(limit, "another hello of the guest's agent", |transcript| {
            transcript.hellos.get(seen).cloned()
        })
    }

    pub(super) fn await_answer(&mut self, id: u64, limit: Duration) -> Result<(Instant, Said)> {
        self.await_until(limit, "answer of the guest's agent", |transcript| {
            let waiting = transcript.answers.get_mut(&id)?;
            (!waiting.is_empty()).then(|| waiting.remove(0))
        })
    }

    pub(super) fn await_until<T>(
        &mut self,
        limit: Duration,
        wanted: &str,
        mut look: impl FnMut(&mut Transcript) -> Option<T>,
    ) -> Result<T> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(found) = look(self) {
                return Ok(found);
            }
            if let Some((verdict, _)) = &self.found {
                let verdict = verdict.clone();
                return self
                    .fail(&format!("the machine ended ({verdict}) before there was {wanted}"));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if self.listen(left)? == Heard::Nothing {
                return self.fail(&format!("no {wanted} in {limit:?}"));
            }
        }
    }

    /// Waits for the next event, so long at most.
    pub(super) fn listen(&mut self, limit: Duration) -> Result<Heard> {
        match self.events.recv_timeout(limit) {
            Ok(event) => self.absorb(event),
            Err(RecvTimeoutError::Timeout) => return Ok(Heard::Nothing),
            Err(RecvTimeoutError::Disconnected) => return self.fail("QEMU is gone"),
        }
        Ok(Heard::Something)
    }

    /// Takes what has arrived already.
    pub(super) fn catch_up(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.absorb(event);
        }
    }

    /// An error with what a person needs to understand it. From then on dropping the
    /// machine without its verdict is no second failure.
    pub(super) fn fail<T>(&mut self, what: &str) -> Result<T> {
        self.has_failed = true;
        bail!("{what}; last on the console:\n{}", self.console.last_lines(25))
    }

    pub(super) fn has_failed(&self) -> bool {
        self.has_failed
    }

    pub(super) fn last_console(&self) -> String {
        self.console.last_lines(25)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.found.is_some()
    }

    /// What came first stays.
    pub(super) fn note_end(&mut self, verdict: Verdict, at: Instant) {
        self.found.get_or_insert((verdict, at));
    }

    pub(super) fn take_end(&mut self) -> Option<(Verdict, Instant)> {
        self.found.take()
    }

    /// A status other than 0, or no such program. A command that a signal ended is none: the
    /// shutdown it asked for does that.
    pub(super) fn find_refusal(&self, id: u64) -> Option<String> {
        let (_, said) = self.answers.get(&id)?.first()?;
        match said {
            Ok(Answer::Ran(ran)) => {
                let status = ran.status.filter(|status| *status != 0)?;
                Some(format!("status {status}: {}{}", ran.stdout, ran.stderr))
            }
            Ok(_) => None,
            Err(reason) => Some(reason.clone()),
        }
    }

    fn absorb(&mut self, event: Event) {
        let verdict = match event.what {
            What::Console(bytes) => {
                let lines = self.console.push(&bytes);
                lines.iter().find_map(|line| judge_console_line(line))
            }
            What::Agent(Line::Hello(hello)) => self.greet(hello),
            What::Agent(Line::Answer { id, answer }) => self.note(id, event.at, Ok(answer)),
            What::Agent(Line::Refused { id, reason }) => self.note(id, event.at, Err(reason)),
            What::Qmp(message) => match (message.name.as_str(), message.reason) {
                ("SHUTDOWN", Some(reason)) => judge_shutdown_reason(&reason),
                _ => None,
            },
        };
        if let Some(verdict) = verdict {
            self.note_end(verdict, event.at);
        }
    }

    fn note(&mut self, id: u64, at: Instant, answer: Said) -> Option<Verdict> {
        self.answers.entry(id).or_default().push((at, answer));
        None
    }

    fn greet(&mut self, hello: Hello) -> Option<Verdict> {
        let verdict = self.present.as_ref().and_then(|present| judge_hello(present, &hello));
        if verdict.is_some() || self.present.is_none() {
            self.present = Some(hello.clone());
        }
        self.hellos.push(hello);
        verdict
    }
}
