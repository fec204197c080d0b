//! PID 1 of a PID namespace: one command in inittab's place, and inittab itself. Every container is
//! made inside a machine, whose disk shows afterwards that nothing reached it.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use common::parse_account;
use rekindle_core::account::ACCOUNT_PATH;
use rekindle_core::request::Action;
use vm::machine::BOOT_LIMIT;
use vm::protocol::Ran;
use vm::{Running, Scenario, Verdict};

const UNSHARE: &str = "/bin/busybox unshare -p -f -m --mount-proc";
const HUP: i32 = 1;
const INT: i32 = 2;

fn sh(up: &mut Running, script: &str) -> Result<Ran> {
    let ran = up.run(&["/bin/busybox", "sh", "-c", script])?;
    ensure!(!ran.timed_out, "{script} took too long: {ran:?}");
    Ok(ran)
}

/// Runs `init` with these words as PID 1 of a container.
fn init(up: &mut Running, words: &str) -> Result<Ran> {
    sh(up, &format!("exec {UNSHARE} /sbin/init {words}"))
}

fn status_is(ran: &Ran, status: i32) -> Result<()> {
    ensure!(ran.status == Some(status), "expected status {status}: {ran:?}");
    Ok(())
}

fn said(ran: &Ran, text: &str) -> Result<()> {
    ensure!(ran.stderr.contains(text), "no {text:?} in {ran:?}");
    Ok(())
}

/// The machine around the containers still serves, and ends clean.
fn reboot(mut up: Running) -> Result<()> {
    let mounts = up.mounts()?;
    let root = mounts.iter().find(|mount| mount.target == "/");
    ensure!(root.is_some_and(|root| root.options.split(',').any(|word| word == "rw")), "{root:?}");
    up.write_file("/data/written", "after the containers")?;
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    ended.file_contains("/data/written", "after the containers")?;
    Ok(())
}

#[test]
fn a_container_ends_with_the_status_of_its_command() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    let ran = init(&mut up, "-- sh -c 'exit 7'")?;
    status_is(&ran, 7)?;
    ensure!(ran.stdout.is_empty() && ran.stderr.is_empty(), "not silent: {ran:?}");
    status_is(&init(&mut up, "-- sh -c 'kill -KILL $$'")?, 128 + 9)?;
    status_is(&init(&mut up, "-g -- sh -c 'kill -TERM $$'")?, 128 + 15)?;
    let missing = init(&mut up, "-- no-such-program")?;
    status_is(&missing, 127)?;
    said(&missing, "init: can't run 'no-such-program': no such file or directory (ENOENT)\n")?;
    let refused = init(&mut up, "-- /etc/passwd")?;
    status_is(&refused, 126)?;
    said(&refused, "init: can't run '/etc/passwd': permission denied (EACCES)\n")?;
    for usage in ["--", "-g --", "-g sh"] {
        let wrong = init(&mut up, usage)?;
        status_is(&wrong, 1)?;
        said(&wrong, "init: usage: init [-g] -- command [argument]...\n")?;
    }
    let beside = sh(&mut up, "/sbin/init -- true")?;
    status_is(&beside, 1)?;
    said(&beside, "must be run as process 1")?;
    reboot(up)
}

#[test]
fn a_command_gets_the_environment_the_streams_and_clean_signals() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.shell("mkdir /data/bin && ln -s /bin/busybox /data/bin/env")?;
    let clean = "exec /bin/busybox env -i PATH=/data/bin WORD='a b'";
    let ran = sh(&mut up, &format!("{clean} {UNSHARE} /sbin/init -- env"))?;
    ensure!(ran.stdout == "PATH=/data/bin\nWORD=a b\n", "{ran:?}");
    let ran = sh(
        &mut up,
        &format!("echo in | {UNSHARE} /sbin/init -- sh -c 'cat; echo err >&2; exit 3'"),
    )?;
    ensure!((ran.stdout.as_str(), ran.stderr.as_str()) == ("in\n", "err\n"), "{ran:?}");
    status_is(&ran, 3)?;
    // What was ignored when PID 1 was executed is not ignored by the command.
    let line = "-- grep -E 'Sig(Blk|Ign)' /proc/self/status";
    let ran = sh(&mut up, &format!("trap '' TERM HUP INT QUIT; exec {UNSHARE} /sbin/init {line}"))?;
    let none = "0000000000000000";
    ensure!(ran.stdout == format!("SigBlk:\t{none}\nSigIgn:\t{none}\n"), "{ran:?}");
    reboot(up)
}

/// Starts a container in the background, has `act` done to its PID 1, and gives its status.
fn act_on(up: &mut Running, words: &str, act: &str) -> Result<Ran> {
    let script = format!(
        "rm -f /data/ready /data/got; {UNSHARE} /sbin/init {words} & outer=$!\n\
         until [ -s /data/ready ]; do usleep 50000; done\n\
         inner=$(cat /proc/$outer/task/$outer/children); {act}; wait $outer"
    );
    sh(up, &script)
}

