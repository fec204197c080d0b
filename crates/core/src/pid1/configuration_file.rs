//! The configuration, as PID 1 reads it: the kernel's line, the files, and /etc/group where a group has a
//! name.

use crate::configuration::{GROUP_FILE_PATH, MOST_GROUP_FILE_BYTES, Problem, Reading};
use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::op::{Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;
use crate::proc::cmdline::parse_kernel_line;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// The kernel's line is at most COMMAND_LINE_SIZE, 2048 on x86 (asm/setup.h).
const KERNEL_LINE_MOST_BYTES: usize = 4096;

/// So many problems are named; that there are more is said.
const MOST_NAMED: usize = 16;

/// Reads the kernel's line.
pub(crate) const fn read_kernel_line() -> Op {
    Op::Read(ReadOp::File { path: "/proc/cmdline", most_bytes: KERNEL_LINE_MOST_BYTES })
}

/// What an outcome answers, with what is known by then.
#[derive(Clone, Debug)]
enum Reply {
    KernelLine,
    /// The kernel's line.
    Files(Result<Vec<u8>, Errno>),
    Groups(Box<Reading>),
}

/// The looks that are under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConfigurationLook {
    pending: Pending<Reply>,
}

impl ConfigurationLook {
    pub(crate) fn is_under_way(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Begins with the kernel's line.
    pub(crate) fn begin(&mut self, context: &mut Context) {
        self.pending.run(context, read_kernel_line(), Reply::KernelLine);
    }

    /// Goes on with the files. A kernel's line that is not there says nothing.
    pub(crate) fn look_at_files(&mut self, kernel_line: &Outcome, context: &mut Context) {
        let line = match kernel_line.whole() {
            Err(Errno::ENOENT) => Ok(Vec::new()),
            line => line.map(<[u8]>::to_vec),
        };
        self.pending.run(context, Op::Read(ReadOp::Configuration), Reply::Files(line));
    }

    /// Takes an outcome in. `None` if it is not of these; what has been read when all of it has.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<Option<Box<Reading>>> {
        let mut reading = Box::default();
        match self.pending.complete(id)? {
            Reply::KernelLine => {
                self.look_at_files(outcome, context);
                return Some(None);
            }
            Reply::Files(line) => read(&mut reading, outcome, line),
            Reply::Groups(before) => {
                reading = before;
                reading.take_groups(outcome.whole());
                return Some(Some(reading));
            }
        }
        if !reading.needs_groups() {
            return Some(Some(reading));
        }
        let op = ReadOp::File { path: GROUP_FILE_PATH, most_bytes: MOST_GROUP_FILE_BYTES };
        self.pending.run(context, Op::Read(op), Reply::Groups(reading));
        Some(None)
    }
}

/// The kernel's line counts before every file.
fn read(reading: &mut Reading, files: &Outcome, line: Result<Vec<u8>, Errno>) {
    reading.take_files(files.look());
    match line {
        Ok(line) => parse_kernel_line(&line, reading),
        Err(errno) => reading.miss_kernel_line(errno),
    }
}

/// Names what can't be used, and goes by the rest.
pub(crate) fn take_configuration(reading: Reading, context: &mut Context) {
    let Reading { settings, configuration, problems } = reading;
    for problem in problems.iter().take(MOST_NAMED) {
        say_problem(problem, problem.consequence(), &configuration.files, context);
    }
    let unnamed = problems.len().saturating_sub(MOST_NAMED);
    if unnamed > 0 {
        context.say_formatted(
            Severity::Warning,
            format_args!("{unnamed} more of the configuration ignored; see 'rekindle check'"),
        );
    }
    (context.settings, context.configuration) = (settings, configuration);
}

/// Names one.
pub(crate) fn say_problem(
    problem: &Problem,
    consequence: &str,
    files: &[Vec<u8>],
    context: &mut Context,
) {
    let problem = problem.render(files);
    context.say_formatted(Severity::Warning, format_args!("{problem}; {consequence}"));
}
