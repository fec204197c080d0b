//! The account of one end: what was asked, what ran, how long, and how it came out.
//!
//! Kept as lines of JSON from the start, so that it can be handed to the last stage, written to
//! the disk and read by the next boot without another form in between.

use crate::errno::Errno;
use crate::event::Ending;
use crate::request::Request;
use crate::text::JsonText;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Where the account is written for the next boot.
pub const ACCOUNT_PATH: &str = "/var/lib/rekindle/shutdown.jsonl";

/// The most lines: enough to name some hundred processes, few enough to be handed over in argv
/// (execve(2): a quarter of the stack limit, 2 MiB by default).
const MOST_LINES: usize = 400;

/// How a process came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It ended after TERM.
    Ended,
    /// It ignored TERM and was killed.
    IgnoredTerm,
    /// It never read TERM and was killed.
    LeftTermPending,
    /// Its grace ran out and it was killed.
    OutOfGrace,
    /// It was killed without having been asked.
    Killed,
    /// It was killed and did not go.
    Stuck,
}

impl Fate {
    /// The name in the account.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::IgnoredTerm => "ignored-term",
            Self::LeftTermPending => "left-term-pending",
            Self::OutOfGrace => "out-of-grace",
            Self::Killed => "killed",
            Self::Stuck => "stuck",
        }
    }
}

/// The account so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    lines: Vec<String>,
    omitted: usize,
}

impl Account {
    /// An account that goes on from handed-over lines.
    #[must_use]
    pub fn resume(lines: Vec<String>) -> Self {
        Self { lines, omitted: 0 }
    }

    /// The lines so far.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The whole account as text: one JSON object a line.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = self.lines.join("\n");
        if self.omitted > 0 {
            text.push_str(&format!("\n{{\"event\":\"omitted\",\"lines\":{}}}", self.omitted));
        }
        text.push('\n');
        text
    }

    fn note(&mut self, line: String) {
        if self.lines.len() < MOST_LINES {
            self.lines.push(line);
        } else {
            self.omitted = self.omitted.saturating_add(1);
        }
    }

    /// What was asked, and by whom.
    pub fn request(&mut self, request: &Request, uptime_ms: u64) {
        let origin = &request.origin;
        self.note(format!(
            "{{\"event\":\"request\",\"action\":\"{}\",\"urgency\":\"{}\",\"by_pid\":{},\"by_uid\":{},\"by_comm\":\"{}\",\"signal\":{},\"uptime_ms\":{uptime_ms}}}",
            request.action, request.urgency.name(), origin.pid, origin.uid, JsonText(&origin.comm), origin.signal,
        ));
    }

    /// Somebody asked again, with this urgency in effect from then on.
    pub fn escalation(&mut self, request: &Request, at_ms: u64) {
        self.note(format!(
            "{{\"event\":\"escalation\",\"urgency\":\"{}\",\"by_pid\":{},\"by_comm\":\"{}\",\"at_ms\":{at_ms}}}",
            request.urgency.name(), request.origin.pid, JsonText(&request.origin.comm),
        ));
    }

    /// A phase, in milliseconds since the request.
    pub fn phase(&mut self, name: &str, started_ms: u64, took_ms: u64) {
        self.note(format!("{{\"event\":\"phase\",\"name\":\"{name}\",\"started_ms\":{started_ms},\"took_ms\":{took_ms}}}"));
    }

    /// A `shutdown` entry; `None` when it was given up at its deadline.
    pub fn script(&mut self, command: &[u8], ending: Option<Ending>, took_ms: u64) {
        let ending = match ending {
            Some(Ending::Exited(status)) => format!("\"exited\":{status}"),
            Some(Ending::Killed(signal)) => format!("\"killed_by\":{signal}"),
            None => String::from("\"timed_out\":true"),
        };
        self.note(format!(
            "{{\"event\":\"script\",\"command\":\"{}\",{ending},\"took_ms\":{took_ms}}}",
            JsonText(command)
        ));
    }

    /// A process and how it ended, in milliseconds since it was asked.
    pub fn process(&mut self, pid: u32, comm: &[u8], fate: Fate, took_ms: u64) {
        self.note(format!(
            "{{\"event\":\"process\",\"pid\":{pid},\"comm\":\"{}\",\"fate\":\"{}\",\"took_ms\":{took_ms}}}",
            JsonText(comm), fate.name(),
        ));
    }

    /// A mount or swap file: `done` is what became of it, or why nothing did.
    pub fn storage(&mut self, target: &[u8], done: Result<&str, Errno>, took_ms: u64) {
        let outcome = match done {
            Ok(word) => format!("\"outcome\":\"{word}\""),
            Err(errno) => format!(
                "\"outcome\":\"failed\",\"error\":\"{}\",\"errno\":{}",
                errno.name().unwrap_or("?"),
                errno.0
            ),
        };
        self.note(format!(
            "{{\"event\":\"storage\",\"target\":\"{}\",{outcome},\"took_ms\":{took_ms}}}",
            JsonText(target)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_bounded_and_says_so() {
        let mut account = Account::default();
        for pid in 0..500 {
            account.process(pid, b"a\"b", Fate::Ended, 3);
        }
        let text = account.render();
        assert_eq!(text.lines().count(), MOST_LINES + 1);
        assert!(text.ends_with("{\"event\":\"omitted\",\"lines\":100}\n"));
        assert!(text.starts_with("{\"event\":\"process\",\"pid\":0,\"comm\":\"a\\\"b\",\"fate\":\"ended\",\"took_ms\":3}\n"));
    }
}