#[test]
fn signals_are_forwarded_to_the_command_or_to_its_group() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    let waits = "echo ready > /data/ready; while :; do usleep 50000; done";
    let mut traps = String::new();
    for (name, status) in [("TERM", 21), ("HUP", 22), ("USR1", 23), ("ALRM", 24), ("INT", 25)] {
        write!(traps, "trap \"exit {status}\" {name}; ")?;
    }
    for (name, status) in [("TERM", 21), ("HUP", 22), ("USR1", 23), ("ALRM", 24), ("INT", 25)] {
        let words = format!("-- sh -c '{traps}{waits}'");
        status_is(&act_on(&mut up, &words, &format!("kill -{name} $inner"))?, status)?;
    }
    let member =
        format!("sh -c \"trap \\\"echo member >> /data/got; exit\\\" TERM; {waits}\" & member=$!");
    let leader = |then: &str| format!("{member}; trap \"{then}exit 4\" TERM; wait; wait; exit 5");
    let alone = format!("-- sh -c '{}'", leader("echo leader >> /data/got; "));
    status_is(&act_on(&mut up, &alone, "kill -TERM $inner")?, 4)?;
    ensure!(up.read_file("/data/got")? == "leader\n", "the group got what is the leader's");
    let group = format!("-g -- sh -c '{}'", leader("wait $member; "));
    status_is(&act_on(&mut up, &group, "kill -TERM $inner")?, 4)?;
    ensure!(up.read_file("/data/got")? == "member\n");
    reboot(up)
}

#[test]
fn orphans_are_reaped_while_the_command_runs() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.write_file(
        "/data/orphans",
        "for n in $(seq 50); do (: & usleep 1000 &); done\n\
         (echo $(sh -c 'echo $PPID') > /dev/null; sleep 1000 &)\n\
         [ \"$(grep -l 'PPid:.1$' /proc/[0-9]*/status | wc -l)\" -ge 2 ] || exit 8\n\
         for n in $(seq 300); do grep -q 'State:.Z' /proc/[0-9]*/status || exit 0; usleep 100000; done\n\
         exit 9\n",
    )?;
    // 8: nothing became PID 1's child, so that nothing was proven; 9: zombies stayed.
    status_is(&init(&mut up, "-- sh /data/orphans")?, 0)?;
    reboot(up)
}

#[test]
fn the_command_is_in_the_foreground_of_its_terminal() -> Result<()> {
    let look = "cut -d\" \" -f5,8 /proc/self/stat > /data/ready";
    let script = format!("#!/bin/sh\nexec {UNSHARE} /sbin/init -- /bin/sh -c '{look}; sync'\n");
    let scenario = Scenario::on_disk()
        .inittab("ttyS0::once:-/etc/contained\n")
        .files(move |tree| tree.script("/etc/contained", &script));
    let mut up = scenario.boot()?;
    up.await_in_guest("[ -s /data/ready ]")?;
    let numbers = up.read_file("/data/ready")?;
    let words: Vec<&str> = numbers.split_whitespace().collect();
    ensure!(
        matches!(words.as_slice(), [group, front] if group == front && *front != "0"),
        "{numbers}"
    );
    reboot(up)
}

/// A container with an inittab of its own.
fn serve(up: &mut Running, unshare: &str, before: &str, inittab: &str) -> Result<Ran> {
    up.write_file("/data/inittab", inittab)?;
    let inside = format!("mount --bind /data/inittab /etc/inittab && {before} exec /sbin/init");
    sh(up, &format!("exec {unshare} /bin/busybox sh -c '{inside}'"))
}

#[test]
fn with_an_inittab_it_ends_as_reboot_says_and_leaves_the_machine_alone() -> Result<()> {
    let mut up = Scenario::on_disk().command_line("loglevel=7").boot()?;
    for (command, signal) in [("reboot", HUP), ("poweroff", INT), ("halt", INT)] {
        let table = format!(
            "::sysinit:/bin/sh -c 'rm -f /data/bye; echo $TERM'\n::respawn:/bin/sleep 12345\n\
             ::once:/sbin/{command}\n::shutdown:/bin/sh -c 'echo bye > /data/bye'\n\
             ::shutdown:/bin/umount -a -r\n"
        );
        let ran = serve(&mut up, UNSHARE, "", &table)?;
        ensure!(ran.signal == Some(signal), "{command}: {ran:?}");
        said(&ran, "init: running in a container")?;
        said(&ran, &format!("init: {command} (orderly) asked for by {command}["))?;
        ensure!(!ran.stderr.contains("can't") && !ran.stderr.contains('\r'), "{ran:?}");
        ensure!(up.read_file("/data/bye")? == "bye\n", "the shutdown entry did not run");
        let account = parse_account(&up.read_file(ACCOUNT_PATH)?)?;
        let action = Action::parse_name(command.as_bytes()).context("no action")?;
        ensure!(account.asks_for(action), "{:?}", account.0);
    }
    // What it said comes before this, on both.
    up.shell("echo 'all is said' > /dev/kmsg; echo 'all is said' > /dev/console")?;
    up.await_console("all is said", BOOT_LIMIT)?;
    let log = up.shell("dmesg")?;
    ensure!(log.contains("all is said"), "the log is not whole: {log}");
    ensure!(!log.contains("running in a container"), "it spoke in the machine's log: {log}");
    ensure!(!up.console().contains("container"), "it spoke on the console:\n{}", up.console());
    reboot(up)
}

