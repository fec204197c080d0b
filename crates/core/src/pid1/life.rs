//! PID 1: takes events in, and goes from stage to stage.

use super::boot::Boot;
use super::control::{Control, Order, describe_entries, describe_machine};
use super::next::{Accepted, Next};
use super::scripts::Scripts;
use super::self_copy::Way;
use super::senders::Senders;
use super::serve::{Asked, origin_of_fifo, serve_booted};
use super::stage::Stage;
use super::start::StartArguments;
use crate::context::Context;
use crate::control::{ControlRequest, render_done};
use crate::errno::Errno;
use crate::event::{ControlEvent, Effect, Event, Severity};
use crate::initctl::parse_request;
use crate::last::LastStage;
use crate::op::{Op, OpId, Outcome};
use crate::request::{Origin, Request};
use crate::signal::{Meaning, meaning};
use crate::time::{Moment, earlier};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// The most signals that wait until PID 1 can heed them, which nothing can hold up for long.
const MOST_EARLY_SIGNALS: usize = 16;

/// PID 1.
#[derive(Clone, Debug)]
pub struct Pid1 {
    context: Context,
    stage: Stage,
    senders: Senders,
    /// Signals that came before PID 1 could heed them.
    early: Vec<Origin>,
    /// The door to the last stage is open, and waits for the helpers that were asked for last: it has to be
    /// told of each. It waits for requests that are being judged, too: nobody behind it knows of them.
    at_door: Option<Way>,
    control: Control,
    /// When this version began.
    since: Moment,
}

impl Pid1 {
    /// A PID 1 that begins with the first event.
    #[must_use]
    pub fn new(mut start: StartArguments) -> Self {
        let mut context = Context::default();
        let kept = core::mem::take(&mut start.kept);
        let stage = Stage::first(start, &mut context);
        let senders = Senders::default();
        let (control, since) = (Control::new(kept), Moment::default());
        Self { context, stage, senders, early: Vec::new(), at_door: None, control, since }
    }

    /// Takes one event and says what to do. `now` never runs backwards.
    pub fn step(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        if let Stage::Last(last) = &mut self.stage {
            return last.step(event, now);
        }
        self.context.now = now;
        self.take(event);
        while let Some(id) = self.context.take_refused() {
            self.finished(id, &Outcome::NoHelper(Errno::EAGAIN));
        }
        self.context.ask_again();
        self.heed_early();
        self.advance();
        self.serve_control();
        self.pass_door();
        let mut effects = self.context.take_effects();
        // It begins in place: nothing else will tell it so.
        if let Stage::Last(last) = &mut self.stage {
            effects.append(&mut last.step(Event::Start, now));
        }
        effects
    }

