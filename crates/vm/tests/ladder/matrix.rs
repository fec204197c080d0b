//! Every rung and both default profiles on every machine type: which write resets it, whose
//! instruction that was, and that the machine comes up again.

use anyhow::{Result, bail};
use vm::board::{Board, Ending, MachineType, Payload, Trace, Watched, Write};

use crate::{ENOUGH_BOOTS, LANTERN_MARKER, STILL_RUNNING, keyboard_pulse};

const RUNGS: [&str; 7] = ["acpi", "kbd", "cf9", "port92", "efi", "bios", "triple"];

/// What a rung does to a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// This write by lantern resets it.
    Write(Write),
    /// An exception without a handler resets it.
    TripleFault,
    /// The firmware, entered again, resets it.
    Firmware,
    /// The firmware starts again without any reset.
    EntersFirmware,
    /// Nothing: lantern is still running when the rung ends.
    Nothing,
}

fn keyboard(machine: MachineType) -> Verdict {
    match machine {
        MachineType::Pc | MachineType::Q35 | MachineType::Q35WithoutAcpi | MachineType::Isapc => {
            Verdict::Write(keyboard_pulse())
        }
        MachineType::PcWithoutKeyboard | MachineType::Q35WithoutKeyboard => Verdict::Nothing,
        MachineType::Microvm | MachineType::MicrovmWithoutAcpi => Verdict::Nothing,
    }
}

fn acpi(machine: MachineType) -> Verdict {
    match machine {
        MachineType::Q35 | MachineType::Q35WithoutKeyboard => {
            Verdict::Write(Write::new("lpc-reset-control", 0xCF9, 0x0F))
        }
        MachineType::Microvm => Verdict::Write(Write::new("acpi-ged-regs", 0xFEA0_0202, 0x42)),
        MachineType::Pc | MachineType::PcWithoutKeyboard | MachineType::Q35WithoutAcpi => {
            Verdict::Nothing
        }
        MachineType::MicrovmWithoutAcpi | MachineType::Isapc => Verdict::Nothing,
    }
}

fn cf9(machine: MachineType) -> Verdict {
    match machine.reset_control() {
        "io" => Verdict::Nothing,
        device => Verdict::Write(Write::new(device, 0xCF9, 0x0E)),
    }
}

/// The port is part of the keyboard controller's board logic and goes with it.
fn port92(machine: MachineType) -> Verdict {
    match keyboard(machine) {
        Verdict::Write(_) => Verdict::Write(Write::new("port92", 0x92, 0x03)),
        _ => Verdict::Nothing,
    }
}

fn bios(machine: MachineType) -> Verdict {
    match machine {
        MachineType::Microvm | MachineType::MicrovmWithoutAcpi => Verdict::EntersFirmware,
        _ => Verdict::Firmware,
    }
}

fn expected(machine: MachineType, rung: &str) -> Verdict {
    match rung {
        "acpi" => acpi(machine),
        "kbd" => keyboard(machine),
        "cf9" => cf9(machine),
        "port92" => port92(machine),
        "bios" => bios(machine),
        "triple" => Verdict::TripleFault,
        _ => Verdict::Nothing,
    }
}

/// Linux's default order: the first of these that does something. Its BIOS jump does not come back,
/// so what lies behind it is never reached.
fn expected_of_linux(machine: MachineType) -> Verdict {
    let rungs = [acpi(machine), keyboard(machine), bios(machine)];
    rungs.into_iter().find(|verdict| *verdict != Verdict::Nothing).unwrap_or(Verdict::Nothing)
}

/// Our default order: where none of these does anything, a triple fault does.
fn expected_of_best(machine: MachineType) -> Verdict {
    let rungs = [acpi(machine), keyboard(machine), cf9(machine), port92(machine)];
    rungs.into_iter().find(|verdict| *verdict != Verdict::Nothing).unwrap_or(Verdict::TripleFault)
}

/// Every line boots twice.
fn line_of(line: &str) -> String {
    format!("{line} boots=2")
}

fn judge(machine: MachineType, payload: &Payload, line: &str) -> Result<Verdict> {
    let (ending, trace) = Board::new(machine, payload, line_of(line)).run_to_reset()?;
    name(&ending, &trace)
}

fn name(ending: &Ending, trace: &Trace) -> Result<Verdict> {
    let last = trace.after(LANTERN_MARKER, Watched::Lantern).and_then(|mut writes| writes.pop());
    match (ending, last) {
        (Ending::Exit(STILL_RUNNING), _) => Ok(Verdict::Nothing),
        (Ending::Exit(ENOUGH_BOOTS), _) => Ok(Verdict::EntersFirmware),
        _ if trace.is_triple_fault && ending.is_by_lantern() => Ok(Verdict::TripleFault),
        (_, Some(write)) if ending.is_by_lantern() => Ok(Verdict::Write(write)),
        _ if ending.is_by_seabios() => Ok(Verdict::Firmware),
        (_, last) => bail!("{ending:x?}, last write {last:?}, printed:\n{}", trace.serial()),
    }
}

/// Without a pause: the machine is up a second time.
fn comes_up_again(machine: MachineType, payload: &Payload, line: &str) -> Result<bool> {
    let (ending, _) = Board::new(machine, payload, line_of(line)).run_through()?;
    Ok(matches!(ending, Ending::Exit(ENOUGH_BOOTS)))
}

fn check(machine: MachineType, cases: &[(String, Verdict)]) -> Result<()> {
    let payload = Payload::lantern()?;
    let mut failures = Vec::new();
    for (line, expected) in cases {
        let found = judge(machine, &payload, line);
        println!("{:<18} {line:<26} {found:?}", machine.name());
        if !matches!(&found, Ok(verdict) if verdict == expected) {
            failures.push(format!("{line}: expected {expected:?}, found {found:?}"));
        }
        if *expected != Verdict::Nothing && !comes_up_again(machine, &payload, line)? {
            failures.push(format!("{line}: the machine did not come up again"));
        }
    }
    assert!(failures.is_empty(), "{}:\n{}", machine.name(), failures.join("\n"));
    Ok(())
}

fn check_machine(machine: MachineType) -> Result<()> {
    let rungs =
        RUNGS.iter().map(|rung| (format!("ladder=linux rung={rung}"), expected(machine, rung)));
    let linux = expected_of_linux(machine);
    let profiles = [
        ("ladder=linux".into(), linux.clone()),
        ("ladder=linux-3.17".into(), linux),
        ("ladder=best".into(), expected_of_best(machine)),
    ];
    let cases: Vec<_> = rungs.chain(profiles).collect();
    assert_eq!(cases.len(), 10);
    check(machine, &cases)
}

#[test]
fn pc() -> Result<()> {
    check_machine(MachineType::Pc)
}

#[test]
fn pc_without_keyboard_controller() -> Result<()> {
    check_machine(MachineType::PcWithoutKeyboard)
}

#[test]
fn q35() -> Result<()> {
    check_machine(MachineType::Q35)
}

#[test]
fn q35_without_keyboard_controller() -> Result<()> {
    check_machine(MachineType::Q35WithoutKeyboard)
}

#[test]
fn q35_without_acpi() -> Result<()> {
    check_machine(MachineType::Q35WithoutAcpi)
}

#[test]
fn microvm() -> Result<()> {
    check_machine(MachineType::Microvm)
}

#[test]
fn microvm_without_acpi() -> Result<()> {
    check_machine(MachineType::MicrovmWithoutAcpi)
}

#[test]
fn isapc() -> Result<()> {
    check_machine(MachineType::Isapc)
}
