//! Roots of BusyBox alone, with the tables that two distributions ship for it, and small
//! scripts in the place of what those start.

use anyhow::{Result, ensure};
use vm::debian::HOST_NAME;
use vm::machine::BOOT_LIMIT;
use vm::{Debian, Ended, Running, Scenario, Tree, Verdict};

use crate::terminal::{await_prompt, sh};

/// The lines of alpine-baselayout's inittab (main/alpine-baselayout in aports), with the
/// serial console that its installer switches on where it runs on one.
const ALPINE: &str = "# /etc/inittab

::sysinit:/sbin/openrc sysinit
::sysinit:/sbin/openrc boot
::wait:/sbin/openrc default

tty1::respawn:/sbin/getty 38400 tty1
tty2::respawn:/sbin/getty 38400 tty2
tty3::respawn:/sbin/getty 38400 tty3
tty4::respawn:/sbin/getty 38400 tty4
tty5::respawn:/sbin/getty 38400 tty5
tty6::respawn:/sbin/getty 38400 tty6
ttyS0::respawn:/sbin/getty -L 0 ttyS0 vt100

::ctrlaltdel:/sbin/reboot

::shutdown:/sbin/openrc shutdown
";

/// Does what OpenRC's runlevels of a fresh Alpine do to the machine: mounts, a few services,
/// and at the end their stop and a read-only root (OpenRC's `killprocs` and `mount-ro`).
const OPENRC: &str = "#!/bin/sh
case \"$1\" in
  sysinit)
    grep -q ' /proc ' /proc/mounts 2>/dev/null || mount -t proc proc /proc
    grep -q ' /sys ' /proc/mounts || mount -t sysfs sysfs /sys
    grep -q ' /run ' /proc/mounts || mount -t tmpfs tmpfs /run
    mkdir -p /dev/pts && mount -t devpts devpts /dev/pts ;;
  boot)
    mount -o remount,rw /
    hostname -F /etc/hostname
    : > /run/utmp
    syslogd ;;
  default)
    crond
    setsid vm-agent serve </dev/null >/dev/null 2>&1 & ;;
  shutdown)
    killall crond syslogd
    sync ;;
