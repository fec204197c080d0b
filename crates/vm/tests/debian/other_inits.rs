//! The commands of this program where process 1 is another init: they ask it in its own way, or
//! say which it is and what to type, and send nothing that means something else to it.

use std::time::Duration;

use anyhow::{Result, ensure};
use vm::place::dist_program;
use vm::{Debian, Init, Running, Scenario, Tree, Verdict};

use crate::terminal::{await_that, sh};

/// Each command takes a moment, emulated.
const LIMIT: Duration = Duration::from_secs(30);

const NO_KERNEL: &str = "no kernel is loaded for kexec; load one with 'rekindle kexec load'";

/// The record comes before the request, as in BusyBox.
const NO_RECORD: &str = "can't write /var/log/wtmp: permission denied (EACCES); going on\n";

/// Without it the machine ends at once: no process is ended, nothing is unmounted.
const FORCE: &str = "'-f' goes without it, ends no process and unmounts nothing";

/// The installed init, with this program's commands in front of its own.
fn under(kind: Debian) -> Result<Scenario> {
    let program = dist_program("init")?;
    let mut tree = Tree::new();
    tree.program("/usr/local/sbin/rekindle-init", &program)?;
    for name in ["reboot", "halt", "poweroff", "telinit"] {
        tree.symlink(format!("/usr/local/sbin/{name}"), "rekindle-init");
    }
    Ok(Scenario::on_debian(kind).init(Init::AsInstalled).files(move |whole| whole.extend(tree)))
}

/// The command is refused with just this; the machine serves on.
fn refuses(up: &mut Running, command: &str, sentence: &str) -> Result<()> {
    let line = format!("/usr/local/sbin/{command}");
    let ran = up.run_within(&line.split(' ').collect::<Vec<_>>(), LIMIT)?;
    let name = command.split(' ').next().unwrap_or_default();
    let expected = format!("{name}: {sentence}\n");
    ensure!(ran.stderr == expected, "{command}: {ran:?}, not {expected:?}");
    ensure!(ran.status == Some(1), "{command}: {ran:?}");
    Ok(())
}

/// The same, asked by nobody.
fn refuses_nobody(up: &mut Running, command: &str, sentence: &str) -> Result<()> {
    let nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
    let line = format!("{nobody} /usr/local/sbin/{command} 2>&1; echo \"status $?\"");
    let name = command.split(' ').next().unwrap_or_default();
    let told = sh(up, &line)?;
    let expected = format!("{NO_RECORD}{name}: {sentence}\nstatus 1\n");
    ensure!(told == expected, "{command} by nobody: {told}");
    Ok(())
}

fn unheard(init: &str, action: &str, next: &str) -> String {
    format!("process 1 is {init}, which does not listen for {action}; {next}")
}

/// What a signal did, had one been sent: runit holds back TERM, HUP and PIPE (its src/runit.c).
fn nothing_is_pending(up: &mut Running) -> Result<()> {
    let pending = sh(up, "grep Pnd: /proc/1/status")?;
    ensure!(
        pending.split_whitespace().all(|word| word.ends_with(':') || word == "0000000000000000")
    );
    Ok(())
}

#[test]
fn runit_hears_nothing_and_what_to_type_reboots_it() -> Result<()> {
    let mut up = under(Debian::Runit)?.boot()?;
    let reboot = unheard("runit", "reboot", "type 'init 6'");
    refuses(&mut up, "reboot", &reboot)?;
    refuses_nobody(&mut up, "reboot", &reboot)?;
    refuses(&mut up, "telinit 6", &reboot)?;
    refuses(&mut up, "poweroff", &unheard("runit", "poweroff", "type 'init 0'"))?;
    refuses(&mut up, "halt", &unheard("runit", "halt", FORCE))?;
    refuses(&mut up, "reboot -k", NO_KERNEL)?;
    let reload =
        "can't ask process 1 to reload: process 1 is runit, which does not listen for that";
    refuses(&mut up, "telinit q", reload)?;
    refuses(&mut up, "telinit 3", "process 1 is runit, which does not listen for that")?;
    nothing_is_pending(&mut up)?;
    up.request("/sbin/init 6")?.ends_with(Verdict::Reset)?;
    Ok(())
}

