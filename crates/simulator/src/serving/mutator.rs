//! Between PID 1 and the world: what is told, what is done, and what of it goes wrong.

use super::mutation::ServingMutation;
use rekindle_core::child::Child;
use rekindle_core::event::{Effect, Event, ExitStatus};
use rekindle_core::op::{
    How, Op, OpId, Outcome, ProcessOp, Program, Read, ReadOp, SelfCopyOp, Whom,
};
use rekindle_core::signal::number;
use rekindle_core::time::Moment;
use std::collections::BTreeMap;

/// The ids of ops that nobody has asked for begin here.
const MADE_UP: u32 = 1 << 30;

/// Does it.
#[derive(Debug)]
pub(super) struct Mutator {
    mutation: Option<ServingMutation>,
    /// The processes of entries, as PID 1 knows them.
    running: BTreeMap<u32, Child>,
    reads: u32,
    is_for_level: bool,
    has_ended: bool,
    /// How often it could have gone wrong.
    count: u32,
    next_id: u32,
}

impl Mutator {
    pub(super) fn new(mutation: Option<ServingMutation>) -> Self {
        Self {
            mutation,
            running: BTreeMap::new(),
            reads: 0,
            is_for_level: false,
            has_ended: false,
            count: 0,
            next_id: MADE_UP,
        }
    }

    fn is(&self, mutation: ServingMutation) -> bool {
        self.mutation == Some(mutation)
    }

    /// Every other time.
    fn is_turn(&mut self) -> bool {
        self.count += 1;
        self.count.is_multiple_of(2)
    }

    fn made_up(&mut self, op: Op) -> Effect {
        self.next_id += 1;
        Effect::Run { id: OpId(self.next_id), op, how: How::Inline }
    }

    fn signal(&mut self, pid: u32) -> Effect {
        let (whom, signal) = (Whom::Group(pid), number::TERM);
        self.made_up(Op::Process(ProcessOp::Signal { whom, signal }))
    }

    /// What PID 1 is told of an event.
    pub(super) fn event(&mut self, event: &Event, op: Option<&Op>) -> Vec<Event> {
        if self.mutation.is_none() {
            return vec![event.clone()];
        }
        match event {
            Event::ChildEnded { pid, .. } if self.is_lost_end(*pid) => Vec::new(),
            Event::Signal(origin) if self.is_lost_signal(origin.signal) => Vec::new(),
            Event::Initctl(_) if self.is(ServingMutation::FifoPieceIsLost) && self.is_turn() => {
                Vec::new()
            }
            Event::Finished { id, outcome } => self.finished(*id, outcome, op),
            _ => vec![event.clone()],
        }
    }

    fn is_lost_end(&self, pid: u32) -> bool {
        self.is(ServingMutation::EndIsNotTold) && self.running.contains_key(&pid)
    }

    fn is_lost_signal(&mut self, signal: u8) -> bool {
        let is_end = matches!(signal, number::TERM | 37..=41);
        self.is(ServingMutation::PauseIsLost) && signal == number::TSTP
            || self.is(ServingMutation::EndingSignalIsLost) && is_end && self.is_turn()
    }

    fn finished(&mut self, id: OpId, outcome: &Outcome, op: Option<&Op>) -> Vec<Event> {
        let told = |outcome: Outcome| vec![Event::Finished { id, outcome }];
        let other = |text: &[u8]| told(Outcome::Read(Read::whole(text.to_vec())));
        match (op, outcome) {
            (Some(Op::Process(ProcessOp::Spawn(child))), Outcome::Started(pid)) => {
                self.running.insert(*pid, (**child).clone());
                let is_waited_for = child.terminal == rekindle_core::child::Terminal::TakenConsole;
                let mut events = told(outcome.clone());
                if self.is(ServingMutation::EndIsToldEarly) && is_waited_for {
                    let status = ExitStatus::Exited(0);
                    events.push(Event::ChildEnded { pid: *pid, status });
                }
                events
            }
            (Some(Op::Read(ReadOp::File { path: "/etc/inittab", .. })), _) => {
                self.reads += 1;
                let is_unread = self.reads > 1 && outcome.whole().is_err();
                if self.is(ServingMutation::UnreadTableIsTaken) && is_unread {
                    return other(b"x:9:once:/x\n");
                }
                told(outcome.clone())
            }
            (Some(Op::Read(ReadOp::File { path: "/sys/kernel/kexec_loaded", .. })), _)
                if self.is(ServingMutation::NoKernelLooksLoaded) =>
            {
                other(b"1\n")
            }
            (Some(Op::Process(ProcessOp::AskSuccessor { .. })), _)
                if self.is(ServingMutation::AnybodyCanTakeOver) =>
            {
                told(Outcome::Done)
            }
            (Some(Op::SelfCopy(SelfCopyOp::Fill(_))), _)
                if self.is(ServingMutation::CopyIsNotTold) =>
            {
                Vec::new()
            }
            _ => told(outcome.clone()),
        }
    }

    /// What becomes of PID 1's answer.
    pub(super) fn effects(&mut self, event: &Event, op: Option<&Op>, effects: &mut Vec<Effect>) {
        if self.mutation.is_none() {
            return;
        }
        self.has_ended |= effects.iter().any(is_accepted);
        self.add(event, op, effects);
        self.cut(effects);
        if effects.iter().any(is_level) {
            self.is_for_level = true;
        }
    }

