//! Rows A3, A4 and A7: processes that look like somebody else, or like nobody.

use std::time::Duration;

use anyhow::{Result, ensure};
use vm::{Ended, Running, Scenario, Verdict};

use crate::common::{TERM, read_account};

/// Longer than the grace of one that handles TERM, shorter than any other limit.
const SOON: Duration = Duration::from_secs(20);

/// Boots with a writer of user 1000 that is PID 1's child, and gives the machine once it writes.
fn boot_with_writer(name: &str, workload: &str) -> Result<Running> {
    let mut up = Scenario::on_disk().boot()?;
    up.shell("chmod 777 /data")?;
    up.load(name, &format!("left-behind 1000 /bin/vm-agent {workload}"))?;
    let found = up.processes()?;
    let writer = found.0.iter().find(|process| process.comm == name && process.parent == 1);
    ensure!(
        writer.is_some_and(|writer| writer.session == writer.pid),
        "no {name} with a session of its own is a child of PID 1: {writer:?}"
    );
    Ok(up)
}

fn ends_clean(up: Running, name: &str) -> Result<Ended> {
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    read_account(&ended)?.process(name)?;
    ended.took_less_than(SOON)
}

#[test]
fn one_that_calls_itself_as_the_helpers_of_pid_1_is_killed_like_any_other() -> Result<()> {
    let up = boot_with_writer("init-helper", "deaf writer /data/log")?;
    ends_clean(up, "init-helper")?;
    Ok(())
}

#[test]
fn one_whose_first_thread_has_ended_is_not_taken_for_dead() -> Result<()> {
    let mut up = boot_with_writer("headless", "headless-writer /data/log")?;
    let writer = up.processes()?.named("headless").cloned();
    ensure!(writer.is_some_and(|writer| writer.state == 'Z'), "its first thread is alive");
    ends_clean(up, "headless")?;
    Ok(())
}

/// A container's runtime puts a process into the PID namespace from outside: its parent has no
/// number there, and PID 1 is not told when it ends.
#[test]
fn one_that_came_into_a_container_from_outside_is_waited_for_while_it_saves() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.write_file("/data/inittab", "::respawn:/bin/sleep 12345\n")?;
    let inside = "mount --bind /data/inittab /etc/inittab && exec /sbin/init";
    let script = format!(
        "await() {{ for n in $(seq 300); do eval \"$1\" && return; usleep 100000; done; exit 99; }}\n\
         busybox unshare -p -f -m --mount-proc busybox sh -c '{inside}' 2>/data/said & outer=$!\n\
         await 'pidof sleep'; inner=$(cat /proc/$outer/task/$outer/children)\n\
         busybox nsenter -t $inner -p /bin/vm-agent load save-on-term 1 /data/saved >/run/says &\n\
         await '[ -s /run/says ]'; kill -{TERM} $inner; wait $outer"
    );
    let ran = up.run(&["/bin/busybox", "sh", "-c", &script])?;
    let said = up.read_file("/data/said")?;
    // 1: the container asked for a reboot (reboot(2), PID namespaces: HUP).
    ensure!(ran.signal == Some(1) || ran.status == Some(129), "{ran:?}: {said}");
    let saved = up.read_file("/data/saved").unwrap_or_default();
    ensure!(saved.ends_with("saved\n"), "it was killed while it saved: {saved:?}; {said}");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

/// On a machine it is the kernel that starts such processes: what takes a core dump is a child of
/// a kernel thread (core(5), "Piping core dumps to a program").
#[test]
fn what_takes_a_core_dump_is_waited_for_while_it_saves() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.shell(
        "echo '|/bin/vm-agent load save-on-term 1 /data/saved' > /proc/sys/kernel/core_pattern; \
         setsid sh -c 'echo $$ > /run/crashed; kill -SEGV $$' </dev/null >/dev/null 2>&1 &",
    )?;
    let caught =
        "grep -A 40 '^Name:.save-on-term' /proc/[0-9]*/status | grep -q 'SigCgt:.*[4-7c-f]...$'";
    up.await_in_guest(caught)?;
    // Nobody reads the dump, so that the one that crashed would be there as long.
    up.shell("kill -KILL $(cat /run/crashed)")?;
    let helper = up.processes()?.named("save-on-term").cloned();
    ensure!(helper.as_ref().is_some_and(|one| one.parent == 2 && one.catches(TERM)), "{helper:?}");
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    ended.file_contains("/data/saved", "saved\n")?;
    Ok(())
}
