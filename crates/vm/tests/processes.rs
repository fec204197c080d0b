//! Nobody is killed before its chance, and nobody is waited for who won't end.

mod common;

use anyhow::{Context, Result, bail, ensure};
use common::{Account, read_account};
use rekindle_core::account::{Fate, Phase};
use vm::{Ended, Running, Scenario, Testimony, Tree, Verdict};

fn reboot(scenario: Scenario) -> Result<Ended> {
    scenario.boot()?.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()
}

fn reboot_accounted(scenario: Scenario) -> Result<Account> {
    read_account(&reboot(scenario)?)
}

#[test]
fn two_hundred_processes_end_and_are_counted() -> Result<()> {
    let account = reboot_accounted(Scenario::on_disk().load("crowd", "default 200"))?;
    let ended = account.processes().filter(|(_, process)| process.fate == Fate::Ended).count();
    ensure!(ended >= 200, "only {ended} processes ended: {:?}", account.0);
    let is_helper = account.processes().any(|(comm, _)| comm == b"init-helper");
    ensure!(!is_helper, "PID 1 counted a helper of its own: {:?}", account.0);
    Ok(())
}

#[test]
fn one_that_ignores_term_is_not_waited_for() -> Result<()> {
    let account = reboot_accounted(Scenario::on_disk().load("deaf", "ignore-term"))?;
    account.fate_is("deaf", Fate::IgnoredTerm)?;
    let took_ms = account.phase_ms(Phase::Processes)?;
    ensure!(took_ms < 5_000, "the phase took its whole grace: {took_ms} ms");
    Ok(())
}

#[test]
fn one_that_reads_term_from_a_signalfd_is_waited_for() -> Result<()> {
    let ended = reboot(Scenario::on_disk().load("saver", "signalfd-term 1 /data/saved"))?;
    let ended = ended.file_contains("/data/saved", "saved")?;
    read_account(&ended)?.fate_is("saver", Fate::Ended)
}

#[test]
fn one_that_takes_term_with_sigwait_is_waited_for() -> Result<()> {
    let ended = reboot(Scenario::on_disk().load("saver", "sigwait-term 2 /data/saved"))?;
    let ended = ended.file_contains("/data/saved", "saved")?;
    read_account(&ended)?.fate_is("saver", Fate::Ended)
}

#[test]
fn one_that_blocks_term_and_never_reads_it_is_waited_for_only_briefly() -> Result<()> {
    let account = reboot_accounted(Scenario::on_disk().load("blocked", "blocked-term"))?;
    account.fate_is("blocked", Fate::LeftTermPending)?;
    let waited_ms = account.process("blocked")?.took_ms;
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
    read_account(&ended)?.fate_is("saver", Fate::Ended)
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
    account.fate_is("stays", Fate::OutOfGrace)
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

/// Two programs that do the same, each with a disk of its own to say so, and only one of them under
/// the name of a server of the root's storage.
const OBSERVERS: &str = "::sysinit:/bin/vm-agent load left-behind 0 @server observe /dev/nvme1n1\n\
     ::sysinit:/bin/vm-agent load left-behind 0 server observe /dev/nvme2n1\n";

/// The process with this argv[0], which shows that it runs at all.
fn running(up: &mut Running, argv_0: &str) -> Result<i32> {
    let all = up.processes()?;
    let found = all.called(argv_0);
    found.map(|one| one.pid).with_context(|| format!("no {argv_0} runs: {all:?}"))
}

#[test]
fn one_that_serves_the_roots_storage_is_spared() -> Result<()> {
    let scenario = Scenario::on_disk().extra_disk(Tree::new()).extra_disk(Tree::new());
    let mut up = scenario
        .inittab(OBSERVERS)
        .command_line("rekindle.grace_ms=300 rekindle.grace_most_ms=1000")
        .boot()?;
    let (server, other) = (running(&mut up, "@server")?, running(&mut up, "server")?);
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    let account = read_account(&ended)?;
    let is_named =
        |pid: i32| account.processes().any(|(_, process)| i32::try_from(process.pid) == Ok(pid));
    ensure!(is_named(other) && !is_named(server), "{server}, {other}: {:?}", account.0);
    let [_, spared, asked] = ended.disks() else { bail!("not three disks") };
    let (spared, asked) = (Testimony::read(spared)?, Testimony::read(asked)?);
    // Nothing is killed any more once the root, the last of the disks, is read-only.
    ensure!(spared.saw_root_read_only, "it was not alive at the end: {spared:?}");
    ensure!(spared.times_asked == 0 && spared.beats > 0, "it was asked to end: {spared:?}");
    ensure!(asked.times_asked == 1, "who serves no storage was not asked to end: {asked:?}");
    ensure!(!asked.saw_root_read_only, "who serves no storage outlived the processes: {asked:?}");
    Ok(())
}
