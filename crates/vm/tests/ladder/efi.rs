//! The ladder under EFI firmware (OVMF): every rung, EFI's own ResetSystem in both modes among
//! them.

use std::ops::Range;

use anyhow::Result;
use vm::Kernel;
use vm::board::{Board, Ending, MachineType, Ovmf, Payload, Trace, Watched, Write};

use crate::{ENOUGH_BOOTS, LANTERN_MARKER, LINUX_MARKER, keyboard_pulse};

/// Whose instruction resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The application's.
    Lantern,
    /// EFI's runtime code, called by the application.
    Runtime,
    /// Any other: the firmware's boot code, entered again.
    Firmware,
}

fn with_board<T>(
    machine: MachineType,
    line: &str,
    run: impl FnOnce(&Board<'_>) -> Result<T>,
) -> Result<T> {
    let (firmware, payload) = (Ovmf::fresh()?, Payload::lantern_efi()?);
    run(&Board::new(machine, &payload, format!("{line} boots=2")).firmware(&firmware))
}

/// `lantern: image: 0xe5e2000 0x8000`: every such range that was printed.
fn ranges(serial: &str, what: &str) -> Vec<Range<u64>> {
    let number =
        |word: &str| u64::from_str_radix(word.trim().trim_start_matches("0x"), 16).unwrap();
    let mark = format!("lantern: {what}: ");
    let texts = serial.lines().filter_map(|line| line.split(&mark).nth(1));
    let pairs = texts.map(|text| text.split_once(' ').unwrap());
    pairs.map(|(start, size)| number(start)..number(start) + number(size)).collect()
}

fn by(ending: &Ending, trace: &Trace) -> By {
    let serial = trace.serial();
    let (image, runtime) = (ranges(&serial, "image"), ranges(&serial, "runtime"));
    assert!(!image.is_empty() && !runtime.is_empty(), "the application did not start:\n{serial}");
    assert!(matches!(ending, Ending::Reset { .. }), "{ending:x?}\n{serial}");
    match (ending.is_within(&image), ending.is_within(&runtime)) {
        (true, _) => By::Lantern,
        (_, true) => By::Runtime,
        _ => By::Firmware,
    }
}

/// The first reset has this author and this last write, or none and a triple fault; and the machine
/// comes up again.
fn resets(machine: MachineType, line: &str, author: By, write: Option<Write>) -> Result<()> {
    let (ending, trace) = with_board(machine, line, |board| board.run_to_reset())?;
    assert_eq!(by(&ending, &trace), author, "{line}: {ending:x?}\n{}", trace.serial());
    assert_eq!(trace.is_triple_fault, write.is_none(), "{line}");
    if let Some(write) = write {
        let writes = trace.after(LANTERN_MARKER, Watched::Lantern).unwrap();
        assert_eq!(writes.last(), Some(&write), "{line}");
    }
    let (ending, printed) = with_board(machine, line, |board| board.run_through())?;
    assert!(
        matches!(ending, Ending::Exit(ENOUGH_BOOTS)),
        "{line} did not come up again: {ending:x?}\n{printed}"
    );
    Ok(())
}

fn cf9(value: u64) -> Option<Write> {
    Some(Write::new("lpc-reset-control", 0xCF9, value))
}

#[test]
fn efi_cold_is_the_firmwares_write_to_cf9() -> Result<()> {
    resets(MachineType::Q35, "ladder=linux rung=efi", By::Runtime, cf9(0x06))
}

#[test]
fn efi_warm_is_the_firmwares_pulse_of_the_keyboard_controller() -> Result<()> {
    resets(MachineType::Q35, "ladder=linux rung=efi mode=warm", By::Runtime, Some(keyboard_pulse()))
}

/// The same firmware, called by Linux, which maps it elsewhere.
#[test]
fn linux_leaves_the_same_write_to_the_firmware() -> Result<()> {
    let (firmware, payload) = (Ovmf::fresh()?, Payload::linux_with_probe(Kernel::Linux6_1)?);
    let line = "console=ttyS0 loglevel=6 panic=-1 -- restart type=efi mode=cold";
    let board = Board::new(MachineType::Q35, &payload, line).firmware(&firmware);
    let (ending, trace) = board.run_to_reset()?;
    let writes = trace.after(LINUX_MARKER, Watched::Linux);
    assert!(matches!(ending, Ending::Reset { .. }), "{ending:x?}\n{}", trace.serial());
    assert_eq!(writes.and_then(|mut writes| writes.pop()), cf9(0x06), "{}", trace.serial());
    Ok(())
}

/// A warm reset would hang in the firmware: it pulses a controller that is not there and loops.
#[test]
fn our_profile_asks_efi_for_a_cold_reset_where_there_is_no_keyboard_controller() -> Result<()> {
    resets(
        MachineType::Q35WithoutKeyboard,
        "ladder=best rung=efi mode=warm",
        By::Runtime,
        cf9(0x06),
    )
}

#[test]
fn the_other_rungs_work_under_efi() -> Result<()> {
    resets(MachineType::Q35, "ladder=linux rung=acpi", By::Lantern, cf9(0x0F))?;
    resets(MachineType::Q35, "ladder=linux rung=kbd", By::Lantern, Some(keyboard_pulse()))?;
    resets(MachineType::Q35, "ladder=linux rung=cf9", By::Lantern, cf9(0x0E))?;
    resets(
        MachineType::Q35,
        "ladder=linux rung=port92",
        By::Lantern,
        Some(Write::new("port92", 0x92, 0x03)),
    )?;
    resets(MachineType::Q35, "ladder=linux rung=triple", By::Lantern, None)
}

/// The jump reaches the firmware's reset vector without a reset, and the firmware starts again.
#[test]
fn the_bios_jump_enters_the_firmware_again() -> Result<()> {
    let (ending, trace) =
        with_board(MachineType::Q35, "ladder=linux rung=bios", |board| board.run_to_reset())?;
    let serial = trace.serial();
    assert!(serial.contains("BiosJump"), "{serial}");
    assert!(matches!(ending, Ending::Exit(ENOUGH_BOOTS)), "{ending:x?}\n{serial}");
    Ok(())
}

#[test]
fn every_profile_begins_with_the_reset_register() -> Result<()> {
    for profile in ["linux", "best"] {
        resets(MachineType::Q35, &format!("ladder={profile}"), By::Lantern, cf9(0x0F))?;
    }
    Ok(())
}

/// No reset register, nobody at port 0x64: Linux's profile comes to EFI, ours to the chipset before
/// it.
#[test]
fn a_pc_without_keyboard_controller_falls_to_efi_or_the_chipset() -> Result<()> {
    let cf9 = |value| Some(Write::new("piix3-reset-control", 0xCF9, value));
    resets(MachineType::PcWithoutKeyboard, "ladder=linux", By::Runtime, cf9(0x06))?;
    resets(MachineType::PcWithoutKeyboard, "ladder=best", By::Lantern, cf9(0x0E))
}
