//! PID 1's account of a shutdown, as the demo shows it. A line that nobody knows is passed over: the
//! account grows with the product.

use rekindle_core::account::{Fate, Line, Phase};

#[derive(Debug, Default, PartialEq)]
pub(super) struct Record {
    lines: Vec<Line>,
}

/// A process, and how it ended.
#[derive(Debug, PartialEq)]
pub(super) struct Process<'a> {
    pub(super) comm: &'a [u8],
    pub(super) fate: Fate,
    pub(super) took_ms: u64,
}

/// A phase of the end.
#[derive(Debug, PartialEq)]
pub(super) struct Turn {
    pub(super) name: Phase,
    pub(super) started_ms: u64,
    pub(super) took_ms: u64,
}

pub(super) fn parse_record(text: &str) -> Record {
    Record { lines: text.lines().filter_map(|line| Line::parse(line.as_bytes()).ok()).collect() }
}

impl Record {
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// What was asked, and by whom, in words.
    pub(super) fn requests(&self) -> impl Iterator<Item = String> {
        self.lines.iter().filter_map(|line| {
            let Line::Request { action, by_pid, by_uid, by_comm, .. } = line else { return None };
            let comm = String::from_utf8_lossy(by_comm);
            Some(format!("{action} by {comm}, process {by_pid}, user {by_uid}"))
        })
    }

    pub(super) fn processes(&self) -> impl Iterator<Item = Process<'_>> {
        self.lines.iter().filter_map(|line| {
            let Line::Process { comm, fate, took_ms, .. } = line else { return None };
            Some(Process { comm, fate: *fate, took_ms: *took_ms })
        })
    }

    pub(super) fn phases(&self) -> impl Iterator<Item = Turn> {
        self.lines.iter().filter_map(|line| {
            let Line::Phase { name, started_ms, took_ms } = *line else { return None };
            Some(Turn { name, started_ms, took_ms })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, Phase, Process, Turn, parse_record};

    #[test]
    fn known_events_are_taken_and_others_are_passed_over() {
        let record = parse_record(concat!(
            r#"{"event":"request","action":"kexec","urgency":"orderly","by_pid":7,"by_uid":0,"by_comm":"reboot","signal":40,"uptime_ms":1}"#,
            "\n",
            r#"{"event":"weather","sun":true}"#,
            "\n",
            r#"{"event":"phase","name":"processes","started_ms":3,"took_ms":12,"new":1}"#,
            "\n",
            r#"{"event":"process","pid":9,"comm":"a","fate":"ended","took_ms":4}"#,
            "\nhalf a li",
        ));
        assert_eq!(record.requests().collect::<Vec<_>>(), ["kexec by reboot, process 7, user 0"]);
        let phase = Turn { name: Phase::Processes, started_ms: 3, took_ms: 12 };
        assert_eq!(record.phases().collect::<Vec<_>>(), [phase]);
        let process = Process { comm: b"a", fate: Fate::Ended, took_ms: 4 };
        assert_eq!(record.processes().collect::<Vec<_>>(), [process]);
        assert!(!record.is_empty() && parse_record("").is_empty());
    }
}
