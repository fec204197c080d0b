//! Every way to end a machine, by command and by signal, each with its disk.

mod common;

use anyhow::{Result, ensure};
use common::{TERM, parse_account, read_account};
use rekindle_core::account::{ACCOUNT_PATH, Fate, Line};
use rekindle_core::request::Action;
use std::time::Duration;
use vm::machine::BOOT_LIMIT;
use vm::{Ended, Scenario, Verdict};

fn by_command(command: &str, verdict: Verdict) -> Result<Ended> {
    Scenario::on_disk().boot()?.request(command)?.ends_with(verdict)?.disk_clean()
}

fn by_signal(signal: i32, verdict: Verdict) -> Result<()> {
    Scenario::on_disk().boot()?.request_by_signal(signal)?.ends_with(verdict)?.disk_clean()?;
    Ok(())
}

fn kexec_by_signal(signal: i32) -> Result<()> {
    let up = Scenario::on_disk().with_kexec_files().boot()?.load_kexec()?;
    up.request_by_signal(signal)?.ends_in_kexec()?.disk_clean()?;
    Ok(())
}

#[test]
fn reboot_resets_and_says_who_asked() -> Result<()> {
    let account = read_account(&by_command("reboot", Verdict::Reset)?)?;
    let is_told = |line: &Line| matches!(line, Line::Request { action: Action::Reboot, by_comm, .. } if by_comm == b"reboot");
    ensure!(account.0.iter().any(is_told), "who asked is not accounted for: {:?}", account.0);
    Ok(())
}

#[test]
fn poweroff_powers_off() -> Result<()> {
    by_command("poweroff", Verdict::PoweredOff).map(drop)
}

#[test]
fn halt_halts() -> Result<()> {
    by_command("halt", Verdict::Halted).map(drop)
}

#[test]
fn the_delay_is_kept() -> Result<()> {
    by_command("reboot -d 2", Verdict::Reset)?.took_at_least(Duration::from_secs(2))?;
    Ok(())
}

#[test]
fn reboot_k_enters_the_next_kernel_and_that_reaches_the_next_init() -> Result<()> {
    let up = Scenario::on_disk().with_kexec_files().boot()?.load_kexec()?;
    let ended = up.request("reboot -k")?.ends_in_kexec()?.disk_clean()?;
    let mut next = ended.go_on()?;
    let account = parse_account(&next.read_file(ACCOUNT_PATH)?)?;
    ensure!(account.asks_for(Action::Kexec), "the next boot reads the account: {:?}", account.0);
    next.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn reboot_k_with_nothing_loaded_is_refused_and_the_machine_serves_on() -> Result<()> {
    let mut up = Scenario::on_disk().load("service", "default 1").boot()?;
    let service = up.processes()?.named("service").map(|process| process.pid);
    let mut up = up.refuses("reboot -k", "no kernel is loaded")?;
    // The same by signal, which no command stands before.
    up.signal(1, 14)?;
    up.signal(1, 40)?;
    up.await_console("kexec asked for by vm-agent", BOOT_LIMIT)?;
    up.await_console("refused: no kernel is loaded", BOOT_LIMIT)?;
    ensure!(
        up.processes()?.named("service").map(|process| process.pid) == service,
        "the service was stopped"
    );
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_soft_reboot_starts_user_space_again_under_the_same_kernel() -> Result<()> {
    let mut up = Scenario::on_disk().load("old", "default 1").boot()?;
    let before = up.await_agent(BOOT_LIMIT)?;
    up.signal(1, 41)?;
    let after = up.await_next_agent(BOOT_LIMIT)?;
    ensure!(after.boot_id == before.boot_id, "another kernel runs");
    ensure!(up.processes()?.named("old").is_none(), "a process outlived the soft reboot");
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn seven_ctrl_alt_dels_in_two_seconds_force_a_reboot() -> Result<()> {
    // A signal that is still pending takes up the next (signal(7)): the presses need a gap.
    let shell = "for n in 1 2 3 4 5 6 7; do kill -INT 1; usleep 50000; done";
    let up = Scenario::on_disk().load("deaf", "ignore-term").boot()?;
    up.request_argv(&["/bin/sh", "-c", shell])?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn the_keys_run_the_ctrlaltdel_entry() -> Result<()> {
    let mut up = Scenario::on_disk().inittab("::ctrlaltdel:/sbin/reboot").boot()?;
    up.press_ctrl_alt_del()?;
    up.expect_end().ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_second_request_cuts_the_grace_short() -> Result<()> {
    let up = Scenario::on_disk()
        .command_line("rekindle.grace_ms=100000")
        .load("stays", "handler-never-exits")
        .boot()?;
    // Its own TERM tells it that everybody has been asked to end: the grace has begun. The agent,
    // which would read what the shell says of a `sleep` that ends by TERM, ends as well.
    let shell = "exec 2>/dev/null; trap asked=yes TERM; kill -TERM 1; \
                 until [ $asked ]; do sleep 0.05; done; kill -USR1 1";
    let argv = ["/bin/setsid", "/bin/sh", "-c", shell];
    let ended = up
        .request_argv(&argv)?
        .ends_within(Duration::from_secs(60), Verdict::Reset)?
        .disk_clean()?;
    read_account(&ended)?.fate_is("stays", Fate::OutOfGrace)
}

macro_rules! signals {
    ($($name:ident: $signal:expr => $verdict:expr;)*) => {
        $(#[test] fn $name() -> Result<()> { by_signal($signal, $verdict) })*
    };
}

signals! {
    usr1_halts: 10 => Verdict::Halted;
    usr2_powers_off: 12 => Verdict::PoweredOff;
    pwr_powers_off: 30 => Verdict::PoweredOff;
    term_reboots: TERM => Verdict::Reset;
    rtmin_3_halts: 37 => Verdict::Halted;
    rtmin_4_powers_off: 38 => Verdict::PoweredOff;
    rtmin_5_reboots: 39 => Verdict::Reset;
    rtmin_13_halts_at_once: 47 => Verdict::Halted;
    rtmin_14_powers_off_at_once: 48 => Verdict::PoweredOff;
    rtmin_15_reboots_at_once: 49 => Verdict::Reset;
}

#[test]
fn alrm_enters_the_next_kernel() -> Result<()> {
    kexec_by_signal(14)
}

#[test]
fn rtmin_6_enters_the_next_kernel() -> Result<()> {
    kexec_by_signal(40)
}

#[test]
fn rtmin_16_enters_the_next_kernel_at_once() -> Result<()> {
    kexec_by_signal(50)
}

#[test]
fn quit_becomes_the_restart_entry() -> Result<()> {
    let mut up = Scenario::on_disk().inittab("::restart:/sbin/init").boot()?;
    up.signal(1, 3)?;
    up.await_next_agent(BOOT_LIMIT)?;
    up.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    Ok(())
}
