//! Where a machine of sysvinit's dialect is among its runlevels.

use crate::inittab::Runlevel;
use crate::request::Action;
use crate::text::{cut, drop_those, parts};
use alloc::vec::Vec;

/// sysvinit keeps 16 (src/init.c, NR_EXTRA_ENV).
const MOST_VARIABLES: usize = 16;

/// The runlevels: the one in effect, what is told of it, and where the boot leads.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    /// The level in effect, or one of the fake levels of the boot.
    now: Runlevel,
    /// RUNLEVEL and PREVLEVEL of children.
    shown: Runlevel,
    previous: Runlevel,
    /// Where the boot leads.
    first: Runlevel,
    /// What the table says of it.
    default: Runlevel,
    has_booted: bool,
    /// The entries in the order of the walk.
    order: Vec<u32>,
    /// For a change of level inittab is read first.
    reading: Option<Reading>,
    /// `INIT_…` variables that telinit and shutdown have set.
    variables: Vec<Vec<u8>>,
}

/// Inittab is being read for a change of level.
#[derive(Clone, Copy, Debug)]
struct Reading {
    grace_ms: Option<u64>,
}

/// What comes after a level of the boot, or single user, is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// Nothing: the level stays.
    Stay,
    /// The level after sysinit.
    FromSysinit,
    /// The first runlevel.
    Boot(Runlevel),
    /// The rest of the boot, after single user came in its place.
    GoOnBooting,
    /// Out of single user, back to that level; its entries run anew if that is single user itself.
    LeaveSingle(Runlevel),
}

impl Levels {
    /// The boot, which leads to `first`.
    pub(crate) fn booting_to(first: Runlevel, default: Runlevel) -> Self {
        Self {
            now: Runlevel::SYSINIT,
            shown: Runlevel::SINGLE,
            previous: Runlevel::NONE,
            first,
            default,
            has_booted: false,
            order: Vec::new(),
            reading: None,
            variables: Vec::new(),
        }
    }

    pub(crate) fn now(&self) -> Runlevel {
        self.now
    }

    /// The entries in the order of the walk.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    pub(crate) fn take_table(&mut self, default: Runlevel, order: Vec<u32>) {
        (self.default, self.order) = (default, order);
    }

    /// Whether the machine boots, or is on its way to another level.
    pub(crate) fn is_booting(&self) -> bool {
        matches!(self.now, Runlevel::SYSINIT | Runlevel::BOOT) || self.reading.is_some()
    }

    /// Makes `level` the one in effect, coming from `previous`.
    pub(crate) fn enter(&mut self, level: Runlevel, previous: Runlevel) {
        (self.now, self.shown, self.previous) = (level, level, previous);
    }

    /// Nothing runs any more that holds the level up: goes on where that is for this type alone, and
    /// says what comes next.
    pub(crate) fn move_on(&mut self) -> Move {
        match self.now {
            Runlevel::SYSINIT => {
                let is_single = self.first == Runlevel::SINGLE;
                self.now = if is_single { Runlevel::SINGLE } else { Runlevel::BOOT };
                Move::FromSysinit
            }
            Runlevel::BOOT => {
                self.has_booted = true;
                Move::Boot(self.first)
            }
            Runlevel::SINGLE if !self.has_booted && self.default != Runlevel::SINGLE => {
                (self.now, self.first) = (Runlevel::BOOT, self.default);
                Move::GoOnBooting
            }
            Runlevel::SINGLE => Move::LeaveSingle(self.default),
            _ => Move::Stay,
        }
    }

    /// Inittab is being read; who has no place in the level then has this long to leave, if somebody
    /// has said so.
    pub(crate) fn await_table(&mut self, grace_ms: Option<u64>) {
        self.reading = Some(Reading { grace_ms });
    }

    pub(crate) fn awaits_table(&self) -> bool {
        self.reading.is_some()
    }

    /// Inittab has been read, or could not be. How long who leaves has, if somebody has said so.
    pub(crate) fn table_read(&mut self) -> Option<u64> {
        self.reading.take()?.grace_ms
    }

    /// Takes `NAME=value` and bare names, which unset.
    pub(crate) fn set_variables(&mut self, pairs: Vec<Vec<u8>>) {
        for pair in pairs {
            let name = parts(&pair, b'=').next();
            drop_those(&mut self.variables, &|old| parts(old, b'=').next() == name);
            if pair.contains(&b'=') && self.variables.len() < MOST_VARIABLES {
                self.variables.push(pair);
            }
        }
    }

    /// Whether shutdown(8) of sysvinit has said that runlevel 0 is to halt the machine.
    pub(crate) fn halts(&self) -> bool {
        self.variables.iter().any(|pair| Some(pair.as_slice()) == Action::Halt.init_halt())
    }

    /// What sysvinit's children find in their environment besides PID 1's own.
    pub(crate) fn add_to(&self, environment: &mut Vec<Vec<u8>>) {
        for pair in &self.variables {
            let Some((name, value)) = cut(pair, b'=') else { continue };
            if let Ok(name) = core::str::from_utf8(name) {
                crate::child::set(environment, name, value);
            }
        }
        crate::child::set(environment, "RUNLEVEL", &[self.shown.letter()]);
        crate::child::set(environment, "PREVLEVEL", &[self.previous.letter()]);
    }

    /// For a PID 1 that takes over: the value of `levels=` and those of `variable=`. The last letter
    /// says whether `boot` and `bootwait` entries are still to come.
    pub(crate) fn render(&self) -> ([u8; 5], &[Vec<u8>]) {
        let ahead = if self.has_booted { Runlevel::NONE } else { Runlevel::BOOT };
        let levels = [self.now, self.shown, self.previous, self.default, ahead];
        (levels.map(Runlevel::letter), &self.variables)
    }

    /// Reads back the value of `levels=`.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        let mut levels = value.iter().map(|letter| Runlevel::parse_handed_over(*letter));
        let (now, shown, previous) = (levels.next()??, levels.next()??, levels.next()??);
        let default = levels.next()??;
        let has_booted = levels.next().flatten() != Some(Runlevel::BOOT);
        let booting = Self::booting_to(default, default);
        Some(Self { now, shown, previous, has_booted, ..booting })
    }

    /// Puts an entry at the end of the walk.
    pub(crate) fn append_to_order(&mut self, id: u32) {
        self.order.push(id);
    }
}
