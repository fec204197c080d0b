//! Nobody is killed before its chance, and nobody is waited for who won't end.

mod common;

use anyhow::{Result, ensure};
use common::{Account, read_account};
use vm::{Ended, Scenario, Verdict};

fn reboot(scenario: Scenario) -> Result<Ended> {
    scenario.boot()?.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()
}

fn reboot_accounted(scenario: Scenario) -> Result<Account> {
    read_account(&reboot(scenario)?)
}

#[test]
fn two_hundred_processes_end_and_are_counted() -> Result<()> {
    let account = reboot_accounted(Scenario::on_disk().load("crowd", "default 200"))?;
    let ended = account.of("process").filter(|line| line["fate"] == "ended").count();
    ensure!(ended >= 200, "only {ended} processes ended: {:?}", account.0);
    Ok(())
}

#[test]
fn one_that_ignores_term_is_not_waited_for() -> Result<()> {
    let account = reboot_accounted(Scenario::on_disk().load("deaf", "ignore-term"))?;
    account.fate_is("deaf", "ignored-term")?;
    let took_ms = account.phase_ms("processes")?;
    ensure!(took_ms < 5_000, "the phase took its whole grace: {took_ms} ms");
    Ok(())
}

#[test]
fn one_that_reads_term_from_a_signalfd_is_waited_for() -> Result<()> {
    let ended = reboot(Scenario::on_disk().load("saver", "signalfd-term 1 /data/saved"))?;
    let ended = ended.file_contains("/data/saved", "saved")?;
    read_account(&ended)?.fate_is("saver", "ended")
}

#[test]
fn one_that_takes_term_with_sigwait_is_waited_for() -> Result<()> {
    let ended = reboot(Scenario::on_disk().load("saver", "sigwait-term 2 /data/saved"))?;
    let ended = ended.file_contains("/data/saved", "saved")?;
    read_account(&ended)?.fate_is("saver", "ended")
}

#[test]
fn one_that_blocks_term_and_never_reads_it_is_waited_for_only_briefly() -> Result<()> {
    let account = reboot_accounted(Scenario::on_disk().load("blocked", "blocked-term"))?;
    account.fate_is("blocked", "left-term-pending")?;
    let waited_ms = account.process("blocked")?["took_ms"].as_u64().unwrap_or(0);
    ensure!((250..5_000).contains(&waited_ms), "it was waited for {waited_ms} ms");
    Ok(())
}

#[test]
fn a_stopped_one_is_continued_and_saves() -> Result<()> {
    let ended = reboot(Scenario::on_disk().load("stopped", "stopped-save /data/saved"))?;
    ended.file_contains("/data/saved", "saved")?;
    Ok(())
}

#[test]
fn one_that_needs_two_seconds_gets_them() -> Result<()> {
    let ended = reboot(Scenario::on_disk().load("saver", "save-on-term 2 /data/saved"))?;
    let ended = ended.file_contains("/data/saved", "saved")?;
    read_account(&ended)?.fate_is("saver", "ended")
}

#[test]
fn one_that_ignores_further_terms_while_it_saves_is_still_waited_for() -> Result<()> {
    let ended = reboot(Scenario::on_disk().load("saver", "save-then-ignore 2 /data/saved"))?;
    ended.file_contains("/data/saved", "saved")?;
    Ok(())
}

#[test]
fn one_that_is_still_writing_gets_more_than_its_grace() -> Result<()> {
    let scenario = Scenario::on_disk()
        .command_line("rekindle.grace_ms=500")
        .load("saver", "save-on-term 3 /data/saved");
    reboot(scenario)?.file_contains("/data/saved", "saved")?;
    Ok(())
}

#[test]
fn one_that_handles_term_but_stays_is_killed_after_its_grace() -> Result<()> {
    let scenario = Scenario::on_disk()
        .command_line("rekindle.grace_ms=1000")
        .load("stays", "handler-never-exits");
    let account = reboot_accounted(scenario)?;
    account.fate_is("stays", "out-of-grace")
}

#[test]
fn one_that_forks_without_end_does_not_hold_the_machine() -> Result<()> {
    reboot(Scenario::on_disk().load("forker", "forker"))?;
    Ok(())
}

#[test]
fn a_writer_leaves_no_dirty_disk() -> Result<()> {
    reboot(Scenario::on_disk().load("writer", "writer /data/log"))?;
    Ok(())
}

#[test]
fn one_that_serves_the_roots_storage_is_spared() -> Result<()> {
    let scenario = Scenario::on_disk()
        .load("other", "default 2")
        .inittab("::once:/bin/sh -c 'exec -a @storage sleep 100000 || true'");
    let mut up = scenario.boot()?;
    // BusyBox's shell has no exec -a: a link whose name begins with @ gives the same argv[0].
    up.shell("ln -s busybox /run/@sleep 2>/dev/null; cp /bin/busybox /run/busybox; cd /run && (setsid ./@sleep 100000 >/dev/null 2>&1 &)")?;
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    let account = read_account(&ended)?;
    ensure!(account.process("@sleep").is_err(), "the spared process was ended: {:?}", account.0);
    Ok(())
}
