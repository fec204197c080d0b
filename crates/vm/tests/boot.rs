//! From power-on to service, with and without what a boot usually finds.

mod common;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use common::panicked;
use vm::machine::BOOT_LIMIT;
use vm::system::AGENT_LINE;
use vm::{Running, Scenario, Tree, Verdict};

#[test]
fn entries_run_in_order_with_their_session_terminal_and_environment() -> Result<()> {
    let lines = "::once:/bin/sh -c 'echo once >> /data/order'\n\
                 ::wait:/bin/sh -c 'sleep 0.3; echo wait >> /data/order'\n\
                 ::sysinit:/bin/sh -c 'sleep 0.3; echo sysinit1 >> /data/order'\n\
                 ::sysinit:/bin/sh -c 'echo sysinit2 >> /data/order; env > /data/environment'\n\
                 ttyS0::respawn:/bin/sleep 12345\n\
                 tty9:::bad\n";
    let whole = format!("{lines}{AGENT_LINE}");
    let mut up = Scenario::on_disk().whole_inittab(&whole).boot()?;
    up.await_console("/etc/inittab:6: unknown action", BOOT_LIMIT)?;
    let environment = up.read_file("/data/environment")?;
    for pair in
        ["PATH=/sbin:/usr/sbin:/bin:/usr/bin", "SHELL=/bin/sh", "USER=root", "HOME=/", "TERM=vt102"]
    {
        ensure!(environment.lines().any(|line| line == pair), "no {pair} in {environment}");
    }
    let processes = up.processes()?;
    let sleeper = processes.named("sleep").expect("the respawned entry runs");
    ensure!(sleeper.session == sleeper.pid, "no session of its own: {sleeper:?}");
    ensure!(sleeper.blocked == 0 && sleeper.ignored == 0, "signals are not clean: {sleeper:?}");
    ensure!(up.shell(&format!("readlink /proc/{}/fd/0", sleeper.pid))?.trim() == "/dev/ttyS0");
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    let order = ended.root_disk().read_text("/data/order")?;
    ensure!(
        order.lines().collect::<Vec<_>>() == ["sysinit1", "sysinit2", "wait", "once"],
        "{order}"
    );
    Ok(())
}

/// How often the entry was started so far, and when on the clock of /proc/uptime.
fn starts(up: &mut Running) -> Result<Vec<f64>> {
    let text = up.read_file("/data/starts")?;
    text.lines().map(|line| line.parse().context("not a time")).collect()
}

fn uptime_s(up: &mut Running) -> Result<f64> {
    let text = up.read_file("/proc/uptime")?;
    text.split(' ').next().unwrap_or_default().parse().context("bad /proc/uptime")
}

