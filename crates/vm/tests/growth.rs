//! PID 1 stays small and idle, whatever passes through it.

use anyhow::{Context, Result, ensure};
use std::time::Duration;
use vm::machine::BOOT_LIMIT;
use vm::system::AGENT_LINE;
use vm::{Running, Scenario, Verdict};

/// What PID 1 may have resident while it serves (README.md).
const MOST_RESIDENT_KIB: u64 = 160;

/// Two pages, which something that is needed for the first time may take. A single byte kept of each
/// orphan would be twenty-two.
const MOST_GROWTH_KIB: u64 = 8;

/// For each entry of inittab: the entry itself, its text, and the copy that a reload makes of both.
const MOST_BYTES_PER_ENTRY: u64 = 1024;

/// Clock ticks a second in /proc (USER_HZ, proc_pid_stat(5)).
const TICKS_PER_SECOND: f64 = 100.0;

/// What PID 1 has used of a processor, and the machine's own clock.
#[derive(Debug)]
struct Used {
    own_s: f64,
    /// Of the children that it has reaped.
    children_s: f64,
    uptime_s: f64,
}

/// Reads /proc/1/stat: utime, stime, cutime and cstime are its fields 14 to 17 (proc_pid_stat(5)),
/// of which three come before the end of the name.
fn read_used(up: &mut Running) -> Result<Used> {
    let uptime = up.read_file("/proc/uptime")?;
    let stat = up.read_file("/proc/1/stat")?;
    let uptime_s = uptime.split(' ').next().unwrap_or_default().parse()?;
    let (_, tail) = stat.rsplit_once(") ").context("no name in parentheses in /proc/1/stat")?;
    let fields: Vec<&str> = tail.split(' ').collect();
    let seconds = |field: usize| -> Result<f64> {
        let ticks: f64 = fields.get(field - 3).context("/proc/1/stat is too short")?.parse()?;
        Ok(ticks / TICKS_PER_SECOND)
    };
    let (own_s, children_s) = (seconds(14)? + seconds(15)?, seconds(16)? + seconds(17)?);
    Ok(Used { own_s, children_s, uptime_s })
}

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
        ended.own_s - began.own_s,
        ended.uptime_s - began.uptime_s,
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
        ended.own_s - began.own_s
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
    let (own_s, children_s) = (ended.own_s - began.own_s, ended.children_s - began.children_s);
    let share = (own_s + children_s) / (ended.uptime_s - began.uptime_s);
    eprintln!(
        "/bin/false for ever: {own_s:.2} s of PID 1 and {children_s:.2} s of its children \
         in {:.0} s, {:.2} %",
        ended.uptime_s - began.uptime_s,
        share * 100.0
    );
    ensure!(share < 0.01, "{:.2} % of a processor: {began:?}, {ended:?}", share * 100.0);
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
