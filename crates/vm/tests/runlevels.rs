//! sysvinit's dialect on a real machine: runlevels, its FIFO, and ends through runlevel 0 and 6.

use anyhow::{Context, Result, ensure};
use std::time::Duration;
use vm::machine::BOOT_LIMIT;
use vm::{Running, Scenario, Verdict};

/// How long a change that needs no work may take on a busy machine.
const CHANGE_LIMIT: Duration = Duration::from_secs(30);

/// The agent runs in every level, and `/etc/note WORD` writes the word and what it sees to the disk.
const BASE: &str = "id:2:initdefault:\nag::respawn:/bin/vm-agent serve\n";
const NOTE: &str = "#!/bin/sh\necho \"$1 $PREVLEVEL$RUNLEVEL $INIT_HALT\" >> /data/notes\n";

fn scenario(lines: &str) -> Scenario {
    Scenario::on_disk().whole_inittab(&format!("{BASE}{lines}")).files(|tree| {
        tree.script("/etc/note", NOTE);
        tree.symlink("/sbin/telinit", "init");
    })
}

fn notes(up: &mut Running) -> Result<String> {
    up.read_file("/data/notes")
}

/// The process of `sleep SECONDS`, once there is one.
fn process(up: &mut Running, seconds: &str) -> Result<String> {
    up.await_in_guest(&format!("ps | grep -q '[s]leep {seconds}'"))?;
    up.shell(&format!("ps | grep '[s]leep {seconds}' | sed 's/^ *\\([0-9]*\\).*/\\1/'"))
}

