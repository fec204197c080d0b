//! Lines of an account as JSON objects.

use super::line::{FAILED, Line};
use crate::errno::Errno;
use crate::event::ExitStatus;
use crate::text::JsonText;
use alloc::format;
use alloc::string::String;
use core::fmt;

/// An object as it grows. One function each for all fields, because there are many.
struct Object {
    text: String,
}

impl Object {
    #[inline(never)]
    fn text(&mut self, name: &str, value: &[u8]) {
        self.text.push_str(&format!(",\"{name}\":\"{}\"", JsonText(value)));
    }

    #[inline(never)]
    fn number(&mut self, name: &str, value: u64) {
        self.text.push_str(&format!(",\"{name}\":{value}"));
    }

    fn error(&mut self, errno: Errno) {
        self.text("outcome", FAILED.as_bytes());
        self.text("error", errno.name().unwrap_or("?").as_bytes());
        self.number("errno", u64::from(errno.0));
    }

    fn status(&mut self, status: Option<ExitStatus>) {
        match status {
            Some(ExitStatus::Exited(status)) => self.number("exited", status.into()),
            Some(ExitStatus::Killed(signal)) => self.number("killed_by", signal.into()),
            None => self.text.push_str(",\"timed_out\":true"),
        }
    }
}

impl fmt::Display for Line {
    /// The line as a JSON object.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut object = Object { text: format!("{{\"event\":\"{}\"", event_name(self)) };
        fill(&mut object, self);
        out.write_str(&object.text)?;
        out.write_str("}")
    }
}

#[inline(never)]
const fn event_name(line: &Line) -> &'static str {
    match line {
        Line::Request { .. } => "request",
        Line::Escalation { .. } => "escalation",
        Line::Phase { .. } => "phase",
        Line::Script { .. } => "script",
        Line::Process { .. } => "process",
        Line::Storage { .. } => "storage",
        Line::Omitted { .. } => "omitted",
    }
}

#[inline(never)]
fn fill(object: &mut Object, line: &Line) {
    match line {
        Line::Request {
            action,
            urgency,
            by_pid,
            by_uid,
            by_comm,
            by_terminal,
            by_login_uid,
            signal,
            uptime_ms,
        } => {
            object.text("action", action.name().as_bytes());
            object.text("urgency", urgency.name().as_bytes());
            object.number("by_pid", u64::from(*by_pid));
            object.number("by_uid", u64::from(*by_uid));
            object.text("by_comm", by_comm);
            if !by_terminal.is_empty() {
                object.text("by_terminal", by_terminal);
            }
            if let Some(uid) = by_login_uid {
                object.number("by_login_uid", u64::from(*uid));
            }
            object.number("signal", u64::from(*signal));
            object.number("uptime_ms", *uptime_ms);
        }
        Line::Escalation { urgency, by_pid, by_comm, at_ms } => {
            object.text("urgency", urgency.name().as_bytes());
            object.number("by_pid", u64::from(*by_pid));
            object.text("by_comm", by_comm);
            object.number("at_ms", *at_ms);
        }
        Line::Phase { name, started_ms, took_ms } => {
            object.text("name", name.name().as_bytes());
            object.number("started_ms", *started_ms);
            object.number("took_ms", *took_ms);
        }
        Line::Script { command, status, took_ms } => {
            object.text("command", command);
            object.status(*status);
            object.number("took_ms", *took_ms);
        }
        Line::Process { pid, comm, fate, took_ms } => {
            object.number("pid", u64::from(*pid));
            object.text("comm", comm);
            object.text("fate", fate.name().as_bytes());
            object.number("took_ms", *took_ms);
        }
        Line::Storage { target, done, took_ms } => {
            object.text("target", target);
            match done {
                Ok(done) => object.text("outcome", done.name().as_bytes()),
                Err(errno) => object.error(*errno),
            }
            object.number("took_ms", *took_ms);
        }
        Line::Omitted { lines } => object.number("lines", u64::from(*lines)),
    }
}
