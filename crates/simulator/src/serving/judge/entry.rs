//! An entry as the judge sees it, by the rules of inittab(5).

use crate::serving::table::Line;
use rekindle_core::errno::Errno;
use rekindle_core::inittab::EntryAction;

/// What its process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// To be started as soon as it may.
    Fresh,
    Starting,
    Running {
        pid: u32,
        since_ms: u64,
    },
    Resting {
        until_ms: u64,
    },
    /// It has had its turn.
    Had,
}

/// An entry.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Ascends with the time at which it first stood in the table.
    pub(super) key: u32,
    pub(super) line: usize,
    pub(super) id: &'static str,
    pub(super) levels: &'static str,
    pub(super) action: EntryAction,
    pub(super) mark: &'static str,
    pub(super) command: String,
    pub(super) state: State,
    pub(super) is_in_table: bool,
    pub(super) is_on_demand: bool,
    /// How often it has ended at once; in sysvinit's dialect: ended since `counted_from_ms`.
    pub(super) ends: u32,
    pub(super) counted_from_ms: u64,
    /// Why it could not be started, and whether for want of a terminal.
    pub(super) complaint: Option<(bool, Errno)>,
    /// Its last starts.
    pub(super) starts_ms: Vec<u64>,
}

impl Entry {
    pub(super) fn new(key: u32, line: usize, told: Line) -> Self {
        Self::of_command(key, line, told, told.command.text())
    }

    pub(super) fn of_command(key: u32, line: usize, told: Line, command: String) -> Self {
        let Line { id, levels, action, mark, .. } = told;
        Self {
            key,
            line,
            id,
            levels,
            action,
            mark,
            command,
            state: State::Fresh,
            is_in_table: true,
            is_on_demand: false,
            ends: 0,
            counted_from_ms: 0,
            complaint: None,
            starts_ms: Vec::new(),
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        matches!(self.state, State::Starting | State::Running { .. })
    }

    pub(super) fn pid(&self) -> Option<u32> {
        if let State::Running { pid, .. } = self.state { Some(pid) } else { None }
    }

    pub(super) fn is_respawned(&self) -> bool {
        use EntryAction::{AskFirst, OnDemand, Respawn};
        matches!(self.action, Respawn | AskFirst | OnDemand)
    }

    pub(super) fn is_about_power(&self) -> bool {
        use EntryAction::{PowerFail, PowerFailNow, PowerOkWait, PowerWait};
        matches!(self.action, PowerFail | PowerFailNow | PowerOkWait | PowerWait)
    }

    /// What the power, the keys or the keyboard start.
    pub(super) fn is_on_event(&self) -> bool {
        self.is_about_power()
            || matches!(self.action, EntryAction::CtrlAltDel | EntryAction::KbRequest)
    }

    /// What has to be done at once comes before the other lines.
    pub(super) fn is_urgent(&self) -> bool {
        self.is_about_power() || self.action == EntryAction::CtrlAltDel
    }

    /// Those behind it wait (inittab(5) lists them).
    pub(super) fn is_waited_for(&self) -> bool {
        use EntryAction::{
            BootWait, CtrlAltDel, PowerFailNow, PowerOkWait, PowerWait, Sysinit, Wait,
        };
        matches!(
            self.action,
            Sysinit | BootWait | Wait | PowerWait | PowerOkWait | PowerFailNow | CtrlAltDel
        )
    }

    /// Whether it never runs, whatever is asked for.
    pub(super) fn is_off(&self) -> bool {
        matches!(self.action, EntryAction::Off | EntryAction::InitDefault)
    }

    /// Whether its field, or its action, gives it a place in this level.
    pub(super) fn has_field_for(&self, level: u8) -> bool {
        match self.action {
            _ if self.is_off() => false,
            EntryAction::Sysinit => level == b'#',
            EntryAction::Boot | EntryAction::BootWait => level == b'*',
            _ if self.levels.is_empty() => {
                level.is_ascii_digit() || level == b'S' && self.is_urgent()
            }
            _ => self.levels.bytes().any(|letter| letter.eq_ignore_ascii_case(&level)),
        }
    }

    /// The same, or it was asked for by its letter.
    pub(super) fn belongs_to(&self, level: u8) -> bool {
        let is_single = matches!(level, b'#' | b'*' | b'S');
        self.has_field_for(level) || self.is_on_demand && !is_single && !self.is_off()
    }

    /// Somebody has read the table again, or meant to: what went wrong before does not count.
    pub(super) fn forgive(&mut self) {
        self.ends = 0;
        self.starts_ms.clear();
        if self.is_respawned() && matches!(self.state, State::Resting { .. }) {
            self.state = State::Fresh;
        }
    }

    /// inittab(5), "Reading it again": what makes an entry of the new table the same as one of the old.
    pub(super) fn is_same_in_busybox(&self, other: &Self) -> bool {
        (self.id, self.action, self.mark) == (other.id, other.action, other.mark)
            && self.command == other.command
    }

    /// "in sysvinit's dialect also if only the command is another"; `~~` is several entries' id.
    pub(super) fn is_same_in_sysvinit(&self, other: &Self) -> bool {
        let is_same_command = self.command == other.command && self.mark == other.mark;
        (self.id, self.action) == (other.id, other.action) && (self.id != "~~" || is_same_command)
    }
}
