//! Reads /proc for the host.

use std::fs;

use anyhow::{Context, Result};
use vm::protocol::{Memory, Mount, Process};

use crate::hello::read_exe;

pub(crate) fn read_mounts() -> Result<Vec<Mount>> {
    let text =
        fs::read_to_string("/proc/self/mounts").context("unable to read /proc/self/mounts")?;
    Ok(text.lines().filter_map(parse_mount).collect())
}

fn parse_mount(line: &str) -> Option<Mount> {
    let mut words = line.split(' ').map(str::to_owned);
    Some(Mount {
        source: words.next()?,
        target: words.next()?,
        kind: words.next()?,
        options: words.next()?,
    })
}

pub(crate) fn read_processes() -> Result<Vec<Process>> {
    let entries = fs::read_dir("/proc").context("unable to list /proc")?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let pids = names.filter_map(|name| name.parse::<i32>().ok());
    // One that ends while it is read is left out.
    Ok(pids.filter_map(read_process).collect())
}

fn read_process(pid: i32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    // The name may hold spaces and parentheses: fields are counted from the last one.
    let (head, tail) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = tail.split(' ').collect();
    Some(Process {
        pid,
        comm: head.split_once('(')?.1.to_owned(),
        state: fields.first()?.chars().next()?,
        parent: fields.get(1)?.parse().ok()?,
        session: fields.get(3)?.parse().ok()?,
        terminal: render_terminal(fields.get(4)?.parse().ok()?),
        blocked: parse_mask(&status, "SigBlk:"),
        ignored: parse_mask(&status, "SigIgn:"),
        caught: parse_mask(&status, "SigCgt:"),
        argv: read_strings(&format!("/proc/{pid}/cmdline")),
        environment: read_strings(&format!("/proc/{pid}/environ")),
        exe: read_exe(pid),
    })
}

fn parse_mask(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|text| u64::from_str_radix(text.trim(), 16).ok()).unwrap_or(0)
}

fn read_strings(path: &str) -> Vec<String> {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    text.split_terminator('\0').map(str::to_owned).collect()
}

/// Major 4 is the virtual consoles, and from minor 64 on the serial ports; 5:1 is the console
/// (Documentation/admin-guide/devices.txt). The number's layout is in proc_pid_stat(5).
fn render_terminal(number: u32) -> Option<String> {
    let major = number >> 8 & 0xfff;
    let minor = number & 0xff | number >> 12 & 0xfff00;
    match (major, minor) {
        (0, 0) => None,
        (4, serial @ 64..) => Some(format!("ttyS{}", serial - 64)),
        (4, screen) => Some(format!("tty{screen}")),
        (5, 1) => Some("console".to_owned()),
        _ => Some(format!("{major}:{minor}")),
    }
}

pub(crate) fn read_memory(pid: i32) -> Result<Memory> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let text = fs::read_to_string(&path).with_context(|| format!("unable to read {path}"))?;
    let kib = |name: &str| -> Result<u64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|rest| rest.split_whitespace().next());
        number.and_then(|word| word.parse().ok()).with_context(|| format!("no {name} in {path}"))
    };
    Ok(Memory { resident_kib: kib("Rss:")?, proportional_kib: kib("Pss:")? })
}