    /// When [`Event::Tick`] is due, if nothing else happens before.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Moment> {
        let stage = self.stage.deadline(&self.context);
        // The last stage has a context of its own; what this one still has is nobody's.
        let is_last = matches!(self.stage, Stage::Last(_));
        let rest = earlier(self.context.deadline(), self.control.deadline());
        if is_last { stage } else { earlier(stage, rest) }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Start => {
                self.since = self.context.now;
                self.stage.begin(&mut self.context);
            }
            Event::HelperStarted { id, pid } => self.context.helper_started(id, pid),
            Event::NoHelper { id, op, errno } => {
                if !self.context.had_no_helper(id, op) {
                    self.finished(id, &Outcome::NoHelper(errno));
                }
            }
            Event::Finished { id, outcome } => {
                self.context.settle(id);
                self.finished(id, &outcome);
            }
            Event::Initctl(bytes) => self.initctl(&bytes),
            Event::Control(event) => self.take_control(event),
            Event::Signal(origin) => self.signal(origin),
            Event::ChildEnded { pid, status } => {
                self.context.child_ended(pid, status);
                let next = self.stage.child_ended(pid, status, &mut self.context);
                self.follow(next);
            }
            Event::Gone { pid } => self.context.gone(pid),
            Event::NoChildren | Event::Tick => {}
        }
    }

    /// A stage that has come to its end, or was kept from it, leaves something to the next step of a stage.
    fn advance(&mut self) {
        loop {
            let next = self.stage.advance(&mut self.context);
            if matches!(next, Next::Stay) {
                return;
            }
            self.follow(next);
        }
    }

    fn finished(&mut self, id: OpId, outcome: &Outcome) {
        match self.control.finished(id, outcome, &mut self.context) {
            Some(Some(order)) => return self.carry_out(order),
            Some(None) => return,
            None => {}
        }
        match self.senders.finished(id, outcome) {
            Some(Some(origin)) => self.heed(origin),
            Some(None) => {}
            None => {
                let next = self.stage.finished(id, outcome, &mut self.context);
                self.follow(next);
            }
        }
    }

    fn signal(&mut self, origin: Origin) {
        if let Stage::Command(command) = &mut self.stage {
            command.forward(origin.signal, &mut self.context);
        } else if !self.stage.is_beginning() {
            self.look_and_heed(origin);
        } else if self.early.len() < MOST_EARLY_SIGNALS {
            self.early.push(origin);
        }
    }

    /// Heeds the signals that came before it could.
    fn heed_early(&mut self) {
        if !self.stage.is_beginning() {
            let early = core::mem::take(&mut self.early);
            early.into_iter().for_each(|origin| self.signal(origin));
        }
    }

    /// What is recorded with its sender waits until that is known; all else is heeded at once. That a child
    /// has ended is no request, and the only signal that comes all the time.
    fn look_and_heed(&mut self, origin: Origin) {
        let meaning = meaning(origin.signal, self.stage.dialect());
        if meaning != Meaning::Child {
            self.heed_request(meaning, origin);
        }
    }

    #[inline(never)]
    fn heed_request(&mut self, meaning: Meaning, origin: Origin) {
        // For what it takes to heed it.
        self.context.run_and_forget(Op::ForgetCode);
        let seen = match meaning {
            Meaning::End(..) | Meaning::CtrlAltDel => self.senders.look(origin, &mut self.context),
            Meaning::Reload
            | Meaning::Pause
            | Meaning::Unpause
            | Meaning::TakeOver
            | Meaning::OpenFifo
            | Meaning::CloseFifo
            | Meaning::Power
            | Meaning::KeyboardRequest
            | Meaning::Child
            | Meaning::Nothing => Some(origin),
        };
        if let Some(origin) = seen {
            self.heed(origin);
        }
    }

    #[inline(never)]
    fn heed(&mut self, origin: Origin) {
        let next = self.stage.heed(origin, &mut self.context);
        self.follow(next);
    }

    /// Bytes came out of the FIFO. A request may end one stage and the next be for another.
    fn initctl(&mut self, bytes: &[u8]) {
        for request in self.stage.read_requests(bytes, &mut self.context) {
            let next = self.stage.initctl(request, origin_of_fifo(), &mut self.context);
            self.follow(next);
        }
    }

    #[inline(never)]
    fn take_control(&mut self, event: ControlEvent) {
        if let Some(order) = self.control.take(event, &mut self.context) {
            self.carry_out(order);
        }
    }

    /// Somebody who may asks for something on the control socket. What is not answered by a stage, now or
    /// later, is answered here.
    #[inline(never)]
    fn carry_out(&mut self, order: Order) {
        let Order { origin, frame, descriptors } = order;
        let client = origin.client;
        let Ok(request) = ControlRequest::parse(&frame) else { return };
        let context = &mut self.context;
        context.heed_client(client);
        let done = match request {
            ControlRequest::End { action, urgency } => {
                let asked = Asked::End(Request { action, urgency, origin });
                let next = self.stage.heed_asked(asked, context);
                let _ = self.context.take_asker();
                return self.follow(next);
            }
            ControlRequest::Telinit(request) => {
                let next = self.stage.initctl(parse_request(request), origin, context);
                self.follow(next);
                Ok(render_done())
            }
            ControlRequest::Machine => {
                Ok(describe_machine(&self.stage, &self.control, self.since, context))
            }
            ControlRequest::Entries { from } => Ok(describe_entries(&self.stage, from)),
            ControlRequest::Watch => return self.control.watch(client, context),
            ControlRequest::Entry { verb, number } => {
                let done = self.stage.order_entry(verb, number, &origin, context);
                done.map(|()| render_done())
            }
            ControlRequest::Keep { name } => {
                self.control.keep(client, name, descriptors, context);
                Ok(render_done())
            }
            ControlRequest::Discard { name } => {
                let done = self.control.discard(name, context);
                done.map(|()| render_done())
            }
        };
        match done {
            Ok(frame) => {
                let asker = self.context.take_asker();
                self.context.answer(asker, frame);
            }
            Err(refusal) => self.context.refuse(Severity::Warning, &refusal),
        }
    }

    /// Whoever may be heeded by now may connect; and what is to be sent to the clients is sent.
    fn serve_control(&mut self) {
        self.open_control();
        self.control.advance(&mut self.context);
    }

    fn open_control(&mut self) {
        if matches!(self.stage, Stage::Serving(_)) && !self.stage.is_beginning() {
            self.control.open(&mut self.context);
        }
    }

    fn follow(&mut self, next: Next) {
        match next {
            Next::Stay => {}
            Next::Boot(start) => {
                let mut boot = Boot::new(start);
                boot.begin(false, &mut self.context);
                self.stage = Stage::Boot(Box::new(boot));
            }
            Next::Serve(booted) => {
                let serving = serve_booted(*booted, &mut self.context);
                self.stage = Stage::Serving(Box::new(serving));
                // Before the first entry is started, which may ask at once.
                self.open_control();
                self.heed_early();
            }
            Next::End(accepted) => self.end(*accepted),
            Next::StopServing(request) => {
                let stage = core::mem::replace(&mut self.stage, Stage::Between);
                if let Stage::Serving(serving) = stage {
                    self.end(serving.into_accepted(request));
                }
            }
            Next::TakeOver => {
                self.heed_all_senders();
                self.control.advance(&mut self.context);
                if let Stage::Serving(serving) = &mut self.stage {
                    serving.give_way(&mut self.context);
                }
            }
            Next::Door(way) => self.at_door = Some(way),
            Next::Last(handover) => {
                self.control.close(&mut self.context);
                self.stage = Stage::Last(Box::new(LastStage::new(*handover)));
            }
        }
    }

    #[inline(never)]
    fn end(&mut self, accepted: Accepted) {
        let scripts = Scripts::new(accepted, &mut self.context);
        self.stage = Stage::Scripts(Box::new(scripts));
    }

    fn pass_door(&mut self) {
        if self.context.are_helpers_starting() || self.stage.is_judging() {
            return;
        }
        let Some(way) = self.at_door.take() else { return };
        self.heed_all_senders();
        if let Stage::Scripts(scripts) = &mut self.stage {
            let next = scripts.pass_door(way, &mut self.context);
            self.follow(next);
        }
    }

    /// Whoever is still being looked at is heeded without a name: PID 1 is about to become another.
    fn heed_all_senders(&mut self) {
        for origin in self.senders.take_all() {
            self.heed(origin);
        }
    }
}
