//! The harness proven with BusyBox as init: each verdict really occurs, a dirty disk is
//! called dirty, and nothing is left running.

use std::time::Duration;

use anyhow::Result;
use vm::{Init, Running, Scenario, Verdict};

fn busybox() -> Scenario {
    Scenario::on_disk().init(Init::BusyBox)
}

fn panicked() -> Verdict {
    Verdict::Panicked { message: String::new() }
}

fn timed_out() -> Verdict {
    Verdict::TimedOut { last_console: String::new() }
}

#[test]
fn a_reboot_is_a_reset_and_leaves_the_disk_clean() -> Result<()> {
    let ended = busybox().boot()?.request("reboot")?.ends_with(Verdict::Reset)?.disk_clean()?;
    // BusyBox waits twice for a second: a clock that says less counts something else.
    ended.took_at_least(Duration::from_secs(1))?.console_contains("Restarting system")?;
    Ok(())
}

#[test]
fn a_poweroff_is_told_from_a_reset() -> Result<()> {
    busybox().boot()?.request("poweroff")?.ends_with(Verdict::PoweredOff)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_halt_is_seen_in_the_registers_of_all_processors() -> Result<()> {
    busybox().processors(2).boot()?.request("halt")?.ends_with(Verdict::Halted)?.disk_clean()?;
    Ok(())
}

#[test]
fn a_forced_reboot_leaves_the_disk_dirty() -> Result<()> {
    let up = busybox().load("writer", "writer /data/log").boot()?;
    up.request("reboot -f")?.ends_with(Verdict::Reset)?.disk_dirty()?;
    Ok(())
}

#[test]
fn a_crash_is_a_panic_with_its_message() -> Result<()> {
    let argv = ["/bin/sh", "-c", "echo c > /proc/sysrq-trigger"];
    let ended = busybox().boot()?.request_argv(&argv)?.ends_with(panicked())?;
    let Verdict::Panicked { message } = ended.verdict else { unreachable!() };
    assert_eq!(message, "sysrq triggered crash");
    Ok(())
}

#[test]
fn an_init_that_exits_is_a_panic() -> Result<()> {
    let machine = busybox().command_line("init=/bin/true").boot_without_agent()?;
    let ended = machine.expect_end().ends_with(panicked())?;
    assert!(ended.verdict.to_string().contains("Attempted to kill init"), "{}", ended.verdict);
    Ok(())
}

#[test]
fn a_machine_that_goes_on_times_out() -> Result<()> {
    let requested = busybox().boot()?.request("sleep 1000")?;
    requested.ends_within(Duration::from_secs(1), timed_out())?.disk_dirty()?;
    Ok(())
}

#[test]
fn another_end_than_expected_is_an_error_that_names_both() -> Result<()> {
    let requested = busybox().boot()?.request("reboot -f")?;
    let error = requested.ends_with(Verdict::PoweredOff).unwrap_err().to_string();
    assert!(error.starts_with("expected powered off, but the machine reset"), "{error}");
    Ok(())
}

#[test]
fn a_request_that_is_refused_is_an_error_at_once() -> Result<()> {
    let requested = busybox().boot()?.request_argv(&["/bin/sh", "-c", "echo never >&2; exit 3"])?;
    let error = requested.ends_with(Verdict::Reset).unwrap_err().to_string();
    assert!(error.starts_with("the request was refused: status 3: never"), "{error}");
    Ok(())
}

#[test]
fn a_machine_that_was_told_to_end_owes_a_verdict() -> Result<()> {
    let requested = busybox().boot()?.request("sleep 1000")?;
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(requested)));
    let message = *dropped.unwrap_err().downcast::<&str>().unwrap();
    assert!(message.contains("without its verdict"), "{message}");
    Ok(())
}

#[test]
fn a_panicking_machine_does_not_count_as_booted() {
    let error = busybox().command_line("init=/bin/true").boot().unwrap_err().to_string();
    assert!(error.contains("panicked") && error.contains("agent"), "{error}");
}

#[test]
fn the_agent_answers_about_files_and_programs() -> Result<()> {
    let mut up = busybox().boot()?;
    let hello = up.hello()?;
    assert_eq!((hello.pid_1.comm.as_str(), hello.pid_1.exe.as_str()), ("init", "/bin/busybox"));
    up.write_file("/data/a", "one\ntwo \u{fc}\n")?;
    assert_eq!(up.read_file("/data/a")?, "one\ntwo \u{fc}\n");
    assert_eq!(up.list("/data")?, ["a"]);
    assert_eq!(up.stat("/data/a")?.size_bytes, 11);
    assert!(up.read_file("/data/none").unwrap_err().to_string().contains("No such file"));
    let ran = up.run(&["/bin/sh", "-c", "echo out; echo err >&2; exit 3"])?;
    assert_eq!((ran.status, ran.stdout.as_str(), ran.stderr.as_str()), (Some(3), "out\n", "err\n"));
    let ran = up.run_within(&["/bin/sleep", "1000"], Duration::from_millis(50))?;
    assert!(ran.timed_out && ran.status.is_none());
    assert!(up.mounts()?.iter().any(|mount| mount.target == "/" && mount.kind == "ext4"));
    assert!(up.memory(1)?.resident_kib > 100);
    up.await_in_guest("[ -s /data/a ] && pidof vm-agent")?;
    let error = up.await_in_guest_within("[ -e /data/none ]", Duration::from_millis(300));
    let text = error.unwrap_err().to_string();
    assert!(text.starts_with("not true in 300ms: [ -e /data/none ]"), "{text}");
    assert!(text.contains("vm-agent"), "the processes of that moment: {text}");
    Ok(())
}