#[test]
fn a_respawned_entry_comes_back_and_what_is_held_does_not() -> Result<()> {
    let entry =
        "::respawn:/bin/sh -c 'cut -d\" \" -f1 /proc/uptime >>/data/starts; exec sleep 12345'";
    let mut up = Scenario::on_disk().inittab(entry).boot()?;
    up.await_in_guest("[ $(wc -l </data/starts) = 1 ] && pidof sleep")?;
    let killed = uptime_s(&mut up)?;
    up.shell("kill $(pidof sleep)")?;
    up.await_in_guest("[ $(wc -l </data/starts) = 2 ] && pidof sleep")?;
    let comeback_s = starts(&mut up)?.last().context("no start")? - killed;
    up.shell("kill -TSTP 1; kill $(pidof sleep)")?;
    let killed = uptime_s(&mut up)?;
    // PID 1 goes on taking notice of processes that end, several times as long as the entry took to
    // come back.
    let mut rounds = 0;
    while rounds < 3 || uptime_s(&mut up)? < killed + 3.0 * comeback_s {
        up.make_orphans(10)?;
        up.await_no_zombies(Duration::from_secs(30))?;
        rounds += 1;
    }
    ensure!(starts(&mut up)?.len() == 2, "it came back while held: {:?}", starts(&mut up)?);
    ensure!(up.processes()?.named("sleep").is_none(), "it runs while held");
    let released = uptime_s(&mut up)?;
    up.shell("kill -CONT 1")?;
    up.await_in_guest("[ $(wc -l </data/starts) = 3 ] && pidof sleep")?;
    let times = starts(&mut up)?;
    eprintln!(
        "came back after {comeback_s:.2} s; held for {:.2} s, {rounds} rounds",
        released - killed
    );
    // /proc/uptime has hundredths.
    ensure!(times.last().is_some_and(|last| last + 0.01 >= released), "{times:?}, {released}");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_reload_keeps_what_stays_ends_what_left_and_starts_what_is_new() -> Result<()> {
    let mut up = Scenario::on_disk()
        .inittab("::respawn:/bin/sleep 1111\n::respawn:/bin/tail -f /dev/null\n")
        .boot()?;
    let stays = up.processes()?.named("sleep").map(|process| process.pid);
    let table = format!(
        "{AGENT_LINE}::respawn:/bin/sleep 1111\n::respawn:/bin/dd if=/dev/ttyS0 of=/dev/null\n"
    );
    up.write_file("/etc/inittab", &table)?;
    up.shell("/sbin/init -q")?;
    up.await_in_guest("pidof dd && ! pidof tail")?;
    ensure!(
        up.processes()?.named("sleep").map(|process| process.pid) == stays,
        "the entry that stayed was restarted"
    );
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

/// Serves with an entry that hangs when the machine ends, and this configuration.
fn serve_configured(files: &'static [(&'static str, &'static str)]) -> Result<Running> {
    let scenario = Scenario::on_disk().inittab("::shutdown:/bin/sleep 12345");
    let write = move |tree: &mut Tree| {
        for (path, text) in files {
            tree.text(path, text);
        }
    };
    scenario.files(write).boot()
}

fn ends_by_a_deadline_of_two_seconds(up: Running) -> Result<()> {
    up.request("reboot")?
        .ends_with(Verdict::Reset)?
        .disk_clean()?
        .console_contains("did not end in 2.")?;
    Ok(())
}

#[test]
fn a_configuration_counts_at_boot_and_its_bad_line_is_named() -> Result<()> {
    let mut up = serve_configured(&[
        ("/etc/rekindle.conf", "script_ms = 9000\ngrace_ms = a while\ntotal_ms = 60000\n"),
        ("/etc/rekindle.conf.d/50-short.conf", "script_ms = 2000\n"),
    ])?;
    let problem = "/etc/rekindle.conf:2: not a number of milliseconds; ignored";
    up.await_console(problem, BOOT_LIMIT)?;
    ends_by_a_deadline_of_two_seconds(up)
}

#[test]
fn a_configuration_that_is_read_again_counts_as_a_whole_or_not_at_all() -> Result<()> {
    let mut up = serve_configured(&[("/etc/rekindle.conf", "script_ms = 9000\n")])?;
    up.shell("echo 'script_ms = 2000' >/etc/rekindle.conf; kill -HUP 1")?;
    up.shell("mkdir -p /etc/rekindle.conf.d; echo 'script_ms = 1' >/etc/rekindle.conf.d/1.conf")?;
    up.shell("mkfifo /etc/rekindle.conf.d/2.conf; kill -HUP 1")?;
    let kept = "2.conf: not a regular file; keeping the configuration as it is";
    up.await_console(kept, BOOT_LIMIT)?;
    ends_by_a_deadline_of_two_seconds(up)
}

#[test]
fn an_initramfs_boots_with_nothing_else() -> Result<()> {
    let mut up = Scenario::in_initramfs().boot()?;
    let mounts = up.mounts()?;
    for target in ["/proc", "/sys", "/dev", "/run"] {
        ensure!(mounts.iter().any(|mount| mount.target == target), "{target} is not mounted");
    }
    up.request("reboot")?.ends_with(Verdict::Reset)?;
    Ok(())
}

#[test]
fn an_initramfs_without_console_and_null_boots() -> Result<()> {
    let scenario = Scenario::in_initramfs().without("/dev/console").without("/dev/null");
    scenario.boot()?.request("poweroff")?.ends_with(Verdict::PoweredOff)?;
    Ok(())
}

#[test]
fn a_disk_without_console_boots() -> Result<()> {
    let scenario = Scenario::on_disk()
        .without("/dev/console")
        .without("/dev/null")
        .command_line("devtmpfs.mount=0");
    scenario.boot()?.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn without_an_inittab_the_built_in_table_runs() -> Result<()> {
    let rc = "#!/bin/sh\n/bin/setsid /bin/vm-agent serve &\n";
    let scenario =
        Scenario::on_disk().no_inittab().files(move |tree| tree.script("/etc/init.d/rcS", rc));
    let mut up = scenario.boot()?;
    up.await_console("Please press Enter to activate this console.", BOOT_LIMIT)?;
    up.type_text("\n")?;
    // A login shell, as no shell of the harness is.
    up.await_in_guest("grep -q '^-/bin/sh' /proc/[0-9]*/cmdline")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn the_newer_kernel_boots_and_ends_clean() -> Result<()> {
    let scenario = Scenario::on_disk().kernel(vm::Kernel::Linux6_12);
    scenario.boot()?.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn two_processors_make_no_difference() -> Result<()> {
    let scenario = Scenario::on_disk()
        .processors(2)
        .load("crowd", "default 50")
        .load("saver", "save-on-term 1 /data/saved");
    let ended = scenario.boot()?.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    ended.file_contains("/data/saved", "saved")?;
    Ok(())
}

#[test]
fn the_verdict_of_a_crashed_kernel_is_not_taken_for_a_reboot() -> Result<()> {
    let up = Scenario::on_disk().boot()?;
    up.request_argv(&["/bin/sh", "-c", "echo c > /proc/sysrq-trigger"])?.ends_with(panicked())?;
    Ok(())
}
