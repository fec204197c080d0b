//! Serving: inittab's entries are started in order, and again when they end.

use super::asked::{Asked, refuse_keys};
use super::busybox::Turns;
use super::children::Children;
use super::reload::Reload;
use super::successor::{SuccessorQuestion, plan_become};
use super::supervision::Supervision;
use super::walk::{Walked, walk};
use crate::context::Context;
use crate::event::{ExitStatus, Severity};
use crate::inittab::{Dialect, EntryAction};
use crate::op::{ConsoleOp, Op, OpId, Outcome};
use crate::pid1::host_search::HostSearch;
use crate::pid1::next::{Accepted, Next};
use crate::pid1::preflight::Preflight;
use crate::pid1::provisions::Provisions;
use crate::pid1::takeover_state::render_state;
use crate::request::{Origin, Refusal, Request};
use crate::time::Moment;
use alloc::vec::Vec;

/// The serving stage.
#[derive(Clone, Debug)]
pub(crate) struct Serving {
    supervision: Supervision,
    provisions: Provisions,
    preflight: Preflight,
    host: HostSearch,
    successor: SuccessorQuestion,
    /// Of BusyBox's dialect.
    turns: Turns,
    is_respawn_paused: bool,
    /// It takes over from another version.
    is_takeover: bool,
    /// The program in init's place can take over, and does when nothing is under way.
    gives_way: bool,
    reload: Reload,
}

impl Serving {
    /// Serves these children. In BusyBox's dialect what a boot starts runs first, if this is one.
    pub(crate) fn new(children: Children, provisions: Provisions, boot: Option<Vec<u32>>) -> Self {
        let supervision = Supervision::new(children);
        let turns = boot.map(Turns::of_boot).unwrap_or_default();
        Self {
            supervision,
            provisions,
            preflight: Preflight::default(),
            host: HostSearch::default(),
            successor: SuccessorQuestion::default(),
            turns,
            is_respawn_paused: false,
            is_takeover: false,
            gives_way: false,
            reload: Reload::default(),
        }
    }

    /// Starts nothing that is started again until somebody says so.
    pub(crate) fn pause_respawn(&mut self) {
        self.is_respawn_paused = true;
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.supervision.children().dialect()
    }

    /// Says so when it begins: another version served before.
    pub(crate) fn announce_takeover(&mut self) {
        self.is_takeover = true;
    }

    /// Begins where no boot came before.
    pub(crate) fn begin_without_boot(&mut self, context: &mut Context) {
        self.host.begin(context);
        if !self.is_takeover {
            return;
        }
        if context.host.is_container() {
            context.run_and_forget(Op::Console(ConsoleOp::SpeakOnStandardError));
        }
        self.provisions.speak_on_consoles(context);
        context.say_formatted(Severity::Info, format_args!("this version has taken over"));
        if self.dialect() == Dialect::Sysvinit {
            self.supervision.open_fifo(context);
        }
        self.provisions.prepare(context);
    }

    /// Whether it is being found out what PID 1 runs on.
    pub(crate) fn is_looking_for_host(&self) -> bool {
        self.host.is_under_way()
    }

