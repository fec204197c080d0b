//! Bad input and a machine at its limits: one clear line each, and the machine goes on.

mod common;

use anyhow::{Result, ensure};
use common::{fill_process_table, read_account};
use vm::machine::BOOT_LIMIT;
use vm::{Scenario, Verdict};

#[test]
fn bad_lines_missing_terminals_and_missing_programs_are_said_once() -> Result<()> {
    let lines = "slog:unknown:/sbin/syslogd -n\n\
                 ::Respawn:/bin/sh\n\
                 ttyS9::respawn:/bin/sh\n\
                 ::respawn:/bin/missing --now\n\
                 ::respawn:/bin/false\n";
    let mut up = Scenario::on_disk().inittab(lines).boot()?;
    for text in [
        "/etc/inittab:2: not of the form id:runlevels:action:process; line left out",
        "/etc/inittab:3: unknown action; line left out",
        "can't start '/bin/sh': /dev/ttyS9: no such file or directory (ENOENT); waiting for it to appear",
        "/etc/inittab:5: can't run '/bin/missing': no such file or directory (ENOENT)",
        "'/bin/false' (line 6) exited with 1, at once and again; next try in",
    ] {
        up.await_console(text, BOOT_LIMIT)?;
    }
    // By now `/bin/missing` has failed as often as `/bin/false`.
    for text in ["waiting for it to appear", "can't run '/bin/missing'"] {
        let count = up.console().matches(text).count();
        ensure!(count == 1, "{text:?} was said {count} times");
    }
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_terminal_that_appears_later_is_used() -> Result<()> {
    let mut up = Scenario::on_disk().inittab("late::respawn:/bin/sleep 777").boot()?;
    up.await_console("waiting for it to appear", BOOT_LIMIT)?;
    up.shell("mknod /dev/late c 4 64")?;
    up.await_in_guest("pidof sleep")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_full_process_table_keeps_nobody_from_rebooting() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    fill_process_table(&mut up, "fill-process-table")?;
    let ended = up.request_by_signal(common::TERM)?.ends_with(Verdict::Reset)?.disk_clean()?;
    ensure!(read_account(&ended)?.requests() == 1);
    Ok(())
}

#[test]
fn a_full_run_and_no_memfd_leave_init_where_it_is() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.shell(
        "mount -o remount,size=64k /run && (dd if=/dev/zero of=/run/full bs=4k 2>/dev/null; true)",
    )?;
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    ended.console_lacks("trying a copy under /run")?;
    Ok(())
}

#[test]
fn without_memfds_a_copy_under_run_is_used_and_without_room_there_none() -> Result<()> {
    // From 6.3 on vm.memfd_noexec=2 forbids memfds that can be executed.
    let forbid = "::sysinit:/bin/sh -c 'echo 2 > /proc/sys/vm/memfd_noexec'";
    let newer = || Scenario::on_disk().kernel(vm::Kernel::Linux6_12).inittab(forbid);
    let up = newer().boot()?;
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    ended.console_contains("trying a copy under /run")?.console_lacks("going on in place")?;
    let mut up = newer().boot()?;
    up.shell(
        "mount -o remount,size=64k /run && (dd if=/dev/zero of=/run/full bs=4k 2>/dev/null; true)",
    )?;
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    ended.console_contains(
        "can't run from a copy under /run: no space left on device (ENOSPC); going on in place",
    )?;
    Ok(())
}

#[test]
fn a_full_disk_keeps_nobody_from_rebooting() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.shell("dd if=/dev/zero of=/data/full bs=64k 2>/dev/null; true")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_console_that_takes_nothing_keeps_nobody_from_rebooting() -> Result<()> {
    let mut up = Scenario::on_disk().inittab("::shutdown:/bin/false").boot()?;
    // Ctrl-S: the terminal takes no more output (termios(3), IXON).
    up.shell("stty ixon < /dev/console")?;
    up.type_text("\x13")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
