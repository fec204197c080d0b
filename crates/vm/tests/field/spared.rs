//! Row A2: a poorer look at the processes is not taken for a full one.

use std::time::Duration;

use anyhow::{Result, ensure};
use vm::{Scenario, Testimony, Tree, Verdict};

use crate::common::{TERM, fill_process_table};

/// What serves the root's storage was started before anybody asked PID 1 anything.
const STORAGE_DAEMON: &str =
    "::sysinit:/bin/vm-agent load left-behind 0 @stor observe /dev/nvme1n1\n";

/// Fills the process table with processes of user 1000, so that PID 1 can start nothing, and asks
/// for a reboot: the daemon has to be there until the end, and must not even be asked.
fn ends_beside_a_daemon(filler: &str) -> Result<()> {
    let mut up = Scenario::on_disk().extra_disk(Tree::new()).inittab(STORAGE_DAEMON).boot()?;
    let processes = up.processes()?;
    let daemon = processes.called("@stor");
    ensure!(daemon.is_some_and(|one| one.parent == 1), "no @stor runs: {processes:?}");
    fill_process_table(&mut up, &format!("left-behind 1000 /bin/vm-agent {filler}"))?;
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