#[test]
fn workloads_are_in_the_state_their_name_promises() -> Result<()> {
    let term = 15;
    let mut up = busybox().boot()?;
    let loads = [
        ("deaf", "ignore-term"),
        ("blocked", "blocked-term"),
        ("fd", "signalfd-term 0 /data/fd"),
        ("wait", "sigwait-term 0 /data/wait"),
        ("saver", "save-on-term 0 /data/saver"),
        ("stays", "handler-never-exits"),
        ("stopped", "stopped-save /data/stopped"),
        ("shy", "save-then-ignore 0.1 /data/shy"),
        ("crowd", "default 5"),
        ("hog", "hog-cwd /data"),
        ("forks", "forker"),
    ];
    for (name, workload) in loads {
        up.load(name, workload)?;
    }
    let all = up.processes()?;
    let named = |name: &str| all.named(name).unwrap_or_else(|| panic!("no {name} in {all:?}"));
    assert!(named("deaf").ignores(term) && !named("crowd").ignores(term));
    assert!(named("blocked").blocks(term) && named("fd").blocks(term));
    // While it waits, sigtimedwait(2) has the signal unblocked (kernel/signal.c,
    // do_sigtimedwait): from outside it looks as if TERM would end it.
    assert!(!named("wait").blocks(term) && !named("wait").catches(term));
    assert!(
        named("saver").catches(term) && named("stays").catches(term) && named("shy").catches(term)
    );
    assert_eq!(named("stopped").state, 'T');
    let crowd = named("crowd").pid;
    assert_eq!(all.0.iter().filter(|process| process.parent == crowd).count(), 5);
    assert_eq!(up.shell(&format!("readlink /proc/{}/cwd", named("hog").pid))?.trim(), "/data");
    savers_save(
        &mut up,
        &[named("fd").pid, named("wait").pid, named("saver").pid, named("shy").pid],
    )?;
    up.signal(named("stopped").pid, 18)?;
    up.signal(named("stopped").pid, term)?;
    await_text(&mut up, "/data/stopped", "saved\n")
}

fn savers_save(up: &mut Running, pids: &[i32]) -> Result<()> {
    for pid in pids {
        up.signal(*pid, 15)?;
    }
    ["fd", "wait", "saver", "shy"]
        .iter()
        .try_for_each(|name| await_text(up, &format!("/data/{name}"), "saved\n"))
}

/// Until the last line of the file is as it should be.
fn await_text(up: &mut Running, path: &str, ending: &str) -> Result<()> {
    let ending = ending.trim_end();
    up.await_in_guest(&format!("[ \"$(tail -n 1 {path} 2>/dev/null)\" = {ending} ]"))
}

#[test]
fn two_hundred_orphans_are_reaped() -> Result<()> {
    let mut up = busybox().boot()?;
    up.make_orphans(200)?;
    up.await_no_zombies(Duration::from_secs(10))
}

#[test]
fn a_full_process_table_is_full() -> Result<()> {
    let mut up = busybox().boot()?;
    up.shell("echo 400 > /proc/sys/kernel/pid_max")?;
    up.load("full", "fill-process-table")?;
    let error = up.run(&["/bin/true"]).unwrap_err().to_string();
    assert!(error.contains("Resource temporarily unavailable"), "{error}");
    assert!(up.processes()?.0.len() > 200, "the agent still answers what needs no new process");
    Ok(())
}

#[test]
fn busybox_runs_as_init_of_an_initramfs() -> Result<()> {
    let up = Scenario::in_initramfs().init(Init::BusyBox).boot()?;
    up.request("reboot -f")?.ends_with(Verdict::Reset)?;
    Ok(())
}

/// The only test here that needs Rekindle's own programs: BusyBox has no kexec.
#[test]
fn a_kexec_is_told_from_a_reset_and_the_disk_is_judged_before_the_next_kernel_mounts_it()
-> Result<()> {
    let writer = "writer /data/log";
    let up = Scenario::on_disk().with_kexec_files().load("writer", writer).boot()?.load_kexec()?;
    let first = up.hello()?;
    let ended = up.request("reboot -k")?.ends_in_kexec()?.disk_clean()?;
    let Verdict::KexecInto { boot_id, command_line, release } = ended.verdict.clone() else {
        unreachable!()
    };
    assert_eq!((&command_line, &release), (&first.command_line, &first.release));
    assert_ne!(boot_id, first.boot_id);
    let next = ended.go_on()?;
    assert_eq!(next.hello()?.boot_id, boot_id);
    next.request("poweroff")?.ends_with(Verdict::PoweredOff)?.disk_clean()?;
    Ok(())
}
