//! Row A2: a poorer look at the processes is not taken for a full one.

use std::time::Duration;

use anyhow::{Result, ensure};
use vm::machine::BOOT_LIMIT;
use vm::system::AGENT_LINE;
use vm::{Scenario, Testimony, Tree, Verdict};

use crate::common::TERM;

/// So many pids that the table is full with some 325 processes (proc_sys_kernel(5), pid_max:
/// at least 301).
const SMALL_TABLE: &str = "echo 400 > /proc/sys/kernel/pid_max";

/// What serves the root's storage was started before anybody asked PID 1 anything.
const STORAGE_DAEMON: &str =
    "::sysinit:/bin/vm-agent load left-behind 0 @stor observe /dev/nvme1n1\n";

/// Fills the process table with processes of user 1000, so that PID 1 can start nothing, and asks
/// for a reboot: the daemon has to be there until the end, and must not even be asked.
fn ends_beside_a_daemon(filler: &str) -> Result<()> {
    let mut up = Scenario::on_disk().extra_disk(Tree::new()).inittab(STORAGE_DAEMON).boot()?;
    let processes = up.processes()?;
    let daemon =
        processes.0.iter().find(|one| one.argv.first().is_some_and(|word| word == "@stor"));
    ensure!(daemon.is_some_and(|one| one.parent == 1), "no @stor runs: {processes:?}");
    up.shell(SMALL_TABLE)?;
    up.load("filler", &format!("left-behind 1000 /bin/vm-agent {filler}"))?;
    up.write_file("/etc/inittab", &format!("{AGENT_LINE}::respawn:/bin/sleep 4242\n"))?;
    up.signal(1, 1)?;
    // It is full for PID 1, too.
    up.await_console(
        "can't start '/bin/sleep 4242': resource temporarily unavailable (EAGAIN)",
        BOOT_LIMIT,
    )?;
    let ended = up.request_by_signal(TERM)?.ends_with(Verdict::Reset)?.disk_clean()?;
    let seen = Testimony::read(&ended.disks()[1])?;
    ensure!(seen.times_asked == 0, "what serves storage was asked to end: {seen:?}");
    ensure!(seen.saw_root_read_only, "what serves storage did not live to the end: {seen:?}");
    ended.took_less_than(Duration::from_secs(30))?;
    Ok(())
}

#[test]
fn a_full_process_table_costs_no_storage_daemon_its_life() -> Result<()> {
    ends_beside_a_daemon("fill-process-table")
}

#[test]
fn a_process_table_that_stays_full_after_term_costs_no_storage_daemon_its_life() -> Result<()> {
    ends_beside_a_daemon("deaf fill-process-table")
}
