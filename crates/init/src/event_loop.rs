//! PID 1's event loop: effects become system calls, results become events.

use crate::memory::rare_code;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use rekindle_core::errno::Errno;
use rekindle_core::event::{Effect, Event, Severity};
use rekindle_core::op::{How, Op, OpId, RebootCommand};
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::takeover::AFTER_PANIC;
use rekindle_core::time::Moment;
use rekindle_sys::control::Carried;
use rekindle_sys::executor::Executor;
use rekindle_sys::helper::Helper;
use rekindle_sys::poll::{Poll, Ready};
use rekindle_sys::raw;
use rekindle_sys::reap::{Reaped, reap_one};
use rekindle_sys::sleep::wait_ms;
use rekindle_sys::{emergency, last_words, limits};

/// How many children are reaped before anything else gets its turn.
const MOST_REAPED: usize = 32;

/// The shortest wait while the core's deadline stays in the past: PID 1 never spins.
const SHORTEST_WAIT_MS: u64 = 10;

/// How long before what the loop needs is asked for again when the kernel has no memory for it.
const RETRY_MS: u64 = 1_000;

/// The most helpers at work: the core's pool of 16, and another 16 that a last stage in place leaves behind.
const MOST_HELPERS: usize = 32;

struct EventLoop {
    pid1: Pid1,
    executor: Executor,
    poll: Poll,
    helpers: Vec<Helper>,
    events: VecDeque<Event>,
}

/// Runs PID 1, which has no end of its own. Not in line: its caller is code that is given back.
#[inline(never)]
pub(crate) fn run(start: StartArguments, carried: Carried) -> ! {
    let mut event_loop = begin(start, carried);
    loop {
        event_loop.turn();
    }
}

/// What happens once, at the start.
#[inline(never)]
fn begin(start: StartArguments, carried: Carried) -> EventLoop {
    let mut executor = Executor::new();
    executor.take_over(carried);
    executor.set_rare_code(rare_code());
    limits::raise_open_files();
    let poll = make_poll(&mut executor);
    let pid1 = Pid1::new(start);
    let (helpers, events) = (Vec::new(), VecDeque::new());
    let mut event_loop = EventLoop { pid1, executor, poll, helpers, events };
    // Children of the stage before may have ended while nobody was looking; if none is left, that is
    // known before anything begins.
    event_loop.reap();
    event_loop.events.push_back(Event::Start);
    event_loop
}

fn make_poll(executor: &mut Executor) -> Poll {
    loop {
        match Poll::new() {
            Ok(poll) => return poll,
            Err(errno) => {
                let text = alloc::format!("can't wait for events: {errno}; trying again");
                executor.say(Severity::Error, &text);
                wait_ms(RETRY_MS);
            }
        }
    }
}

impl EventLoop {
    fn turn(&mut self) {
        self.handle_events();
        let timeout_ms = self.timeout_ms();
        for ready in self.poll.wait(timeout_ms) {
            // A step may make PID 1 another program: what was taken from the kernel before that must have
            // been heeded, and the rest is left to its successor.
            self.take(ready);
            self.handle_events();
        }
        self.give_up_late_helpers();
        self.tick();
    }

    fn handle_events(&mut self) {
        while let Some(event) = self.events.pop_front() {
            let effects = self.pid1.step(event, Moment(raw::monotonic_ms()));
            for effect in effects {
                self.apply(effect);
            }
        }
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Say { severity, text } => self.executor.say(severity, &text),
            Effect::Watch { pid } => {
                if !self.poll.watch(pid) {
                    self.events.push_back(Event::Gone { pid });
                }
            }
            Effect::Unwatch { pid } => self.poll.unwatch(pid),
            Effect::Run { id, op, how: How::Inline } => {
                let outcome = self.executor.perform(&op);
                self.executor.watch_opened(&self.poll);
                self.events.push_back(Event::Finished { id, outcome });
            }
            Effect::Run { id, op, how: How::Helper { deadline_ms } } => {
                self.start_helper(id, op, deadline_ms)
            }
        }
    }

    fn start_helper(&mut self, id: OpId, op: Op, deadline_ms: u64) {
        #[cfg(feature = "panic-in-last-stage")]
        crate::fault::panic_in_last_stage(&op);
        let deadline_ms = raw::monotonic_ms().saturating_add(deadline_ms);
        let started = if self.helpers.len() < MOST_HELPERS {
            Helper::start(&mut self.executor, &self.poll, id, &op, deadline_ms)
        } else {
            Err(Errno::EAGAIN)
        };
        match started {
            Ok(helper) => {
                // Known before anything else happens: what is handed over next may have to tell of it.
                self.events.push_front(Event::HelperStarted { id, pid: helper.pid });
                self.helpers.push(helper);
            }
            Err(errno) => self.events.push_back(Event::NoHelper { id, op, errno }),
        }
    }

    fn timeout_ms(&self) -> Option<u64> {
        let now_ms = raw::monotonic_ms();
        let helper = self.helpers.iter().map(|helper| helper.deadline_ms).min();
        let core = self.pid1.next_deadline().map(|deadline| {
            if deadline.0 <= now_ms { now_ms.saturating_add(SHORTEST_WAIT_MS) } else { deadline.0 }
        });
        let first = helper.into_iter().chain(core).min()?;
        Some(first.saturating_sub(now_ms))
    }

    fn take(&mut self, ready: Ready) {
        match ready {
            Ready::Signals => self.take_signals(),
            Ready::Fifo => self.events.push_back(Event::Initctl(self.executor.read_fifo())),
            Ready::Control => {
                let events = self.executor.accept_clients(&self.poll);
                self.events.extend(events.into_iter().map(Event::Control));
            }
            Ready::Client(client) => {
                self.events.extend(self.executor.receive_from(client).map(Event::Control));
            }
            Ready::ControlPlace => {
                self.events.push_back(Event::Control(self.executor.control_may_be_gone()));
            }
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
        if let Some(origin) = self.poll.take_signal() {
            self.events.push_back(Event::Signal(origin));
        }
        self.reap();
    }

    /// Takes ended children; those beyond the bound at the next turn, which comes at once.
    fn reap(&mut self) {
        for _ in 0..MOST_REAPED {
            match reap_one() {
                Some(Reaped::Child { pid, status }) => {
                    self.events.push_back(Event::ChildEnded { pid, status });
                }
                Some(Reaped::NoChildren) => return self.events.push_back(Event::NoChildren),
                None => return,
            }
        }
        // More are waiting: their signal has been taken, so it is sent again.
        let _ = raw::kill(1, rekindle_core::signal::number::CHLD);
    }

    fn give_up_late_helpers(&mut self) {
        let now_ms = raw::monotonic_ms();
        while let Some(at) = self.helpers.iter().position(|helper| helper.deadline_ms <= now_ms) {
            let mut helper = self.helpers.swap_remove(at);
            let outcome = helper.give_up();
            self.events.push_back(Event::Finished { id: helper.id, outcome });
        }
    }

    fn tick(&mut self) {
        let now = Moment(raw::monotonic_ms());
        if self.pid1.next_deadline().is_some_and(|deadline| deadline <= now) {
            self.events.push_back(Event::Tick);
        }
    }
}

/// Goes on after an internal error. What services there are stay alive; a machine on its way down
/// is reset, because the way down is what failed.
pub(crate) fn survive(is_last_stage: bool) -> ! {
    if is_last_stage {
        emergency::save_disks();
    } else {
        let _ = last_words::start_over(AFTER_PANIC);
    }
    loop {
        let _ = raw::reboot(RebootCommand::Restart);
        wait_ms(RETRY_MS);
    }
}
