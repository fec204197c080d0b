//! From the first instruction to inittab: API file systems, console, options, table.

use super::place::Place;
use super::{Brain, Purpose, Stage};
use crate::child::value_of;
use crate::errno::Errno;
use crate::event::Severity;
use crate::inittab::{
    Dialect, MOST_FILE_BYTES, Table, default_table, parse_inittab, parse_inittab_as,
    single_user_table,
};
use crate::kernel_line::{parse_consoles, parse_dialect, parse_kernel_line};
use crate::op::{ApiMount, How, Op, Outcome};
use crate::text::Shown;
use alloc::format;

/// Without it little can be known of processes and mounts.
pub(super) const PROC: ApiMount =
    ApiMount { kind: "proc", target: "/proc", options: "", no_exec: true, no_devices: true };

/// What user space expects to find mounted, in the order of need. /run holds sockets and state,
/// never devices; it stays executable for a copy of PID 1 (file-hierarchy(7) lists the same four).
const API_MOUNTS: [ApiMount; 4] = [
    PROC,
    ApiMount { kind: "sysfs", target: "/sys", options: "", no_exec: true, no_devices: true },
    ApiMount {
        kind: "devtmpfs",
        target: "/dev",
        options: "mode=0755",
        no_exec: false,
        no_devices: false,
    },
    ApiMount {
        kind: "tmpfs",
        target: "/run",
        options: "mode=0755",
        no_exec: false,
        no_devices: true,
    },
];

/// The kernel's line is at most COMMAND_LINE_SIZE, 2048 on x86 (asm/setup.h).
const KERNEL_LINE_MOST_BYTES: usize = 4096;

/// What an outcome is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// Whether the API file system of this number is there.
    ApiState(usize),
    ApiMounted(usize),
    Console,
    Terminal,
    KernelLine,
    Inittab,
}

/// How far the boot has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Boot {
    mounts_settled: usize,
}

impl Brain {
    pub(super) fn begin_boot(&mut self) {
        for (index, mount) in API_MOUNTS.iter().enumerate() {
            let op = Op::IsMountPoint { path: mount.target };
            self.run(op, How::Inline, Purpose::Boot(For::ApiState(index)));
        }
    }

    pub(super) fn boot_finished(&mut self, purpose: For, outcome: &Outcome) {
        match purpose {
            For::ApiState(index) => self.api_state_known(index, outcome),
            For::ApiMounted(index) => {
                self.note_api_failure(index, outcome);
                self.api_settled();
            }
            For::Console => self.console_opened(outcome),
            For::Terminal => self.terminal_known(outcome),
            For::KernelLine => self.kernel_line_read(outcome),
            For::Inittab => self.inittab_read(outcome),
        }
    }

    fn api_state_known(&mut self, index: usize, outcome: &Outcome) {
        match (outcome, API_MOUNTS.get(index)) {
            (Outcome::Answer(true), _) | (_, None) => self.api_settled(),
            (_, Some(mount)) => {
                self.run(Op::MountApi(*mount), How::Inline, Purpose::Boot(For::ApiMounted(index)))
            }
        }
    }

    fn note_api_failure(&mut self, index: usize, outcome: &Outcome) {
        if let (Some(errno), Some(mount)) = (outcome.error(), API_MOUNTS.get(index)) {
            // What a container may not mount is for its host to give.
            if self.place != Place::Machine && matches!(errno, Errno::EPERM | Errno::EACCES) {
                return;
            }
            let text = format!(
                "can't mount {} on {}: {errno}; going on without it",
                mount.kind, mount.target
            );
            self.say(Severity::Warning, text);
        }
    }

    /// The console may live on the /dev that was just mounted, so it is opened afterwards.
    fn api_settled(&mut self) {
        let Stage::Boot(boot) = &mut self.stage else { return };
        boot.mounts_settled = boot.mounts_settled.saturating_add(1);
        if boot.mounts_settled == API_MOUNTS.len() {
            self.settle_place();
        }
    }

    pub(super) fn open_console(&mut self) {
        let op = Op::OpenConsole { path: self.chosen_console().map(<[u8]>::to_vec) };
        self.run(op, How::Inline, Purpose::Boot(For::Console));
    }

