//! `cargo xtask demo`: one machine, one clean reboot into the next kernel, shown live.

mod record;
mod report;

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use vm::{DiskState, Ended, Running, Scenario, Verdict, Watcher};

use crate::guest;
use crate::progress::step;
use record::parse_record;
use rekindle_core::account::ACCOUNT_PATH;
use report::{print_kernel, print_next_init, print_record, print_verdict};

const SAVED: &str = "/data/saved";

pub(crate) fn demo() -> Result<()> {
    guest::prepare()?;
    let begun = Instant::now();
    step("booting a machine with init as PID 1 and a few services");
    let up = boot()?;
    step("loading the same kernel for kexec");
    let up = up.load_kexec()?;
    step("reboot -k");
    let ended = up.request("reboot -k")?.ends_in_kexec()?;
    let Judged { verdict, took, disk, saved } = judge(&ended)?;
    step("the next kernel is up; it was held before it touched the disk, and now goes on");
    let kernel_took = Duration::from_millis(ended.hello()?.uptime_ms);
    let mut next = ended.go_on()?;
    let record = next.read_file(ACCOUNT_PATH).map(|text| parse_record(&text)).unwrap_or_default();
    print_record(&record);
    print_kernel(&record, took, kernel_took);
    print_verdict(&verdict, &disk, saved);
    print_next_init(&next.hello()?);
    step("poweroff");
    next.request("poweroff")?.ends_with(Verdict::PoweredOff)?.disk_clean()?;
    ensure!(disk.is_clean(), "the disk was not clean");
    step(&format!(
        "the demo ended well, {:.0} s after the first boot began",
        begun.elapsed().as_secs_f64()
    ));
    Ok(())
}

struct Judged {
    verdict: Verdict,
    took: Duration,
    disk: DiskState,
    saved: Result<String>,
}

fn judge(ended: &Ended) -> Result<Judged> {
    let (verdict, took) = (ended.verdict.clone(), ended.took);
    let disk = ended.root_disk().examine()?;
    Ok(Judged { verdict, took, disk, saved: ended.root_disk().read_text(SAVED) })
}

fn boot() -> Result<Running> {
    Scenario::on_disk()
        .inittab("::respawn:/bin/sleep 100000\n::respawn:/bin/sleep 100001\n")
        .load("logger", "writer /data/log")
        .load("database", &format!("save-on-term 1.0 {SAVED}"))
        .load("stubborn", "ignore-term")
        .load("workers", "default 10")
        .with_kexec_files()
        .watch(Watcher::new(|line| eprintln!("    | {line}")))
        .boot()
}
