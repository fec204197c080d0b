//! From the first instruction to inittab: API file systems, console, configuration, table.

use super::api_mounts::ApiMounts;
use super::configuration_file::{READ_CONFIGURATION, take_configuration};

use super::host_search::{Found, HostSearch};
use super::next::{Booted, Next};
use super::start::StartArguments;
use super::table_file::{parse_read, read_inittab, say_problems};
use crate::child::{plan_environment, set};
use crate::configuration::Reading;
use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::inittab::{Dialect, Table, default_table, single_user_table};
use crate::op::{ConsoleOp, Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;
use crate::text::Shown;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// What an outcome answers, in the order in which they come.
#[derive(Clone, Copy, Debug)]
enum Reply {
    Console,
    Terminal,
    Configuration,
    Inittab,
}

/// The boot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Boot {
    start: StartArguments,
    mounts: ApiMounts,
    host: HostSearch,
    pending: Pending<Reply>,
    environment: Vec<Vec<u8>>,
    consoles: Vec<Vec<u8>>,
}

impl Boot {
    pub(crate) fn new(start: StartArguments) -> Self {
        Self { start, ..Self::default() }
    }

    /// Begins; what PID 1 runs on may be known already.
    pub(crate) fn begin(&mut self, finds_host: bool, context: &mut Context) {
        if finds_host {
            self.host.begin(context);
        }
        self.mounts.begin(context);
    }

    /// Takes an outcome in.
    pub(crate) fn finished(&mut self, id: OpId, outcome: &Outcome, context: &mut Context) -> Next {
        if let Some(are_settled) = self.mounts.finished(id, outcome, context) {
            // The link that tells the host is in /proc, which may have had to be mounted first.
            if are_settled && !self.host.look_further(context) {
                self.open_console(context);
            }
            return Next::Stay;
        }
        if let Some(found) = self.host.finished(id, outcome, context) {
            if found == Found::ByLink {
                self.open_console(context);
            }
            return Next::Stay;
        }
        match self.pending.complete(id) {
            Some(Reply::Console) => self.console_opened(outcome, context),
            Some(Reply::Terminal) => self.terminal_known(outcome, context),
            Some(Reply::Configuration) => self.configuration_read(outcome, context),
            Some(Reply::Inittab) => return self.inittab_read(outcome, context),
            None => {}
        }
        Next::Stay
    }

    /// The console may live on the /dev that was just mounted, so it is opened afterwards.
    fn open_console(&mut self, context: &mut Context) {
        if context.host.is_container() {
            let text = "running in a container: kexec and ctrl-alt-del are its host's";
            context.say(Severity::Info, String::from(text));
        }
        let path = self.start.chosen_console().map(<[u8]>::to_vec);
        self.pending.run(context, Op::Console(ConsoleOp::Open { path }), Reply::Console);
    }

    fn console_opened(&mut self, outcome: &Outcome, context: &mut Context) {
        if let Some(errno) = outcome.error() {
            let path = Shown(self.start.chosen_console().unwrap_or(b"/dev/console"));
            context.say_formatted(
                Severity::Warning,
                format_args!("can't open {path}: {errno}; going on without it"),
            );
        }
        self.pending.run(context, Op::Read(ReadOp::IsVirtualTerminal), Reply::Terminal);
    }

    fn terminal_known(&mut self, outcome: &Outcome, context: &mut Context) {
        let is_virtual = *outcome == Outcome::Answer(true);
        self.environment = plan_environment(&self.start.environment, is_virtual);
        if let Some(first) = self.start.arguments.first() {
            set(&mut self.environment, "RUNLEVEL", first);
        }
        self.pending.run(context, READ_CONFIGURATION, Reply::Configuration);
    }

    fn configuration_read(&mut self, outcome: &Outcome, context: &mut Context) {
        let mut reading = Reading::of_look(outcome);
        if !context.host.is_container() {
            self.consoles = core::mem::take(&mut reading.consoles);
            let consoles = self.consoles.clone();
            context.run_and_forget(Op::Console(ConsoleOp::SpeakOn { consoles }));
        }
        take_configuration(reading, context);
        self.pending.run(context, read_inittab(), Reply::Inittab);
    }

    fn inittab_read(&mut self, outcome: &Outcome, context: &mut Context) -> Next {
        let is_single_user = self.start.is_single_user();
        let table = match parse_read(outcome, context.configuration.dialect(), context) {
            Ok(table) => table,
            Err(_) if is_single_user => Table::default(),
            Err(errno) => table_without_file(errno, context),
        };
        // BusyBox's single user has nothing to do with inittab; sysvinit's is one of its runlevels.
        let table = if table.dialect == Dialect::BusyBox && is_single_user {
            single_user_table()
        } else {
            say_problems(&table, context);
            table
        };
        Next::Serve(Box::new(Booted {
            start: core::mem::take(&mut self.start),
            environment: core::mem::take(&mut self.environment),
            consoles: core::mem::take(&mut self.consoles),
            table,
        }))
    }
}

fn table_without_file(errno: Errno, context: &mut Context) -> Table {
    context.say_formatted(
        Severity::Info,
        format_args!("can't read /etc/inittab: {errno}; using the built-in table"),
    );
    default_table()
}
