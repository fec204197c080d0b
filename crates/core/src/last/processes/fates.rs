//! What became of the processes, for people and for the account.

use crate::account::{Account, Fate, Line};
use crate::context::Context;
use crate::event::Severity;
use crate::text::{Shown, joined};
use crate::time::{Moment, Seconds};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// How many processes a line on the console names.
pub(super) const MOST_NAMES: usize = 8;

/// A process whose waiting is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) pid: u32,
    pub(super) comm: Vec<u8>,
    pub(super) fate: Fate,
    pub(super) took_ms: u64,
}

/// What became of all of them.
#[derive(Clone, Debug)]
pub(in crate::last) struct ProcessesReport {
    pub(super) fates: Vec<Settled>,
    pub(super) began: Moment,
}

impl ProcessesReport {
    /// When the processes' phase began.
    pub(in crate::last) fn began(&self) -> Moment {
        self.began
    }

    /// Says it on the console.
    pub(in crate::last) fn say(&self, context: &mut Context) {
        let mut names = Vec::new();
        for settled in self.fates.iter().filter(|settled| settled.fate != Fate::Ended) {
            names.push(render_fate(settled));
        }
        let ended = self.fates.len().saturating_sub(names.len());
        let took = Seconds(context.now.since_ms(self.began));
        if !self.fates.is_empty() {
            context.say_formatted(
                Severity::Info,
                format_args!("{ended} processes ended, {} killed, in {took}", names.len()),
            );
        }
        if !names.is_empty() {
            names.truncate(MOST_NAMES);
            context
                .say_formatted(Severity::Warning, format_args!("killed: {}", joined(&names, ", ")));
        }
    }

    /// Notes it: those that did not end by themselves come first, where the bound can't cut them off.
    pub(in crate::last) fn note(&self, account: &mut Account) {
        for ended in [false, true] {
            for settled in &self.fates {
                let Settled { pid, comm, fate, took_ms } = settled;
                if (*fate == Fate::Ended) == ended {
                    let (pid, comm, fate, took_ms) = (*pid, comm.clone(), *fate, *took_ms);
                    account.note(Line::Process { pid, comm, fate, took_ms });
                }
            }
        }
    }
}

fn render_fate(settled: &Settled) -> String {
    format!("{}[{}] {}", Shown(&settled.comm), settled.pid, settled.fate.name())
}
