//! /etc/inittab, as PID 1 reads it.

use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::inittab::{Dialect, Entry, MOST_FILE_BYTES, Table, parse_inittab, parse_inittab_as};
use crate::op::{Op, Outcome, ReadOp};

/// Reads it.
pub(crate) const fn read_inittab() -> Op {
    Op::Read(ReadOp::File { path: "/etc/inittab", most_bytes: MOST_FILE_BYTES })
}

/// The table that was read, in `dialect` if one is given.
///
/// # Errors
/// Why it could not be read. One in which nothing can run counts as no table: it is what a full disk or
/// a power loss leaves, and nobody's order.
pub(crate) fn parse_read(
    outcome: &Outcome,
    dialect: Option<Dialect>,
    context: &mut Context,
) -> Result<Table, Errno> {
    let bytes = outcome.whole()?;
    let table =
        dialect.map_or_else(|| parse_inittab(bytes), |dialect| parse_inittab_as(bytes, dialect));
    if table.entries.iter().any(Entry::can_run) {
        return Ok(table);
    }
    say_problems(&table, context);
    Err(Errno::ENODATA)
}

/// Names the lines that were left out.
pub(crate) fn say_problems(table: &Table, context: &mut Context) {
    for problem in &table.problems {
        context.say_formatted(
            Severity::Warning,
            format_args!("/etc/inittab:{}: {}; line left out", problem.line, problem.reason),
        );
    }
}
