//! An end that was accepted: what was asked, how urgent it has become, and its account.

use crate::account::{Account, Line, Phase};
use crate::budget::Budget;
use crate::context::Context;
use crate::event::ExitStatus;
use crate::proc::terminal::TerminalName;
use crate::request::{Action, Request, Urgency};
use crate::settings::Settings;
use crate::time::Moment;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The same request again within this time is one request that was sent twice (a client that
/// retries, a manager that sends two signals), not somebody who has lost patience.
const SAME_REQUEST_MS: u64 = 1_000;

/// An accepted end.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown {
    request: Request,
    requested: Moment,
    urgent_since: Moment,
    account: Account,
}

impl Shutdown {
    /// The end that `request` asks for, from now on.
    pub(crate) fn new(request: Request, now: Moment) -> Self {
        Self::handed_over(request, now, now, Account::default())
    }

    /// An end that was accepted before, as it was handed over; without its account, that begins with the
    /// request.
    pub(crate) fn handed_over(
        request: Request,
        requested: Moment,
        urgent_since: Moment,
        account: Account,
    ) -> Self {
        let mut shutdown = Self { request, requested, urgent_since, account };
        if shutdown.account.is_empty() {
            shutdown.note_request();
        }
        shutdown
    }

    fn note_request(&mut self) {
        let Request { action, urgency, origin } = &self.request;
        let by_terminal = match origin.terminal {
            0 => Vec::new(),
            number => format!("{}", TerminalName(number)).into_bytes(),
        };
        self.account.note(Line::Request {
            action: *action,
            urgency: *urgency,
            by_pid: origin.pid,
            by_uid: origin.uid,
            by_comm: origin.comm.clone(),
            by_terminal,
            by_login_uid: origin.login_uid,
            signal: origin.signal,
            uptime_ms: self.requested.0,
        });
    }

    /// What of the total is left.
    pub(crate) fn budget(&self, settings: &Settings) -> Budget {
        Budget::of_end(self.requested, self.urgency(), self.urgent_since, settings)
    }

    /// Since when it is as urgent as it is.
    pub(crate) fn urgent_since(&self) -> Moment {
        self.urgent_since
    }

    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    pub(crate) fn requested(&self) -> Moment {
        self.requested
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn account_mut(&mut self) -> &mut Account {
        &mut self.account
    }

    pub(crate) fn action(&self) -> Action {
        self.request.action
    }

    pub(crate) fn urgency(&self) -> Urgency {
        self.request.urgency
    }

    /// Says what was accepted.
    pub(crate) fn announce(&self) -> String {
        let Request { action, urgency, origin } = &self.request;
        format!("{action} ({}) asked for by {origin}", urgency.name())
    }

    /// Somebody asks again: it becomes more urgent, unless it is the same request. What to say of it.
    pub(crate) fn asked_again(&mut self, request: &Request, now: Moment) -> Option<String> {
        let is_same = (request.action, request.urgency) == (self.action(), self.urgency());
        if is_same && now.since_ms(self.requested) < SAME_REQUEST_MS {
            return None;
        }
        let urgency = self.urgency().escalated().max(request.urgency);
        if urgency > self.urgency() {
            (self.request.urgency, self.urgent_since) = (urgency, now);
        }
        self.account.note(Line::Escalation {
            urgency,
            by_pid: request.origin.pid,
            by_comm: request.origin.comm.clone(),
            at_ms: now.since_ms(self.requested),
        });
        let (origin, action) = (&request.origin, self.action());
        Some(format!("asked again by {origin}: {action} goes on, {}", urgency.name()))
    }

    /// It leads elsewhere: a script has said so, or a successor could not be executed.
    pub(crate) fn lead_to(&mut self, action: Action) {
        self.request.action = action;
    }

    /// Notes how a script ended; `None` when it was given up.
    pub(crate) fn note_script(&mut self, command: &[u8], status: Option<ExitStatus>, took_ms: u64) {
        self.account.note(Line::Script { command: command.to_vec(), status, took_ms });
    }

    /// Notes that a phase, which began then, is over.
    pub(crate) fn note_phase(&mut self, name: Phase, began: Moment, context: &Context) {
        self.account.note(Line::Phase {
            name,
            started_ms: began.since_ms(self.requested),
            took_ms: context.now.since_ms(began),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Origin;

    fn request(action: Action, urgency: Urgency) -> Request {
        Request { action, urgency, origin: Origin::default() }
    }

    #[test]
    fn the_same_within_a_second_is_the_same() {
        let orderly = request(Action::Reboot, Urgency::Orderly);
        for (after_ms, is_same) in [(999, true), (1_000, false)] {
            let mut shutdown = Shutdown::new(orderly.clone(), Moment(5_000));
            let text = shutdown.asked_again(&orderly, Moment(5_000 + after_ms));
            assert_eq!(text.is_none(), is_same);
        }
        for other in
            [request(Action::Reboot, Urgency::AtOnce), request(Action::Halt, Urgency::Orderly)]
        {
            let mut shutdown = Shutdown::new(orderly.clone(), Moment(5_000));
            assert!(shutdown.asked_again(&other, Moment(5_000)).is_some());
        }
    }

    #[test]
    fn its_account_tells_of_all_that_is_noted() {
        let request = request(Action::Reboot, Urgency::Orderly);
        let mut shutdown = Shutdown::new(request.clone(), Moment(5_000));
        shutdown.note_script(b"/bye", Some(ExitStatus::Exited(3)), 40);
        let mut context = Context::default();
        context.now = Moment(5_090);
        shutdown.note_phase(Phase::Scripts, Moment(5_020), &context);
        let lines = shutdown.account().lines();
        let script = Line::Script {
            command: b"/bye".to_vec(),
            status: Some(ExitStatus::Exited(3)),
            took_ms: 40,
        };
        let phase = Line::Phase { name: Phase::Scripts, started_ms: 20, took_ms: 70 };
        assert_eq!(lines.get(1..), Some(&[script, phase][..]));
        shutdown.lead_to(Action::Kexec);
        assert_eq!(shutdown.action(), Action::Kexec);
        let handed = Shutdown::handed_over(
            request,
            Moment(5_000),
            Moment(5_000),
            shutdown.account().clone(),
        );
        assert_eq!(handed.account(), shutdown.account(), "it begins with the request once");
        assert_eq!(shutdown.account().lines().len(), 3);
        assert_eq!(shutdown.announce(), "kexec (orderly) asked for by the kernel (signal 0)");
    }

    #[test]
    fn asking_twice_at_once_is_asking_once_and_later_is_impatience() {
        let orderly = request(Action::Reboot, Urgency::Orderly);
        let mut shutdown = Shutdown::new(orderly.clone(), Moment(5_000));
        assert_eq!(shutdown.asked_again(&orderly, Moment(5_900)), None);
        assert!(shutdown.asked_again(&orderly, Moment(6_100)).is_some());
        assert_eq!(shutdown.urgency(), Urgency::Hurried);
        let other = request(Action::Halt, Urgency::Orderly);
        let text = shutdown.asked_again(&other, Moment(6_200)).unwrap();
        assert!(text.ends_with(": reboot goes on, at-once"), "{text}");
        assert_eq!(shutdown.account().lines().len(), 3);
        assert_eq!(shutdown.urgent_since(), Moment(6_200));
        assert!(shutdown.asked_again(&other, Moment(7_900)).is_some());
        let settings = Settings::default();
        assert_eq!(shutdown.budget(&settings).deadline(), Moment(11_200));
    }
}
