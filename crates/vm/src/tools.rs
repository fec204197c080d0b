//! The host's own tools: QEMU, e2fsprogs and others. Found, or installed where that is possible.

use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

/// EFI firmware, and its variables as they are when it is new.
pub(crate) const OVMF_CODE: &str = "/usr/share/OVMF/OVMF_CODE_4M.fd";
pub(crate) const OVMF_VARIABLES: &str = "/usr/share/OVMF/OVMF_VARS_4M.fd";

/// Each program, or file by its whole path, with the Debian package that brings it.
const NEEDED: [(&str, &str); 7] = [
    ("qemu-system-x86_64", "qemu-system-x86"),
    ("mke2fs", "e2fsprogs"),
    ("e2fsck", "e2fsprogs"),
    ("debugfs", "e2fsprogs"),
    ("cpio", "cpio"),
    ("mmdebstrap", "mmdebstrap"),
    (OVMF_CODE, "ovmf"),
];

/// Where a program is. Debian keeps the disk tools in `/usr/sbin`, which a plain user's
/// PATH leaves out.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    places.map(|place| place.join(name)).find(|candidate| candidate.is_file())
}

pub(crate) fn program(name: &str) -> Result<PathBuf> {
    find_program(name)
        .with_context(|| format!("unable to find {name}: run cargo xtask test, which installs it"))
}

/// Runs a tool to its end; its output comes back whatever its exit status is.
pub(crate) fn run_tool(name: &str, arguments: &[&std::ffi::OsStr]) -> Result<Output> {
    Command::new(program(name)?)
        .args(arguments)
        .env("LC_ALL", "C")
        .output()
        .with_context(|| format!("unable to run {name}"))
}

/// Installs what is missing if this is root on a system with apt; otherwise names the one
/// command to run. `progress` is told what happens.
pub fn ensure_tools(progress: &mut dyn FnMut(&str)) -> Result<()> {
    let mut packages: Vec<&str> = NEEDED
        .into_iter()
        .filter(|(program, _)| find_program(program).is_none())
        .map(|(_, package)| package)
        .collect();
    packages.dedup();
    if packages.is_empty() {
        return Ok(());
    }
    let command = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    if find_program("apt-get").is_none() {
        bail!(
            "unable to find {}: install them with this system's own package tool",
            packages.join(", ")
        );
    }
    if !rustix::process::geteuid().is_root() {
        bail!("unable to find all tools: run  sudo {command}");
    }
    progress(&format!("installing {}", packages.join(", ")));
    if apt_get(&command).is_err() {
        progress("refreshing the package lists");
        apt_get("apt-get update -q")?;
        apt_get(&command)?;
    }
    Ok(())
}

fn apt_get(line: &str) -> Result<()> {
    let mut words = line.split(' ');
    let program = words.next().context("an empty command")?;
    let output = Command::new(program)
        .args(words)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .output()
        .with_context(|| format!("unable to run {program}"))?;
    if !output.status.success() {
        bail!("{line} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
