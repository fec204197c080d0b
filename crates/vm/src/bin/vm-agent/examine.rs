//! The examiner: PID 1 of an initramfs that leaves the disks alone until the host has
//! judged them, then becomes the disk's own init.

use std::convert::Infallible;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::mount::{MountFlags, mount, mount_move};
use vm::protocol::Role;

use crate::{port, serve};

const NEW_ROOT: &str = "/sysroot";

pub(crate) fn examine() -> Result<()> {
    for (kind, target) in [("devtmpfs", "/dev"), ("proc", "/proc"), ("sysfs", "/sys")] {
        fs::create_dir_all(target).with_context(|| format!("unable to make {target}"))?;
        mount(kind, target, kind, MountFlags::empty(), None)
            .with_context(|| format!("unable to mount {kind} on {target}"))?;
    }
    let Some(port) = serve::serve(Role::Examiner, port::open()?)? else {
        bail!("the serial line closed before the host said go on")
    };
    drop(port);
    switch_root().map(|never| match never {})
}

fn switch_root() -> Result<Infallible> {
    let command_line =
        fs::read_to_string("/proc/cmdline").context("unable to read /proc/cmdline")?;
    let word =
        |name: &str| command_line.split_whitespace().find_map(|word| word.strip_prefix(name));
    let device = word("root=").context("no root= on the kernel command line")?;
    let init = word("init=").unwrap_or("/sbin/init");
    wait_for(Path::new(device))?;
    fs::create_dir_all(NEW_ROOT).with_context(|| format!("unable to make {NEW_ROOT}"))?;
    mount(device, NEW_ROOT, "ext4", MountFlags::empty(), None)
        .with_context(|| format!("unable to mount {device}"))?;
    for tree in ["/dev", "/proc", "/sys"] {
        mount_move(tree, format!("{NEW_ROOT}{tree}"))
            .with_context(|| format!("unable to move {tree}"))?;
    }
    std::env::set_current_dir(NEW_ROOT).with_context(|| format!("unable to enter {NEW_ROOT}"))?;
    mount_move(".", "/").context("unable to move the new root to /")?;
    rustix::process::chroot(".").context("unable to change the root")?;
    std::env::set_current_dir("/").context("unable to enter /")?;
    Err(Command::new(init).exec()).with_context(|| format!("unable to execute {init}"))
}

/// The disk's driver looks for it beside the start of user space, and nothing signals the end.
fn wait_for(device: &Path) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !device.exists() {
        if Instant::now() > deadline {
            bail!("no {} after 20 seconds", device.display());
        }
        sleep(Duration::from_millis(5));
    }
    Ok(())
}