esac
echo \"$1\" >> /run/openrc
[ \"$1\" = sysinit ] || cp /run/openrc /var/log/openrc
[ \"$1\" != shutdown ] || mount -o remount,ro / 2>/dev/null
exit 0
";

/// The lines of package/busybox/inittab in Buildroot, its mark for the serial console
/// included.
const BUILDROOT: &str = "# /etc/inittab
::sysinit:/bin/mount -t proc proc /proc
::sysinit:/bin/mount -o remount,rw /
::sysinit:/bin/mkdir -p /dev/pts /dev/shm
::sysinit:/bin/mount -a
::sysinit:/bin/mkdir -p /run/lock/subsys
::sysinit:/sbin/swapon -a
null::sysinit:/bin/ln -sf /proc/self/fd /dev/fd
null::sysinit:/bin/ln -sf /proc/self/fd/0 /dev/stdin
null::sysinit:/bin/ln -sf /proc/self/fd/1 /dev/stdout
null::sysinit:/bin/ln -sf /proc/self/fd/2 /dev/stderr
::sysinit:/bin/hostname -F /etc/hostname
# now run any rc scripts
::sysinit:/etc/init.d/rcS

# Put a getty on the serial port
console::respawn:/sbin/getty -L  console 0 vt100 # GENERIC_SERIAL

#::ctrlaltdel:/sbin/reboot

# Stuff to do before rebooting
::shutdown:/etc/init.d/rcK
::shutdown:/sbin/swapoff -a
::shutdown:/bin/umount -a -r
";

const BUILDROOT_FSTAB: &str = "/dev/root / ext2 rw,noauto 0 1
proc /proc proc defaults 0 0
devpts /dev/pts devpts defaults,gid=5,mode=620,ptmxmode=0666 0 0
tmpfs /dev/shm tmpfs mode=1777 0 0
tmpfs /tmp tmpfs mode=1777 0 0
tmpfs /run tmpfs mode=0755,nosuid,nodev 0 0
sysfs /sys sysfs defaults 0 0
";

/// Starts every `/etc/init.d/S??*` in order, as Buildroot's does.
const RC_START: &str = "#!/bin/sh
for script in /etc/init.d/S??*; do \"$script\" start; done
echo rcS >> /var/log/rc
";

/// Stops them the other way round.
const RC_STOP: &str = "#!/bin/sh
for script in $(ls -r /etc/init.d/S??*); do \"$script\" stop; done
echo rcK >> /var/log/rc
";

/// Swap on a file of the root pins that file system as long as it is on.
const SWAP_SERVICE: &str = "#!/bin/sh
[ \"$1\" = start ] || exit 0
dd if=/dev/zero of=/swap bs=1M count=4 2>/dev/null && mkswap /swap >/dev/null && swapon /swap
";

const LOG_SERVICE: &str = "#!/bin/sh
case \"$1\" in
  start) start-stop-daemon -S -x /sbin/syslogd ;;
  stop) start-stop-daemon -K -x /sbin/syslogd ;;
esac
";

const AGENT_SERVICE: &str = "#!/bin/sh
[ \"$1\" = start ] || exit 0
setsid vm-agent serve </dev/null >/dev/null 2>&1 &
";

fn alpine() -> Scenario {
    Scenario::on_debian(Debian::BusyBox)
        .whole_inittab(ALPINE)
        .files(|tree| tree.script("/sbin/openrc", OPENRC))
}

fn buildroot() -> Scenario {
    Scenario::on_debian(Debian::BusyBox).whole_inittab(BUILDROOT).files(add_buildroot)
}

fn add_buildroot(tree: &mut Tree) {
    tree.text("/etc/fstab", BUILDROOT_FSTAB);
    tree.script("/etc/init.d/rcS", RC_START);
    tree.script("/etc/init.d/rcK", RC_STOP);
    tree.script("/etc/init.d/S01swap", SWAP_SERVICE);
    tree.script("/etc/init.d/S02syslogd", LOG_SERVICE);
    tree.script("/etc/init.d/S99agent", AGENT_SERVICE);
}

/// Up to the prompt on the serial line and, with Alpine's table, on the screen.
fn boot_alpine(scenario: Scenario) -> Result<Running> {
    let mut up = scenario.boot()?;
    for number in 1..=6 {
        let took = await_prompt(&mut up, number)?;
        eprintln!("alpine: prompt on tty{number} after {:.2} s", took.as_secs_f64());
    }
    up.await_console(&format!("{HOST_NAME} login: "), BOOT_LIMIT)?;
    ensure!(sh(&mut up, "cat /var/log/openrc")? == "sysinit\nboot\ndefault\n");
    Ok(up)
}

/// Logs in on the serial console; the root has no password.
fn boot_buildroot(scenario: Scenario) -> Result<Running> {
    let mut up = scenario.boot()?;
    up.await_console(&format!("{HOST_NAME} login: "), BOOT_LIMIT)?;
    up.type_text("root\n")?;
    up.await_console("/root # ", BOOT_LIMIT)?;
    let swaps = up.read_file("/proc/swaps")?;
    ensure!(swaps.contains("/swap"), "no swap file is on: {swaps}");
    Ok(up)
}

fn openrc_had_its_turn(ended: &Ended) -> Result<()> {
    let ran = ended.root_disk().read_text("/var/log/openrc")?;
    ensure!(ran == "sysinit\nboot\ndefault\nshutdown\n", "openrc ran as {ran:?}");
    Ok(())
}

fn ends_alpine(scenario: Scenario, command: &str, verdict: Verdict) -> Result<()> {
    let ended = boot_alpine(scenario)?.request(command)?.ends_with(verdict)?.disk_clean()?;
    eprintln!("alpine: {command} took {:.2} s", ended.took.as_secs_f64());
    openrc_had_its_turn(&ended)
}

fn ends_buildroot(scenario: Scenario, command: &str, verdict: Verdict) -> Result<()> {
    let mut up = boot_buildroot(scenario)?;
    up.type_text(&format!("{command}\n"))?;
    let ended = up.expect_end().ends_with(verdict)?.disk_clean()?;
    eprintln!("buildroot: {command} took {:.2} s", ended.took.as_secs_f64());
    let ran = ended.root_disk().read_text("/var/log/rc")?;
    ensure!(ran == "rcS\nrcK\n", "the scripts ran as {ran:?}");
    Ok(())
}

#[test]
fn alpines_table_boots_and_reboots() -> Result<()> {
    ends_alpine(alpine(), "reboot", Verdict::Reset)
}

#[test]
fn alpines_table_powers_off() -> Result<()> {
    ends_alpine(alpine(), "poweroff", Verdict::PoweredOff)
}

#[test]
fn the_keys_reboot_alpines_table() -> Result<()> {
    let mut up = boot_alpine(alpine())?;
    up.press_ctrl_alt_del()?;
    openrc_had_its_turn(&up.expect_end().ends_with(Verdict::Reset)?.disk_clean()?)
}

#[test]
fn buildroots_table_boots_and_reboots() -> Result<()> {
    ends_buildroot(buildroot(), "reboot", Verdict::Reset)
}

#[test]
fn buildroots_table_powers_off() -> Result<()> {
    ends_buildroot(buildroot(), "poweroff", Verdict::PoweredOff)
}

/// BusyBox's own init shows that the roots and scripts are sound, and what it takes.
#[test]
fn busybox_itself_passes() -> Result<()> {
    use vm::Init::AsInstalled;
    ends_alpine(alpine().init(AsInstalled), "reboot", Verdict::Reset)?;
    ends_buildroot(buildroot().init(AsInstalled), "reboot", Verdict::Reset)
}
