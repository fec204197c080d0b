//! One command in the place of inittab, `init [-g] -- command args...`: started, sent every signal,
//! and its end is PID 1's end. tini's and dumb-init's way for containers.

use super::place::Place;
use super::{Brain, Purpose, Stage};
use crate::action::Action;
use crate::child::{CommandLine, plan_paths_in, value_of};
use crate::event::{Ending, Severity};
use crate::op::{How, Op, Outcome, Whom};
use crate::request::{Origin, Request, Urgency};
use crate::signal::number;
use crate::text::Shown;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What the options end with.
const DASHES: &[u8] = b"--";

/// What a shell adds to the number of the signal that killed a command (POSIX shell, section
/// 2.8.2).
const KILLED: u8 = 128;

/// tini's status for itself not having done its work.
const FAILED: u8 = 1;

/// The command, of which the words stay in PID 1's own arguments.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Command {
    /// Signals go to all of its process group.
    takes_group: bool,
    pid: Option<u32>,
}

impl Command {
    /// The command that PID 1's arguments ask for, rightly or wrongly.
    pub(super) fn parse(arguments: &[Vec<u8>]) -> Option<Self> {
        let first = arguments.first()?.as_slice();
        let takes_group = first == b"-g";
        (takes_group || first == DASHES).then_some(Self { takes_group, pid: None })
    }

    /// Its words, none if the arguments are wrong.
    fn words(self, arguments: &[Vec<u8>]) -> &[Vec<u8>] {
        match arguments.get(usize::from(self.takes_group)..) {
            Some([dashes, words @ ..]) if dashes == DASHES => words,
            _ => &[],
        }
    }
}

impl Brain {
    pub(super) fn start_command(&mut self) {
        let Stage::Command(command) = self.stage else { return };
        let words = command.words(&self.birth.arguments);
        let Some(name) = words.first() else { return self.refuse_usage() };
        let environment = &self.birth.environment;
        let line = CommandLine {
            programs: plan_paths_in(name, value_of(environment, b"PATH")),
            arguments: words.to_vec(),
            environment: environment.clone(),
        };
        self.run(Op::SpawnCommand(Box::new(line)), How::Inline, Purpose::Command);
    }

    /// A container ends with the mistake; a machine boots as if nothing had been said.
    fn refuse_usage(&mut self) {
        self.say(Severity::Error, String::from("usage: init [-g] -- command [argument]..."));
        if self.is_contained() {
            return self.run_and_forget(Op::Exit { status: FAILED }, How::Inline);
        }
        self.stage = Stage::Boot(super::boot::Boot::default());
        self.begin_boot();
    }

    pub(super) fn command_started(&mut self, outcome: &Outcome) {
        let Stage::Command(command) = &mut self.stage else { return };
        command.pid = outcome.pid();
        if let Some(errno) = outcome.error() {
            self.say(Severity::Error, format!("can't start a process: {errno}"));
            self.leave_command(Ending::Exited(FAILED));
        }
    }

    /// Hands a signal on. Those of PID 1's own children are PID 1's.
    pub(super) fn forward(&mut self, signal: u8) {
        let Stage::Command(Command { takes_group, pid: Some(pid), .. }) = self.stage else {
            return;
        };
        if signal != number::CHLD {
            let whom = if takes_group { Whom::Group(pid) } else { Whom::Process(pid) };
            self.run_and_forget(Op::Signal { whom, signal }, How::Inline);
        }
    }

    pub(super) fn is_command(&self, pid: u32) -> bool {
        matches!(&self.stage, Stage::Command(command) if command.pid == Some(pid))
    }

    /// In a container PID 1 ends as the command did; a machine is switched off in order.
    pub(super) fn leave_command(&mut self, ending: Ending) {
        let status = match ending {
            Ending::Exited(status) => status,
            Ending::Killed(signal) => KILLED.saturating_add(signal),
        };
        if self.place == Place::Container {
            return self.run_and_forget(Op::Exit { status }, How::Inline);
        }
        let Stage::Command(command) = self.stage else { return };
        let name = command.words(&self.birth.arguments).first().cloned().unwrap_or_default();
        let text = format!("'{}' {ending}; nothing else is to be run", Shown(&name));
        self.say(Severity::Info, text);
        let pid = command.pid.unwrap_or(0);
        let origin = Origin { signal: number::CHLD, pid, comm: name, ..Origin::default() };
        // The end needs it, and it may not have been mounted; if it was, this changes nothing.
        self.run_and_forget(Op::MountApi(super::boot::PROC), How::Inline);
        let (action, urgency) = (Action::PowerOff, Urgency::Orderly);
        self.asked_to_end(Request { action, urgency, origin });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Option<(bool, usize)> {
        let words: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        Command::parse(&words).map(|command| (command.takes_group, command.words(&words).len()))
    }

    #[test]
    fn only_dashes_make_a_command_and_only_words_before_them_are_options() {
        assert_eq!(parse(&["--", "sh", "-g", "--"]), Some((false, 3)));
        assert_eq!(parse(&["-g", "--", "sh"]), Some((true, 1)));
        for boots in [&[][..], &["single"], &["-s", "--", "sh"], &["--last-stage", "x=y"]] {
            assert_eq!(parse(boots), None, "{boots:?}");
        }
    }

    #[test]
    fn wrong_usage_is_a_command_without_words() {
        for wrong in [&["--"][..], &["-g"], &["-g", "--"], &["-g", "sh"]] {
            assert_eq!(parse(wrong).map(|(_, words)| words), Some(0), "{wrong:?}");
        }
    }
}