#[test]
fn the_boot_goes_through_its_levels_in_order() -> Result<()> {
    let mut up = scenario(
        "l2:2:wait:/etc/note wait\n\
         b1::boot:/bin/sleep 1000\n\
         b2::bootwait:/etc/note bootwait\n\
         si::sysinit:/etc/note sysinit\n\
         l3:3:wait:/etc/note level3\n\
         o2:2:once:/bin/sh -c 'echo $CONSOLE $INIT_VERSION > /data/environment; touch /run/up'\n",
    )
    .boot()?;
    up.await_in_guest("[ -e /run/up ]")?;
    let text = notes(&mut up)?;
    ensure!(text == "sysinit NS \nbootwait NS \nwait N2 \n", "{text}");
    let environment = up.read_file("/data/environment")?;
    ensure!(environment == "/dev/console sysvinit-rekindle\n", "{environment}");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_new_runlevel_ends_what_leaves_and_nothing_else() -> Result<()> {
    let mut up = scenario(
        "a:23:respawn:/bin/sleep 1111\n\
         b:2:respawn:/bin/sh -c 'trap \"\" TERM; while :; do sleep 1; done'\n\
         c:3:respawn:/bin/sleep 3333\n\
         l3:3:wait:/etc/note three\n",
    )
    .boot()?;
    let stays = process(&mut up, "1111")?;
    up.shell("telinit -t 1 3")?;
    up.await_console("entering runlevel 3", CHANGE_LIMIT)?;
    up.await_in_guest("[ -s /data/notes ]")?;
    ensure!(notes(&mut up)? == "three 23 \n");
    ensure!(process(&mut up, "1111")? == stays, "its process was left alone");
    process(&mut up, "3333")?;
    up.await_in_guest("! ps | grep '[t]rap'").context("TERM was ignored, KILL is not")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_reboot_goes_through_runlevel_6_and_poweroff_through_0() -> Result<()> {
    let lines = "l0:0:wait:/etc/note zero\nl6:6:wait:/etc/note six\n";
    for (command, note, verdict) in [
        ("reboot", "six 26 \n", Verdict::Reset),
        ("poweroff", "zero 20 POWEROFF\n", Verdict::PoweredOff),
        ("halt", "zero 20 HALT\n", Verdict::Halted),
        ("telinit 6", "six 26 \n", Verdict::Reset),
        ("init 0", "zero 20 POWEROFF\n", Verdict::PoweredOff),
    ] {
        let ended = scenario(lines).boot()?.request(command)?.ends_with(verdict)?.disk_clean()?;
        let found = ended.root_disk().read_text("/data/notes")?;
        ensure!(found == note, "{command}: {found:?}");
    }
    Ok(())
}

#[test]
fn a_script_of_runlevel_6_that_hangs_is_ended_at_its_deadline() -> Result<()> {
    scenario("l6:6:wait:/bin/sh -c 'sleep 1000; /etc/note never'\n")
        .command_line("rekindle.level_ms=1500")
        .boot()?
        .request("reboot")?
        .ends_with(Verdict::Reset)?
        .disk_clean()?
        .took_less_than(CHANGE_LIMIT)?
        .console_contains("did not end in 1.5")?;
    Ok(())
}

/// BusyBox's own command calls reboot(2) straight away, ours asks PID 1.
#[test]
fn a_reboot_by_force_from_a_script_joins_the_last_stage() -> Result<()> {
    for force in ["/bin/busybox reboot -f -n", "/sbin/reboot -d -f -i", "/sbin/halt -f"] {
        let lines = format!("l6:6:wait:/bin/sh -c 'echo x > /data/unsynced; {force}; true'\n");
        let verdict = if force.contains("halt") { Verdict::Halted } else { Verdict::Reset };
        scenario(&lines)
            .load("saver", "save-on-term 1 /data/saved")
            .boot()?
            .request("reboot")?
            .ends_with(verdict)?
            .disk_clean()?
            .file_contains("/data/saved", "saved")?
            .file_contains("/data/unsynced", "x")?;
    }
    Ok(())
}

#[test]
fn events_run_their_entries() -> Result<()> {
    let mut up = scenario(
        "pw::powerwait:/etc/note power-fails\n\
         po::powerokwait:/etc/note power-back\n\
         pn::powerfailnow:/etc/note power-low\n\
         kb::kbrequest:/etc/note keyboard\n\
         ca:12345:ctrlaltdel:/etc/note keys\n\
         od:a:ondemand:/bin/sh -c '/etc/note demand; sleep 1000'\n",
    )
    .boot()?;
    for (command, word) in [
        ("kill -PWR 1", "power-fails"),
        ("echo OK > /run/powerstatus; kill -PWR 1", "power-back"),
        ("echo LOW > /run/powerstatus; kill -PWR 1", "power-low"),
        ("kill -WINCH 1", "keyboard"),
        ("kill -INT 1", "keys"),
        ("telinit a", "demand"),
        ("kill -INT 1", "keys"),
    ] {
        up.shell(command)?;
        up.await_in_guest(&format!("grep -q '^{word} N2' /data/notes"))?;
        up.shell(": > /data/notes")?;
    }
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn bad_requests_are_named_and_good_ones_go_on() -> Result<()> {
    let mut up = scenario("").boot()?;
    up.shell("echo junk > /run/initctl")?;
    up.await_console("/run/initctl: 5 bytes are no request; skipped", BOOT_LIMIT)?;
    up.shell("rm /run/initctl; kill -USR1 1")?;
    up.await_in_guest("telinit 4")?;
    up.await_console("entering runlevel 4", CHANGE_LIMIT)?;
    up.request("telinit 6")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn an_entry_that_dies_at_once_is_stopped_by_sysvinits_limit() -> Result<()> {
    let mut up = scenario("x:2:respawn:/bin/sh -c 'echo . >> /data/starts'\n").boot()?;
    up.await_console("at once and again; next try in 300.00 s", CHANGE_LIMIT)?;
    let starts = up.read_file("/data/starts")?.lines().count();
    ensure!(starts == 10, "started {starts} times");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn reading_inittab_again_keeps_what_runs() -> Result<()> {
    let mut up = scenario("a:2:respawn:/bin/sleep 1111\nb:2:respawn:/bin/sleep 2222\n").boot()?;
    let stays = process(&mut up, "1111")?;
    process(&mut up, "2222")?;
    let edit = "sed -i -e /^b:/d /etc/inittab; echo 'c:2:respawn:/bin/sleep 3333' >> /etc/inittab; telinit q";
    up.shell(edit)?;
    process(&mut up, "3333")?;
    ensure!(process(&mut up, "1111")? == stays);
    up.await_in_guest("! ps | grep '[s]leep 2222'")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn single_user_runs_its_entries_and_then_goes_on_booting() -> Result<()> {
    let lines = "~~:S:wait:/etc/note single\n\
                 si::sysinit:/etc/note sysinit\n\
                 bw::bootwait:/etc/note bootwait\n\
                 l2:2:wait:/etc/note two\n";
    let mut up = scenario(lines).command_line("single").boot()?;
    up.await_in_guest("grep -q two /data/notes")?;
    let text = notes(&mut up)?;
    ensure!(text == "sysinit NS \nsingle NS \nbootwait NS \ntwo N2 \n", "{text}");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn in_an_emergency_somebody_logs_in_before_anything_runs() -> Result<()> {
    let sulogin = |tree: &mut vm::Tree| {
        tree.script("/sbin/sulogin", "#!/bin/sh\necho emergency >> /data/notes\n");
    };
    let lines = "si::sysinit:/etc/note sysinit\nl2:2:wait:/etc/note two\n";
    let mut up = scenario(lines).files(sulogin).command_line("emergency").boot()?;
    up.await_in_guest("grep -q two /data/notes")?;
    let text = notes(&mut up)?;
    ensure!(text == "emergency\nsysinit NS \ntwo N2 \n", "{text}");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn the_kernels_line_chooses_the_dialect_and_the_level() -> Result<()> {
    let whole = "ag::respawn:/bin/vm-agent serve\nl4:4:wait:/etc/note four\n";
    let sysvinit = scenario("").whole_inittab(whole).command_line("rekindle.dialect=sysvinit 4");
    let mut up = sysvinit.boot()?;
    up.await_in_guest("grep -q four /data/notes")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
