//! A machine with a kernel in it, run until it resets, ends, or hangs.

use std::path::PathBuf;
use std::time::Duration;

use crate::qemu::Event;
use crate::{Machine, Qemu, Trace};

/// Far more than any run takes: the longest, Linux on microvm without ACPI, needs 15 s if it has a
/// processor to itself.
const LIMIT: Duration = Duration::from_secs(120);
/// Where lantern is linked (lantern/kernel/link.ld), and no larger than a megabyte.
const LANTERN_CODE: std::ops::Range<u64> = 0x300_0000..0x310_0000;

/// What is booted.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Argument of `-kernel`.
    pub image: PathBuf,
    /// Argument of `-initrd`: lantern's user program, or an initramfs.
    pub program: Option<PathBuf>,
}

/// A machine and its kernel.
#[derive(Clone, Debug)]
pub struct Guest<'a> {
    /// The machine.
    pub machine: Machine,
    /// The kernel.
    pub kernel: &'a Kernel,
    /// Its command line.
    pub line: String,
    /// More arguments for QEMU.
    pub extra: Vec<String>,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ending {
    /// The machine was reset, by the instruction before this one.
    Reset {
        /// Instruction pointer at the pause.
        instruction: u64,
    },
    /// QEMU ended: lantern wrote this value to QEMU's exit device.
    Exit(u8),
    /// Neither.
    Hung,
}

impl Ending {
    /// Reset by lantern's own instruction, not by firmware that it called.
    #[must_use]
    pub fn is_by_lantern(&self) -> bool {
        matches!(self, Self::Reset { instruction } if LANTERN_CODE.contains(instruction))
    }

    /// Reset by an instruction in one of these ranges.
    #[must_use]
    pub fn is_within(&self, ranges: &[std::ops::Range<u64>]) -> bool {
        let Self::Reset { instruction } = self else { return false };
        ranges.iter().any(|range| range.contains(instruction))
    }

    /// Reset by SeaBIOS, which lies below one mebibyte.
    #[must_use]
    pub fn is_by_seabios(&self) -> bool {
        matches!(self, Self::Reset { instruction } if *instruction < 0x10_0000)
    }
}

impl Guest<'_> {
    /// Runs until the first reset, at which the machine is paused.
    #[must_use]
    pub fn run_to_reset(&self) -> (Ending, Trace) {
        let mut qemu = self.start(&["-action", "reboot=shutdown,shutdown=pause"], true);
        let ending = ending(&mut qemu);
        (ending, Trace::parse(&qemu.log()))
    }

    /// Runs through resets until the guest ends QEMU; answers what it printed as well.
    #[must_use]
    pub fn run_through(&self) -> (Ending, String) {
        let mut qemu = self.start(&[], false);
        let ending = ending(&mut qemu);
        (ending, qemu.printed())
    }

    /// Runs until this text is printed; answers everything printed so far.
    #[must_use]
    pub fn run_until(&self, text: &str) -> String {
        self.start(&[], false).read_until(text)
    }

    fn start(&self, actions: &[&str], is_traced: bool) -> Qemu {
        let image = self.kernel.image.display().to_string();
        let program = self.kernel.program.as_ref().map(|path| path.display().to_string());
        let mut arguments = self.machine.arguments();
        arguments.extend(["-m", "256", "-kernel", &image, "-append", &self.line]);
        arguments.extend(["-device", "isa-debug-exit,iobase=0xf4,iosize=4"]);
        if let Some(program) = &program {
            arguments.extend(["-initrd", program]);
        }
        arguments.extend(actions);
        arguments.extend(self.extra.iter().map(String::as_str));
        Qemu::start(&arguments, is_traced, LIMIT)
    }
}

fn ending(qemu: &mut Qemu) -> Ending {
    match qemu.wait() {
        Event::Paused => Ending::Reset { instruction: qemu.instruction_pointer() },
        // isa-debug-exit ends QEMU with twice the value and one.
        Event::Exited(status) => Ending::Exit(u8::try_from((status - 1) / 2).unwrap_or(u8::MAX)),
        Event::Hung => Ending::Hung,
    }
}