    /// BusyBox's rule (init/init.c, `console_init`). The kernel hands both over from its command line,
    /// as it does every word that it does not know.
    fn chosen_console(&self) -> Option<&[u8]> {
        let environment = &self.birth.environment;
        value_of(environment, b"CONSOLE").or_else(|| value_of(environment, b"console"))
    }

    pub(super) fn speak_on_consoles(&mut self) {
        let op = Op::SpeakOn { consoles: self.consoles.clone() };
        self.run_and_forget(op, How::Inline);
    }

    fn console_opened(&mut self, outcome: &Outcome) {
        if let Some(errno) = outcome.error() {
            let path = Shown(self.chosen_console().unwrap_or(b"/dev/console"));
            self.say(Severity::Warning, format!("can't open {path}: {errno}; going on without it"));
        }
        self.run(Op::IsVirtualTerminal, How::Inline, Purpose::Boot(For::Terminal));
    }

    fn terminal_known(&mut self, outcome: &Outcome) {
        let is_virtual = matches!(outcome, Outcome::Answer(true));
        self.environment = crate::child::plan_environment(&self.birth.environment, is_virtual);
        if let Some(first) = self.birth.arguments.first() {
            let level = first.clone();
            crate::child::set(&mut self.environment, "RUNLEVEL", &level);
        }
        let op = Op::ReadFile { path: "/proc/cmdline", most_bytes: KERNEL_LINE_MOST_BYTES };
        self.run(op, How::Inline, Purpose::Boot(For::KernelLine));
    }

    fn kernel_line_read(&mut self, outcome: &Outcome) {
        if let Outcome::Bytes(line) = outcome {
            let (settings, bad) = parse_kernel_line(line);
            self.settings = settings;
            if !self.is_contained() {
                self.consoles = parse_consoles(line);
                self.speak_on_consoles();
            }
            self.asked_dialect = parse_dialect(line);
            for option in bad {
                let word = Shown(&option.word);
                self.say(
                    Severity::Warning,
                    format!("/proc/cmdline: {word}: {}; ignored", option.reason),
                );
            }
        }
        self.read_inittab();
    }

    fn is_single_user(&self) -> bool {
        self.birth
            .arguments
            .first()
            .is_some_and(|first| matches!(first.as_slice(), b"single" | b"-s" | b"1" | b"S"))
    }

    pub(super) fn read_inittab(&mut self) {
        let op = Op::ReadFile { path: "/etc/inittab", most_bytes: MOST_FILE_BYTES };
        self.run(op, How::Inline, Purpose::Boot(For::Inittab));
    }

    fn inittab_read(&mut self, outcome: &Outcome) {
        let is_boot = matches!(self.stage, Stage::Boot(_));
        let table = match outcome.bytes() {
            Ok(bytes) => match self.dialect_to_read() {
                Some(dialect) => parse_inittab_as(bytes, dialect),
                None => parse_inittab(bytes),
            },
            Err(_) if is_boot && self.is_single_user() => Table::default(),
            Err(errno) if is_boot => self.table_without_file(errno),
            Err(errno) => {
                let text =
                    format!("can't read /etc/inittab: {errno}; keeping the entries as they are");
                self.say(Severity::Warning, text);
                return self.level_table_read();
            }
        };
        // BusyBox's single user has nothing to do with inittab; sysvinit's is one of its runlevels.
        if is_boot && table.dialect == Dialect::BusyBox && self.is_single_user() {
            return self.serve(single_user_table());
        }
        for problem in &table.problems {
            self.say(
                Severity::Warning,
                format!("/etc/inittab:{}: {}; line left out", problem.line, problem.reason),
            );
        }
        if is_boot {
            self.serve(table);
        } else {
            self.replace_table(table);
        }
    }

    /// Once the boot has settled on a dialect, a table that is read again follows it too.
    fn dialect_to_read(&self) -> Option<Dialect> {
        let is_boot = matches!(self.stage, Stage::Boot(_));
        if is_boot { self.asked_dialect } else { Some(self.dialect()) }
    }

    fn table_without_file(&mut self, errno: Errno) -> Table {
        self.say(
            Severity::Info,
            format!("can't read /etc/inittab: {errno}; using the built-in table"),
        );
        default_table()
    }
}
