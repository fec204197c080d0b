//! An end that was accepted: what was asked, how urgent it has become, and its account.

use crate::account::{Account, Line, Phase};
use crate::context::Context;
use crate::event::ExitStatus;
use crate::request::{Action, Request, Urgency};
use crate::time::Moment;
use alloc::format;
use alloc::string::String;

/// The same request again within this time is one request that was sent twice (a client that
/// retries, a manager that sends two signals), not somebody who has lost patience.
const SAME_REQUEST_MS: u64 = 1_000;

/// An accepted end.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown {
    request: Request,
    requested: Moment,
    account: Account,
}

impl Shutdown {
    /// The end that `request` asks for, from now on.
    pub(crate) fn new(request: Request, now: Moment) -> Self {
        let mut account = Account::default();
        account.note(Line::Request {
            action: request.action,
            urgency: request.urgency,
            by_pid: request.origin.pid,
            by_uid: request.origin.uid,
            by_comm: request.origin.comm.clone(),
            signal: request.origin.signal,
            uptime_ms: now.0,
        });
        Self { request, requested: now, account }
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

    /// An end that was accepted before, as it was handed over.
    pub(crate) fn handed_over(request: Request, requested: Moment, account: Account) -> Self {
        Self { request, requested, account }
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
        self.request.urgency = urgency;
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
    }
}
