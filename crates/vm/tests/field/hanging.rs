//! Rows A1 and A5: processes that nobody can look at, and processes that nobody can kill.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use vm::{Kernel, Running, Scenario, Tree, Verdict, artifacts};

use crate::common::read_account;

/// Who executes another program holds the lock that reading its `stat` takes, until the file
/// system has answered, which it never does.
#[test]
fn a_process_whose_stat_can_not_be_read_does_not_hold_up_pid_1() -> Result<()> {
    let mut up = Scenario::on_disk().kernel(Kernel::Linux7_1).boot()?;
    up.load("fuse", "deaf fuse-without-flush /mnt")?;
    // The kernel shows it: without that, nothing would be proven. A file that answers at all does
    // so at once, so a second is long.
    let look = "busybox timeout -s KILL 1 cat /proc/$(cat /run/executing)/stat";
    let ran = up.run(&["/bin/busybox", "sh", "-c", look])?;
    // Killed by timeout(1) of BusyBox, which a shell in between tells as 137.
    let is_killed = ran.signal == Some(9) || ran.status == Some(137);
    ensure!(is_killed && ran.stdout.is_empty(), "its stat can be read: {ran:?}");
    up.request("reboot")?
        .ends_within(Duration::from_secs(40), Verdict::Reset)?
        .disk_clean()?
        .took_less_than(Duration::from_secs(10))?;
    Ok(())
}

/// More than PID 1 may have descriptors (1024, kernel: INR_OPEN_CUR).
const STUCK: usize = 1_100;

/// A file system on a disk that takes no requests any more, as a lost one with
/// `queue_if_no_path` does (dm: DM_DEV_SUSPEND without freezing the file system).
const SUSPEND: &str = "insmod /lib/modules/dm-mod.ko && \
     echo \"0 $(blockdev --getsz /dev/nvme1n1) linear /dev/nvme1n1 0\" | \
     dmsetup create --noudevrules --noudevsync lost && \
     dmsetup mknodes lost && mount -t ext4 /dev/mapper/lost /mnt && echo first > /mnt/log && sync && \
     dmsetup suspend --noudevsync --nolockfs --noflush lost";

fn boot_with_stuck_writers() -> Result<Running> {
    let report = &mut artifacts::report;
    let kernel = artifacts::kernel(Kernel::default(), report)?;
    let mut tools = Tree::new();
    artifacts::add_dmsetup(&mut tools, "/sbin/dmsetup", report)?;
    artifacts::add_module(&mut tools, &kernel, "dm-mod")?;
    let mut up = Scenario::on_disk()
        .memory_mib(512)
        .extra_disk(Tree::new())
        .files(move |tree| tree.extend(tools))
        .command_line("rekindle.unmount_ms=3000 rekindle.sync_ms=3000")
        .boot()?;
    up.shell(SUSPEND)?;
    let writers = format!(
        "n=0; while [ $n -lt {STUCK} ]; do (echo $n >> /mnt/log; exec sync /mnt/log) & \
         n=$((n + 1)); done"
    );
    up.shell(&format!("setsid sh -c '{writers}' </dev/null >/dev/null 2>&1 &"))?;
    let count = "grep -l '^State:.D' /proc/[0-9]*/status 2>/dev/null | wc -l";
    let are_stuck = format!("[ $({count}) -ge {STUCK} ]");
    up.await_in_guest_within(&are_stuck, Duration::from_secs(90))?;
    Ok(up)
}

#[test]
fn eleven_hundred_processes_that_nobody_can_kill_leave_the_root_clean() -> Result<()> {
    let up = boot_with_stuck_writers()?;
    let mut ended = up.request("reboot")?.ends_within(Duration::from_secs(100), Verdict::Reset)?;
    let console = ended.console().to_owned();
    let [root, lost] = ended.disks() else { bail!("not two disks") };
    let state = root.examine()?;
    ensure!(state.is_clean(), "the root was left dirty: {state:#?}; its console:\n{console}");
    if !lost.examine()?.is_clean() {
        let account = read_account(&ended)?;
        let found = account.storage().find(|(target, _)| *target == b"/mnt");
        let (_, done) = found.context("a disk was left dirty, and nobody said so")?;
        ensure!(done.is_err(), "a disk was left dirty and called {done:?}");
    }
    ended.took_less_than(Duration::from_secs(30))?;
    Ok(())
}
