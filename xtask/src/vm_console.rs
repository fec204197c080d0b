//! `cargo xtask vm`: a machine's console in this terminal.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use vm::Scenario;
use vm::scenario::GUEST_KERNEL;
use vm::tools::find_program;

use crate::guest;
use crate::progress::{detail, step};

const SHELL_LINE: &str = "ttyS0::askfirst:-/bin/sh\n";

pub(crate) fn open() -> Result<()> {
    guest::prepare()?;
    let prepared = Scenario::on_disk().whole_inittab(SHELL_LINE).with_kexec_files().prepare()?;
    step("a machine with init as PID 1; end it with poweroff, or leave QEMU with Ctrl-A x");
    detail("to enter the next kernel without firmware:");
    detail(&format!("  rekindle kexec load {GUEST_KERNEL} --reuse-cmdline && reboot -k"));
    let qemu = find_program("qemu-system-x86_64").context("unable to find qemu-system-x86_64")?;
    let status = Command::new(qemu).args(prepared.config.render_terminal_arguments()).status();
    ensure!(status.context("unable to start QEMU")?.success(), "QEMU failed");
    Ok(())
}
