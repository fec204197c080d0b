//! What stands in /etc/inittab, and what becomes of reading it.

use rekindle_core::errno::Errno;
use rekindle_core::inittab::{Dialect, EntryAction};
use std::fmt;

/// One line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// BusyBox: a terminal or nothing. sysvinit: a name.
    pub id: &'static str,
    /// The runlevels field.
    pub levels: &'static str,
    /// When it runs.
    pub action: EntryAction,
    /// What stands before the command: `-` in BusyBox's dialect, `+` in sysvinit's.
    pub mark: &'static str,
    /// What runs.
    pub command: Command,
}

/// What runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The program of this number.
    Program(usize),
    /// One that only unmounts, which is left to the last stage.
    Unmount,
    /// One that enters another kernel.
    Kexec,
}

impl Command {
    /// As the table has it.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Program(number) => format!("/c{number}"),
            Self::Unmount => String::from("/bin/umount -a -r"),
            Self::Kexec => String::from("/sbin/kexec -f -e"),
        }
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, levels, action, mark, command } = self;
        write!(out, "{id}:{levels}:{}:{mark}{}", action.name(), command.text())
    }
}

/// An action of the other dialect costs its line.
fn is_known(action: EntryAction, dialect: Dialect) -> bool {
    match dialect {
        Dialect::BusyBox => EntryAction::BUSYBOX.contains(&action),
        Dialect::Sysvinit => EntryAction::SYSVINIT.contains(&action),
    }
}

/// What becomes of reading the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// All of it is read.
    Whole,
    /// Nothing is in it.
    Empty,
    /// What a full disk or a power loss leaves.
    Nuls,
    /// More than may be read: a part comes.
    Cut,
    /// It can't be read.
    Fails(Errno),
}

/// The file as it stands for a while.
#[derive(Clone, Debug)]
pub struct TableFile {
    /// What becomes of reading it.
    pub state: FileState,
    /// Its lines.
    pub lines: Vec<Line>,
}

impl TableFile {
    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self.state {
            FileState::Empty => Vec::new(),
            FileState::Nuls => vec![0; 512],
            FileState::Whole | FileState::Cut | FileState::Fails(_) => {
                self.lines.iter().flat_map(|line| format!("{line:?}\n").into_bytes()).collect()
            }
        }
    }

    /// Whether all of it can be read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self.state, FileState::Whole | FileState::Empty | FileState::Nuls)
    }

    /// The lines that a PID 1 has to go by; `None` where what can be read is no order to anybody.
    #[must_use]
    pub fn order(&self, dialect: Dialect) -> Option<Vec<(usize, Line)>> {
        if self.state != FileState::Whole {
            return None;
        }
        let mut seen: Vec<&str> = Vec::new();
        let mut taken = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            // inittab(5): ids of sysvinit's dialect are nobody else's, but for `~~`.
            let is_double =
                dialect == Dialect::Sysvinit && line.id != "~~" && seen.contains(&line.id);
            seen.push(line.id);
            if !is_double && is_known(line.action, dialect) {
                taken.push((at + 1, *line));
            }
        }
        // Where nothing can run, that is what a full disk or a power loss has left.
        let never_runs = [EntryAction::InitDefault, EntryAction::Off];
        taken.iter().any(|(_, line)| !never_runs.contains(&line.action)).then_some(taken)
    }
}
