//! The ladder: a machine that is told what the last step brought and answers with the next one.
//!
//! ```text
//!            ┌─────────┐   rung has a step    ┌──────┐
//!  new ────► │ preface │ ───────────────────► │ rung │ ──┐ next(reply): step at `place`, place + 1
//!            └─────────┘                      └──┬───┘ ◄─┘
//!                        no step left, or skipped│ ▲
//!                                                ▼ │ rung after this one, place 0
//!                                             ┌──────┐
//!                                             │ turn │ ──► end: through, or twice round Linux's
//!                                             └──────┘
//! ```

use crate::ports::NOBODY;
use crate::{Facts, Options, Profile, Reply, Rung, Step, order};

/// No ladder has more steps than this; a test lets hardware answer anything and counts.
pub const MAX_STEPS: usize = 192;
/// No ladder's own waits last longer than this. Most of it is a keyboard controller that stays busy
/// for 131 ms before each of at most thirty pulses.
pub const MAX_MICROSECONDS: u64 = 5_000_000;

/// Linux goes round for ever. Nothing changes after the second time past the triple fault.
const ROUNDS: u8 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Preface,
    At { rung: Rung, place: u16 },
    End,
}

/// The ladder, somewhere on its way.
#[derive(Clone, Debug)]
pub struct Ladder {
    facts: Facts,
    options: Options,
    state: State,
    /// Rungs of our own order that are behind us.
    turns: u8,
    /// Times that Linux's order came past the triple fault.
    rounds: u8,
    /// Linux goes back to ACPI once if it began there.
    is_acpi_once_more: bool,
    last: Option<Step>,
}

impl Ladder {
    /// A ladder that has not begun.
    #[must_use]
    pub fn new(facts: Facts, options: Options) -> Self {
        let mut ladder = Self {
            facts,
            options,
            state: State::Preface,
            turns: 0,
            rounds: 0,
            is_acpi_once_more: false,
            last: None,
        };
        ladder.is_acpi_once_more = ladder.start() == Rung::Acpi;
        ladder
    }

    /// The rung that the last step belongs to, the first rung for the reset flag before it; `None`
    /// before the first step and after the last.
    #[must_use]
    pub const fn rung(&self) -> Option<Rung> {
        match self.state {
            State::At { rung, .. } => Some(rung),
            State::Preface | State::End => None,
        }
    }

    /// The next step, given what the last one brought ([`Reply::Done`] before the first). `None`:
    /// nothing is left.
    pub fn next(&mut self, reply: Reply) -> Option<Step> {
        if self.is_rung_dead(reply) {
            self.turn();
        }
        self.last = self.find();
        self.last
    }

    /// Every turn of the loop leaves a rung, and [`Self::turn`] ends after a bounded number of
    /// them.
    fn find(&mut self) -> Option<Step> {
        loop {
            match self.state {
                State::Preface => {
                    self.state = State::At { rung: self.start(), place: 0 };
                    return Some(order::warm_flag(self.options.mode));
                }
                State::At { rung, place } => {
                    if let Some(step) = self.step_at(rung, place) {
                        self.state = State::At { rung, place: place.saturating_add(1) };
                        return Some(step);
                    }
                    self.turn();
                }
                State::End => return None,
            }
        }
    }

    fn step_at(&self, rung: Rung, place: u16) -> Option<Step> {
        if self.options.skip.contains(rung) {
            return None;
        }
        order::step(rung, place, &self.facts, &self.options)
    }

    /// Ours leaves a rung on which nobody is: 0x64 reads 0xFF, or the platform can't.
    fn is_rung_dead(&self, reply: Reply) -> bool {
        let is_silent = match self.last {
            Some(Step::KeyboardWait { .. }) => reply == Reply::Status(NOBODY),
            Some(Step::WarmFlag(_) | Step::CmosShutdown(_)) | None => false,
            Some(_) => reply == Reply::Unsupported,
        };
        is_silent && self.options.profile == Profile::Best
    }

    fn start(&self) -> Rung {
        let capsule = order::capsule(&self.facts, self.options.profile).map(|_| Rung::Efi);
        self.options.only.or(capsule).or(self.options.start).unwrap_or(Rung::Acpi)
    }

    fn turn(&mut self) {
        let State::At { rung, .. } = self.state else { return };
        let next = match (self.options.only, self.options.profile) {
            (Some(_), _) => None,
            (None, Profile::Best) => self.turn_in_best(),
            (None, Profile::Linux | Profile::Linux317) => self.turn_in_linux(rung),
        };
        self.state = next.map_or(State::End, |rung| State::At { rung, place: 0 });
    }

    fn turn_in_best(&mut self) -> Option<Rung> {
        self.turns = self.turns.saturating_add(1);
        order::best(self.start(), self.turns)
    }

    fn turn_in_linux(&mut self, rung: Rung) -> Option<Rung> {
        if rung == Rung::Triple {
            self.rounds = self.rounds.saturating_add(1);
        }
        let next = order::after_in_linux(rung, self.is_acpi_once_more);
        if rung == Rung::Keyboard {
            self.is_acpi_once_more = false;
        }
        // Forcing 0xCF9 marks it safe for the rest of the way.
        self.facts.cf9_safe |= rung == Rung::Cf9Force;
        (self.rounds < ROUNDS).then_some(next)
    }
}
