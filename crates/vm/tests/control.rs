//! The control socket on real machines: who may ask, who only means harm, and what happens to it.

mod common;

use std::fmt::Write;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use common::read_account;
use rekindle_core::account::Line;
use vm::machine::BOOT_LIMIT;
use vm::protocol::Ran;
use vm::{Ended, Running, Scenario, Verdict};

const HUP: i32 = 1;

/// Frames, as `vm-agent control-ask` takes them.
const REBOOT: &str = "524b01010200";
const MACHINE: &str = "524b0102";

/// How answers begin.
const DONE: &str = "524b0180";
const REFUSED: &str = "524b0182";
const TOLD: &str = "524b0183";

/// The group numbers are those of no other group.
const USERS: &str = "root::0:0:root:/root:/bin/sh\n\
    nobody:x:65534:65534:nobody:/:/bin/sh\n\
    viewer:x:1001:1001:viewer:/:/bin/sh\n\
    operator:x:1002:1002:operator:/:/bin/sh\n";
const GROUPS: &str = "root:x:0:\nlookers:x:2001:viewer\nenders:x:2002:operator\n";

fn scenario() -> Scenario {
    Scenario::on_disk().files(|tree| {
        tree.text("/etc/passwd", USERS);
        tree.text("/etc/group", GROUPS);
        tree.symlink("/sbin/telinit", "init");
    })
}

fn sh(up: &mut Running, line: &str) -> Result<Ran> {
    let ran = up.run(&["/bin/busybox", "sh", "-c", line])?;
    ensure!(!ran.timed_out, "{line} took too long: {ran:?}");
    Ok(ran)
}

/// As a line of a shell: somebody runs a command.
fn by(user: &str, command: &str) -> String {
    format!("busybox su {user} -s /bin/sh -c '{command}'")
}

fn ask(frame: &str) -> String {
    format!("/bin/vm-agent control-ask {frame}")
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "{byte:02x}");
        all
    })
}

/// What came back begins like this.
fn answers(up: &mut Running, line: &str, start: &str) -> Result<String> {
    let ran = sh(up, line)?;
    ensure!(ran.stdout.starts_with(start), "{line} was not answered by {start}: {ran:?}");
    Ok(ran.stdout)
}

/// The command fails, and says this.
fn is_refused(up: &mut Running, line: &str, reason: &str) -> Result<()> {
    let ran = sh(up, line)?;
    ensure!(ran.status == Some(1), "{line} did not end with status 1: {ran:?}");
    ensure!(ran.stderr.contains(reason), "{line} was refused without {reason:?}: {ran:?}");
    Ok(())
}

/// Who asked for the end, as the account on the disk tells it: command, user, terminal, login, signal.
fn requester(ended: &Ended) -> Result<(String, u32, String, Option<u32>, u8)> {
    let account = read_account(ended)?;
    let found = account.0.iter().find_map(|line| match line {
        Line::Request { by_comm, by_uid, by_terminal, by_login_uid, signal, .. } => {
            let [comm, terminal] =
                [by_comm, by_terminal].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            Some((comm, *by_uid, terminal, *by_login_uid, *signal))
        }
        _ => None,
    });
    found.with_context(|| format!("nobody has asked: {:?}", account.0))
}

const OTHER: &str = "who asks is of another user or PID namespace than process 1";

/// An entry that waits for a file, and then has somebody who has logged in as 1001 and become `operator`
/// reboot from a terminal.
const ASKER: &str = "#!/bin/sh\nuntil [ -e /run/go ]; do sleep 0.05; done\n\
    echo 1001 > /proc/self/loginuid\nexec busybox su operator -s /bin/sh -c 'exec /sbin/reboot'\n";

