//! One command in the place of inittab, `init [-g] -- command args...`: started, sent every signal,
//! and its end is PID 1's end. tini's and dumb-init's way for containers.

use super::api_mounts::PROC;
use super::host_search::HostSearch;
use super::next::{Accepted, Next};
use super::preflight::Preflight;
use super::provisions::Provisions;
use super::serve::{Children, Supervision};
use super::start::StartArguments;
use crate::child::{Exec, plan_paths_in, value_of};
use crate::context::Context;
use crate::event::{ExitStatus, Severity};
use crate::op::{Op, OpId, Outcome, ProcessOp, Whom};
use crate::pending::Pending;
use crate::request::{Action, Origin, Request, Urgency};
use crate::signal::number;
use crate::text::Shown;
use alloc::boxed::Box;
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
#[derive(Clone, Debug, Default)]
pub(crate) struct Command {
    start: StartArguments,
    /// Signals go to all of its process group.
    takes_group: bool,
    pid: Option<u32>,
    host: HostSearch,
    /// The command is being started.
    started: Pending<()>,
}

impl Command {
    /// The command that PID 1's arguments ask for, rightly or wrongly.
    ///
    /// # Errors
    /// The arguments, if they ask for none.
    pub(crate) fn new(start: StartArguments) -> Result<Self, StartArguments> {
        let takes_group = start.first() == b"-g";
        if takes_group || start.first() == DASHES {
            Ok(Self { start, takes_group, ..Self::default() })
        } else {
            Err(start)
        }
    }

    /// Its words, none if the arguments are wrong.
    fn words(&self) -> &[Vec<u8>] {
        match self.start.arguments.get(usize::from(self.takes_group)..) {
            Some([dashes, words @ ..]) if dashes == DASHES => words,
            _ => &[],
        }
    }

    /// The command is started when it is known what PID 1 runs on.
    pub(crate) fn begin(&mut self, context: &mut Context) {
        self.host.begin(context);
    }

    /// Takes an outcome in.
    pub(crate) fn finished(&mut self, id: OpId, outcome: &Outcome, context: &mut Context) -> Next {
        if self.host.finished(id, outcome, context).is_some() {
            let goes_on = self.host.look_further(context);
            return if goes_on { Next::Stay } else { self.start_command(context) };
        }
        if self.started.complete(id).is_none() {
            return Next::Stay;
        }
        self.pid = outcome.pid();
        let Some(errno) = outcome.error() else { return Next::Stay };
        context.say_formatted(Severity::Error, format_args!("can't start a process: {errno}"));
        self.leave(ExitStatus::Exited(FAILED), context)
    }

    fn start_command(&mut self, context: &mut Context) -> Next {
        let words = self.words().to_vec();
        let Some(name) = words.first() else { return self.refuse_usage(context) };
        let environment = self.start.environment.clone();
        let exec = Exec {
            programs: plan_paths_in(name, value_of(&environment, b"PATH")),
            arguments: words,
            environment,
        };
        let op = Op::Process(ProcessOp::SpawnCommand(Box::new(exec)));
        self.started.run(context, op, ());
        Next::Stay
    }

    /// A container ends with the mistake; a machine boots as if nothing had been said.
    fn refuse_usage(&mut self, context: &mut Context) -> Next {
        let text = "usage: init [-g] -- command [argument]...";
        context.say(Severity::Error, String::from(text));
        if context.host.is_container() {
            return exit(FAILED, context);
        }
        Next::Boot(core::mem::take(&mut self.start))
    }

    /// Hands a signal on. Those of PID 1's own children are PID 1's.
    pub(crate) fn forward(&mut self, signal: u8, context: &mut Context) {
        let Some(pid) = self.pid.filter(|_| signal != number::CHLD) else { return };
        let whom = if self.takes_group { Whom::Group(pid) } else { Whom::Process(pid) };
        context.run_and_forget(Op::Process(ProcessOp::Signal { whom, signal }));
    }

    /// A child ended.
    pub(crate) fn child_ended(
        &mut self,
        pid: u32,
        status: ExitStatus,
        context: &mut Context,
    ) -> Next {
        if self.pid == Some(pid) { self.leave(status, context) } else { Next::Stay }
    }

    /// In a container PID 1 ends as the command did; a machine is switched off in order.
    fn leave(&mut self, status: ExitStatus, context: &mut Context) -> Next {
        let number = match status {
            ExitStatus::Exited(number) => number,
            ExitStatus::Killed(signal) => KILLED.saturating_add(signal),
        };
        if context.host.is_container() {
            return exit(number, context);
        }
        let name = self.words().first().cloned().unwrap_or_default();
        context.say_formatted(
            Severity::Info,
            format_args!("'{}' {status}; nothing else is to be run", Shown(&name)),
        );
        let pid = self.pid.unwrap_or(0);
        let origin = Origin { signal: number::CHLD, pid, comm: name, ..Origin::default() };
        // The end needs it, and it may not have been mounted; if it was, this changes nothing.
        context.run_and_forget(Op::MountApi(PROC));
        let (action, urgency) = (Action::PowerOff, Urgency::Orderly);
        let start = core::mem::take(&mut self.start);
        Next::End(Box::new(Accepted {
            request: Request { action, urgency, origin },
            supervision: Supervision::new(Children::new(start.environment.clone(), None)),
            provisions: Provisions::new(start, Vec::new()),
            preflight: Preflight::default(),
        }))
    }
}

fn exit(status: u8, context: &mut Context) -> Next {
    context.run_and_forget(Op::Process(ProcessOp::Exit { status }));
    Next::Stay
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Option<(bool, usize)> {
        let arguments: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        let start = StartArguments { arguments, ..StartArguments::default() };
        let command = Command::new(start).ok()?;
        Some((command.takes_group, command.words().len()))
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
        for wrong in [&["--"][..], &["-g"], &["-g", "--"], &["-g", "sh", "x"]] {
            assert_eq!(parse(wrong).map(|(_, words)| words), Some(0), "{wrong:?}");
        }
    }
}
