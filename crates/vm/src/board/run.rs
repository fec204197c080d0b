//! A machine type with a kernel in it, run until it resets, ends, or hangs.

use std::ops::Range;
use std::time::Duration;

use anyhow::Result;

use super::machine_type::MachineType;
use super::payload::{Ovmf, Payload};
use super::session::{Next, Session};
use super::trace::Trace;
use crate::qemu::Arguments;

/// Far more than any run takes: the longest, Linux on microvm without ACPI, needs 15 s if it has a
/// processor to itself.
const LIMIT: Duration = Duration::from_secs(120);
/// Where lantern is linked (lantern/kernel/link.ld), and no larger than a megabyte.
const LANTERN_CODE: Range<u64> = 0x300_0000..0x310_0000;
const MEMORY_MIB: &str = "256";

/// What is run.
#[derive(Clone, Debug)]
pub struct Board<'a> {
    machine: MachineType,
    payload: &'a Payload,
    command_line: String,
    firmware: Option<&'a Ovmf>,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ending {
    /// The board was reset, by the instruction before this one.
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
        self.is_within(&[LANTERN_CODE])
    }

    /// Reset by an instruction in one of these ranges.
    #[must_use]
    pub fn is_within(&self, ranges: &[Range<u64>]) -> bool {
        let Self::Reset { instruction } = self else { return false };
        ranges.iter().any(|range| range.contains(instruction))
    }

    /// Reset by SeaBIOS, which lies below one mebibyte.
    #[must_use]
    pub fn is_by_seabios(&self) -> bool {
        matches!(self, Self::Reset { instruction } if *instruction < 0x10_0000)
    }
}

impl<'a> Board<'a> {
    /// With the machine type's own firmware.
    #[must_use]
    pub fn new(
        machine: MachineType,
        payload: &'a Payload,
        command_line: impl Into<String>,
    ) -> Board<'a> {
        Board { machine, payload, command_line: command_line.into(), firmware: None }
    }

    /// With EFI firmware in its place.
    #[must_use]
    pub fn firmware(self, firmware: &'a Ovmf) -> Board<'a> {
        Board { firmware: Some(firmware), ..self }
    }

    /// Runs until the first reset, at which the board is paused.
    pub fn run_to_reset(&self) -> Result<(Ending, Trace)> {
        let mut session = self.start(&["-action", "reboot=shutdown,shutdown=pause"], true)?;
        let ending = await_ending(&mut session)?;
        Ok((ending, Trace::parse(&session.log())))
    }

    /// Runs through resets until the guest ends QEMU; answers what it printed as well.
    pub fn run_through(&self) -> Result<(Ending, String)> {
        let mut session = self.start(&[], false)?;
        let ending = await_ending(&mut session)?;
        Ok((ending, session.printed()))
    }

    /// Runs until this text is printed; answers everything printed up to its end.
    pub fn run_until(&self, text: &str) -> Result<String> {
        Ok(self.start(&[], false)?.read_until(text))
    }

    fn start(&self, actions: &[&str], is_traced: bool) -> Result<Session> {
        // No other accelerator logs a triple fault (QEMU, target/i386/tcg/excp_helper.c).
        let mut arguments = Arguments::of_any_machine("tcg");
        arguments.words(&self.machine.arguments());
        arguments.option("-m", MEMORY_MIB);
        arguments.kernel(self.payload.image(), self.payload.initrd(), &self.command_line);
        arguments.words(&["-device", "isa-debug-exit,iobase=0xf4,iosize=4"]);
        arguments.words(actions);
        if let Some(firmware) = self.firmware {
            arguments.words(&firmware.arguments());
        }
        Session::start(arguments, is_traced, LIMIT)
    }
}

fn await_ending(session: &mut Session) -> Result<Ending> {
    Ok(match session.wait()? {
        Next::Paused => Ending::Reset { instruction: session.instruction_pointer()? },
        // isa-debug-exit ends QEMU with twice the value and one.
        Next::Exited(status) => Ending::Exit(u8::try_from((status - 1) / 2).unwrap_or(u8::MAX)),
        Next::Hung => Ending::Hung,
    })
}
