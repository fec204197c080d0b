//! Many file systems that nobody can unmount.

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result};
use rustix::mount::{MountFlags, mount};

use super::observe;

/// In memory, so that the disks have nothing to do with them.
const FOLDER: &str = "/run/overlays";

/// Mounts so many overlays, each a file system of its own, and holds each by its directory for as
/// long as it observes.
pub(super) fn hold_overlays(count: u32, device: &str) -> Result<()> {
    let _held: Vec<File> = (0..count).map(mount_overlay).collect::<Result<_>>()?;
    observe::observe(device)
}

fn mount_overlay(number: u32) -> Result<File> {
    let folder = Path::new(FOLDER).join(number.to_string());
    let [lower, upper, work, target] =
        ["lower", "upper", "work", "on"].map(|name| folder.join(name));
    for place in [&lower, &upper, &work, &target] {
        fs::create_dir_all(place).with_context(|| format!("unable to make {}", place.display()))?;
    }
    let options = format!(
        "lowerdir={},upperdir={},workdir={}\0",
        lower.display(),
        upper.display(),
        work.display()
    );
    let options = std::ffi::CStr::from_bytes_with_nul(options.as_bytes())
        .context("a path with a null byte")?;
    mount("overlay", &target, "overlay", MountFlags::empty(), options)
        .with_context(|| format!("unable to mount an overlay on {}", target.display()))?;
    File::open(&target).with_context(|| format!("unable to open {}", target.display()))
}
