//! What arrives through sysvinit's FIFO, and the signals that only its dialect knows.

use super::{Brain, Purpose, Stage};
use crate::action::Action;
use crate::event::Severity;
use crate::initctl::{Control, Power};
use crate::inittab::EntryAction;
use crate::inittab::sysvinit::LEVEL_SINGLE;
use crate::op::{How, Op, Outcome};
use crate::request::{Origin, Request, Urgency};
use alloc::format;
use alloc::string::String;

/// What a UPS daemon leaves before it sends SIGPWR (sysvinit src/paths.h, PWRSTAT).
const POWER_STATUS_PATH: &str = "/run/powerstatus";

/// The most that telinit may ask for between TERM and KILL.
const MOST_LEAVE_SECONDS: u32 = 60;

/// The most records of starts and ends that wait to be written.
const MOST_RECORDS: usize = 64;

/// What writing records may take: their files may be locked, or on a slow disk.
const RECORD_MS: u64 = 5_000;

impl Brain {
    /// Makes the FIFO, or finds that it is still the one that is open.
    pub(super) fn open_control_fifo(&mut self) {
        self.run_and_forget(Op::OpenControlFifo, How::Inline);
    }

    /// Bytes came out of the FIFO.
    pub(super) fn control_read(&mut self, bytes: &[u8]) {
        let received = self.control_stream.take(bytes);
        if received.skipped_bytes > 0 {
            let text =
                format!("/run/initctl: {} bytes are no request; skipped", received.skipped_bytes);
            self.say(Severity::Warning, text);
        }
        for control in received.controls {
            self.control(control);
        }
    }

    fn control(&mut self, control: Control) {
        match control {
            Control::Runlevel { level, sleep_seconds } => {
                self.asked_for_level(level, sleep_seconds)
            }
            Control::Power(power) => self.power_changed(power),
            Control::Environment(pairs) => self.set_level_variables(pairs),
            Control::Unknown(number) => {
                let text = format!("/run/initctl: no request has the number {number}; ignored");
                self.say(Severity::Warning, text);
            }
        }
    }

    fn asked_for_level(&mut self, level: u8, sleep_seconds: u32) {
        let grace_ms = u64::from(sleep_seconds.min(MOST_LEAVE_SECONDS)).saturating_mul(1_000);
        let is_serving = matches!(self.stage, Stage::Serving);
        match level {
            b'0' | b'6' => self.asked_to_end(Request {
                action: self.action_of_level(level),
                urgency: Urgency::Orderly,
                origin: Origin { comm: b"initctl".to_vec(), ..Origin::default() },
            }),
            b'1'..=b'9' | LEVEL_SINGLE if is_serving => self.change_level(level, grace_ms),
            b'A'..=b'C' if is_serving => self.start_on_demand(level),
            b'Q' => self.reload(),
            b'U' => self.asked_to_resume(),
            b'1'..=b'9' | LEVEL_SINGLE | b'A'..=b'C' => {
                self.say(
                    Severity::Warning,
                    String::from("the machine is ending; runlevel ignored"),
                );
            }
            _ => {
                let text = format!("/run/initctl: there is no runlevel {level}; ignored");
                self.say(Severity::Warning, text);
            }
        }
    }

    /// shutdown(8) of sysvinit says by INIT_HALT what comes behind runlevel 0.
    fn action_of_level(&self, level: u8) -> Action {
        let halts = self
            .levels
            .as_ref()
            .is_some_and(|levels| levels.variables.iter().any(|pair| pair == b"INIT_HALT=HALT"));
        match (level, halts) {
            (b'0', true) => Action::Halt,
            (b'0', false) => Action::PowerOff,
            _ => Action::Reboot,
        }
    }

    /// SIGPWR: a file says what the power does.
    pub(super) fn ask_for_power(&mut self) {
        let op = Op::TakeFile { path: POWER_STATUS_PATH, most_bytes: 16 };
        self.run(op, How::Inline, Purpose::PowerStatus);
    }

    pub(super) fn power_status_known(&mut self, outcome: &Outcome) {
        let status = outcome.bytes().ok().and_then(|bytes| bytes.first().copied());
        self.power_changed(Power::parse_status(status));
    }

    fn power_changed(&mut self, power: Power) {
        let (actions, what): (&[EntryAction], &str) = match power {
            Power::Failing => (&[EntryAction::PowerFail, EntryAction::PowerWait], "fails"),
            Power::FailingNow => (&[EntryAction::PowerFailNow], "fails and the battery is low"),
            Power::Ok => (&[EntryAction::PowerOkWait], "is back"),
        };
        let has_any = self.trigger(actions);
        let and = if has_any { "" } else { "; inittab has no entry for it" };
        self.say(Severity::Warning, format!("the power {what}{and}"));
    }

    /// Has a start, an end or a runlevel written to utmp and wtmp.
    pub(super) fn record(&mut self, record: crate::utmp::Record) {
        if self.records.len() < MOST_RECORDS {
            self.records.push(record);
        }
        self.write_records();
    }

    /// One helper at a time, so that records stay in order.
    pub(super) fn write_records(&mut self) {
        if self.records.is_empty() || self.is_pending(|purpose| *purpose == Purpose::Recorded) {
            return;
        }
        let records = core::mem::take(&mut self.records);
        let how = How::Helper { deadline_ms: RECORD_MS };
        self.run(Op::Record(records), how, Purpose::Recorded);
    }
}
