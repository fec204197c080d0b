//! The sequence of device writes of profile `linux`, against a stock Linux's own on the same
//! machine type.

use anyhow::{Context, Result};
use vm::Kernel;
use vm::board::{Board, Ending, MachineType, Payload, Watched, Write};

use crate::{ENOUGH_BOOTS, LANTERN_MARKER, LINUX_MARKER, keyboard_pulse};

/// Messages reach the console, and no time goes into judging clocks under emulation. A kernel at a
/// random address leaves microvm's SeaBIOS in a state in which its second start mostly faults, and
/// resets the machine by that.
const LINUX_LINE: &str = "console=ttyS0 loglevel=6 panic=-1 tsc=reliable lpj=1000000 nokaslr";

/// What a run showed: how it ended, the ladder's writes, whether the processor gave up.
#[derive(Debug)]
struct Climb {
    ending: Ending,
    writes: Vec<Write>,
    is_triple_fault: bool,
}

fn climb(board: &Board<'_>, marker: &str) -> Result<Climb> {
    let (ending, trace) = board.run_to_reset()?;
    let writes = trace
        .after(marker, Watched::Linux)
        .with_context(|| format!("never printed: {marker}\n{ending:x?}\n{}", trace.serial()))?;
    Ok(Climb { ending, writes, is_triple_fault: trace.is_triple_fault })
}

fn linux(kernel: Kernel, machine: MachineType, settings: &str) -> Result<Climb> {
    let line = format!("{LINUX_LINE} -- restart {settings}");
    climb(&Board::new(machine, &Payload::linux_with_probe(kernel)?, line), LINUX_MARKER)
}

fn lantern(machine: MachineType, argument: &str) -> Result<Climb> {
    let line = format!("ladder=linux {argument} boots=2");
    climb(&Board::new(machine, &Payload::lantern()?, line), LANTERN_MARKER)
}

fn show(writes: &[Write]) -> String {
    writes.iter().map(|write| format!("  {write}\n")).collect()
}

/// All are reset by the same writes in the same order, and these are the ones expected.
fn same(machine: MachineType, settings: &str, argument: &str, expected: &[Write]) -> Result<()> {
    let lantern = lantern(machine, argument)?;
    check(&lantern, expected);
    for kernel in [Kernel::Linux6_1, Kernel::Linux6_12] {
        let linux = linux(kernel, machine, settings)?;
        println!("{kernel:?} on {} with '{settings}':\n{}", machine.name(), show(&linux.writes));
        check(&linux, expected);
        assert_eq!(linux.writes, lantern.writes);
    }
    Ok(())
}

fn check(climb: &Climb, expected: &[Write]) {
    assert!(matches!(climb.ending, Ending::Reset { .. }), "{climb:x?}");
    assert_eq!(climb.is_triple_fault, expected.is_empty(), "{climb:x?}");
    assert_eq!(climb.writes, expected);
}

#[test]
fn acpi_on_q35() -> Result<()> {
    same(MachineType::Q35, "", "", &[Write::new("lpc-reset-control", 0xCF9, 0x0F)])
}

#[test]
fn keyboard_on_q35() -> Result<()> {
    same(MachineType::Q35, "type=kbd", "reboot=k", &[keyboard_pulse()])
}

#[test]
fn keyboard_is_what_pc_falls_to() -> Result<()> {
    same(MachineType::Pc, "", "", &[keyboard_pulse()])
}

#[test]
fn pci_cold_on_q35() -> Result<()> {
    let writes = [0x02, 0x0E].map(|value| Write::new("lpc-reset-control", 0xCF9, value));
    same(MachineType::Q35, "type=pci mode=cold", "reboot=p,c", &writes)
}

#[test]
fn pci_warm_on_q35() -> Result<()> {
    let writes = [0x02, 0x06].map(|value| Write::new("lpc-reset-control", 0xCF9, value));
    same(MachineType::Q35, "type=pci mode=warm", "reboot=p,w", &writes)
}

#[test]
fn pci_cold_on_pc() -> Result<()> {
    let writes = [0x02, 0x0E].map(|value| Write::new("piix3-reset-control", 0xCF9, value));
    same(MachineType::Pc, "type=pci mode=cold", "reboot=p,c", &writes)
}

#[test]
fn triple_fault_writes_nothing() -> Result<()> {
    same(MachineType::Q35, "type=triple", "reboot=t", &[])
}

/// Nobody is at port 0x64: twenty pulses, then CMOS 0x0F and the BIOS, which starts both kernels
/// again without a reset.
#[test]
fn microvms_twenty_pulses_and_the_bios() -> Result<()> {
    let pulses = vec![Write::new("io", 0x64, 0xFE); 20];
    let cmos = [Write::new("rtc-index", 0x70, 0x8F), Write::new("rtc", 0x71, 0x00)];
    let expected = [pulses, cmos.to_vec()].concat();
    let linux = linux(Kernel::Linux6_1, MachineType::MicrovmWithoutAcpi, "")?;
    let lantern = lantern(MachineType::MicrovmWithoutAcpi, "")?;
    for climb in [&linux, &lantern] {
        assert!(
            matches!(climb.ending, Ending::Exit(ENOUGH_BOOTS)),
            "it did not come up again: {climb:x?}"
        );
        // What follows is SeaBIOS's.
        assert_eq!(climb.writes.get(..22), Some(&expected[..]));
    }
    Ok(())
}
