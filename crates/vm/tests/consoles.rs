//! Where PID 1 speaks, and what its entries read from and write to.

use std::time::Duration;

use anyhow::{Result, ensure};
use vm::machine::BOOT_LIMIT;
use vm::{Running, Scenario, Verdict};

const SOON: Duration = Duration::from_secs(30);

/// The first virtual terminal's screen (vcs(4)), which has no line ends.
fn await_screen(up: &mut Running, text: &str) -> Result<()> {
    up.await_in_guest(&format!("grep -q '{text}' /dev/vcs1"))
}

#[test]
fn messages_go_to_every_console_that_the_kernel_line_names() -> Result<()> {
    // The harness's console=ttyS0 comes first, so that /dev/console is the virtual terminal.
    let scenario = Scenario::on_disk().command_line("console=hvc9 console=tty0");
    let mut up = scenario.boot()?;
    ensure!(up.read_file("/sys/class/tty/console/active")?.trim() == "ttyS0 tty0");
    up.signal(1, 2)?;
    up.await_console("init: ctrl-alt-del from", SOON)?;
    await_screen(&mut up, "init: ctrl-alt-del from")?;
    // A child says why it can't be executed, before it is one.
    up.write_file("/etc/inittab", &format!("{}::respawn:/bin/missing\n", vm::system::AGENT_LINE))?;
    up.signal(1, 1)?;
    up.await_console("can't run '/bin/missing'", SOON)?;
    await_screen(&mut up, "run ./bin/missing.: no such file")?;
    let mut ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    let console = ended.console();
    // The last one is said by the last stage.
    for line in ["init: reboot (orderly) asked for by", "init: reboot now,"] {
        ensure!(console.matches(line).count() == 1, "{line} is not there once:\n{console}");
    }
    Ok(())
}

#[test]
fn one_console_is_spoken_on_once() -> Result<()> {
    let up = Scenario::on_disk().command_line("console=ttyS0,115200").boot()?;
    let mut ended = up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    let console = ended.console();
    ensure!(console.matches("init: reboot (orderly)").count() == 1, "{console}");
    ensure!(console.matches("init: reboot now,").count() == 1, "{console}");
    Ok(())
}

/// A machine with one more entry, and that entry's three streams and TERM.
fn streams_of_an_entry(words: &str) -> Result<(Running, String)> {
    let scenario = Scenario::on_disk().command_line(words).inittab("::respawn:/bin/sleep 12345");
    let mut up = scenario.boot()?;
    up.await_in_guest("pidof sleep")?;
    let text = up.shell(
        "pid=$(pidof sleep)\n\
         for n in 0 1 2; do readlink /proc/$pid/fd/$n; done\n\
         tr '\\0' '\\n' < /proc/$pid/environ | grep ^TERM=",
    )?;
    Ok((up, text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

#[test]
fn the_environment_chooses_the_console_of_entries() -> Result<()> {
    for (words, expected) in [
        ("CONSOLE=/dev/tty1", "/dev/tty1 /dev/tty1 /dev/tty1 TERM=linux"),
        ("CONSOLE=/dev/ttyS2 TERM=xterm", "/dev/ttyS2 /dev/ttyS2 /dev/ttyS2 TERM=xterm"),
        ("CONSOLE=/dev/ttyS2", "/dev/ttyS2 /dev/ttyS2 /dev/ttyS2 TERM=vt102"),
    ] {
        let (up, streams) = streams_of_an_entry(words)?;
        ensure!(streams == expected, "{words}: {streams}");
        up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    }
    Ok(())
}

#[test]
fn a_console_that_is_missing_is_said_and_the_boot_goes_on() -> Result<()> {
    let (mut up, streams) = streams_of_an_entry("CONSOLE=/dev/nowhere")?;
    ensure!(streams == "/dev/console /dev/console /dev/console TERM=vt102", "{streams}");
    up.await_console("can't open /dev/nowhere: no such file or directory (ENOENT)", BOOT_LIMIT)?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
