//! A cell: one init as PID 1 of a PID namespace of its own inside the guest, with a root of its own,
//! and what it started. The types are compiled into the tests and into the guest agent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The folder of a cell's root that belongs to the test, not to the system in it.
pub const CELL_FOLDER: &str = "/trace";

/// Where programs of a cell report, and are told what to do.
pub const CELL_SOCKET: &str = "/trace/socket";

/// Where they write down what they are where nobody listens: on a machine of their own.
pub const TRACE_LOG: &str = "/trace/log";

/// What an interactive login shell becomes (by /etc/profile).
pub const LOGIN_SHELL: &str = "/trace/shell";

/// What runs in a cell. Every path is one of the cell's own root.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    pub name: String,
    /// The program that becomes `/sbin/init`: `init` or `busybox`.
    pub init: String,
    /// Its arguments after the name.
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
    pub files: Vec<(String, String)>,
    /// Programs that report instead of doing anything.
    pub programs: Vec<String>,
    /// Other names of `/sbin/init`.
    pub init_names: Vec<String>,
    /// Below /dev, beside the console.
    pub terminals: Vec<String>,
    /// How often a program ends at once before one of it stays. Others never stay.
    pub quick: BTreeMap<String, u32>,
    pub steps: Vec<Step>,
}

/// Commands are meant as in `Report`: the words of argv, or the first of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Until so many records of the command are there.
    Await {
        count: usize,
        command: String,
    },
    /// Ends the oldest process of the command that stays.
    Exit {
        command: String,
        status: u8,
    },
    /// Has it run a shell line, and waits for that.
    Run {
        command: String,
        line: String,
    },
    /// Has it run a shell line that may be the end of it.
    Start {
        command: String,
        line: String,
    },
    /// Stops it (SIGSTOP).
    Stop {
        command: String,
    },
    /// Until PID 1 is init and can be asked.
    AwaitInit,
    /// From then on fork(2) fails in the cell, or works again.
    Forks {
        are_allowed: bool,
    },
    /// Sends PID 1 a signal.
    Signal {
        number: i32,
    },
    Write {
        path: String,
        text: String,
    },
    /// Types on a terminal.
    Type {
        terminal: String,
        text: String,
    },
    /// Until a terminal has shown the text once more.
    AwaitText {
        terminal: String,
        text: String,
    },
    AddTerminal {
        name: String,
    },
    /// Until PID 1 has ended.
    AwaitEnd,
}

/// What became of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub name: String,
    pub records: Vec<Record>,
    /// How PID 1 ended, if it did before it was made to.
    pub end: Option<String>,
    /// The step that could not be taken, and why.
    pub failure: Option<String>,
    pub console: String,
    pub took_ms: u64,
}

/// What a process that PID 1 started found itself to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// In its own PID namespace, where they are given in the order of fork(2).
    pub pid: i32,
    pub argv: Vec<String>,
    /// When it was heard of, from the start of the cell.
    #[serde(default)]
    pub at_ms: u64,
    /// What happened to it, where it is not its start.
    pub event: Option<String>,
    /// Everything else, by name: terminals, environment, session, signals, line settings.
    pub facts: BTreeMap<String, String>,
}

impl Record {
    /// argv and event in a line.
    pub fn summary(&self) -> String {
        let command = self.argv.join(" ");
        match &self.event {
            Some(event) => format!("{command}: {event}"),
            None => command,
        }
    }

    /// Whether it is a record of `command`: all of its summary, or the first words of it.
    pub fn is_of(&self, command: &str) -> bool {
        let summary = self.summary();
        summary
            .strip_prefix(command)
            .is_some_and(|rest| rest.is_empty() || self.event.is_none() && rest.starts_with(' '))
    }
}

#[cfg(test)]
mod tests {
    use super::Record;

    #[test]
    fn a_command_is_known_by_its_first_words() {
        let argv = ["/sbin/getty", "-L", "ttyS0"].map(str::to_owned).to_vec();
        let record = Record { argv, ..Record::default() };
        assert!(record.is_of("/sbin/getty") && record.is_of("/sbin/getty -L ttyS0"));
        assert!(!record.is_of("/sbin/get") && !record.is_of("/sbin/getty ttyS0"));
        let ended = Record { event: Some("TERM".into()), ..record };
        assert!(ended.is_of("/sbin/getty -L ttyS0: TERM") && !ended.is_of("/sbin/getty"));
    }
}
