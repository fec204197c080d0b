//! Many processes, and processes that hold on to the disk.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};

use super::state::{quiet, ready, sleep_on};

fn start_sleeper() -> std::io::Result<Child> {
    quiet("/bin/sleep").arg("1000000").spawn()
}

pub(super) fn sleepers(count: u32) -> Result<()> {
    for _ in 0..count {
        start_sleeper().context("unable to start a sleeping process")?;
    }
    ready()?;
    sleep_on()
}

/// Keeps the file open for writing, which makes the file system busy and, after a reset
/// without an unmount, dirty.
pub(super) fn write_without_end(file: &str) -> Result<()> {
    let mut output = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .with_context(|| format!("unable to open {file}"))?;
    append(&mut output, 0, file)?;
    ready()?;
    for number in 1_u64.. {
        append(&mut output, number, file)?;
        // A pace, not a wait: without it the disk would be full before the test is over.
        sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn append(output: &mut File, number: u64, file: &str) -> Result<()> {
    writeln!(output, "line {number}")
        .and_then(|()| output.sync_data())
        .with_context(|| format!("unable to write {file}"))
}

/// At any moment some children are just born and others just dead.
pub(super) fn fork_without_end() -> Result<()> {
    let mut said = false;
    loop {
        let batch: Vec<Child> = (0..8).filter_map(|_| quiet("/bin/true").spawn().ok()).collect();
        for mut child in batch {
            let _ = child.wait();
        }
        if !said {
            ready()?;
            said = true;
        }
    }
}

/// Ready when fork fails, that is, when nobody else can start anything either.
pub(super) fn fill_process_table() -> Result<()> {
    let mut started = 0_u32;
    while start_sleeper().is_ok() {
        started += 1;
    }
    std::fs::write("/proc/self/comm", format!("full at {started}"))
        .context("unable to take a name")?;
    ready()?;
    sleep_on()
}

pub(super) fn stay_in(directory: &str) -> Result<()> {
    std::env::set_current_dir(directory).with_context(|| format!("unable to enter {directory}"))?;
    ready()?;
    sleep_on()
}
