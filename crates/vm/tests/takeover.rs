//! A new version of init takes over from the one that runs.

use anyhow::{Result, ensure};
use std::time::Duration;
use vm::{Running, Scenario, Verdict};

const LIMIT: Duration = Duration::from_secs(30);
const TAKE_OVER: i32 = 59;

/// A copy is another file, as after an upgrade.
const UPGRADE: &str = "cp /sbin/init /sbin/next && mv /sbin/next /sbin/init && sync";

fn process_of(up: &mut Running, seconds: &str) -> Result<String> {
    let find = format!("ps | grep '[s]leep {seconds}'");
    up.await_in_guest(&find)?;
    up.shell(&format!("{find} | sed 's/^ *\\([0-9]*\\).*/\\1/'"))
}

fn goes_on_after(up: &mut Running) -> Result<()> {
    ensure!(up.shell("readlink /proc/1/exe")?.trim() == "/sbin/init");
    let old = process_of(up, "1111")?;
    up.shell(&format!("kill {}", old.trim()))?;
    up.await_in_guest(&format!("! ps | grep -q '^ *{} '", old.trim()))?;
    ensure!(process_of(up, "1111")? != old, "started again by the new version");
    Ok(())
}

#[test]
fn the_new_version_keeps_processes_runlevel_and_fifo() -> Result<()> {
    let lines = "id:2:initdefault:\nag::respawn:/bin/vm-agent serve\n\
                 a:23:respawn:/bin/sleep 1111\n\
                 o:2:once:/bin/sh -c 'echo once >> /data/once'\n\
                 l3:3:wait:/bin/sh -c 'echo $PREVLEVEL$RUNLEVEL > /data/three'\n";
    let mut up = Scenario::on_disk().whole_inittab(lines).boot()?;
    let before = process_of(&mut up, "1111")?;
    up.shell(UPGRADE)?;
    up.await_in_guest("[ -s /data/once ]")?;
    up.shell("ln -s init /sbin/telinit; telinit u")?;
    up.await_console("this version has taken over", LIMIT)?;
    ensure!(process_of(&mut up, "1111")? == before);
    goes_on_after(&mut up)?;
    up.await_in_guest("telinit 3")?;
    up.await_in_guest("[ -s /data/three ]")?;
    ensure!(up.read_file("/data/three")? == "23\n");
    ensure!(up.read_file("/data/once")? == "once\n", "nothing ran twice");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn the_new_version_takes_over_in_busyboxs_dialect_too() -> Result<()> {
    let lines = "::respawn:/bin/sleep 1111\n::once:/bin/sleep 2222\n\
                 ::shutdown:/bin/sh -c 'echo down > /data/down'\n";
    let mut up = Scenario::on_disk().inittab(lines).boot()?;
    let before = process_of(&mut up, "1111")?;
    process_of(&mut up, "2222")?;
    up.shell(UPGRADE)?;
    up.signal(1, TAKE_OVER)?;
    up.await_console("this version has taken over", LIMIT)?;
    ensure!(process_of(&mut up, "1111")? == before);
    goes_on_after(&mut up)?;
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    ended.file_contains("/data/down", "down")?;
    Ok(())
}

#[test]
fn an_init_that_would_boot_anew_is_refused() -> Result<()> {
    let mut up = Scenario::on_disk().inittab("::respawn:/bin/sleep 1111\n").boot()?;
    let before = process_of(&mut up, "1111")?;
    up.shell("cp /sbin/init /sbin/ours; ln -sf /bin/busybox /sbin/next; mv /sbin/next /sbin/init")?;
    up.signal(1, TAKE_OVER)?;
    up.await_console("not replaced by /sbin/init, which can't take over", LIMIT)?;
    ensure!(process_of(&mut up, "1111")? == before);
    up.shell("mv /sbin/ours /sbin/init")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
