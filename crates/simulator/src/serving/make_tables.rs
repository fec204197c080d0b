//! Which tables there are: one for the boot, and what an administrator makes of it later.

use super::program::Manner;
use super::table::{Command, FileState, Line, TableFile};
use crate::chance::Chance;
use rekindle_core::errno::Errno;
use rekindle_core::inittab::{Dialect, EntryAction};

const TERMINALS: [&str; 5] = ["", "", "tty1", "tty2", "ttyS0"];
const NAMES: [&str; 14] =
    ["1", "2", "3", "4", "5", "6", "l0", "l2", "l3", "si", "ca", "pf", "x", "ud23"];
const LEVELS: [&str; 12] = ["2", "3", "23", "2345", "S", "s2", "", "06", "6", "0", "a23", "ab"];
const DEFAULTS: [&str; 8] = ["2", "2", "3", "23", "S", "6", "0", "2a"];

/// Actions of BusyBox's dialect, the usual ones more often.
const OF_BUSYBOX: [EntryAction; 12] = [
    EntryAction::Sysinit,
    EntryAction::Wait,
    EntryAction::Once,
    EntryAction::Once,
    EntryAction::Respawn,
    EntryAction::Respawn,
    EntryAction::Respawn,
    EntryAction::AskFirst,
    EntryAction::CtrlAltDel,
    EntryAction::Shutdown,
    EntryAction::Shutdown,
    EntryAction::Restart,
];

/// Actions of sysvinit's.
const OF_SYSVINIT: [EntryAction; 20] = [
    EntryAction::Sysinit,
    EntryAction::Boot,
    EntryAction::BootWait,
    EntryAction::Wait,
    EntryAction::Wait,
    EntryAction::Wait,
    EntryAction::Once,
    EntryAction::Once,
    EntryAction::Respawn,
    EntryAction::Respawn,
    EntryAction::Respawn,
    EntryAction::Respawn,
    EntryAction::OnDemand,
    EntryAction::CtrlAltDel,
    EntryAction::KbRequest,
    EntryAction::PowerFail,
    EntryAction::PowerWait,
    EntryAction::PowerFailNow,
    EntryAction::PowerOkWait,
    EntryAction::Off,
];

/// The tables of a life, and the programs that they run.
#[derive(Debug)]
pub(super) struct Tables {
    dialect: Dialect,
    pub(super) programs: Vec<Manner>,
    pub(super) files: Vec<TableFile>,
}

impl Tables {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, programs: Vec::new(), files: Vec::new() }
    }

    pub(super) fn make(&mut self, chance: &mut Chance) {
        let mut lines = Vec::new();
        if self.dialect == Dialect::Sysvinit {
            let levels = chance.pick(&DEFAULTS);
            let command = Command::Program(0);
            let action = EntryAction::InitDefault;
            lines.push(Line { id: "id", levels, action, mark: "", command });
        }
        self.programs.push(Manner::Works { ms: 10 });
        for _ in 0..1 + chance.below(9) {
            lines.push(self.make_line(chance));
        }
        self.files.push(TableFile { state: FileState::Whole, lines });
        while self.files.len() < 5 && chance.percent(60) {
            self.edit(chance);
        }
        if self.dialect == Dialect::BusyBox && chance.percent(6) {
            self.files[0].state = make_state(chance);
        }
    }

    fn make_line(&mut self, chance: &mut Chance) -> Line {
        let (ids, levels, actions): (&[&str], &[&str], &[EntryAction]) = match self.dialect {
            Dialect::BusyBox => (&TERMINALS, &["", "", "x"], &OF_BUSYBOX),
            Dialect::Sysvinit => (&NAMES, &LEVELS, &OF_SYSVINIT),
        };
        let action = chance.pick(actions);
        let mark = match (self.dialect, chance.percent(15)) {
            (_, false) => "",
            (Dialect::BusyBox, true) => "-",
            (Dialect::Sysvinit, true) => "+",
        };
        let (id, levels) = (chance.pick(ids), chance.pick(levels));
        Line { id, levels, action, mark, command: self.make_command(action, chance) }
    }

    fn make_command(&mut self, action: EntryAction, chance: &mut Chance) -> Command {
        match action {
            EntryAction::Shutdown if chance.percent(20) => return Command::Unmount,
            EntryAction::Restart if chance.percent(40) => return Command::Kexec,
            _ => {}
        }
        if chance.percent(15) {
            return Command::Program(chance.below(self.programs.len() as u64) as usize);
        }
        self.programs.push(make_manner(action, chance));
        Command::Program(self.programs.len() - 1)
    }

    /// A later table: the one before with lines that are gone, new, changed, twice or elsewhere.
    fn edit(&mut self, chance: &mut Chance) {
        let before = chance.below(self.files.len() as u64) as usize;
        let mut lines = self.files[before].lines.clone();
        for _ in 0..1 + chance.below(3) {
            self.edit_once(&mut lines, chance);
        }
        let state = if chance.percent(25) { make_state(chance) } else { FileState::Whole };
        self.files.push(TableFile { state, lines });
    }

    fn edit_once(&mut self, lines: &mut Vec<Line>, chance: &mut Chance) {
        let line = self.make_line(chance);
        let (at, to) = if lines.is_empty() {
            return lines.push(line);
        } else {
            let count = lines.len() as u64;
            (chance.below(count) as usize, chance.below(count) as usize)
        };
        match chance.below(8) {
            0 | 1 => drop(lines.remove(at)),
            2 => lines.insert(at, line),
            3 => lines[at].command = line.command,
            4 => lines[at].action = line.action,
            5 => lines.swap(at, to),
            6 => lines.insert(to, lines[at]),
            _ => lines[at].levels = line.levels,
        }
    }
}

fn make_state(chance: &mut Chance) -> FileState {
    let errno = chance.pick(&[Errno::ENOENT, Errno::EIO, Errno::EMFILE, Errno::ENOMEM]);
    let fails = FileState::Fails(errno);
    chance.pick(&[FileState::Empty, FileState::Nuls, FileState::Cut, fails, fails])
}

fn make_manner(action: EntryAction, chance: &mut Chance) -> Manner {
    let serves = Manner::Serves { leaves_in_ms: chance.pick(&[1, 20, 400, 4_900, 5_100]) };
    let works = Manner::Works { ms: chance.pick(&[0, 5, 300, 1_000, 4_000, 40_000]) };
    let signal = chance.pick(&[1, 12, 15, 38, 39, 40, 49, 59]);
    let asks = Manner::Asks { signal, after_ms: chance.pick(&[0, 50, 900]) };
    let (serve, work, fail) = match action {
        EntryAction::Respawn | EntryAction::AskFirst | EntryAction::OnDemand => (50, 70, 90),
        EntryAction::Once | EntryAction::Boot => (30, 75, 85),
        _ => (3, 78, 86),
    };
    match chance.below(100) {
        n if n < serve => serves,
        n if n < work => works,
        n if n < fail => Manner::Fails,
        n if n < fail + 5 => Manner::IgnoresTerm,
        n if n < fail + 7 => Manner::Hangs,
        _ => asks,
    }
}
