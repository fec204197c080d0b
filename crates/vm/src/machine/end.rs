//! Waits for the end of a machine and names it.

use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{Issued, Machine};
use crate::protocol::Answer;
use crate::verdict::{Verdict, is_halted_for_good};

/// Nothing tells that a processor halted for good, so the registers are read this often,
/// and only while nothing else happens.
const REGISTER_INTERVAL: Duration = Duration::from_millis(100);

impl Machine {
    /// The verdict, at the latest after `limit` (then it is `TimedOut`). After a kexec the
    /// machine goes on, and its next end can be awaited.
    pub fn await_end(&mut self, limit: Duration) -> Result<Verdict> {
        self.await_end_of(None, limit)
    }

    /// The same, for an end that was asked for: a command that says no is an error at once.
    pub fn await_end_of(&mut self, request: Option<&Issued>, limit: Duration) -> Result<Verdict> {
        let deadline = Instant::now() + limit;
        while self.found.is_none() {
            if let Some(reason) = request.and_then(|request| self.find_refusal(request.id)) {
                return self.fail(&format!("the request was refused: {reason}"));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left.min(REGISTER_INTERVAL)) {
                Ok(event) => self.absorb(event),
                Err(RecvTimeoutError::Timeout) => self.look_at_a_quiet_machine(deadline)?,
                Err(RecvTimeoutError::Disconnected) => return self.fail("QEMU is gone"),
            }
        }
        self.is_ending = false;
        let (verdict, at) = self.found.take().context("no verdict was found")?;
        self.taken = Some((verdict.clone(), at));
        Ok(verdict)
    }

    /// A status other than 0, or no such program. A command that a signal ended is none: the
    /// shutdown it asked for does that.
    fn find_refusal(&self, id: u64) -> Option<String> {
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

    fn look_at_a_quiet_machine(&mut self, deadline: Instant) -> Result<()> {
        let registers = self.qmp.monitor("info registers -a")?;
        let now = Instant::now();
        // An event may have arrived while the registers were read: it goes first.
        while let Ok(event) = self.events.try_recv() {
            self.absorb(event);
        }
        let verdict = if is_halted_for_good(&registers) {
            Some(Verdict::Halted)
        } else if now >= deadline {
            Some(Verdict::TimedOut { last_console: self.console.last_lines(25) })
        } else {
            None
        };
        self.found = self.found.take().or(verdict.map(|verdict| (verdict, now)));
        Ok(())
    }

    /// From the moment the agent said that it issues the request, to the end.
    pub fn time_from(&self, request: &Issued) -> Result<Duration> {
        let (_, at) =
            self.taken.as_ref().context("the machine has not ended: call await_end first")?;
        Ok(at.saturating_duration_since(request.at))
    }
}
