//! PID 1 stays small, whatever passes through it.

use anyhow::{Result, ensure};
use std::time::Duration;
use vm::{Scenario, Verdict};

/// The budget of design.md.
const MOST_RESIDENT_KIB: u64 = 200;

#[test]
fn ten_thousand_orphans_leave_no_zombie_and_no_memory_behind() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.make_orphans(1_000)?;
    up.await_no_zombies(Duration::from_secs(60))?;
    let before = up.memory(1)?;
    up.make_orphans(10_000)?;
    up.await_no_zombies(Duration::from_secs(60))?;
    let after = up.memory(1)?;
    ensure!(
        after.resident_kib <= MOST_RESIDENT_KIB,
        "PID 1 has {} KiB resident",
        after.resident_kib
    );
    ensure!(
        after.resident_kib <= before.resident_kib,
        "PID 1 grew from {} to {} KiB",
        before.resident_kib,
        after.resident_kib
    );
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
