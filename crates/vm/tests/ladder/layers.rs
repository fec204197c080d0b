//! One reboot through all layers of lantern, from the user program's system call to the reset, on
//! two processors.

use anyhow::Result;
use vm::board::{Board, Ending, MachineType, Payload};
use vm::place::dist_program;

use crate::{ENOUGH_BOOTS, HALTED};

fn run(line: &str) -> Result<(Ending, String)> {
    Board::new(MachineType::Q35, &Payload::lantern()?, line).run_through()
}

/// The lines appear in this order, others may lie between.
fn in_order(printed: &str, expected: &[&str]) {
    let mut lines = printed.lines();
    for text in expected {
        assert!(
            lines.any(|line| line.starts_with(text)),
            "missing or out of order: {text}\n{printed}"
        );
    }
}

#[test]
fn a_reboot_passes_every_layer_in_order() -> Result<()> {
    let (ending, printed) = run("rung=kbd boots=2")?;
    in_order(
        &printed,
        &[
            "lantern: boot: number 1",
            "lantern: facts: 2 processors",
            "lantern: user: reboot -f at 0x2",
            "reboot: asking the kernel",
            "lantern: system call: sync",
            "lantern: system call: reboot(0xfee1dead, 672274793, 0x1234567)",
            "lantern: system call: granted: restart",
            "lantern: chain: notifier told of Restart",
            "lantern: chain: state Restart",
            "lantern: chain: device com1 shut down",
            "lantern: chain: reboot processor 0",
            "lantern: chain: core: interrupt controllers masked",
            "lantern: chain: restarting system",
            "lantern: chain: the log goes to nobody (Shutdown)",
            "lantern: machine: 1 of 1 other processors stopped",
            "lantern: ladder: kbd",
            "lantern: step: kbd: KeyboardPulse",
            "lantern: boot: number 2",
        ],
    );
    assert!(matches!(ending, Ending::Exit(ENOUGH_BOOTS)), "{ending:x?}");
    Ok(())
}

#[test]
fn the_second_processor_restarts_the_machine_if_it_is_asked_to() -> Result<()> {
    let (ending, printed) = run("ladder=linux reboot=s1,k boots=2")?;
    let expected = [
        "lantern: chain: reboot processor 1",
        "lantern: processor: 1 climbs",
        "lantern: step: kbd: KeyboardPulse",
    ];
    in_order(&printed, &expected);
    assert!(matches!(ending, Ending::Exit(ENOUGH_BOOTS)), "{ending:x?}\n{printed}");
    Ok(())
}

/// The first names the rung, the second the mode: the last one alone would begin with ACPI.
#[test]
fn a_reboot_argument_given_twice_adds() -> Result<()> {
    let (ending, printed) = run("ladder=linux reboot=pci reboot=warm boots=2")?;
    let expected = [
        "lantern: step: cf9: WarmFlag(1234)",
        "lantern: step: cf9: Cf9 { first: 2, second: 6",
        "lantern: boot: number 2",
    ];
    in_order(&printed, &expected);
    assert!(matches!(ending, Ending::Exit(ENOUGH_BOOTS)), "{ending:x?}\n{printed}");
    Ok(())
}

/// The very binary that a Linux machine reboots with.
#[test]
fn our_own_reboot_program_restarts_lantern() -> Result<()> {
    let payload = Payload::lantern_with(Some(&dist_program("init")?))?;
    let board = Board::new(MachineType::Q35, &payload, "boots=2 -- reboot -f");
    let (ending, printed) = board.run_through()?;
    let expected = [
        "lantern: user: reboot -f at 0x2",
        "lantern: system call: sync",
        "lantern: system call: granted: restart",
        "lantern: chain: restarting system",
        "lantern: step: acpi: AcpiWrite",
        "lantern: boot: number 2",
    ];
    in_order(&printed, &expected);
    assert!(matches!(ending, Ending::Exit(ENOUGH_BOOTS)), "{ending:x?}\n{printed}");
    Ok(())
}

#[test]
fn a_halt_ends_without_a_ladder() -> Result<()> {
    let (ending, printed) = run("boots=2 -- halt halt")?;
    in_order(
        &printed,
        &[
            "lantern: system call: granted: halt",
            "lantern: chain: state Halt",
            "lantern: chain: system halted",
        ],
    );
    assert!(!printed.contains("lantern: step:"), "{printed}");
    assert!(matches!(ending, Ending::Exit(HALTED)), "{ending:x?}");
    Ok(())
}

#[test]
fn a_kernel_without_a_program_restarts_by_itself() -> Result<()> {
    let payload = Payload::lantern_with(None)?;
    let (ending, printed) = Board::new(MachineType::Pc, &payload, "boots=2").run_through()?;
    in_order(&printed, &["lantern: user: no program was given", "lantern: ladder: best"]);
    assert!(matches!(ending, Ending::Exit(ENOUGH_BOOTS)), "{ending:x?}\n{printed}");
    Ok(())
}

#[test]
fn a_program_that_is_no_static_executable_is_refused() -> Result<()> {
    let payload = Payload::lantern_with(Some(&std::env::current_exe()?))?;
    let (_, printed) = Board::new(MachineType::Pc, &payload, "").run_through()?;
    assert!(
        printed.contains("the program is refused: not a static executable at fixed addresses"),
        "{printed}"
    );
    Ok(())
}
