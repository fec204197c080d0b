//! Rows B4 and B5: PID 1 itself, in its last stage.

use std::time::Duration;

use anyhow::{Result, ensure};
use vm::place::dist_program;
use vm::{Init, Kernel, Scenario, Testimony, Tree, Verdict, artifacts};

const MOST_RESIDENT_KIB: u64 = 4 * 1024;

/// What serves storage holds so many file systems that none of them can be unmounted, and each is
/// to be made read-only.
const BUSY: u32 = 800;

#[test]
fn eight_hundred_busy_file_systems_cost_pid_1_little_memory() -> Result<()> {
    let kernel = artifacts::kernel(Kernel::default(), &mut artifacts::report)?;
    let mut module = Tree::new();
    artifacts::add_module(&mut module, &kernel, "overlay")?;
    let daemon = format!(
        "::sysinit:/bin/busybox insmod /lib/modules/overlay.ko\n\
         ::sysinit:/bin/vm-agent load left-behind 0 @holder hold-overlays {BUSY} /dev/nvme1n1\n"
    );
    let scenario = Scenario::on_disk().extra_disk(Tree::new()).inittab(&daemon);
    let mut up = scenario.files(move |tree| tree.extend(module)).boot()?;
    let mounted = up.mounts()?.iter().filter(|mount| mount.kind == "overlay").count();
    ensure!(mounted == usize::try_from(BUSY)?, "{mounted} overlays are mounted");
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?;
    let seen = Testimony::read(&ended.disks()[1])?;
    eprintln!("{BUSY} busy file systems: {seen:?}, {:?}", ended.took);
    ensure!(seen.times_asked == 0 && seen.saw_root_read_only, "no good witness: {seen:?}");
    ensure!(seen.pid_1_peak_kib <= MOST_RESIDENT_KIB, "PID 1 took too much memory: {seen:?}");
    ended.disk_clean()?;
    Ok(())
}

/// An init that was built so that its last stage fails when it begins with the disks.
#[test]
fn a_last_stage_that_fails_still_leaves_the_disks_clean() -> Result<()> {
    let init = Init::Program(dist_program("init-that-panics")?);
    let mut up = Scenario::on_disk().init(init).extra_disk(Tree::new()).boot()?;
    up.shell("mount -t ext4 /dev/nvme1n1 /mnt && echo kept > /mnt/unsynced")?;
    up.write_file("/data/unsynced", "kept\n")?;
    let ended = up
        .request("reboot")?
        .ends_with(Verdict::Reset)?
        // It failed, indeed.
        .console_contains("init: internal error at ")?
        .disk_clean()?
        .took_less_than(Duration::from_secs(15))?
        .file_contains("/data/unsynced", "kept")?;
    let text = ended.disks()[1].read_text("/unsynced")?;
    ensure!(text == "kept\n", "what was written last is lost: {text:?}");
    Ok(())
}