#[test]
fn who_may_ask_is_decided_by_who_he_is() -> Result<()> {
    let scenario = scenario()
        .inittab("ttyS0::once:-/etc/asker\n")
        .files(|tree| tree.script("/etc/asker", ASKER));
    let mut up = scenario.boot()?;
    is_refused(&mut up, &by("nobody", "exec /sbin/reboot"), "only root may")?;
    up.await_console("(uid 65534) refused: only root may", BOOT_LIMIT)?;
    let line = up.console().lines().find(|line| line.contains("(uid 65534) refused"));
    ensure!(line.is_some_and(|line| line.contains("request of reboot[")), "{line:?}");

    // Root of another user namespace is root here as well, as the kernel tells it of a client.
    is_refused(&mut up, "busybox unshare -U -r /sbin/reboot", OTHER)?;
    let nested = by("nobody", "busybox unshare -U -r /sbin/reboot");
    is_refused(&mut up, &nested, "refused: ")?;
    others_of_pids_are_refused(&mut up)?;

    // Nobody of a group may anything before the configuration names the group.
    answers(&mut up, &by("viewer", &ask(MACHINE)), REFUSED)?;
    let names = "look_group = lookers\nend_group = enders\n";
    up.write_file("/etc/rekindle.conf", names)?;
    up.signal(1, HUP)?;
    let looks = by("viewer", &ask(MACHINE));
    up.await_in_guest(&format!("{looks} | grep -q ^{TOLD}"))?;
    is_refused(&mut up, &by("viewer", "exec /sbin/reboot"), "only root may")?;
    answers(&mut up, &by("nobody", &ask(MACHINE)), REFUSED)?;

    up.shell("touch /run/go")?;
    let ended = up.expect_end().ends_with(Verdict::Reset)?.disk_clean()?;
    let asked = requester(&ended)?;
    let expected = ("reboot".to_owned(), 1002, "ttyS0".to_owned(), Some(1001), 0);
    ensure!(asked == expected, "{asked:?}");
    Ok(())
}

/// In another PID namespace a process is refused by PID 1, and its command asks the process 1 that it has
/// there; so it does where that is our init, which takes the place of the machine's socket for a while.
fn others_of_pids_are_refused(up: &mut Running) -> Result<()> {
    const UNSHARE: &str = "busybox unshare -p -f -m --mount-proc sh -c";
    let told = answers(up, &format!("{UNSHARE} '{}; true'", ask(REBOOT)), REFUSED)?;
    ensure!(told.contains(&hex(OTHER)), "{told}");
    let ran = sh(up, &format!("{UNSHARE} '/sbin/reboot; echo $?'"))?;
    ensure!(ran.stdout == "1\n" && ran.stderr.contains("process 1 is"), "{ran:?}");
    up.write_file("/data/inittab", "::once:/sbin/reboot\n::respawn:/bin/sleep 12345\n")?;
    let inside = "mount --bind /data/inittab /etc/inittab && exec /sbin/init";
    let ran = sh(up, &format!("exec {UNSHARE} '{inside}'"))?;
    ensure!(ran.signal == Some(HUP), "the container did not reboot: {ran:?}");
    ensure!(ran.stderr.contains("reboot (orderly) asked for by reboot["), "{ran:?}");
    up.await_in_guest(&format!("{} | grep -q ^{TOLD}", ask(MACHINE)))
}

/// Two pages, as in growth.rs.
const MOST_GROWTH_KIB: u64 = 8;

const OPEN: &str = "ls /proc/1/fd | wc -l";

const STORMS: [&str; 2] = ["root-storm", "nobodys-storm"];

/// Starts hostile clients of root and of nobody, and comes back when both storms blow.
fn storm(up: &mut Running, count: u32) -> Result<()> {
    let [root, nobody] = STORMS;
    up.load(root, &format!("hostile-clients {count}"))?;
    up.load(nobody, &format!("left-behind 65534 vm-agent hostile-clients {count}"))?;
    Ok(())
}

/// What root has had PID 1 keep is root's to take back.
fn calm(up: &mut Running) -> Result<()> {
    up.await_in_guest("! grep -q -- '-storm' /proc/[0-9]*/comm 2>/dev/null")?;
    answers(up, &ask(&format!("524b0108{}", hex("storm"))), DONE).map(drop)
}

