//! One line of an account.

use super::names::{Fate, Phase, StorageDone};
use crate::errno::Errno;
use crate::event::ExitStatus;
use crate::json::{Object, Value};
use crate::request::{Action, Urgency};
use crate::text::parse_u32;
use alloc::vec::Vec;

/// What stands for a [`StorageDone`] where nothing was done.
pub(super) const FAILED: &str = "failed";

/// What [`Line::Omitted`] is rendered as, up to the number.
pub(super) const OMITTED_START: &str = "{\"event\":\"omitted\",\"lines\":";

/// One line. Names and paths are bytes as the kernel has them; what of them is not UTF-8 is replaced
/// in the text. Times are in milliseconds, `started_ms` and `at_ms` since the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What was asked, and by whom.
    Request {
        /// What.
        action: Action,
        /// How urgently.
        urgency: Urgency,
        /// The sender's process id.
        by_pid: u32,
        /// The sender's real user id.
        by_uid: u32,
        /// The sender's command name.
        by_comm: Vec<u8>,
        /// The sender's terminal, nothing without one.
        by_terminal: Vec<u8>,
        /// Who had logged in, if anybody had.
        by_login_uid: Option<u32>,
        /// The signal that carried the request, 0 if another way did.
        signal: u8,
        /// CLOCK_MONOTONIC at the request.
        uptime_ms: u64,
    },
    /// Somebody asked again, with this urgency in effect from then on.
    Escalation {
        /// The new urgency.
        urgency: Urgency,
        /// The sender's process id.
        by_pid: u32,
        /// The sender's command name.
        by_comm: Vec<u8>,
        /// When.
        at_ms: u64,
    },
    /// A phase.
    Phase {
        /// Which.
        name: Phase,
        /// When it began.
        started_ms: u64,
        /// How long it took.
        took_ms: u64,
    },
    /// A script of the end; `None` when it was given up at its deadline.
    Script {
        /// Its command.
        command: Vec<u8>,
        /// How it ended.
        status: Option<ExitStatus>,
        /// How long it took.
        took_ms: u64,
    },
    /// A process and how it ended.
    Process {
        /// Its process id.
        pid: u32,
        /// Its command name.
        comm: Vec<u8>,
        /// How it ended.
        fate: Fate,
        /// Since it was asked.
        took_ms: u64,
    },
    /// A mount or swap file: what became of it, or why nothing did.
    Storage {
        /// Its path.
        target: Vec<u8>,
        /// What was done.
        done: Result<StorageDone, Errno>,
        /// How long it took.
        took_ms: u64,
    },
    /// Lines that found no room.
    Omitted {
        /// How many.
        lines: u32,
    },
}

impl Line {
    /// How many lines [`Line::Omitted`] stands for, read from exactly what it is rendered as.
    pub(super) fn parse_omitted(text: &str) -> Option<u32> {
        parse_u32(text.strip_prefix(OMITTED_START)?.strip_suffix('}')?.as_bytes())
    }

    /// Reads a line as it is rendered. The order of the fields, blanks, and fields that nobody knows
    /// don't matter.
    ///
    /// # Errors
    /// What is wrong with it; also an event that nobody knows.
    pub fn parse(text: &[u8]) -> Result<Self, &'static str> {
        let object = Object::parse(text)?;
        match object.text("event")? {
            "request" => parse_request(&object),
            "escalation" => parse_escalation(&object),
            "phase" => parse_phase(&object),
            "script" => parse_script(&object),
            "process" => parse_process(&object),
            "storage" => parse_storage(&object),
            "omitted" => Ok(Self::Omitted { lines: object.number("lines")? }),
            _ => Err("no event of an account has that name"),
        }
    }
}

fn parse_request(object: &Object) -> Result<Line, &'static str> {
    let action = Action::parse_name(object.text("action")?.as_bytes());
    Ok(Line::Request {
        action: action.ok_or("no action has that name")?,
        urgency: parse_urgency(object)?,
        by_pid: object.number("by_pid")?,
        by_uid: object.number("by_uid")?,
        by_comm: bytes(object, "by_comm")?,
        by_terminal: bytes(object, "by_terminal").unwrap_or_default(),
        by_login_uid: object.number("by_login_uid").ok(),
        signal: object.number("signal")?,
        uptime_ms: object.number("uptime_ms")?,
    })
}

