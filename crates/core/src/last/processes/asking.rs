//! Whom to ask, who has been asked, and what has become of them.

use super::fates::Settled;
use super::grace::WaitList;
use super::signals::{Reach, send_term, send_term_unseen};
use super::somebody::{is_conclusive, listed, not_spared};
use crate::context::Context;
use crate::event::Severity;
use crate::proc::census::Census;
use crate::proc::owners::Owner;
use crate::proc::process::Process;
use crate::spared::{NobodySpared, Spared};
use crate::time::Moment;
use alloc::vec::Vec;

/// How often processes that appear while others end are asked as well.
const MOST_ASKING_ROUNDS: u32 = 3;

/// What comes after a look at the processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Those who were asked have time.
    Waiting,
    /// Nobody is there any more.
    NobodyThere,
    /// Nobody is left to be asked, and somebody is still there.
    NobodyLeftToAsk,
}

/// Everybody who was asked to end.
#[derive(Clone, Debug)]
pub(super) struct Asking {
    list: WaitList,
    rounds: u32,
    /// Who serves the root's storage, as it was learned while PID 1 served and since.
    learned: Spared,
    fates: Vec<Settled>,
}

impl Asking {
    pub(super) fn new(learned: Spared) -> Self {
        Self { list: WaitList::default(), rounds: 0, learned, fates: Vec::new() }
    }

    /// Who serves the root's storage, as far as it is known.
    pub(super) fn learned(&self) -> &Spared {
        &self.learned
    }

    /// Learns from a look who serves the root's storage.
    pub(super) fn learn(&mut self, census: &Census, context: &Context) {
        let seen = census.spared(&|pid| context.is_nobody(pid));
        self.learned = core::mem::take(&mut self.learned).after(seen);
    }

    /// What has become of them so far.
    pub(super) fn fates_mut(&mut self) -> &mut Vec<Settled> {
        &mut self.fates
    }

    /// Whether nobody is waited for.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// When the time of one of them is over.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.list.deadline()
    }

    /// A process ended.
    pub(super) fn gone(&mut self, pid: u32, context: &mut Context) {
        if let Some(settled) = self.list.gone(pid, context.now) {
            self.fates.push(settled);
        }
        self.list.watch(context);
    }

    /// Gives up on all.
    pub(super) fn give_up(&mut self, context: &mut Context) {
        self.fates.append(&mut self.list.give_up(context.now));
        context.unwatch_all();
    }

    /// A look came through: those whose time is over are judged by it, and with nobody left to wait
    /// for, who is new is asked.
    pub(super) fn judge_and_ask(&mut self, census: &Census, context: &mut Context) -> Asked {
        let settled = self.list.judge(census, context.now, &context.settings);
        self.settle(settled, context);
        if self.list.is_empty() {
            return self.ask(census, context);
        }
        self.list.watch(context);
        Asked::Waiting
    }

    /// Asks everybody who has not been asked.
    fn ask(&mut self, census: &Census, context: &mut Context) -> Asked {
        let others = not_spared(census, &self.learned, context);
        let (adopted, fresh) = self.find_unasked(&others);
        if adopted.is_empty() && fresh.is_empty() || self.rounds >= MOST_ASKING_ROUNDS {
            return match (others.is_empty(), census.has_everyone) {
                (true, true) if is_conclusive(census, context) => Asked::NobodyThere,
                // Another look follows at once.
                (true, true) => Asked::Waiting,
                _ => Asked::NobodyLeftToAsk,
            };
        }
        self.rounds = self.rounds.saturating_add(1);
        for process in adopted.iter().chain(&fresh) {
            let asked = self.list.asked_unseen(process.pid).unwrap_or(context.now);
            if let Some(settled) = self.list.ask(process, asked, &context.settings) {
                self.fates.push(settled);
            }
        }
        if !fresh.is_empty() {
            send_term(context, self.reach(census, context), &fresh);
        }
        let (asked, waits) = (adopted.len().saturating_add(fresh.len()), self.list.len());
        context.say_formatted(
            Severity::Info,
            format_args!("asked {asked} processes to end, waiting for {waits}"),
        );
        self.list.watch(context);
        Asked::Waiting
    }

    /// The first time everybody at once, if nobody has to be spared; then those who are new.
    fn reach(&self, census: &Census, context: &Context) -> Reach {
        let proof = census.spared(&|pid| context.is_nobody(pid)).nobody();
        proof.filter(|_| self.rounds == 1).map_or(Reach::EachAlone, Reach::Everyone)
    }

    /// Those who were asked before anybody could look at them, and those who were not asked. Who can't be
    /// looked at, and was not known before, may serve the root's storage: it is asked last, when another
    /// look has not come through either.
    fn find_unasked<'a>(&self, others: &[&'a Process]) -> (Vec<&'a Process>, Vec<&'a Process>) {
        let (mut adopted, mut sure, mut unsure) = (Vec::new(), Vec::new(), Vec::new());
        for process in others {
            let is_unseen = self.list.asked_unseen(process.pid).is_some();
            if is_unseen {
                adopted.push(*process);
            }
            if is_unseen || self.list.was_asked(process.pid) {
                continue;
            }
            if process.is_spared().is_some() || self.learned.is_known() {
                sure.push(*process);
            } else {
                unsure.push(*process);
            }
        }
        (adopted, if sure.is_empty() { unsure } else { sure })
    }

    /// Asks those of whom nothing is known but that they are there.
    pub(super) fn ask_unseen(&mut self, owners: &[Owner], context: &mut Context) {
        let pids = listed(owners, &self.learned, context);
        let text = "can't look at the processes: no helper can be had; asking them to end unseen";
        context.say(Severity::Warning, text.into());
        send_term_unseen(context, Reach::EachAlone, &pids);
        pids.iter().for_each(|pid| self.list.ask_unseen(*pid, context.now));
    }

    /// Asks everybody, of whom nothing is known at all.
    pub(super) fn ask_everyone_unseen(&mut self, proof: NobodySpared, context: &mut Context) {
        self.list.ask_everyone_unseen();
        send_term_unseen(context, Reach::Everyone(proof), &[]);
    }

    /// Judges those whose time is over by nothing but the list of those who are there; without one they
    /// all are.
    pub(super) fn judge_unseen(&mut self, owners: Option<&[Owner]>, context: &mut Context) {
        let is_there = |pid| owners.is_none_or(|all| all.iter().any(|owner| owner.pid == pid));
        let settled = self.list.judge_unseen(&is_there, context.now);
        self.settle(settled, context);
        self.list.watch(context);
    }

    /// Takes their fates in. Their places among the watched are for those who are still waited for.
    fn settle(&mut self, mut settled: Vec<Settled>, context: &mut Context) {
        settled.iter().for_each(|settled| context.unwatch(settled.pid));
        self.fates.append(&mut settled);
    }
}
