//! The configuration, as PID 1 takes it.

use crate::configuration::{Problem, Reading};
use crate::context::Context;
use crate::event::Severity;
use crate::op::{Op, ReadOp};
use alloc::string::String;
use alloc::vec::Vec;

/// Reads it.
pub(crate) const READ_CONFIGURATION: Op = Op::Read(ReadOp::Configuration);

/// So many problems are named; that there are more is said.
const MOST_NAMED: usize = 16;

/// Names what can't be used, and goes by the rest.
#[inline(never)]
pub(crate) fn take_configuration(reading: Reading, context: &mut Context) {
    let Reading { settings, configuration, problems, .. } = reading;
    for problem in problems.iter().take(MOST_NAMED) {
        say_problem(problem, problem.consequence(), &configuration.files, context);
    }
    if problems.len() > MOST_NAMED {
        let text = "more of the configuration ignored; see 'rekindle check'";
        context.say(Severity::Warning, String::from(text));
    }
    (context.settings, context.configuration) = (settings, configuration);
}

/// Names one.
#[inline(never)]
pub(crate) fn say_problem(
    problem: &Problem,
    consequence: &str,
    files: &[Vec<u8>],
    context: &mut Context,
) {
    problem.show(files, &mut |text| {
        context.say_formatted(Severity::Warning, format_args!("{text}; {consequence}"));
    });
}
