//! `reboot -f --hardware` on a stock Linux: which writes a process resets the machine by.

use anyhow::Result;
use vm::Kernel;
use vm::board::{Board, Ending, MachineType, Payload, Watched, Write};

use crate::keyboard_pulse;

/// Printed by Linux right before it starts PID 1 (init/main.c), at the level of information.
const MARKER: &str = "Run /init as init process";
const LINE: &str = "console=ttyS0 loglevel=7 panic=-1 tsc=reliable lpj=1000000 nokaslr";

/// The reset comes by these writes and no other, and the kernel has no part in it.
fn resets(machine: MachineType, options: &str, expected: &[Write]) -> Result<()> {
    let command = format!("/sbin/reboot -f -n --hardware {options}");
    let payload = Payload::linux_with_init(Kernel::Linux6_1, &command)?;
    let (ending, trace) = Board::new(machine, &payload, LINE).run_to_reset()?;
    let printed = trace.serial();
    assert!(matches!(ending, Ending::Reset { .. }), "{ending:x?}\n{printed}");
    assert!(!printed.contains("reboot: "), "the kernel restarted the machine:\n{printed}");
    assert!(!trace.is_triple_fault, "{printed}");
    let writes = trace.after(MARKER, Watched::Linux);
    assert_eq!(writes.as_deref(), Some(expected), "{printed}");
    Ok(())
}

#[test]
fn first_by_the_acpi_register() -> Result<()> {
    resets(MachineType::Q35, "", &[Write::new("lpc-reset-control", 0xCF9, 0x0F)])
}

#[test]
fn by_the_keyboard_controller_if_asked_for() -> Result<()> {
    resets(MachineType::Q35, "--reset-type kbd", &[keyboard_pulse()])
}

#[test]
fn by_port_cf9_cold_and_warm_if_asked_for() -> Result<()> {
    for (mode, last) in [("cold", 0x0E), ("warm", 0x06)] {
        let writes = [0x02, last].map(|value| Write::new("lpc-reset-control", 0xCF9, value));
        resets(MachineType::Q35, &format!("--reset-type pci --reset-mode {mode}"), &writes)?;
    }
    Ok(())
}

#[test]
fn without_an_acpi_register_by_the_keyboard_controller() -> Result<()> {
    resets(MachineType::Pc, "", &[keyboard_pulse()])
}