    fn add(&mut self, event: &Event, op: Option<&Op>, effects: &mut Vec<Effect>) {
        use ServingMutation as M;
        let Some(mutation) = self.mutation else { return };
        let ended = if let Event::ChildEnded { pid, .. } = event {
            self.running.remove(pid).map(|child| (*pid, child))
        } else {
            None
        };
        let is_table = matches!(op, Some(Op::Read(ReadOp::File { path: "/etc/inittab", .. })));
        let is_level = is_table && std::mem::take(&mut self.is_for_level);
        match (mutation, ended) {
            (M::StartsWithoutRest, Some((_, child))) => self.start(child, effects),
            (M::StartsAfterTheEnd, Some((_, child))) if self.has_ended => {
                self.start(child, effects);
            }
            (M::TermGoesToReaped, Some((pid, _))) => effects.push(self.signal(pid)),
            (M::ReloadEndsWhoStays, _) if is_table && !is_level => self.end_one(effects),
            (M::LevelEndsWhoStays, _) if is_level => self.end_one(effects),
            (M::StartsTwice, _) => {
                let start = effects.iter().find_map(started).cloned();
                start.into_iter().for_each(|child| self.start(child, effects));
            }
            (M::AsksForHelpers, _) => {
                self.next_id += 1;
                let op = Op::Read(ReadOp::ProcessOwners);
                let how = How::Helper { deadline_ms: 9_000 };
                effects.push(Effect::Run { id: OpId(self.next_id), op, how });
            }
            (M::SaysTooMuch, _) => {
                let line = effects.iter().find(|effect| matches!(effect, Effect::Say { .. }));
                if let Some(line) = line.cloned() {
                    effects.extend(std::iter::repeat_n(line, 100));
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, child: Child, effects: &mut Vec<Effect>) {
        let start = self.made_up(Op::Process(ProcessOp::Spawn(Box::new(child))));
        effects.push(start);
    }

    fn end_one(&mut self, effects: &mut Vec<Effect>) {
        let first = self.running.keys().next().copied();
        first.into_iter().for_each(|pid| effects.push(self.signal(pid)));
    }

    fn cut(&self, effects: &mut Vec<Effect>) {
        use ServingMutation as M;
        let lost = match self.mutation {
            Some(M::TermIsLost) => number::TERM,
            Some(M::KillIsLost) => number::KILL,
            _ => 0,
        };
        effects.retain(|effect| !is_signal(effect, lost));
        for effect in effects {
            let Effect::Run { op, .. } = effect else { continue };
            match (self.mutation, op) {
                (Some(M::RecordIsLost), Op::Record(records)) => drop(records.pop()),
                (Some(M::EnvironmentIsCut), Op::Process(ProcessOp::Spawn(child))) => {
                    child.environment.retain(|pair| !pair.starts_with(b"RUNLEVEL"));
                }
                (Some(M::BecomesWithoutSignals), Op::Process(ProcessOp::Become(to))) => {
                    to.keeps_signals = false;
                }
                (Some(M::LastStageIsToldWrong), Op::Process(ProcessOp::Become(to)))
                    if matches!(to.program, Program::Prepared(_)) =>
                {
                    let state = to.handed_over.take();
                    to.handed_over = state.map(|state| swap(&state, "=orderly", "=at-once"));
                }
                _ => {}
            }
        }
    }

    pub(super) fn deadline(&self, deadline: Option<Moment>) -> Option<Moment> {
        match self.mutation {
            Some(ServingMutation::SleepsForEver) => None,
            Some(ServingMutation::NeverSleeps) => Some(Moment(0)),
            _ => deadline,
        }
    }

    /// What a new version is told.
    pub(super) fn handed_over(&self, state: Option<Vec<u8>>) -> Option<Vec<u8>> {
        use ServingMutation as M;
        let state = state?;
        Some(match self.mutation {
            Some(M::HandoverForgetsEntry) => {
                let last = state.windows(7).rposition(|window| window == b"\0state=");
                last.map_or(state.clone(), |at| state[..=at].to_vec())
            }
            Some(M::HandoverForgetsProcesses) => {
                let pids: Vec<String> =
                    self.running.keys().map(|pid| format!("state={pid} ")).collect();
                pids.iter().fold(state, |state, pid| swap(&state, pid, "state=0 "))
            }
            Some(M::HandoverChangesLevel) => swap(&state, "levels=2", "levels=3"),
            _ => state,
        })
    }
}

fn started(effect: &Effect) -> Option<&Child> {
    match effect {
        Effect::Run { op: Op::Process(ProcessOp::Spawn(child)), .. } => Some(child),
        _ => None,
    }
}

fn is_signal(effect: &Effect, number: u8) -> bool {
    matches!(effect, Effect::Run { op: Op::Process(ProcessOp::Signal { signal, .. }), .. }
        if *signal == number)
}

fn is_accepted(effect: &Effect) -> bool {
    matches!(effect, Effect::Say { text, .. } if text.contains(") asked for by "))
}

fn is_level(effect: &Effect) -> bool {
    matches!(effect, Effect::Say { text, .. } if text.starts_with("entering runlevel "))
}

/// All of it with `to` in the place of each `from`.
fn swap(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace(from, to).into_bytes()
}
