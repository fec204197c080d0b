//! What only a machine of its own shows: the kernel's console and its arguments, and which way the
//! machine ends.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use vm::cell::{Record, Report, TRACE_LOG};
use vm::system::AGENT_LINE;
use vm::{Init, Running, Scenario, Verdict};

use crate::case::{Case, Side};
use crate::compare;

/// Rows of the table of differences that are proven here.
pub(crate) const ROWS: [&str; 1] = ["pwr"];

const USR1: i32 = 10;
const USR2: i32 = 12;
const TERM: i32 = 15;
const PWR: i32 = 30;

/// For a boot and all that it starts.
const LIMIT: Duration = Duration::from_secs(90);

const PROGRAMS: [&str; 4] = ["/sbin/getty", "/bin/login", "/bin/first", "/bin/next"];

fn scenario(side: Side, inittab: &str, command_line: &str) -> Scenario {
    let init = match side {
        Side::BusyBox => Init::BusyBox,
        Side::Rekindle => Init::Rekindle,
    };
    let inittab = format!("::sysinit:/etc/boot\n{inittab}{AGENT_LINE}");
    Scenario::on_disk().init(init).command_line(command_line).files(move |tree| {
        tree.text("/etc/inittab", &inittab);
        tree.text("/trace/stay", "/sbin/getty\n/bin/login\n");
        for program in PROGRAMS {
            tree.symlink(program, "/bin/vm-agent");
        }
        tree.symlink("/trace/shell", "/bin/vm-agent");
        // BusyBox opens it before anybody has mounted /dev.
        tree.device("/dev/tty3", 4, 3);
        tree.text("/etc/profile", "/etc/boot\n/trace/shell \"$0\"\nexec /bin/vm-agent serve\n");
    })
}

/// Boots, waits for so many records, and ends the machine, whose disk does not matter.
fn boot(side: Side, inittab: &str, command_line: &str, count: usize) -> Result<Report> {
    let mut up = scenario(side, inittab, command_line).boot()?;
    let records = await_records(&mut up, count)?;
    up.request("reboot -f")?.ends_with(Verdict::Reset)?;
    Ok(Report { name: side.name().to_owned(), records, ..Report::default() })
}

fn await_records(up: &mut Running, count: usize) -> Result<Vec<Record>> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let text = up.read_file(TRACE_LOG).unwrap_or_default();
        if text.lines().count() >= count && text.ends_with('\n') {
            let record = |line| serde_json::from_str(line).context("not a record");
            return text.lines().map(record).collect();
        }
        if Instant::now() > deadline {
            bail!("only this after {LIMIT:?}:\n{text}");
        }
    }
}

fn both(name: &str, inittab: &str, command_line: &str, count: usize) -> Result<()> {
    let case = Case::named(name);
    let busybox = boot(Side::BusyBox, inittab, command_line, count)?;
    let rekindle = boot(Side::Rekindle, inittab, command_line, count)?;
    compare::compare(&case, &busybox, &rekindle)
}

#[test]
fn a_serial_console_and_virtual_terminals() -> Result<()> {
    let inittab = "::sysinit:/bin/first\n\
                   tty1::respawn:/sbin/getty 38400 tty1\n\
                   tty2::respawn:-/bin/login\n\
                   ttyS0::respawn:-/bin/login -f root\n\
                   null::respawn:/sbin/getty null\n\
                   ::wait:/bin/next 'after all'\n";
    both("a serial console", inittab, "foo=bar vga.mode=7 lonely", 6)
}

#[test]
fn a_virtual_console() -> Result<()> {
    let inittab = "::sysinit:/bin/first\n::respawn:-/bin/login\ntty1::wait:/bin/next\n";
    both("a virtual console", inittab, "console=tty0 TERM=linux-16color", 3)?;
    both("a virtual console without a type", inittab, "console=tty0", 3)
}

#[test]
fn a_console_of_the_kernels_line() -> Result<()> {
    let inittab = "::sysinit:/bin/first\n::respawn:-/bin/login\n";
    both("a named console", inittab, "CONSOLE=/dev/tty3", 2)
}

#[test]
fn single_user_on_the_kernels_line() -> Result<()> {
    both("single user", "::wait:/bin/first\n", "single", 1)
}

fn ends(side: Side, signal: i32, verdict: Verdict) -> Result<()> {
    let lines = "::shutdown:/bin/umount -a -r\n";
    scenario(side, lines, "").boot()?.request_by_signal(signal)?.ends_with(verdict)?;
    Ok(())
}

#[test]
fn busybox_ends_by_signals_as_rekindle_does() -> Result<()> {
    // Rekindle's side of these is in endings.rs.
    ends(Side::BusyBox, USR1, Verdict::Halted)?;
    ends(Side::BusyBox, USR2, Verdict::PoweredOff)?;
    ends(Side::BusyBox, TERM, Verdict::Reset)
}

#[test]
fn a_failing_power_supply_halts_busybox_and_powers_rekindle_off() -> Result<()> {
    ends(Side::BusyBox, PWR, Verdict::Halted)?;
    ends(Side::Rekindle, PWR, Verdict::PoweredOff)
}