fn parse_escalation(object: &Object) -> Result<Line, &'static str> {
    Ok(Line::Escalation {
        urgency: parse_urgency(object)?,
        by_pid: object.number("by_pid")?,
        by_comm: bytes(object, "by_comm")?,
        at_ms: object.number("at_ms")?,
    })
}

fn parse_phase(object: &Object) -> Result<Line, &'static str> {
    Ok(Line::Phase {
        name: Phase::parse_name(object.text("name")?).ok_or("no phase has that name")?,
        started_ms: object.number("started_ms")?,
        took_ms: object.number("took_ms")?,
    })
}

fn parse_script(object: &Object) -> Result<Line, &'static str> {
    let status = if object.get("timed_out") == Some(&Value::Bool(true)) {
        None
    } else if object.get("killed_by").is_some() {
        Some(ExitStatus::Killed(object.number("killed_by")?))
    } else {
        Some(ExitStatus::Exited(object.number("exited")?))
    };
    Ok(Line::Script {
        command: bytes(object, "command")?,
        status,
        took_ms: object.number("took_ms")?,
    })
}

fn parse_process(object: &Object) -> Result<Line, &'static str> {
    Ok(Line::Process {
        pid: object.number("pid")?,
        comm: bytes(object, "comm")?,
        fate: Fate::parse_name(object.text("fate")?).ok_or("no fate has that name")?,
        took_ms: object.number("took_ms")?,
    })
}

fn parse_storage(object: &Object) -> Result<Line, &'static str> {
    let done = match object.text("outcome")? {
        FAILED => Err(Errno(object.number("errno")?)),
        name => Ok(StorageDone::parse_name(name).ok_or("no outcome has that name")?),
    };
    Ok(Line::Storage { target: bytes(object, "target")?, done, took_ms: object.number("took_ms")? })
}

fn parse_urgency(object: &Object) -> Result<Urgency, &'static str> {
    Urgency::parse_name(object.text("urgency")?.as_bytes()).ok_or("no urgency has that name")
}

fn bytes(object: &Object, name: &str) -> Result<Vec<u8>, &'static str> {
    object.text(name).map(|text| text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_line_of_an_earlier_or_later_version_is_read_as_far_as_it_is_known() {
        let text =
            br#" { "took_ms" : 12, "new":true, "name":"storage","started_ms":3,"event":"phase" }"#;
        let phase = Line::Phase { name: Phase::Storage, started_ms: 3, took_ms: 12 };
        assert_eq!(Line::parse(text), Ok(phase));
    }

    #[test]
    fn what_is_no_line_is_refused_with_the_reason() {
        for (text, reason) in [
            (r#"{"event":"weather","sun":true}"#, "no event"),
            (r#"{"event":"phase","name":"term","started_ms":1,"took_ms":2}"#, "no phase"),
            (r#"{"event":"process","pid":1,"comm":"a","fate":"x","took_ms":2}"#, "no fate"),
            (r#"{"event":"storage","target":"/","outcome":"x","took_ms":2}"#, "no outcome"),
            (r#"{"event":"script","command":"a","took_ms":2}"#, "a number is missing"),
            (r#"{"event":"request","action":"dance"}"#, "no action"),
            (r#"{"event":"request","action":"halt","urgency":"x"}"#, "no urgency"),
            (r#"{"event":"omitted","lines":4294967296}"#, "too large"),
            ("half a li", "begins with"),
        ] {
            let error = Line::parse(text.as_bytes()).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn an_error_comes_back_by_its_number_also_without_a_name() {
        for errno in [Errno::EBUSY, Errno(999)] {
            let line = Line::Storage { target: b"/mnt".to_vec(), done: Err(errno), took_ms: 1 };
            assert_eq!(Line::parse(format!("{line}").as_bytes()), Ok(line));
        }
    }
}
