//! Reading the configuration and inittab again: on request, and inittab for a change of runlevel.

use super::supervision::Supervision;
use super::table::take_table;
use super::walk::enter_level;
use crate::configuration::Reading;
use crate::context::Context;
use crate::control::render_done;
use crate::event::Severity;
use crate::inittab::{Dialect, Runlevel};
use crate::op::{Op, OpId, Outcome};
use crate::pending::Pending;
use crate::pid1::configuration_file::{READ_CONFIGURATION, say_problem, take_configuration};
use crate::pid1::table_file::{parse_read, read_inittab, say_problems};
use crate::request::Refusal;
use alloc::string::String;

/// What an outcome answers.
#[derive(Clone, Copy, Debug)]
enum Reply {
    Configuration,
    Table,
}

/// The reads that are under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reload {
    /// Each with the client that waits for it, 0 if none does.
    pending: Pending<(Reply, u32)>,
}

impl Reload {
    pub(crate) fn is_under_way(&self) -> bool {
        !self.pending.is_empty()
    }

    /// SIGHUP, or `telinit q`: the configuration, then inittab.
    pub(crate) fn begin(&mut self, context: &mut Context) {
        let asker = context.take_asker();
        self.pending.run(context, READ_CONFIGURATION, (Reply::Configuration, asker));
    }

    fn read_table(&mut self, asker: u32, context: &mut Context) {
        self.pending.run(context, read_inittab(), (Reply::Table, asker));
    }

    /// A change to `level`, from outside. What does not belong there is ended first, by the table as it
    /// is by then.
    pub(crate) fn change_level(
        &mut self,
        level: Runlevel,
        grace_ms: Option<u64>,
        supervision: &mut Supervision,
        context: &mut Context,
    ) {
        let children = supervision.children_mut();
        let Some(levels) = children.levels_mut() else { return };
        let previous = levels.now();
        if previous == level {
            return;
        }
        levels.await_table(grace_ms);
        enter_level(children, level, previous, context);
        self.read_table(0, context);
    }

    /// Takes an outcome in. `None` if it is not of these. Entries that stay keep their processes,
    /// entries that left are ended.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        supervision: &mut Supervision,
        context: &mut Context,
    ) -> Option<()> {
        let dialect = supervision.children().dialect();
        let (reply, asker) = self.pending.complete(id)?;
        if matches!(reply, Reply::Configuration) {
            take_again(Reading::of_look(outcome), dialect, context);
            self.read_table(asker, context);
            return Some(());
        }
        let children = supervision.children_mut();
        // Once the boot has settled on a dialect, a table that is read again follows it too.
        match parse_read(outcome, Some(dialect), context) {
            Ok(table) => {
                say_problems(&table, context);
                take_table(children, table);
                context.answer(asker, render_done());
            }
            Err(errno) => {
                context.heed_client(asker);
                context.refuse(Severity::Warning, &Refusal::reload(errno));
            }
        }
        let grace_ms = children.levels_mut().and_then(|levels| levels.table_read());
        children.forgive_all();
        supervision.begin_leaving(grace_ms, context);
        context.run_and_forget(Op::ForgetCode);
        Some(())
    }
}

/// A configuration that was read again counts as a whole; where a part of it could not be read, nothing
/// changes.
fn take_again(reading: Reading, dialect: Dialect, context: &mut Context) {
    if let Some(problem) = reading.unread() {
        let consequence = "keeping the configuration as it is";
        return say_problem(problem, consequence, &reading.configuration.files, context);
    }
    let asked = reading.configuration.dialect();
    // Said when it changes: reading the same again is no news.
    if asked != context.configuration.dialect() && asked.is_some_and(|asked| asked != dialect) {
        let text = "the configuration's dialect is another; it counts from the next boot on";
        context.say(Severity::Warning, String::from(text));
    }
    take_configuration(reading, context);
}
