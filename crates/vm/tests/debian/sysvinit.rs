//! Debian's sysvinit-core, sysv-rc and initscripts: what an administrator relies on there,
//! first under sysvinit itself, which shows that the checks are true of it.

use anyhow::{Context, Result, ensure};
use vm::{Debian, Ended, Init, Running, Scenario, Verdict};

use crate::terminal::{await_prompt, await_that, sh};

/// Size of a record and the places in it (utmp(5), `struct utmp` of x86-64).
const RECORD_BYTES: usize = 384;
const USER: std::ops::Range<usize> = 44..76;

/// Boots with an untouched inittab, changes runlevels, reboots with sysvinit's own commands.
fn serves_as_sysvinit(init: Init) -> Result<()> {
    let name = format!("{init:?}");
    let mut up = Scenario::on_debian(Debian::Sysvinit).init(init).boot()?;
    for number in 1..=6 {
        let took = await_prompt(&mut up, number)?;
        eprintln!("{name}: prompt on tty{number} after {:.2} s", took.as_secs_f64());
    }
    ensure!(sh(&mut up, "runlevel")? == "N 2\n", "the boot ends in another runlevel");
    boot_time_is_true(&mut up)?;
    changes_runlevel(&mut up)?;
    reloads_and_executes_again(&mut up)?;
    records_are_kept(&mut up)?;
    let ended = up.request("shutdown -r now")?.ends_with(Verdict::Reset)?.disk_clean()?;
    eprintln!("{name}: reset {:.2} s after shutdown -r now", ended.took.as_secs_f64());
    end_is_recorded(&ended)
}

/// `who -b` names the minute of the boot, as the kernel knows it.
fn boot_time_is_true(up: &mut Running) -> Result<()> {
    let said = sh(up, "who -b")?;
    let time =
        said.trim().strip_prefix("system boot").with_context(|| format!("who -b: {said}"))?;
    let line =
        format!("echo $(($(date -d '{}' +%s) - $(sed -n 's/^btime //p' /proc/stat)))", time.trim());
    let away: i64 = sh(up, &line)?.trim().parse().context("no number")?;
    ensure!(away.abs() <= 120, "who -b says {said}, {away} seconds away from the boot");
    Ok(())
}

/// The table has getty on tty1 in runlevels 2 to 5, on tty2 to tty6 in 2 and 3.
fn changes_runlevel(up: &mut Running) -> Result<()> {
    let first = sh(up, "pidof getty")?;
    sh(up, "telinit 3")?;
    await_that(up, "[ \"$(runlevel)\" = '2 3' ]", "runlevel")?;
    ensure!(same_words(&first, &sh(up, "pidof getty")?), "telinit 3 touched a getty");
    sh(up, "telinit 4")?;
    await_that(up, "[ \"$(runlevel)\" = '3 4' ]", "runlevel")?;
    await_that(up, "[ $(pidof getty | wc -w) = 1 ]", "busybox ps")?;
    let left = up.processes()?;
    let getty = left.named("getty").context("no getty is left")?;
    ensure!(getty.argv.iter().any(|word| word == "tty1"), "the wrong getty is left: {getty:?}");
    Ok(())
}

/// `telinit q` starts what the table gained; after `telinit u` the same processes run in the
/// same runlevel, and the table is still obeyed.
fn reloads_and_executes_again(up: &mut Running) -> Result<()> {
    add_sleeper(up, 41)?;
    let before = sh(up, "pidof sleep getty")?;
    sh(up, "telinit u")?;
    add_sleeper(up, 42)?;
    ensure!(sh(up, "runlevel")? == "3 4\n", "telinit u lost the runlevel");
    let after = sh(up, "pidof sleep getty")?;
    let is_kept =
        before.split_whitespace().all(|pid| after.split_whitespace().any(|other| other == pid));
    ensure!(is_kept, "telinit u lost a process: {before} became {after}");
    Ok(())
}

fn add_sleeper(up: &mut Running, number: u32) -> Result<()> {
    let line = format!("m{number}:2345:respawn:/bin/sleep {number}4242");
    sh(up, &format!("echo '{line}' >> /etc/inittab; telinit q"))?;
    await_that(up, &format!("busybox ps | grep -q '[s]leep {number}4242'"), "busybox ps")
}

fn same_words(left: &str, right: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    sorted(left) == sorted(right)
}

fn records_are_kept(up: &mut Running) -> Result<()> {
    let records = sh(up, "last -x")?;
    for record in ["reboot   system boot", "(to lvl 2)", "(to lvl 3)", "(to lvl 4)"] {
        ensure!(records.contains(record), "no {record:?} in last -x:\n{records}");
    }
    Ok(())
}

fn end_is_recorded(ended: &Ended) -> Result<()> {
    let bytes = ended.root_disk().read_file("/var/log/wtmp")?;
    let users = bytes.chunks_exact(RECORD_BYTES).filter_map(|record| record.get(USER));
    let users: Vec<_> =
        users.map(|user| String::from_utf8_lossy(user).trim_end_matches('\0').to_owned()).collect();
    ensure!(users.iter().any(|user| user == "shutdown"), "no shutdown in wtmp: {users:?}");
    Ok(())
}

#[test]
fn sysvinit_itself_passes() -> Result<()> {
    serves_as_sysvinit(Init::AsInstalled)
}

#[test]
fn this_init_in_its_place_passes() -> Result<()> {
    serves_as_sysvinit(Init::Rekindle)
}
