//! Petitboot's way into the next kernel: inittab's `restart` entry says `kexec -f -e`, and
//! somebody sends QUIT to PID 1 (petitboot utils/bb-kexec-reboot).

mod common;

use anyhow::{Result, ensure};
use common::read_account;
use rekindle_core::account::Fate;
use vm::machine::BOOT_LIMIT;
use vm::{Scenario, Verdict, artifacts};

const QUIT: i32 = 3;

/// op-build's openpower/overlay/etc/inittab, as far as it is about the end.
const PETITBOOT: &str = "null::shutdown:/bin/umount -a -r\n\
                         null::shutdown:/sbin/swapoff -a\n\
                         null::restart:/usr/sbin/kexec -f -e\n";

/// Says who it is, with nothing but the shell's own commands, and goes on as kexec. Kernel threads
/// have no command line (proc_pid_cmdline(5)).
const ENTER: &str = "#!/bin/sh
exec >/dev/console 2>&1
count=0
for process in /proc/[0-9]*; do
    line=
    read -r line <$process/cmdline
    [ -n \"$line\" ] && count=$((count + 1))
done
echo \"restart entry: process $$ of $count\"
exec /usr/sbin/kexec \"$@\"
";

/// A process has something to save.
fn scenario(inittab: &str) -> Scenario {
    Scenario::on_disk()
        .with_kexec_files()
        .inittab(inittab)
        .files(|tree| tree.script("/etc/enter", ENTER))
        .load("saver", "save-on-term 0.3 /data/saved")
}

fn with_rekindle(inittab: &str) -> Scenario {
    scenario(inittab).files(|tree| tree.symlink("/usr/sbin/kexec", "/sbin/rekindle"))
}

/// The distribution's.
fn with_kexec_tools(inittab: &str) -> Result<Scenario> {
    let mut tools = vm::Tree::new();
    artifacts::add_kexec_tools(&mut tools, "/usr/sbin/kexec", &mut artifacts::report)?;
    Ok(scenario(inittab).files(move |tree| tree.extend(tools)))
}

/// The way into the next kernel, and what the next init finds.
fn enters_the_next_kernel(scenario: Scenario) -> Result<()> {
    let mut up = scenario.boot()?.load_kexec()?;
    up.write_file("/data/unsynced", "written")?;
    let ended = up.request_by_signal(QUIT)?.ends_in_kexec()?.disk_clean()?;
    read_account(&ended)?.fate_is("saver", Fate::Ended)?;
    let mut next = ended.go_on()?;
    ensure!(next.read_file("/data/saved")?.ends_with("saved\n"), "what was saved is lost");
    ensure!(next.read_file("/data/unsynced")? == "written", "what was written is lost");
    next.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn quit_lets_petitboots_restart_entry_enter_the_next_kernel() -> Result<()> {
    enters_the_next_kernel(with_rekindle(PETITBOOT))
}

#[test]
fn quit_lets_the_kexec_of_kexec_tools_enter_the_next_kernel() -> Result<()> {
    enters_the_next_kernel(with_kexec_tools(PETITBOOT)?)
}

#[test]
fn the_restart_entry_is_pid_1_and_alone() -> Result<()> {
    with_rekindle("::restart:/etc/enter -f -e\n")
        .boot()?
        .load_kexec()?
        .request_by_signal(QUIT)?
        .ends_in_kexec()?
        .console_contains("restart entry: process 1 of 1")?;
    Ok(())
}

#[test]
fn quit_with_nothing_loaded_is_refused_and_the_machine_serves_on() -> Result<()> {
    let mut up = with_rekindle(PETITBOOT).boot()?;
    let saver = up.processes()?.named("saver").map(|process| process.pid);
    up.signal(1, QUIT)?;
    up.await_console("refused: no kernel is loaded", BOOT_LIMIT)?;
    ensure!(up.processes()?.named("saver").map(|process| process.pid) == saver, "it was stopped");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

/// The shutdown entries' umount was put off, so it is due before the restart entry.
#[test]
fn what_umount_would_do_is_done_before_any_restart_entry() -> Result<()> {
    with_rekindle("::shutdown:/bin/umount -a -r\n::restart:/etc/enter -f -e\n")
        .boot()?
        .load_kexec()?
        .request_by_signal(QUIT)?
        .ends_in_kexec()?
        .disk_clean()?;
    Ok(())
}

/// PID 1 must not end: the kernel would panic.
#[test]
fn a_kexec_that_fails_as_pid_1_reboots_instead() -> Result<()> {
    let nothing = "kexec: no kernel is loaded";
    for (options, reason) in
        [("-f -e", nothing), ("-e", nothing), ("--no-such-option", "unexpected argument")]
    {
        with_rekindle(&format!("::restart:/etc/enter {options}\n"))
            .boot()?
            .request_by_signal(QUIT)?
            .ends_with(Verdict::Reset)?
            .console_contains(reason)?
            .console_contains("must not end; rebooting instead")?;
    }
    Ok(())
}
