//! Rows B1, B2 and B6: PID 1 itself, while it serves.

use std::time::Duration;

use anyhow::{Result, ensure};
use vm::machine::BOOT_LIMIT;
use vm::{Scenario, Verdict};

use crate::common::read_used;

const MOST_USED: Duration = Duration::from_millis(20);

#[test]
fn ten_idle_seconds_in_single_user_cost_next_to_nothing() -> Result<()> {
    let lines = "id:2:initdefault:\nag:S:respawn:/bin/vm-agent serve\n~~:S:wait:/bin/sleep 10000\n";
    let mut up = Scenario::on_disk().whole_inittab(lines).command_line("single").boot()?;
    up.await_in_guest("pidof sleep")?;
    let began = read_used(&mut up)?;
    // The time to be measured: nothing is waited for.
    up.run(&["/bin/usleep", "10000000"])?;
    let ended = read_used(&mut up)?;
    let used = (ended.own + ended.children) - (began.own + began.children);
    eprintln!("ten idle seconds in single user: {used:?} of PID 1 and its children");
    ensure!(used < MOST_USED, "it used {used:?}");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

fn takeover_scenario() -> Scenario {
    let lines = "id:2:initdefault:\nag::respawn:/bin/vm-agent serve\n\
                 pf::powerfail:/bin/sh -c 'echo $$ > /run/effect'\n";
    Scenario::on_disk().processors(2).whole_inittab(lines)
}

const ROUNDS: u32 = 100;

/// The kernel drops what is sent to PID 1 while the signal is at its default (kernel/signal.c,
/// sig_task_ignored), whichever it is: so a signal can be counted that, as TERM, would end any other
/// process, but leaves this machine running. Standard signals merge while they are pending, so
/// each is awaited before the next.
#[test]
fn a_hundred_signals_into_the_moment_of_a_takeover_all_arrive() -> Result<()> {
    let mut up = takeover_scenario().boot()?;
    let workload = format!("/bin/vm-agent load signals-at-takeovers {ROUNDS}");
    let ran = up.run_within(&workload.split(' ').collect::<Vec<_>>(), Duration::from_secs(300))?;
    eprintln!("{}", ran.stdout.trim());
    ensure!(ran.stdout.starts_with(&format!("{ROUNDS} of {ROUNDS} arrived")), "{ran:?}");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn term_in_the_moment_of_a_takeover_ends_the_machine() -> Result<()> {
    let up = takeover_scenario().boot()?;
    up.request_argv(&["/bin/vm-agent", "load", "term-at-takeover"])?
        .ends_within(Duration::from_secs(30), Verdict::Reset)?
        .disk_clean()?;
    Ok(())
}

const HUP: i32 = 1;
const BAD_LINES: usize = 30;

/// /dev/kmsg takes ten lines of a descriptor in five seconds (printk(9), `printk_devkmsg`).
#[test]
fn thirty_warnings_in_a_second_are_all_in_the_kernels_log() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    let table = up.read_file("/etc/inittab")?;
    let bad: String = (0..BAD_LINES).map(|n| format!("::no-action-{n}:/bin/true\n")).collect();
    up.write_file("/etc/inittab", &format!("{table}{bad}::respawn:/bin/tail -f /dev/null\n"))?;
    up.signal(1, HUP)?;
    up.await_in_guest("pidof tail")?;
    up.await_console("/etc/inittab:31: unknown action", BOOT_LIMIT)?;
    let log = up.shell("dmesg | grep init:")?;
    let missing: Vec<usize> = (2..2 + BAD_LINES)
        .filter(|line| !log.contains(&format!("/etc/inittab:{line}: unknown action")))
        .collect();
    ensure!(
        missing.is_empty(),
        "lines {missing:?} of inittab are not complained about in dmesg:\n{log}"
    );
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
