//! PID 1 stays small and idle, whatever passes through it.

mod common;

use anyhow::{Result, ensure};
use common::read_used;
use std::time::Duration;
use vm::machine::BOOT_LIMIT;
use vm::system::AGENT_LINE;
use vm::{Scenario, Verdict};

/// What PID 1 may have resident while it serves (README.md).
const MOST_RESIDENT_KIB: u64 = 160;

/// Two pages, which something that is needed for the first time may take. A single byte kept of each
/// orphan would be twenty-two.
const MOST_GROWTH_KIB: u64 = 8;

/// For each entry of inittab: the entry itself, its text, and the copy that a reload makes of both.
const MOST_BYTES_PER_ENTRY: u64 = 1024;

#[test]
fn a_hundred_thousand_orphans_leave_no_zombie_and_no_memory_behind() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.make_orphans(10_000)?;
    up.await_no_zombies(Duration::from_secs(60))?;
    let (before, began) = (up.memory(1)?, read_used(&mut up)?);
    for _ in 0..9 {
        up.make_orphans(10_000)?;
        up.await_no_zombies(Duration::from_secs(60))?;
    }
    let (after, ended) = (up.memory(1)?, read_used(&mut up)?);
    eprintln!(
        "90000 orphans: PID 1 used {:.1} s in {:.0} s and has {} KiB resident, {} before",
        (ended.own - began.own).as_secs_f64(),
        (ended.uptime - began.uptime).as_secs_f64(),
        after.resident_kib,
        before.resident_kib
    );
    ensure!(after.resident_kib <= MOST_RESIDENT_KIB, "PID 1 has too much: {after:?}");
    let most_kib = before.resident_kib + MOST_GROWTH_KIB;
    ensure!(after.resident_kib <= most_kib, "PID 1 grew: {before:?}, {after:?}");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

/// So many entries, of which the first three and the last run at boot.
fn table_of(entries: usize) -> String {
    let mut lines = format!("{AGENT_LINE}::wait:/bin/true\n::once:/bin/true\n");
    for number in 4..entries {
        lines.push_str(&format!("::ctrlaltdel:/bin/echo {number}\n"));
    }
    lines + "::respawn:/bin/sleep 12345\n"
}

/// Boots with so many entries, reads one more, and gives what the reading took of PID 1.
fn serve(entries: usize) -> Result<()> {
    let lines = table_of(entries);
    let mut up = Scenario::on_disk().whole_inittab(&lines).boot()?;
    up.await_in_guest("pidof sleep")?;
    let (booted, began) = (up.memory(1)?, read_used(&mut up)?);
    up.shell("echo '::respawn:/bin/tail -f /dev/null' >>/etc/inittab; kill -HUP 1")?;
    up.await_in_guest("pidof tail")?;
    let (reloaded, ended) = (up.memory(1)?, read_used(&mut up)?);
    eprintln!(
        "{entries} entries: PID 1 has {} KiB resident, {} after a reload, which took {:.2} s of it",
        booted.resident_kib,
        reloaded.resident_kib,
        (ended.own - began.own).as_secs_f64()
    );
    let most_kib = MOST_RESIDENT_KIB + u64::try_from(entries)? * MOST_BYTES_PER_ENTRY / 1024;
    ensure!(reloaded.resident_kib <= most_kib, "more than {most_kib} KiB: {reloaded:?}");
    up.request("reboot")?
        .ends_with(Verdict::Reset)?
        .disk_clean()?
        .console_lacks("/etc/inittab:")?;
    Ok(())
}

#[test]
fn a_machine_with_ten_thousand_entries_serves_the_last_and_one_more() -> Result<()> {
    serve(10_000)
}

#[test]
fn an_entry_that_dies_at_once_costs_less_than_a_hundredth_of_a_processor() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    let began = read_used(&mut up)?;
    up.shell("echo '::respawn:/bin/false' >>/etc/inittab; kill -HUP 1")?;
    // The time to be measured: nothing is waited for.
    up.run_within(&["/bin/sleep", "60"], Duration::from_secs(120))?;
    up.await_console("at once and again", BOOT_LIMIT)?;
    let ended = read_used(&mut up)?;
    let seconds =
        [ended.own - began.own, ended.children - began.children, ended.uptime - began.uptime];
    let [own_s, children_s, uptime_s] = seconds.map(|time| time.as_secs_f64());
    let share = (own_s + children_s) / uptime_s;
    eprintln!(
        "/bin/false for ever: {own_s:.2} s of PID 1 and {children_s:.2} s of its children \
         in {uptime_s:.0} s, {:.2} %",
        share * 100.0
    );
    ensure!(share < 0.01, "{:.2} % of a processor: {began:?}, {ended:?}", share * 100.0);
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
