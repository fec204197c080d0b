//! No machine outlives the test that started it, however that test ends.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use vm::{Init, Scenario};

const CHILD: &str = "VM_LEAK_TEST_CHILD";

/// Waits for the end of a process that is no child of ours, 10 seconds at most.
fn await_end_of(pid: u32) -> Result<bool> {
    let pid = Pid::from_raw(i32::try_from(pid)?).context("no process")?;
    let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else {
        return Ok(true);
    };
    let limit = Timespec { tv_sec: 10, tv_nsec: 0 };
    let ready = poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&limit))?;
    Ok(ready == 1)
}

#[test]
fn a_dropped_machine_is_gone() -> Result<()> {
    let machine = Scenario::on_disk().init(Init::BusyBox).boot_without_agent()?;
    let pid = machine.process_id();
    ensure!(std::path::Path::new(&format!("/proc/{pid}")).exists(), "QEMU did not run at all");
    drop(machine);
    assert!(await_end_of(pid)?);
    Ok(())
}

#[test]
fn a_machine_ends_with_a_test_that_was_killed() -> Result<()> {
    if std::env::var_os(CHILD).is_some() {
        let machine = Scenario::on_disk().init(Init::BusyBox).boot_without_agent()?;
        println!("\nqemu {}", machine.process_id());
        loop {
            std::thread::park();
        }
    }
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--exact", "--nocapture", "a_machine_ends_with_a_test_that_was_killed"])
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let line = lines.map_while(Result::ok).find(|line| line.starts_with("qemu "));
    let pid: u32 =
        line.context("no machine was started")?.split(' ').nth(1).context("no number")?.parse()?;
    child.kill()?;
    assert_eq!(child.wait()?.signal(), Some(9));
    assert!(await_end_of(pid)?, "QEMU is still there");
    Ok(())
}