/// systemd executes itself again on the signal of `telinit u`, where it has no FIFO. It goes on as the
/// same process with the same units.
fn executes_itself_again(up: &mut Running) -> Result<()> {
    sh(up, "/usr/local/sbin/telinit u")?;
    await_that(up, "journalctl -b _PID=1 | grep -q Reexecuting", "journalctl -b _PID=1 | tail")?;
    await_that(up, "systemctl is-active vm-agent.service", "systemctl status")
}

#[test]
fn systemd_is_asked_as_it_hears_and_reboots() -> Result<()> {
    let mut up = under(Debian::Systemd)?.boot()?;
    let not_permitted = "can't ask process 1 for reboot: operation not permitted (EPERM)";
    let to_nobody = format!("{not_permitted}; type 'systemctl reboot'");
    refuses_nobody(&mut up, "reboot", &to_nobody)?;
    refuses(&mut up, "reboot -k", NO_KERNEL)?;
    sh(&mut up, "rm -f /run/initctl /dev/initctl")?;
    let typed = "type 'systemctl isolate multi-user.target'";
    let level = format!("process 1 is systemd, which does not listen for that; {typed}");
    refuses(&mut up, "telinit 3", &level)?;
    executes_itself_again(&mut up)?;
    let ended = up.request("/usr/local/sbin/reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    eprintln!("systemd: reset {:.2} s after reboot", ended.took.as_secs_f64());
    Ok(())
}

/// Without kexec-tools systemd calls reboot(2) itself (src/shutdown/shutdown.c).
#[test]
fn systemd_enters_a_loaded_kernel() -> Result<()> {
    let (tool, mut tree) = (dist_program("rekindle")?, Tree::new());
    tree.program("/usr/sbin/rekindle", &tool)?;
    let scenario =
        under(Debian::Systemd)?.with_kexec_files().files(move |whole| whole.extend(tree));
    let up = scenario.boot()?.load_kexec()?;
    let ended = up.request("/usr/local/sbin/reboot -k")?.ends_in_kexec()?.disk_clean()?;
    eprintln!("systemd: kexec {:.2} s after reboot -k", ended.took.as_secs_f64());
    Ok(())
}

/// The signals of sysvinit's init are none of those that ask for an end: it has its FIFO, and where that is closed
/// the command that opens it again.
#[test]
fn sysvinit_is_asked_by_its_fifo_which_may_have_to_be_opened() -> Result<()> {
    let mut up = under(Debian::Sysvinit)?.boot()?;
    refuses(&mut up, "reboot -k", NO_KERNEL)?;
    sh(&mut up, "kill -USR2 1")?;
    refuses(&mut up, "reboot", &unheard("sysvinit", "reboot", "type 'kill -USR1 1; reboot'"))?;
    sh(&mut up, "kill -USR1 1")?;
    up.request("/usr/local/sbin/reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

/// The table of a machine that only serves the agent.
const SMALL: &str = "::sysinit:/bin/mount -t proc proc /proc
::sysinit:/bin/mount -t sysfs sysfs /sys
::sysinit:/bin/mount -o remount,rw /
::once:/bin/vm-agent serve
::shutdown:/bin/umount -a -r
";

#[test]
fn busybox_is_asked_by_its_signals() -> Result<()> {
    let mut up = under(Debian::BusyBox)?.whole_inittab(SMALL).boot()?;
    refuses(&mut up, "telinit 3", "process 1 is busybox, which does not listen for that")?;
    sh(&mut up, "/usr/local/sbin/telinit q")?;
    up.request("/usr/local/sbin/reboot")?.ends_with(Verdict::Reset)?;
    Ok(())
}

/// A script for process 1, as in an initramfs.
const SCRIPT: &str = "#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -o remount,rw /
/bin/vm-agent serve
";

#[test]
fn a_script_hears_nothing_and_is_gone_without() -> Result<()> {
    let scenario = under(Debian::BusyBox)?.whole_inittab("").command_line("init=/etc/process-1");
    let mut up = scenario.files(|tree| tree.script("/etc/process-1", SCRIPT)).boot()?;
    for action in ["reboot", "halt", "poweroff"] {
        refuses(&mut up, action, &unheard("a shell", action, FORCE))?;
    }
    let reload =
        "can't ask process 1 to reload: process 1 is a shell, which does not listen for that";
    refuses(&mut up, "telinit q", reload)?;
    up.request("/usr/local/sbin/reboot -f")?.ends_with(Verdict::Reset)?;
    Ok(())
}