#[test]
fn a_thousand_hostile_clients_cost_pid_1_nothing_and_no_end_its_time() -> Result<()> {
    let mut up = scenario().boot()?;
    storm(&mut up, 100)?;
    up.make_orphans(1_000)?;
    calm(&mut up)?;
    up.await_no_zombies(Duration::from_secs(60))?;
    let (before, open) = (up.memory(1)?, up.shell(OPEN)?);
    storm(&mut up, 1_000)?;
    up.shell("echo '::respawn:/bin/tail -f /dev/null' >>/etc/inittab; kill -HUP 1")?;
    up.await_in_guest("pidof tail")?;
    let blows = sh(&mut up, "grep -h -- -storm /proc/[0-9]*/comm 2>/dev/null")?.stdout;
    ensure!(blows.lines().count() == 2, "PID 1 heard the signal after the storms only: {blows:?}");
    up.make_orphans(10_000)?;
    calm(&mut up)?;
    up.await_no_zombies(Duration::from_secs(60))?;
    up.await_in_guest(&format!("[ $({OPEN}) -eq {} ]", open.trim()))?;
    let after = up.memory(1)?;
    eprintln!(
        "2000 hostile clients: PID 1 has {} KiB resident, {} before, and {} files open",
        after.resident_kib,
        before.resident_kib,
        open.trim()
    );
    let most_kib = before.resident_kib + MOST_GROWTH_KIB;
    ensure!(after.resident_kib <= most_kib, "PID 1 grew: {before:?}, {after:?}");

    storm(&mut up, 1_000_000)?;
    let ended = up
        .request("reboot")?
        .ends_with(Verdict::Reset)?
        .disk_clean()?
        .took_less_than(Duration::from_secs(10))?;
    eprintln!("an end in the middle of such a storm took {:?}", ended.took);
    ensure!(requester(&ended)?.0 == "reboot", "{:?}", requester(&ended)?);
    Ok(())
}

/// Waits until somebody listens at the path again, and until it is PID 1.
fn await_socket(up: &mut Running) -> Result<()> {
    up.await_in_guest(&format!("{} 2>/dev/null | grep -q ^{TOLD}", ask(MACHINE)))
}

#[test]
fn a_socket_that_was_lost_is_made_again() -> Result<()> {
    let mut up = scenario().boot()?;
    await_socket(&mut up)?;
    for loss in [
        "rm /run/rekindle/control",
        "rm -r /run/rekindle",
        "mv /run/rekindle /run/elsewhere",
        "mount -t tmpfs other /run",
    ] {
        up.shell(loss)?;
        await_socket(&mut up).with_context(|| format!("after {loss}"))?;
    }
    let ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    let (comm, .., signal) = requester(&ended)?;
    ensure!((comm.as_str(), signal) == ("reboot", 0), "not by the socket: {comm} {signal}");
    Ok(())
}

const TAKEOVERS: u32 = 10;

