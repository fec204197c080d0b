//! From the first instruction to inittab: API file systems, console, options, table.

use super::{Brain, Purpose, Stage};
use crate::event::Severity;
use crate::inittab::{default_table, parse_inittab, single_user_table, Table};
use crate::kernel_line::parse_kernel_line;
use crate::op::{ApiMount, How, Op, Outcome};
use alloc::format;

/// What user space expects to find mounted, in the order of need. /run holds sockets and state,
/// never devices; it stays executable for a copy of PID 1 (file-hierarchy(7) lists the same four).
const API_MOUNTS: [ApiMount; 4] = [
    ApiMount { kind: "proc", target: "/proc", options: "", no_exec: true, no_devices: true },
    ApiMount { kind: "sysfs", target: "/sys", options: "", no_exec: true, no_devices: true },
    ApiMount { kind: "devtmpfs", target: "/dev", options: "mode=0755", no_exec: false, no_devices: false },
    ApiMount { kind: "tmpfs", target: "/run", options: "mode=0755", no_exec: false, no_devices: true },
];

/// The most of an inittab that is read: four hundred bytes for each of ten thousand entries.
const INITTAB_MOST_BYTES: usize = 4 * 1024 * 1024;

/// The kernel's line is at most COMMAND_LINE_SIZE, 2048 on x86 (asm/setup.h).
const KERNEL_LINE_MOST_BYTES: usize = 4096;

/// How far the boot has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Boot {
    mounts_settled: usize,
}

impl Brain {
    pub(super) fn begin_boot(&mut self) {
        // PID 1 takes Ctrl-Alt-Del as SIGINT from here on (reboot(2), LINUX_REBOOT_CMD_CAD_OFF).
        self.run_and_forget(Op::CtrlAltDel { resets: false }, How::Inline);
        for (index, mount) in API_MOUNTS.iter().enumerate() {
            let op = Op::IsMountPoint { path: mount.target };
            self.run(op, How::Inline, Purpose::ApiMissing(index));
        }
    }

    pub(super) fn boot_finished(&mut self, purpose: Purpose, outcome: Outcome) {
        match purpose {
            Purpose::ApiMissing(index) => self.api_state_known(index, &outcome),
            Purpose::ApiMounted(index) => {
                self.note_api_failure(index, &outcome);
                self.api_settled();
            }
            Purpose::Console => self.console_opened(&outcome),
            Purpose::KernelLine => self.kernel_line_read(&outcome),
            _ => self.inittab_read(&outcome),
        }
    }

    fn api_state_known(&mut self, index: usize, outcome: &Outcome) {
        match (outcome, API_MOUNTS.get(index)) {
            (Outcome::Answer(true), _) | (_, None) => self.api_settled(),
            (_, Some(mount)) => self.run(Op::MountApi(*mount), How::Inline, Purpose::ApiMounted(index)),
        }
    }

    fn note_api_failure(&mut self, index: usize, outcome: &Outcome) {
        if let (Some(errno), Some(mount)) = (outcome.error(), API_MOUNTS.get(index)) {
            let text = format!("can't mount {} on {}: {errno}; going on without it", mount.kind, mount.target);
            self.say(Severity::Warning, text);
        }
    }

    /// The console may live on the /dev that was just mounted, so it is opened afterwards.
    fn api_settled(&mut self) {
        let Stage::Boot(boot) = &mut self.stage else { return };
        boot.mounts_settled = boot.mounts_settled.saturating_add(1);
        if boot.mounts_settled == API_MOUNTS.len() {
            self.run(Op::OpenConsole, How::Inline, Purpose::Console);
        }
    }

    fn console_opened(&mut self, outcome: &Outcome) {
        if let Some(errno) = outcome.error() {
            self.say(Severity::Warning, format!("can't open /dev/console: {errno}; going on without a console"));
        }
        let is_virtual = matches!(outcome, Outcome::Answer(true));
        self.environment = crate::child::plan_environment(&self.birth.environment, is_virtual);
        if let Some(first) = self.birth.arguments.first() {
            let level = first.clone();
            crate::child::set(&mut self.environment, "RUNLEVEL", &level);
        }
        let op = Op::ReadFile { path: "/proc/cmdline", most_bytes: KERNEL_LINE_MOST_BYTES };
        self.run(op, How::Inline, Purpose::KernelLine);
    }

    fn kernel_line_read(&mut self, outcome: &Outcome) {
        if let Outcome::Bytes(line) = outcome {
            let (settings, bad) = parse_kernel_line(line);
            self.settings = settings;
            for option in bad {
                let word = crate::text::Shown(&option.word);
                self.say(Severity::Warning, format!("/proc/cmdline: {word}: {}; ignored", option.reason));
            }
        }
        if self.is_single_user() {
            self.serve(single_user_table());
        } else {
            self.read_inittab();
        }
    }

    fn is_single_user(&self) -> bool {
        self.birth.arguments.first().is_some_and(|first| matches!(first.as_slice(), b"single" | b"-s" | b"1" | b"S"))
    }

    pub(super) fn read_inittab(&mut self) {
        let op = Op::ReadFile { path: "/etc/inittab", most_bytes: INITTAB_MOST_BYTES };
        self.run(op, How::Inline, Purpose::Inittab);
    }

    fn inittab_read(&mut self, outcome: &Outcome) {
        let table = match outcome {
            Outcome::Bytes(bytes) => parse_inittab(bytes),
            _ => self.table_without_file(outcome),
        };
        for problem in &table.problems {
            self.say(Severity::Warning, format!("/etc/inittab:{}: {}; line left out", problem.line, problem.reason));
        }
        match self.stage {
            Stage::Boot(_) => self.serve(table),
            Stage::Serving | Stage::Ending(_) | Stage::Last(_) => self.replace_table(table),
        }
    }

    fn table_without_file(&mut self, outcome: &Outcome) -> Table {
        let errno = outcome.error().unwrap_or(crate::errno::Errno::ENODATA);
        self.say(Severity::Info, format!("can't read /etc/inittab: {errno}; using the built-in table"));
        default_table()
    }
}
