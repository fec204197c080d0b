//! Resets past the kernel and resets that the kernel is told how to do, on a stock Debian kernel.

mod common;

use anyhow::{Result, ensure};
use common::{TERM, read_account};
use vm::machine::BOOT_LIMIT;
use vm::{Running, Scenario, Verdict};

/// What nothing but a kernel that was told to restart says (kernel/reboot.c).
const KERNEL_RESTARTS: &str = "reboot: Restarting system";

fn reset_past_the_kernel(command: &str) -> Result<()> {
    let ended = Scenario::on_disk().command_line("loglevel=7").boot()?.request(command)?;
    // The root was mounted for writing, and nobody unmounted it.
    ended.ends_with(Verdict::Reset)?.console_lacks(KERNEL_RESTARTS)?.disk_dirty()?;
    Ok(())
}

macro_rules! past_the_kernel {
    ($($name:ident: $command:expr;)*) => {
        $(#[test] fn $name() -> Result<()> { reset_past_the_kernel($command) })*
    };
}

past_the_kernel! {
    the_hardware_is_reset_without_the_kernel: "reboot -f --hardware";
    by_the_acpi_register: "reboot -f -n --hardware --reset-type acpi";
    by_the_keyboard_controller: "reboot -f -n --hardware --reset-type=kbd";
    by_port_cf9: "reboot -f -n --hardware --reset-type pci --reset-mode=warm";
}

fn locked_down() -> Result<Running> {
    Scenario::on_disk().command_line("lockdown=integrity").boot()
}

#[test]
fn under_lockdown_the_hardware_is_refused_and_the_machine_serves_on() -> Result<()> {
    let up = locked_down()?;
    let mut up = up.refuses("reboot -f -n --hardware", "keeps even root from the ports (EPERM)")?;
    up.shell("mount -t securityfs none /sys/kernel/security")?;
    let level = up.read_file("/sys/kernel/security/lockdown")?;
    ensure!(level.contains("[integrity]"), "the kernel is not locked down: {level}");
    let up = up.refuses("reboot -f -n --hardware", "the kernel is locked down (integrity)")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn the_kernel_resets_as_it_was_told() -> Result<()> {
    for type_and_mode in ["--reset-type kbd", "--reset-type=pci --reset-mode=warm"] {
        let up = Scenario::on_disk().boot()?;
        let ended = up.request(&format!("reboot {type_and_mode}"))?.ends_with(Verdict::Reset)?;
        let ended = ended.disk_clean()?.console_contains(KERNEL_RESTARTS)?;
        let ended = ended.console_lacks("can't")?.console_lacks("failed")?;
        ensure!(read_account(&ended)?.requests() == 1);
    }
    Ok(())
}

#[test]
fn the_choice_stands_in_sys_and_a_wrong_one_changes_nothing() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    let before = up.read_file("/sys/kernel/reboot/type")?;
    let mut up = up
        .refuses("reboot --reset-type gpio", "no reset type is called 'gpio': choose one of acpi")?
        .refuses("reboot --reset-type kbd --reset-mode lukewarm", "no reset mode")?
        .refuses("reboot --hardware", "needs -f")?
        .refuses("reboot -f --hardware --reset-type efi", "only a kernel can")?;
    ensure!(up.read_file("/sys/kernel/reboot/type")? == before, "a refused choice was made");
    // A wait of an hour, so that the choice can be looked at.
    up.spawn(&["/sbin/reboot", "-d", "3600", "--reset-type", "triple", "--reset-mode", "warm"])?;
    up.await_in_guest(
        "grep -q triple /sys/kernel/reboot/type && grep -q warm /sys/kernel/reboot/mode",
    )?;
    up.request_by_signal(TERM)?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn without_the_directory_in_sys_nothing_is_done() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    // As before Linux 5.11: an empty file system hides it.
    up.shell("mount -t tmpfs none /sys/kernel/reboot")?;
    let mut up = up.refuses(
        "reboot --reset-type kbd",
        "can't choose how to reset: /sys/kernel/reboot/type: no such file",
    )?;
    up.await_agent(BOOT_LIMIT)?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
