//! What PID 1 tells its last stage: a few `key=value` arguments that `ps` shows as well.

use crate::account::Account;
use crate::action::Action;
use crate::request::{Origin, Request, Urgency};
use crate::settings::Settings;
use crate::text::{cut, parse_u32, parse_u64};
use crate::time::Moment;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The first argument of the last stage.
pub const LAST_STAGE: &[u8] = b"--last-stage";

/// An end under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// What was asked.
    pub request: Request,
    /// When.
    pub requested: Moment,
    /// The time limits.
    pub settings: Settings,
    /// The consoles besides /dev/console.
    pub consoles: Vec<Vec<u8>>,
    /// The account so far.
    pub account: Account,
}

/// The consoles besides /dev/console, for a last stage or a successor.
pub(crate) fn render_consoles(consoles: &[Vec<u8>]) -> impl Iterator<Item = Vec<u8>> {
    consoles.iter().map(|console| [b"console=", console.as_slice()].concat())
}

impl Handover {
    /// The arguments after the program's name.
    #[must_use]
    pub fn render_arguments(&self) -> Vec<Vec<u8>> {
        let origin = &self.request.origin;
        let pair = |key: &str, value: u64| format!("{key}={value}").into_bytes();
        let mut arguments = Vec::from([
            LAST_STAGE.to_vec(),
            format!("action={}", self.request.action).into_bytes(),
            format!("urgency={}", self.request.urgency.name()).into_bytes(),
            pair("requested_ms", self.requested.0),
            pair("by_signal", origin.signal.into()),
            pair("by_pid", origin.pid.into()),
            pair("by_uid", origin.uid.into()),
            [b"by_comm=", origin.comm.as_slice()].concat(),
        ]);
        arguments.extend(self.settings.render());
        arguments.extend(render_consoles(&self.consoles));
        arguments
            .extend(self.account.lines().iter().map(|line| format!("note={line}").into_bytes()));
        arguments
    }

    /// Reads those arguments back. An argument that can't be read is passed over: an end under
    /// way is finished with what is known, as a reboot at worst.
    #[must_use]
    pub fn parse_arguments(arguments: &[Vec<u8>]) -> Self {
        let request = Request {
            action: Action::Reboot,
            urgency: Urgency::Orderly,
            origin: Origin::default(),
        };
        let mut handover = Self {
            request,
            requested: Moment::default(),
            settings: Settings::default(),
            consoles: Vec::new(),
            account: Account::default(),
        };
        let mut notes = Vec::new();
        for argument in arguments {
            if let Some((key, value)) = cut(argument, b'=') {
                handover.set(key, value, &mut notes);
            }
        }
        handover.account = Account::resume(notes);
        handover
    }

    fn set(&mut self, key: &[u8], value: &[u8], notes: &mut Vec<String>) {
        let request = &mut self.request;
        match key {
            b"action" => request.action = Action::parse_name(value).unwrap_or(request.action),
            b"urgency" => request.urgency = Urgency::parse_name(value).unwrap_or(request.urgency),
            b"requested_ms" => self.requested = Moment(parse_u64(value).unwrap_or(0)),
            b"by_signal" => {
                request.origin.signal =
                    parse_u32(value).and_then(|signal| u8::try_from(signal).ok()).unwrap_or(0);
            }
            b"by_pid" => request.origin.pid = parse_u32(value).unwrap_or(0),
            b"by_uid" => request.origin.uid = parse_u32(value).unwrap_or(0),
            b"by_comm" => request.origin.comm = value.to_vec(),
            b"console" => self.consoles.push(value.to_vec()),
            b"note" => notes.push(String::from_utf8_lossy(value).into_owned()),
            name => drop(self.settings.set(name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_over_arrives() {
        let origin = Origin { signal: 14, pid: 77, uid: 3, session: 0, comm: b"we=ird".to_vec() };
        let mut account = Account::default();
        account.phase("entries", 0, 12);
        let handover = Handover {
            request: Request { action: Action::Kexec, urgency: Urgency::Hurried, origin },
            requested: Moment(123_456),
            settings: Settings { grace_ms: 9, ..Settings::default() },
            consoles: Vec::from([b"/dev/tty0".to_vec(), b"/dev/ttyS1".to_vec()]),
            account,
        };
        assert_eq!(Handover::parse_arguments(&handover.render_arguments()), handover);
    }

    #[test]
    fn rubbish_ends_in_a_reboot() {
        let handover = Handover::parse_arguments(&[
            b"action=dance".to_vec(),
            b"x".to_vec(),
            b"by_pid=-".to_vec(),
        ]);
        assert_eq!(handover.request.action, Action::Reboot);
    }
}
