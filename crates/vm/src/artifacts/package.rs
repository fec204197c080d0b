//! Packages of the distribution: downloaded, unpacked, never installed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use rustix::fs::{FlockOperation, flock};

/// Held until the file is dropped.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let file =
        File::create(path).with_context(|| format!("unable to create {}", path.display()))?;
    flock(&file, FlockOperation::LockExclusive)
        .with_context(|| format!("unable to lock {}", path.display()))?;
    Ok(file)
}

/// Unpacks the one archive in the folder and moves what was in it to its place.
pub(super) fn unpack(package: &str, work: &Path, place: &Path) -> Result<()> {
    let archive = find_archive(work).with_context(|| format!("no archive of {package} came"))?;
    let tree = work.join("tree");
    run(Command::new("dpkg-deb").arg("-x").arg(archive).arg(&tree))?;
    // Left over from an archive without the file.
    let _ = fs::remove_dir_all(place);
    fs::rename(&tree, place).with_context(|| format!("unable to move {}", place.display()))
}

fn find_archive(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|word| word == "deb"))
}

pub(super) fn download(package: &str, folder: &Path) -> Result<String> {
    // The sandbox user could not write into the folder, which apt would warn about.
    let mut command = Command::new("apt-get");
    command.args(["download", "-q", "-o", "APT::Sandbox::User=root", package]).current_dir(folder);
    run(&mut command)
}

/// What apt on this host knows of each list of packages, in the format of apt-get(8), one a line.
pub(crate) fn index_targets(format: &str) -> Result<String> {
    let mut command = Command::new("apt-get");
    run(command.args(["indextargets", "--format", format, "Created-By: Packages"]))
}

pub(crate) fn run(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output =
        command.env("LC_ALL", "C").output().with_context(|| format!("unable to run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