#[test]
fn a_kexec_and_the_keys_are_refused_and_the_container_goes_on() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    let ask = "#!/bin/sh\nask() { kill -$1 1; for n in $(seq 300); do grep -q \"$2\" /data/err && return; usleep 100000; done; exit 1; }\n\
               ask ALRM 'kexec asked for by .* refused: this is a container; ask its host; going on'\n\
               ask INT 'ctrl-alt-del from .* refused: this is a container; ask its host'\n\
               pidof sleep > /data/still && poweroff\n";
    up.shell(&format!("printf '%s' '{}' > /data/ask", ask.replace('\'', "'\\''")))?;
    let table = "::respawn:/bin/sleep 12345\n::once:/bin/sh /data/ask\n";
    let ran = serve(&mut up, UNSHARE, "exec 2>/data/err;", table)?;
    ensure!(ran.signal == Some(INT), "{ran:?}: {}", up.read_file("/data/err")?);
    ensure!(!up.read_file("/data/still")?.trim().is_empty());
    reboot(up)
}

#[test]
fn without_the_right_to_reboot_it_exits() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    let unshare = format!("/bin/vm-agent without-reboot {UNSHARE}");
    let ran = serve(&mut up, &unshare, "", "::once:/sbin/reboot\n::respawn:/bin/sleep 12345\n")?;
    status_is(&ran, 0)?;
    said(&ran, "init: running in a container")?;
    said(&ran, "reboot by reboot(2): operation not permitted (EPERM); exiting instead\n")?;
    let ran = sh(&mut up, &format!("exec {unshare} /sbin/init -- sh -c 'exit 7'"))?;
    status_is(&ran, 7)?;
    reboot(up)
}

#[test]
fn a_user_namespace_and_a_proc_of_the_host_change_nothing() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    let table = "::respawn:/bin/sleep 12345\n::once:/sbin/reboot\n";
    let ran = serve(&mut up, "/bin/busybox unshare -U -r -p -f -m --mount-proc", "", table)?;
    ensure!(ran.signal == Some(HUP), "{ran:?}");
    up.shell("stat -c %i /run/rekindle/control > /run/inode")?;
    // The numbers in this /proc are the host's: its processes must not be taken for one's own.
    let ran = serve(&mut up, "/bin/busybox unshare -p -f -m", "", table)?;
    ensure!(ran.signal == Some(HUP), "{ran:?}");
    said(&ran, "can't list the processes in /proc")?;
    // /run is the host's, too: its control socket stays where it is.
    let same = "stat -c %i /run/rekindle/control; cat /run/inode";
    let inodes = up.shell(same)?;
    ensure!(inodes.lines().collect::<BTreeSet<_>>().len() == 1, "{inodes}");
    reboot(up)
}

#[test]
fn a_standard_error_that_takes_nothing_does_not_hold_it_up() -> Result<()> {
    let mut up = Scenario::on_disk().boot()?;
    up.write_file("/data/inittab", "::respawn:/bin/sleep 12345\n::once:/sbin/reboot\n")?;
    // As much as a pipe holds (pipe(7)), so that every further write would have to wait.
    let full = "mkfifo /run/full; exec 3<>/run/full; head -c 65536 /dev/zero >&3";
    let inside = "mount --bind /data/inittab /etc/inittab && exec /sbin/init";
    let ran = sh(&mut up, &format!("{full}; exec {UNSHARE} /bin/busybox sh -c '{inside}' 2>&3"))?;
    ensure!(ran.signal == Some(HUP), "{ran:?}");
    reboot(up)
}

#[test]
fn on_a_machine_the_end_of_the_command_is_a_clean_power_off() -> Result<()> {
    let script = "#!/bin/sh\nexec /sbin/init -- /bin/sh -c 'echo ran > /data/ran; exit 7'\n";
    let scenario = Scenario::on_disk()
        .command_line("init=/etc/first")
        .files(move |tree| tree.script("/etc/first", script));
    let ended = scenario.boot_without_agent()?.expect_end().ends_with(Verdict::PoweredOff)?;
    ended
        .disk_clean()?
        .file_contains("/data/ran", "ran")?
        .console_contains("'/bin/sh' exited with 7; nothing else is to be run")?;
    Ok(())
}
