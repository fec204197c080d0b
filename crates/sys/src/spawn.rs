//! Starting the processes of inittab's entries, and the one command of a container.

use crate::child;
use crate::console::{Console, find_terminal};
use crate::raw;
use rekindle_core::child::{Child, Exec, Terminal};
use rekindle_core::op::Outcome;
use rustix::process::Pid;

/// Starts `child`. What goes wrong after the fork is said by the child itself.
pub(crate) fn spawn(child: &Child, console: &mut Console) -> Outcome {
    if let Terminal::Device(path) = &child.terminal
        && let Err(errno) = find_terminal(path)
    {
        return Outcome::NoTerminal(errno);
    }
    match raw::fork() {
        Ok(Some(pid)) => Outcome::Started(pid),
        Ok(None) => child::become_entry(child, console),
        Err(errno) => Outcome::Failed(errno),
    }
}

/// Starts the one command of a container, in a process group of its own.
pub(crate) fn spawn_command(command: &Exec, console: &mut Console) -> Outcome {
    match raw::fork() {
        Ok(Some(pid)) => {
            // The child does it too: whoever is first (setpgid(2)), before any signal is handed on.
            let child = i32::try_from(pid).ok().and_then(Pid::from_raw);
            let _ = rustix::process::setpgid(child, child);
            Outcome::Started(pid)
        }
        Ok(None) => child::become_command(command, console),
        Err(errno) => Outcome::Failed(errno),
    }
}
