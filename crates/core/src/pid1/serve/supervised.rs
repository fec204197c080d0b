//! One inittab entry and the process that runs for it.

use crate::errno::Errno;
use crate::inittab::{Entry, EntryAction, Runlevel};
use crate::time::Moment;

/// A process that lived less long than this ended "at once".
const QUICK_MS: u64 = 1_000;

/// How often an entry may end at once before it is made to wait longer and longer.
const QUICK_ENDS_FORGIVEN: u32 = 5;

/// The longest rest of an entry that always ends at once.
const LONGEST_REST_MS: u64 = 60_000;

/// sysvinit's limit: an entry that is started as often as this within that time rests that long
/// (src/init.c, MAXSPAWN, TESTTIME, SLEEPTIME).
const MOST_STARTS: u32 = 10;
const STARTS_WITHIN_MS: u64 = 120_000;
const LIMIT_REST_MS: u64 = 300_000;

/// How long a failed start is not tried again: no process slot or memory (fork(2) EAGAIN,
/// ENOMEM), or a terminal that isn't there.
pub(crate) const RETRY_MS: u64 = 1_000;

/// What an entry's process is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// To be started when its turn comes.
    #[default]
    Idle,
    /// Asked for.
    Starting,
    /// Alive.
    Running { pid: u32, since: Moment },
    /// Not to be started before then.
    Resting { until: Moment },
    /// Has had its turn.
    Done,
}

/// Why an entry could not be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Complaint {
    NoTerminal(Errno),
    NoProcess(Errno),
}

/// An entry with its process.
#[derive(Clone, Debug)]
pub(crate) struct Supervised {
    id: u32,
    entry: Entry,
    state: State,
    is_removed: bool,
    is_on_demand: bool,
    /// Somebody wants it not to be started again.
    is_held: bool,
    /// Its process is ended, and another one is started at once.
    is_restarting: bool,
    quick_ends: u32,
    /// Since when starts are counted for sysvinit's limit.
    counted_from: Moment,
    complaint: Option<Complaint>,
}

