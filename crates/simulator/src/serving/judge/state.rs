//! What the judge knows.

use super::accepted::{Asking, End};
use super::check::ServingCheck;
use super::entry::Entry;
use super::leaver::Leaver;
use super::levels::Levels;
use super::records::Records;
use super::turns::Turns;
use super::waiting::Requests;
use super::word::Word;
use crate::life::Violation;
use crate::serving::ServingLife;
use crate::serving::table::TableFile;
use rekindle_core::inittab::Dialect;
use rekindle_core::op::OpId;
use std::collections::VecDeque;

/// The time limits of rekindle.conf(5).
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) script_ms: u64,
    pub(super) level_ms: u64,
    pub(super) kill_ms: u64,
    pub(super) total_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { script_ms: 30_000, level_ms: 60_000, kill_ms: 2_000, total_ms: 120_000 }
    }
}

impl Limits {
    /// Sets one, if it can. Says whether it could.
    pub(super) fn set(&mut self, name: &str, value: &str) -> bool {
        let place = match name {
            "script_ms" => &mut self.script_ms,
            "level_ms" => &mut self.level_ms,
            "kill_ms" => &mut self.kill_ms,
            "total_ms" => &mut self.total_ms,
            _ => return false,
        };
        value.parse().map(|value| *place = value).is_ok()
    }
}

/// Where PID 1 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Booting,
    Serving,
    Ending,
}

/// What a step owes.
#[derive(Debug, Default)]
pub(super) struct Owed {
    pub(super) signals: Vec<(u32, u8)>,
    pub(super) opens: u32,
    pub(super) closes: u32,
    /// Lines that tell of a level, an end that was accepted, or a request that was refused.
    pub(super) words: Vec<Word>,
    /// It asks the program that is to take over whether it can.
    pub(super) asks_successor: bool,
    /// It speaks on the consoles that it was told of.
    pub(super) speaks: bool,
    /// It becomes a new version, and does nothing else.
    pub(super) becomes: bool,
}

/// The judge.
#[derive(Debug)]
pub(in crate::serving) struct Judge<'a> {
    pub(super) life: &'a ServingLife,
    /// What stands in each of its tables.
    pub(in crate::serving) files: Vec<Vec<u8>>,
    pub(super) violation: Option<Violation<ServingCheck>>,
    pub(super) now_ms: u64,
    pub(super) stage: Stage,
    pub(super) dialect: Dialect,
    pub(super) limits: Limits,
    /// Those of the table in the order in which they are walked, and behind them those that left it.
    pub(super) entries: Vec<Entry>,
    pub(super) next_key: u32,
    pub(super) is_paused: bool,
    pub(super) is_after_panic: bool,
    pub(super) levels: Levels,
    pub(super) boot: Option<Turns>,
    pub(super) keys: Option<Turns>,
    pub(super) leavers: Vec<Leaver>,
    /// Reads of the table that are under way.
    pub(super) reads: u32,
    pub(super) starting: Vec<(OpId, u32)>,
    pub(super) records: Records,
    pub(super) requests: Requests,
    /// Requests that wait for what the kernel tells of another one.
    pub(super) judging: VecDeque<Asking>,
    pub(super) end: Option<End>,
    pub(super) owed: Owed,
    pub(super) ticks: u32,
    pub(super) last_tick_ms: u64,
}

impl<'a> Judge<'a> {
    pub(super) fn is_container(&self) -> bool {
        self.life.is_container
    }

    /// Forgets those that the table no longer has and that have no process.
    pub(super) fn drop_gone(&mut self) {
        self.entries.retain(|entry| entry.is_in_table || entry.is_alive());
    }

    pub(in crate::serving) fn new(life: &'a ServingLife) -> Self {
        Self {
            life,
            files: life.tables.iter().map(TableFile::bytes).collect(),
            violation: None,
            now_ms: 0,
            stage: Stage::Booting,
            dialect: Dialect::BusyBox,
            limits: Limits::default(),
            entries: Vec::new(),
            next_key: 0,
            is_paused: false,
            is_after_panic: false,
            levels: Levels::default(),
            boot: None,
            keys: None,
            leavers: Vec::new(),
            reads: 0,
            starting: Vec::new(),
            records: Records::default(),
            requests: Requests::default(),
            judging: VecDeque::new(),
            end: None,
            owed: Owed::default(),
            ticks: 0,
            last_tick_ms: 0,
        }
    }

    pub(in crate::serving) fn violation(&self) -> Option<&Violation<ServingCheck>> {
        self.violation.as_ref()
    }

    pub(in crate::serving) fn take_violation(&mut self) -> Option<Violation<ServingCheck>> {
        self.violation.take()
    }

    /// The first that fails counts.
    pub(in crate::serving) fn fail(&mut self, check: ServingCheck, seen: impl FnOnce() -> String) {
        if self.violation.is_none() {
            self.violation = Some(Violation { check, seen: seen() });
        }
    }

    pub(super) fn is_leveled(&self) -> bool {
        self.dialect == Dialect::Sysvinit
    }

    pub(super) fn entry(&self, key: u32) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub(super) fn entry_mut(&mut self, key: u32) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.key == key)
    }

    pub(in crate::serving) fn is_after_panic(&self) -> bool {
        self.is_after_panic
    }

    pub(super) fn new_key(&mut self) -> u32 {
        self.next_key += 1;
        self.next_key
    }
}
