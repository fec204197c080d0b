//! Who is speaking: read once from /proc.

use std::fs;

use anyhow::{Context, Result};
use vm::protocol::{Hello, ProgramName, Role};

pub(crate) fn read_hello(role: Role) -> Result<Hello> {
    Ok(Hello {
        role,
        boot_id: read_line("/proc/sys/kernel/random/boot_id")?,
        command_line: read_line("/proc/cmdline")?,
        release: read_line("/proc/sys/kernel/osrelease")?,
        bootloader_type: read_line("/proc/sys/kernel/bootloader_type")?.parse().unwrap_or(0),
        pid_1: ProgramName { comm: read_line("/proc/1/comm")?, exe: read_exe(1) },
        uptime_ms: read_uptime_ms()?,
    })
}

fn read_line(path: &str) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("unable to read {path}"))?;
    Ok(text.trim_end().to_owned())
}

pub(crate) fn read_exe(pid: i32) -> String {
    fs::read_link(format!("/proc/{pid}/exe"))
        .map(|path| path.display().to_string())
        .unwrap_or_default()
}

fn read_uptime_ms() -> Result<u64> {
    let text = read_line("/proc/uptime")?;
    let seconds: f64 =
        text.split(' ').next().unwrap_or_default().parse().context("bad /proc/uptime")?;
    Ok(std::time::Duration::from_secs_f64(seconds).as_millis().try_into().unwrap_or(u64::MAX))
}