    /// When something of this is due.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.supervision.deadline(self.is_respawn_paused)
    }

    /// Takes an outcome in.
    pub(crate) fn finished(&mut self, id: OpId, outcome: &Outcome, context: &mut Context) -> Next {
        if self.supervision.finished(id, outcome, context).is_some()
            || self.provisions.finished(id, outcome, context).is_some()
        {
            return Next::Stay;
        }
        if let Some(judged) = self.preflight.finished(id, outcome, context) {
            return judged.map_or(Next::Stay, Next::StopServing);
        }
        if let Some(can_take_over) = self.successor.finished(id, outcome, context) {
            self.gives_way = can_take_over;
            return Next::Stay;
        }
        if self.host.finished(id, outcome, context).is_some() {
            self.host.look_further(context);
        } else {
            // What is of none of these, nobody waits for.
            let _ = self.reload.finished(id, outcome, &mut self.supervision, context);
        }
        Next::Stay
    }

    /// A child ended.
    pub(crate) fn child_ended(&mut self, pid: u32, status: ExitStatus, context: &mut Context) {
        self.supervision.child_ended(pid, status, context);
    }

    /// What signals and requests are heeded with.
    pub(crate) fn supervision_mut(&mut self) -> &mut Supervision {
        &mut self.supervision
    }

    pub(crate) fn supervision(&self) -> &Supervision {
        &self.supervision
    }

    pub(crate) fn is_respawn_paused(&self) -> bool {
        self.is_respawn_paused
    }

    /// Does what was asked.
    pub(crate) fn heed(&mut self, asked: Asked, context: &mut Context) -> Next {
        match asked {
            Asked::Nothing => {}
            Asked::End(request) => {
                let entries = self.supervision.children().entries();
                let judged = self.preflight.judge(request, entries, context);
                return judged.map_or(Next::Stay, Next::StopServing);
            }
            Asked::Keys(origin) => self.keys_pressed(&origin, context),
            Asked::Reload => self.reload.begin(context),
            Asked::PauseRespawn(pauses) => self.is_respawn_paused = pauses,
            Asked::TakeOver => self.asked_to_give_way(context),
            Asked::Level(to, grace_ms) => {
                self.reload.change_level(to, grace_ms, &mut self.supervision, context);
            }
            Asked::OnDemand(name) => self.supervision.children_mut().start_on_demand(name),
        }
        Next::Stay
    }

    /// What an end takes over.
    pub(crate) fn into_accepted(self, request: Request) -> Accepted {
        let Self { supervision, provisions, preflight, .. } = self;
        Accepted { request, supervision, provisions, preflight }
    }

    /// SIGINT: the keys, or somebody who stands in for them.
    fn keys_pressed(&mut self, origin: &Origin, context: &mut Context) {
        let children = self.supervision.children_mut();
        match children.dialect() {
            Dialect::Sysvinit => drop(children.trigger(&[EntryAction::CtrlAltDel])),
            Dialect::BusyBox if self.turns.begin_keys(children) => refuse_keys(origin, context),
            Dialect::BusyBox => {}
        }
    }

    fn asked_to_give_way(&mut self, context: &mut Context) {
        if self.turns.is_booting() || self.supervision.is_booting() {
            return context.refuse(Severity::Warning, &Refusal::takeover_not_now());
        }
        self.successor.ask(context);
    }

    /// Whether something is under way whose outcome the next version would never be told.
    fn is_busy(&self) -> bool {
        self.supervision.is_busy()
            || self.turns.has_keys()
            || self.reload.is_under_way()
            || self.preflight.is_judging()
    }

    /// Becomes the program that can take over, with all that is known.
    pub(crate) fn give_way(&mut self, context: &mut Context) {
        if self.is_busy() {
            return;
        }
        self.gives_way = false;
        let children = self.supervision.children();
        let (consoles, is_paused) = (self.provisions.consoles(), self.is_respawn_paused);
        let state = render_state(children, consoles, is_paused, context);
        let to = plan_become(state, children.environment());
        self.successor.execute(to, context);
    }

    /// Moves on what time or an event has made possible.
    pub(crate) fn advance(&mut self, context: &mut Context) -> Next {
        self.supervision.drive_leaving(context);
        match self.dialect() {
            Dialect::Sysvinit => self.advance_levels(context),
            Dialect::BusyBox => self.advance_turns(context),
        }
        if self.gives_way && !self.is_busy() { Next::TakeOver } else { Next::Stay }
    }

    fn advance_levels(&mut self, context: &mut Context) {
        if self.supervision.is_walk_suspended() || self.is_respawn_paused {
            return;
        }
        if walk(self.supervision.children_mut(), context) == Walked::Booted {
            self.provisions.prepare(context);
        }
    }

    fn advance_turns(&mut self, context: &mut Context) {
        let is_leaving = self.supervision.leaving().is_under_way();
        let children = self.supervision.children_mut();
        if self.turns.advance(children, self.is_respawn_paused, is_leaving, context) {
            self.provisions.prepare(context);
        }
    }
}