impl Supervised {
    pub(crate) fn new(id: u32, entry: Entry) -> Self {
        Self {
            id,
            entry,
            state: State::Idle,
            is_removed: false,
            is_on_demand: false,
            is_held: false,
            is_restarting: false,
            quick_ends: 0,
            counted_from: Moment::default(),
            complaint: None,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn entry(&self) -> &Entry {
        &self.entry
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    pub(crate) fn set_state(&mut self, state: State) {
        self.state = state;
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        match self.state {
            State::Running { pid, .. } => Some(pid),
            State::Idle | State::Starting | State::Resting { .. } | State::Done => None,
        }
    }

    /// Whether it has a process, or is about to.
    pub(crate) fn is_alive(&self) -> bool {
        matches!(self.state, State::Starting | State::Running { .. })
    }

    /// Whether it is no longer in inittab, so that it is not started again.
    pub(crate) fn is_removed(&self) -> bool {
        self.is_removed
    }

    /// Inittab no longer has it.
    pub(crate) fn remove(&mut self) {
        self.is_removed = true;
    }

    /// Inittab still has it, as this entry.
    pub(crate) fn keep_as(&mut self, entry: Entry) {
        self.entry = entry;
        self.is_removed = false;
        self.forgive();
    }

    /// Whether `telinit a`, `b` or `c` has asked for it.
    pub(crate) fn is_on_demand(&self) -> bool {
        self.is_on_demand
    }

    pub(crate) fn ask_on_demand(&mut self) {
        self.is_on_demand = true;
        self.allow_again();
    }

    /// Gives it another turn if it has had its own.
    pub(crate) fn allow_again(&mut self) {
        if self.state == State::Done {
            self.state = State::Idle;
        }
    }

    /// Whether it runs in `level`, by its field or because it was asked for.
    pub(crate) fn runs_in(&self, level: Runlevel) -> bool {
        self.entry.runs_in(level) || self.is_on_demand && !level.is_single()
    }

    pub(crate) fn is_held(&self) -> bool {
        self.is_held
    }

    /// It is not started again until it is released; what runs goes on.
    pub(crate) fn hold(&mut self) {
        self.is_held = true;
    }

    /// It is started again as before.
    pub(crate) fn release(&mut self) {
        self.is_held = false;
        self.forgive();
    }

    /// Its process, if there is one, has to leave; it is started again at once, whatever was before.
    pub(crate) fn restart(&mut self) {
        self.release();
        self.is_restarting = self.is_alive();
        if !self.is_restarting {
            self.state = State::Idle;
        }
    }

    /// Whether its process has to leave.
    pub(crate) fn is_restarting(&self) -> bool {
        self.is_restarting
    }

    /// Its process has ended. Says whether it is to be started again at once.
    pub(crate) fn has_left(&mut self) -> bool {
        let is_restarted = core::mem::take(&mut self.is_restarting);
        if is_restarted {
            self.state = State::Idle;
        }
        is_restarted
    }

    /// Whether others have their turn only after it.
    pub(crate) fn holds_others_up(&self) -> bool {
        self.entry.action.is_waited_for() || self.entry.action == EntryAction::Shutdown
    }

    /// Whether its last process ended at once.
    pub(crate) fn ended_at_once(&self) -> bool {
        self.quick_ends > 0
    }

    /// When its rest ends.
    pub(crate) fn resting_until(&self) -> Option<Moment> {
        match self.state {
            State::Resting { until } if !self.is_held => Some(until),
            State::Resting { .. }
            | State::Idle
            | State::Starting
            | State::Running { .. }
            | State::Done => None,
        }
    }

    /// Whether it may be started now.
    pub(crate) fn is_due(&self, now: Moment) -> bool {
        match self.state {
            State::Idle => !self.is_held,
            State::Resting { until } => until <= now && !self.is_held,
            State::Starting | State::Running { .. } | State::Done => false,
        }
    }

    /// Its process was started.
    pub(crate) fn started(&mut self, pid: u32, now: Moment) {
        self.state = State::Running { pid, since: now };
        self.complaint = None;
    }

    /// Its process could not be started: another try later, or never where nobody waits for a
    /// terminal to appear. Says whether that is a new complaint.
    pub(crate) fn not_started(&mut self, complaint: Complaint, now: Moment) -> bool {
        self.state = match complaint {
            Complaint::NoTerminal(_) if self.holds_others_up() => State::Done,
            Complaint::NoTerminal(_) | Complaint::NoProcess(_) => {
                State::Resting { until: now.after_ms(RETRY_MS) }
            }
        };
        self.complaint.replace(complaint) != Some(complaint)
    }

    /// Forgets how often it was started: somebody has read inittab again, or changed the runlevel.
    pub(crate) fn forgive(&mut self) {
        self.quick_ends = 0;
        if let (State::Resting { .. }, true) = (self.state, self.entry.action.is_respawned()) {
            self.state = State::Idle;
        }
    }

    /// Makes it ready to be started again, or to rest where it has been started too often by
    /// sysvinit's rule. Returns how long it rests.
    pub(crate) fn rest_within_limit(&mut self, now: Moment) -> Option<u64> {
        if now.since_ms(self.counted_from) > STARTS_WITHIN_MS {
            (self.counted_from, self.quick_ends) = (now, 0);
        }
        self.quick_ends = self.quick_ends.saturating_add(1);
        let is_too_often = self.quick_ends >= MOST_STARTS;
        self.state = State::Idle;
        if is_too_often {
            self.quick_ends = 0;
            self.state = State::Resting { until: now.after_ms(LIMIT_REST_MS) };
        }
        is_too_often.then_some(LIMIT_REST_MS)
    }

    /// Puts it to rest after its process ended. Returns how long, where that is worth a line.
    pub(crate) fn rest_after_end(&mut self, now: Moment) -> Option<u64> {
        let lived_ms = match self.state {
            State::Running { since, .. } => now.since_ms(since),
            State::Idle | State::Starting | State::Resting { .. } | State::Done => 0,
        };
        self.quick_ends = if lived_ms < QUICK_MS { self.quick_ends.saturating_add(1) } else { 0 };
        let rest_ms = rest_ms(self.quick_ends);
        self.state = State::Resting { until: now.after_ms(rest_ms) };
        (self.quick_ends == QUICK_ENDS_FORGIVEN.saturating_add(1)).then_some(rest_ms)
    }
}

/// One second between ends, as BusyBox; doubling once that has not helped.
fn rest_ms(quick_ends: u32) -> u64 {
    let doublings = quick_ends.saturating_sub(QUICK_ENDS_FORGIVEN).min(6);
    match quick_ends {
        0 => 0,
        _ => 1_000u64.saturating_mul(1 << doublings).min(LONGEST_REST_MS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_always_ends_at_once_comes_back_ever_more_slowly() {
        let rests: alloc::vec::Vec<u64> = (0..14).map(rest_ms).collect();
        assert_eq!(
            rests,
            [0, 1000, 1000, 1000, 1000, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]
        );
    }

    fn one() -> Supervised {
        let table = crate::inittab::parse_inittab(b"::respawn:/a\n");
        Supervised::new(0, table.entries.first().unwrap().clone())
    }

    #[test]
    fn ten_starts_within_two_minutes_are_too_many_and_then_they_are_counted_anew() {
        let mut often = one();
        let rests = |one: &mut Supervised, now_ms| one.rest_within_limit(Moment(now_ms));
        assert!((0..9).all(|_| rests(&mut often, 0).is_none()));
        assert_eq!(rests(&mut often, 120_000), Some(300_000));
        assert_eq!(often.resting_until(), Some(Moment(420_000)));
        let mut seldom = one();
        assert!((0..9).all(|_| rests(&mut seldom, 0).is_none()));
        assert!((0..9).all(|_| rests(&mut seldom, 120_001).is_none()));
        assert_eq!(rests(&mut seldom, 240_001), Some(300_000));
        assert_eq!(rests(&mut seldom, 240_001), None, "the count begins with the rest");
    }
}
