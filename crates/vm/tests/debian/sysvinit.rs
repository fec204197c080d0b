//! Debian's sysvinit-core, sysv-rc and initscripts, first under sysvinit itself.

use anyhow::{Context, Result, ensure};
use vm::{Debian, Ended, Init, Running, Scenario, Verdict};

use crate::terminal::{await_prompt, await_that, sh};

/// Size of a record and the places in it (utmp(5), `struct utmp` of x86-64).
const RECORD_BYTES: usize = 384;
const USER: std::ops::Range<usize> = 44..76;

/// What an administrator of Debian relies on, whichever init serves.
fn serves_as_sysvinit(init: Init) -> Result<()> {
    let name = format!("{init:?}");
    let mut up = Scenario::on_debian(Debian::Sysvinit).init(init).boot()?;
    for number in 1..=6 {
        let took = await_prompt(&mut up, number)?;
        eprintln!("{name}: prompt on tty{number} after {:.2} s", took.as_secs_f64());
    }
    ensure!(sh(&mut up, "runlevel")? == "N 2\n");
    boot_time_is_true(&mut up)?;
    changes_runlevel(&mut up)?;
    let records = sh(&mut up, "last -x")?;
    for record in ["reboot   system boot", "runlevel (to lvl 2)", "runlevel (to lvl 3)"] {
        ensure!(records.contains(record), "no {record:?} in last -x:\n{records}");
    }
    let ended = up.request("shutdown -r now")?.ends_with(Verdict::Reset)?.disk_clean()?;
    eprintln!("{name}: reset {:.2} s after shutdown -r now", ended.took.as_secs_f64());
    let users = read_wtmp_users(&ended)?;
    eprintln!("{users:?}");
    ensure!(users.iter().any(|user| user == "shutdown"), "no shutdown in wtmp: {users:?}");
    Ok(())
}

/// `who -b` names the minute of the boot, as the kernel knows it.
fn boot_time_is_true(up: &mut Running) -> Result<()> {
    let said = sh(up, "who -b")?;
    let time = said.trim().strip_prefix("system boot").with_context(|| format!("who -b: {said}"))?;
    let line = format!(
        "echo $(($(date -d '{}' +%s) - $(sed -n 's/^btime //p' /proc/stat)))",
        time.trim()
    );
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

fn same_words(left: &str, right: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    sorted(left) == sorted(right)
}

fn read_wtmp_users(ended: &Ended) -> Result<Vec<String>> {
    let bytes = ended.root_disk().read_file("/var/log/wtmp")?;
    let records = bytes.chunks_exact(RECORD_BYTES);
    let users = records.filter_map(|record| record.get(USER));
    Ok(users.map(|user| String::from_utf8_lossy(user).trim_end_matches('\0').to_owned()).collect())
}

#[test]
fn sysvinit_itself_passes() -> Result<()> {
    serves_as_sysvinit(Init::AsInstalled)
}