#[test]
fn the_socket_and_what_is_kept_go_on_in_a_new_version() -> Result<()> {
    let mut up = scenario().processors(2).boot()?;
    let kept = format!("524b0107{}", hex("names"));
    answers(&mut up, &format!("{} /etc/passwd", ask(&kept)), DONE)?;
    let listener = "grep ' /run/rekindle/control' /proc/net/unix | sed 's/^[^ ]* *//'";
    let before = up.shell(listener)?;
    let workload = format!("/bin/vm-agent load ask-at-takeovers {TAKEOVERS}");
    let ran = up.run_within(&workload.split(' ').collect::<Vec<_>>(), Duration::from_secs(120))?;
    ensure!(ran.status == Some(0), "{ran:?}");
    eprintln!("takeovers: {}", ran.stdout.trim());
    let bridged: u32 = ran.stdout.split(' ').next().unwrap_or_default().parse()?;
    ensure!(bridged > 0, "no client was answered that had connected during a takeover: {ran:?}");
    let after = up.shell(listener)?;
    ensure!(before == after && !before.is_empty(), "another socket: {before:?}, {after:?}");
    let told = answers(&mut up, &ask(MACHINE), TOLD)?;
    ensure!(told.contains(&hex("\0kept=names\0")), "{told}");
    up.shell("ls -l /proc/1/fd | grep -q ' /etc/passwd$'")?;
    answers(&mut up, &ask(&format!("524b0108{}", hex("names"))), DONE)?;
    up.await_in_guest("! ls -l /proc/1/fd | grep -q ' /etc/passwd$'")?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

const WAKE_UPS: &str = "grep ctxt_switches /proc/1/status";

#[test]
fn telinit_is_answered_and_a_pid_1_that_nobody_asks_does_not_wake_up() -> Result<()> {
    let mut up = scenario().boot()?;
    let ran = sh(&mut up, "telinit q")?;
    ensure!(ran.status == Some(0) && ran.stderr.is_empty(), "{ran:?}");
    up.shell("mv /etc/inittab /etc/kept; mkdir /etc/inittab")?;
    is_refused(&mut up, "telinit q", "can't read /etc/inittab: ")?;
    up.shell("rmdir /etc/inittab; mv /etc/kept /etc/inittab")?;
    is_refused(&mut up, "telinit 3", "process 1 has no runlevels but 0 and 6")?;
    ensure!(sh(&mut up, "telinit q")?.status == Some(0));

    // What a boot leaves to be done is done, and the last client's time is over.
    up.await_in_guest(&format!("a=$({WAKE_UPS}); sleep 6; [ \"$a\" = \"$({WAKE_UPS})\" ]"))?;
    let before = up.shell(WAKE_UPS)?;
    // The time to be measured: nothing is waited for.
    up.run(&["/bin/sleep", "20"])?;
    let after = up.shell(WAKE_UPS)?;
    ensure!(before == after, "PID 1 woke up while it was idle: {before}{after}");
    answers(&mut up, &ask(MACHINE), TOLD)?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

/// Containers, one after the other, each with our init, which is asked for a reboot by the command as soon
/// as it serves. What each said is counted.
const ASK_OFTEN: &str = "#!/bin/sh\n\
    inside='mount -t tmpfs run /run && mount --bind /data/inittab /etc/inittab && exec /sbin/init'\n\
    named=0; n=0\n\
    while [ $n -lt $1 ]; do\n\
    n=$((n+1))\n\
    busybox unshare -p -f -m --mount-proc sh -c \"$inside\" 2>/run/said.$2\n\
    if grep -q 'reboot (orderly) asked for by reboot\\[[0-9]*\\] (uid 0)$' /run/said.$2\n\
    then named=$((named+1)); else cat /run/said.$2 >&2; fi\n\
    done\n\
    echo $named\n";

fn ask_often(count: u32) -> Result<()> {
    let scenario = scenario()
        .files(|tree| {
            tree.script("/etc/ask-often", ASK_OFTEN);
            tree.text("/data/inittab", "::once:/sbin/reboot\n::respawn:/bin/sleep 12345\n");
        })
        .load("load", "forker");
    let mut up = scenario.boot()?;
    let limit = Duration::from_secs(30 + u64::from(count) * 2);
    let ran = up.run_within(&["/etc/ask-often", &count.to_string(), "a"], limit)?;
    let named: u32 = ran.stdout.trim().parse().with_context(|| format!("{ran:?}"))?;
    eprintln!("{named} of {count} requests under load told the command");
    ensure!(named == count, "{ran:?}");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn of_a_hundred_requests_under_load_each_names_the_command() -> Result<()> {
    ask_often(100)
}

#[test]
#[ignore = "takes minutes; by hand: cargo test -p vm --test control -- --ignored"]
fn of_a_thousand_requests_under_load_each_names_the_command() -> Result<()> {
    ask_often(1_000)
}
