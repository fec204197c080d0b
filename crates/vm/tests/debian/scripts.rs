//! The scripts of runlevels 0 and 6: they have their turn, they may end the machine
//! themselves, and none of them can keep it from ending or from ending clean.

use anyhow::{Result, ensure};
use std::time::Duration;
use vm::{Debian, Ended, Init, Running, Scenario, Tree, Verdict};

use crate::terminal::{await_prompt, sh};

/// A service that is stopped before all of Debian's own: `Required-Stop` names what it needs
/// while it stops (insserv(8)).
fn service(name: &str, stop: &str) -> String {
    format!(
        "#!/bin/sh
### BEGIN INIT INFO
# Provides:          {name}
# Required-Start:
# Required-Stop:     sendsigs umountfs umountroot
# Default-Start:     2 3 4 5
# Default-Stop:      0 6
# Short-Description: {name}
### END INIT INFO
[ \"$1\" = stop ] || exit 0
{stop}
"
    )
}

/// `reboot`, `halt`, `poweroff` and `telinit` are this init as well; `shutdown` stays
/// sysvinit's own.
fn add_commands(tree: &mut Tree) {
    for name in ["reboot", "halt", "poweroff", "telinit"] {
        tree.symlink(format!("/usr/sbin/{name}"), "init");
    }
}

fn boot_with(scenario: Scenario, stop: &str) -> Result<Running> {
    let script = service("mine", stop);
    let scenario = scenario.files(move |tree| tree.script("/etc/init.d/mine", &script));
    let mut up = scenario.boot()?;
    await_prompt(&mut up, 1)?;
    sh(&mut up, "update-rc.d mine defaults && ls /etc/rc6.d/K*mine")?;
    Ok(up)
}

fn scripts_had_their_turn(ended: &Ended, runlevel: &str) -> Result<()> {
    let ran = ended.root_disk().read_text("/root/stopped")?;
    ensure!(ran == format!("{runlevel}\n"), "the service was stopped in {ran:?}");
    Ok(())
}

const NOTE: &str = "echo \"$RUNLEVEL\" > /root/stopped";

/// What PID 1 says when one of the scripts, such as Debian's own last one, calls for the end.
const JOINED: &str = "scripts are over";

#[test]
fn reboot_goes_through_the_scripts_of_runlevel_6() -> Result<()> {
    let scenario = Scenario::on_debian(Debian::Sysvinit).files(add_commands);
    let mut up = boot_with(scenario, NOTE)?;
    sh(&mut up, "telinit 3")?;
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    eprintln!("reset {:.2} s after reboot", ended.took.as_secs_f64());
    scripts_had_their_turn(&ended, "6")?;
    ended.console_contains(JOINED)?;
    Ok(())
}

#[test]
fn shutdown_h_goes_through_the_scripts_of_runlevel_0() -> Result<()> {
    let scenario = Scenario::on_debian(Debian::Sysvinit).files(add_commands);
    let up = boot_with(scenario, NOTE)?;
    let ended = up.request("shutdown -h -P now")?.ends_with(Verdict::PoweredOff)?.disk_clean()?;
    scripts_had_their_turn(&ended, "0")?;
    ended.console_contains(JOINED)?;
    Ok(())
}

/// Asked for by the keys, which the table gives to `shutdown`.
#[test]
fn a_script_that_hangs_does_not_keep_the_machine() -> Result<()> {
    let scenario = Scenario::on_debian(Debian::Sysvinit).command_line("rekindle.level_ms=5000");
    let mut up = boot_with(scenario, &format!("{NOTE}; sync; while :; do sleep 1000; done"))?;
    up.load("saver", "save-on-term 0.5 /root/saved")?;
    up.press_ctrl_alt_del()?;
    let ended = up.expect_end().ends_within(Duration::from_secs(60), Verdict::Reset)?;
    eprintln!("reset {:.2} s after the keys", ended.took.as_secs_f64());
    let ended = ended.disk_clean()?.file_contains("/root/saved", "saved")?;
    scripts_had_their_turn(&ended, "6")?;
    ended.console_contains("did not end in")?;
    Ok(())
}

/// The script is the first of its runlevel: nobody has been asked to end, and nothing is
/// unmounted. Returns how that ended, with processes that write and that need to save.
fn end_with_reboot_f_in_a_script(scenario: Scenario) -> Result<Ended> {
    let mut up = boot_with(scenario, &format!("{NOTE}; reboot -f"))?;
    up.load("writer", "writer /root/log")?;
    up.load("saver", "save-on-term 0.5 /root/saved")?;
    sh(&mut up, "dd if=/dev/urandom of=/root/unsynced bs=1k count=500 2>/dev/null")?;
    let ended = up.request("shutdown -r now")?.ends_with(Verdict::Reset)?;
    eprintln!("reset {:.2} s after shutdown -r now", ended.took.as_secs_f64());
    Ok(ended)
}

fn everything_was_saved(ended: Ended) -> Result<Ended> {
    let mut ended = ended.disk_clean()?;
    let saved = ended.root_disk().read_text("/root/saved")?;
    ensure!(saved.contains("saved"), "no more than {saved:?} was saved:\n{}", ended.console());
    let size = ended.root_disk().read_file("/root/unsynced")?.len();
    ensure!(size == 500 << 10, "{size} bytes are left of what was not synced");
    scripts_had_their_turn(&ended, "6")?;
    Ok(ended)
}

#[test]
fn reboot_f_in_a_script_joins_the_last_stage() -> Result<()> {
    let scenario = Scenario::on_debian(Debian::Sysvinit).files(add_commands);
    everything_was_saved(end_with_reboot_f_in_a_script(scenario)?)?.console_contains(JOINED)?;
    Ok(())
}

/// sysvinit's command asks nobody: the kernel refuses it, and the other scripts follow.
#[test]
fn sysvinits_own_reboot_f_in_a_script_cuts_nothing_short() -> Result<()> {
    let scenario = Scenario::on_debian(Debian::Sysvinit);
    everything_was_saved(end_with_reboot_f_in_a_script(scenario)?)?;
    Ok(())
}

/// What the two tests above guard against.
#[test]
fn under_sysvinit_reboot_f_in_a_script_leaves_the_disk_dirty() -> Result<()> {
    let scenario = Scenario::on_debian(Debian::Sysvinit).init(Init::AsInstalled);
    let ended = end_with_reboot_f_in_a_script(scenario)?.disk_dirty()?;
    ended.file_lacks("/root/saved", "saved")?;
    Ok(())
}
