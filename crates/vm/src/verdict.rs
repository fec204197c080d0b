//! How a machine ended, and how that is found out.

use std::fmt;

use crate::protocol::{Hello, KEXEC_BOOTLOADER_TYPE};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Reset,
    PoweredOff,
    /// Every processor stands still with interrupts off.
    Halted,
    /// Another kernel runs, and nothing was reset in between.
    KexecInto {
        boot_id: String,
        command_line: String,
        release: String,
    },
    Panicked {
        message: String,
    },
    TimedOut {
        last_console: String,
    },
}

impl Verdict {
    /// What is compared when a test names the end it expects.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Reset => "reset",
            Verdict::PoweredOff => "powered off",
            Verdict::Halted => "halted",
            Verdict::KexecInto { .. } => "kexec into another kernel",
            Verdict::Panicked { .. } => "panicked",
            Verdict::TimedOut { .. } => "timed out",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::KexecInto { release, boot_id, .. } => {
                write!(f, "kexec into {release} (boot {boot_id})")
            }
            Verdict::Panicked { message } => write!(f, "panicked: {message}"),
            Verdict::TimedOut { last_console } => {
                write!(f, "timed out; last on the console:\n{last_console}")
            }
            Verdict::Reset | Verdict::PoweredOff | Verdict::Halted => f.write_str(self.name()),
        }
    }
}

/// The line that the kernel prints first when it panics (kernel/panic.c).
const PANIC: &str = "Kernel panic - not syncing: ";

pub(crate) fn judge_console_line(line: &str) -> Option<Verdict> {
    // The same words come again in "---[ end Kernel panic …" after the traces.
    let (before, message) = line.split_once(PANIC)?;
    let is_end = before.contains("---[ end");
    (!is_end).then(|| Verdict::Panicked { message: message.trim_end().to_owned() })
}

/// The reasons of QMP's SHUTDOWN event (qapi/run-state.json, ShutdownCause). With
/// `-action reboot=shutdown` a reset arrives as one too.
pub(crate) fn judge_shutdown_reason(reason: &str) -> Option<Verdict> {
    match reason {
        "guest-reset" => Some(Verdict::Reset),
        "guest-shutdown" => Some(Verdict::PoweredOff),
        "guest-panic" => {
            Some(Verdict::Panicked { message: "told by the guest's panic device".to_owned() })
        }
        _ => None,
    }
}

/// A new boot id without a reset in between can only be a kexec; the loader's type is the
/// second witness.
pub(crate) fn judge_hello(first: &Hello, next: &Hello) -> Option<Verdict> {
    let is_other_boot = first.boot_id != next.boot_id;
    (is_other_boot && next.bootloader_type == KEXEC_BOOTLOADER_TYPE).then(|| Verdict::KexecInto {
        boot_id: next.boot_id.clone(),
        command_line: next.command_line.clone(),
        release: next.release.clone(),
    })
}

/// Reads QEMU's `info registers -a`: halted for good is HLT=1 with the interrupt flag
/// (bit 9 of EFLAGS) clear, on every processor. An idle kernel halts with interrupts on.
pub(crate) fn is_halted_for_good(registers: &str) -> bool {
    let flags =
        registers.lines().filter(|line| line.starts_with("RIP=") || line.starts_with("EIP="));
    let mut processors = flags.map(processor_is_halted).peekable();
    processors.peek().is_some() && processors.all(|is_halted| is_halted)
}

fn processor_is_halted(line: &str) -> bool {
    let words = || line.split_whitespace();
    let flags = words().find_map(|word| word.strip_prefix("RFL=").or(word.strip_prefix("EFL=")));
    let interrupts_off = flags
        .and_then(|text| u64::from_str_radix(text, 16).ok())
        .is_some_and(|flags| flags & 0x200 == 0);
    interrupts_off && words().any(|word| word == "HLT=1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ProgramName, Role};

    fn hello(boot_id: &str, bootloader_type: u32) -> Hello {
        Hello {
            role: Role::Agent,
            boot_id: boot_id.to_owned(),
            command_line: "quiet".to_owned(),
            release: "6.1".to_owned(),
            bootloader_type,
            pid_1: ProgramName { comm: "init".to_owned(), exe: "/sbin/init".to_owned() },
            uptime_ms: 1,
        }
    }

    #[test]
    fn the_panic_line_is_a_panic_and_the_end_line_is_not() {
        let line = "[    1.5] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0\r";
        let message = "Attempted to kill init! exitcode=0x0".to_owned();
        assert_eq!(judge_console_line(line), Some(Verdict::Panicked { message }));
        assert_eq!(judge_console_line("---[ end Kernel panic - not syncing: x ]---"), None);
        assert_eq!(judge_console_line("panic"), None);
    }

    #[test]
    fn only_what_the_guest_did_is_a_verdict() {
        assert_eq!(judge_shutdown_reason("guest-reset"), Some(Verdict::Reset));
        assert_eq!(judge_shutdown_reason("guest-shutdown"), Some(Verdict::PoweredOff));
        assert_eq!(judge_shutdown_reason("host-signal"), None);
    }

    #[test]
    fn kexec_needs_another_boot_and_the_kexec_loader() {
        let first = hello("a", 0xB0);
        assert_eq!(judge_hello(&first, &hello("a", 0xD0)), None, "the agent only started again");
        assert_eq!(judge_hello(&first, &hello("b", 0xB0)), None, "loaded by QEMU, not by kexec");
        assert!(matches!(judge_hello(&first, &hello("b", 0xD0)), Some(Verdict::KexecInto { .. })));
    }

    #[test]
    fn an_idle_processor_is_not_halted_for_good() {
        let halted =
            "CPU#0\nRAX=0\nRIP=ffffffff81 RFL=00000002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=1\n";
        let idle = halted.replace("00000002", "00000202");
        let running = halted.replace("HLT=1", "HLT=0");
        assert!(is_halted_for_good(halted));
        assert!(!is_halted_for_good(&idle));
        assert!(!is_halted_for_good(&running));
        assert!(!is_halted_for_good(&format!("{halted}{idle}")), "one of two is idle");
        assert!(!is_halted_for_good(""));
    }
}
