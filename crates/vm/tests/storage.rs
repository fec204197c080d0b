//! Every file system is unmounted or read-only before the machine ends.

mod common;

use anyhow::{Result, ensure};
use common::read_account;
use rekindle_core::account::{Line, StorageDone};
use vm::{Scenario, Tree, Verdict};

#[test]
fn nested_and_bind_mounts_go_in_order() -> Result<()> {
    let scenario = Scenario::on_disk().extra_disk(Tree::new()).extra_disk(Tree::new());
    let mut up = scenario.boot()?;
    up.shell(
        "mount -t ext4 /dev/nvme1n1 /mnt && mkdir /mnt/inner /mnt/tmp /data/bound && \
         mount -t ext4 /dev/nvme2n1 /mnt/inner && mount -t tmpfs t /mnt/tmp && \
         mkdir /mnt/tmp/bind '/mnt/tmp/a b' && mount --bind /mnt/inner /mnt/tmp/bind && \
         mount --bind /data /mnt/inner && mount --bind /mnt /data/bound && \
         mount -t tmpfs t '/mnt/tmp/a b' && echo kept > /mnt/kept",
    )?;
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    let account = read_account(&ended)?;
    let unmounted = |target: &str| {
        account.storage().any(|row| row == (target.as_bytes(), Ok(StorageDone::Unmounted)))
    };
    for target in ["/mnt", "/mnt/tmp", "/mnt/tmp/a b", "/mnt/tmp/bind", "/data/bound"] {
        ensure!(unmounted(target), "{target} was not unmounted: {:?}", account.0);
    }
    Ok(())
}

#[test]
fn a_process_in_a_mounted_directory_does_not_keep_it() -> Result<()> {
    let mut up = Scenario::on_disk().extra_disk(Tree::new()).boot()?;
    up.shell("mount -t ext4 /dev/nvme1n1 /mnt && mkdir /mnt/deep")?;
    up.load("hog", "hog-cwd /mnt/deep")?;
    up.load("writer", "writer /mnt/log")?;
    up.request("poweroff")?.ends_with(Verdict::PoweredOff)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_swap_file_does_not_keep_its_file_system_writable() -> Result<()> {
    let mut up = Scenario::on_disk().disk_mib(96).boot()?;
    up.shell("dd if=/dev/zero of=/data/swap bs=1M count=8 && busybox mkswap /data/swap && chmod 600 /data/swap && busybox swapon /data/swap")?;
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    let account = read_account(&ended)?;
    ensure!(
        account.storage().any(|(_, done)| done == Ok(StorageDone::SwappedOff)),
        "{:?}",
        account.0
    );
    Ok(())
}

#[test]
fn a_replaced_init_does_not_keep_the_root_writable() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.shell("cp /sbin/init /sbin/init.new && mv /sbin/init.new /sbin/init")?;
    ensure!(up.shell("readlink /proc/1/exe")?.contains("(deleted)"), "init was not replaced");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn an_unmount_entry_does_not_pull_the_disk_from_under_a_process_that_saves() -> Result<()> {
    let scenario = Scenario::on_disk()
        .inittab("::shutdown:/bin/umount -a -r\n::shutdown:/bin/busybox swapoff -a\n")
        .load("saver", "save-on-term 1 /data/saved");
    let ended = scenario.boot()?.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    ended.file_contains("/data/saved", "saved")?;
    Ok(())
}

#[test]
fn shutdown_entries_run_before_anybody_is_asked_to_end_and_know_the_action() -> Result<()> {
    let line = "::shutdown:/bin/sh -c 'pidof service && echo $REKINDLE_ACTION > /data/action'\n";
    let ended = Scenario::on_disk()
        .inittab(line)
        .load("service", "default 1")
        .boot()?
        .request("halt")?
        .ends_with(Verdict::Halted)?
        .disk_clean()?;
    ended.file_contains("/data/action", "halt")?;
    Ok(())
}

#[test]
fn a_shutdown_entry_that_hangs_is_given_up() -> Result<()> {
    let scenario = Scenario::on_disk().command_line("rekindle.script_ms=1000").inittab(
        "::shutdown:/bin/sh -c 'sleep 100000; true'\n::shutdown:/bin/touch /data/second\n",
    );
    let ended = scenario.boot()?.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    let account = read_account(&ended)?;
    let is_late = |line: &Line| matches!(line, Line::Script { status: None, .. });
    ensure!(account.0.iter().any(is_late), "{:?}", account.0);
    ended.root_disk().read_file("/data/second")?;
    Ok(())
}
