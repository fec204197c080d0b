//! PID 1's event loop: effects become system calls, results become events.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use rekindle_core::brain::{Birth, Brain, HOLDING};
use rekindle_core::event::{Effect, Event, Severity};
use rekindle_core::op::{How, KernelEnd, Op, OpId, Outcome};
use rekindle_core::time::Moment;
use rekindle_sys::helper::Helper;
use rekindle_sys::poll::{Poll, Ready};
use rekindle_sys::raw::{self, RebootCommand};
use rekindle_sys::reap::reap_one;
use rekindle_sys::world::World;

/// How many children are reaped before anything else gets its turn.
const MOST_REAPED: usize = 32;

/// The shortest wait while the brain's deadline stays in the past: PID 1 never spins.
const SHORTEST_WAIT_MS: u64 = 10;

/// How long before what the loop needs is asked for again when the kernel has no memory for it.
const RETRY_MS: u64 = 1_000;

struct Life {
    brain: Brain,
    world: World,
    poll: Poll,
    helpers: Vec<Helper>,
    events: VecDeque<Event>,
}

/// Lives PID 1's life, which has no end of its own.
pub(crate) fn live(birth: Birth) -> ! {
    let mut world = World::new();
    let poll = loop {
        match Poll::new() {
            Ok(poll) => break poll,
            Err(errno) => {
                world.say(
                    Severity::Error,
                    &alloc::format!("can't wait for events: {errno}; trying again"),
                );
                rekindle_sys::client::wait_ms(RETRY_MS);
            }
        }
    };
    let brain = Brain::new(birth);
    let mut life = Life { brain, world, poll, helpers: Vec::new(), events: VecDeque::new() };
    // Children of the stage before may have ended while nobody was looking; if none is left, the
    // brain knows it before it begins.
    life.reap();
    life.events.push_back(Event::Start);
    loop {
        life.turn();
    }
}

impl Life {
    fn turn(&mut self) {
        while let Some(event) = self.events.pop_front() {
            let effects = self.brain.step(event, Moment(raw::monotonic_ms()));
            for effect in effects {
                self.apply(effect);
            }
        }
        let timeout_ms = self.timeout_ms();
        for ready in self.poll.wait(timeout_ms) {
            self.take(ready);
        }
        self.give_up_late_helpers();
        self.tick();
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Say { severity, text } => self.world.say(severity, &text),
            Effect::Watch { pid } => {
                if !self.poll.watch(pid) {
                    self.events.push_back(Event::Gone { pid });
                }
            }
            Effect::Run { id, op, how: How::Inline } => {
                let outcome = self.world.perform(&op);
                if let (Op::OpenControlFifo, Some(fifo)) = (&op, self.world.fifo()) {
                    self.poll.add_fifo(fifo);
                }
                self.events.push_back(Event::Finished { id, outcome });
            }
            Effect::Run { id, op, how: How::Helper { deadline_ms } } => {
                self.start_helper(id, &op, deadline_ms)
            }
        }
    }

    fn start_helper(&mut self, id: OpId, op: &Op, deadline_ms: u64) {
        let deadline_ms = raw::monotonic_ms().saturating_add(deadline_ms);
        let started = Helper::start(&mut self.world, id, op, deadline_ms).and_then(|helper| {
            self.poll.add_helper(id, helper.descriptor())?;
            Ok(helper)
        });
        match started {
            Ok(helper) => self.helpers.push(helper),
            Err(errno) => {
                self.events.push_back(Event::Finished { id, outcome: Outcome::NoHelper(errno) })
            }
        }
    }

    fn timeout_ms(&self) -> Option<u64> {
        let now_ms = raw::monotonic_ms();
        let helper = self.helpers.iter().map(|helper| helper.deadline_ms).min();
        let brain = self.brain.next_deadline().map(|deadline| {
            if deadline.0 <= now_ms { now_ms.saturating_add(SHORTEST_WAIT_MS) } else { deadline.0 }
        });
        let first = helper.into_iter().chain(brain).min()?;
        Some(first.saturating_sub(now_ms))
    }

    fn take(&mut self, ready: Ready) {
        match ready {
            Ready::Signals => self.take_signals(),
            Ready::Fifo => self.events.push_back(Event::Control(self.world.read_fifo())),
            Ready::Process(pid) => {
                // Reaped first, it may be known at once that nobody is left at all.
                self.reap();
                self.events.push_back(Event::Gone { pid });
            }
            Ready::Helper(id) => {
                let Some(at) = self.helpers.iter().position(|helper| helper.id == id) else {
                    return;
                };
                let outcome = self.helpers.get_mut(at).and_then(Helper::receive);
                if let Some(outcome) = outcome {
                    self.helpers.swap_remove(at);
                    self.events.push_back(Event::Finished { id, outcome });
                }
            }
        }
    }

    fn take_signals(&mut self) {
        let signals = self.poll.take_signals();
        self.events.extend(signals.into_iter().map(Event::Signal));
        self.reap();
    }

    /// Takes ended children; those beyond the bound at the next turn, which comes at once.
    fn reap(&mut self) {
        for _ in 0..MOST_REAPED {
            match reap_one() {
                Some(event) => {
                    let is_last = event == Event::NoChildren;
                    self.events.push_back(event);
                    if is_last {
                        return;
                    }
                }
                None => return,
            }
        }
        // More are waiting: their signal has been taken, so it is sent again.
        let _ = raw::kill(1, rekindle_core::signal::number::CHLD);
    }

    fn give_up_late_helpers(&mut self) {
        let now_ms = raw::monotonic_ms();
        while let Some(at) = self.helpers.iter().position(|helper| helper.deadline_ms <= now_ms) {
            let helper = self.helpers.swap_remove(at);
            let outcome = helper.give_up();
            self.events.push_back(Event::Finished { id: helper.id, outcome });
        }
    }

    fn tick(&mut self) {
        let now = Moment(raw::monotonic_ms());
        if self.brain.next_deadline().is_some_and(|deadline| deadline <= now) {
            self.events.push_back(Event::Tick);
        }
    }
}

/// Goes on after an internal error. What services there are stay alive; a machine on its way down
/// is reset, because the way down is what failed.
pub(crate) fn survive(is_last_stage: bool) -> ! {
    if !is_last_stage {
        let _ = rekindle_sys::last_words::start_over(HOLDING);
    }
    loop {
        let _ = raw::reboot(RebootCommand::End(KernelEnd::Restart));
        rekindle_sys::client::wait_ms(RETRY_MS);
    }
}
