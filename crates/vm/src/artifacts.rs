//! The kernel and BusyBox that the machines run: fetched once into `target/vm-cache/`,
//! unpacked there, nothing installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::target_folder;
use crate::tools::find_program;

mod backports;
mod kexec_tools;
mod modules;
mod package;

pub use kexec_tools::{add_dmsetup, add_kexec_tools};
pub use modules::add_module;
use package::{download, unpack};
pub(crate) use package::{index_targets, lock, run};

/// Which kernel a machine boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kernel {
    /// Debian 12's own, 6.1.
    #[default]
    Linux6_1,
    /// Debian 12's newer choice, 6.12.
    Linux6_12,
    /// From Debian 13's backports, 7.1. What asks whether it may look at a process waits there
    /// while that process executes a program, for `/proc/PID/stat` too (`exec_update_lock`;
    /// 6.12.117 and 7.2.12 don't wait any more).
    Linux7_1,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// What the host's own apt knows.
    Host,
    Backports,
}

struct Artifact {
    /// Names the folder in the cache.
    name: &'static str,
    source: Source,
    /// A package, or a meta package that depends on the real one. In the backports it is how the
    /// name begins: there the versions go on.
    package: &'static str,
    /// Folder inside the package and how the file's name begins.
    file: (&'static str, &'static str),
    variable: &'static str,
}

const BUSYBOX: Artifact = Artifact {
    name: "busybox",
    source: Source::Host,
    package: "busybox-static",
    file: ("bin", "busybox"),
    variable: "REKINDLE_VM_BUSYBOX",
};

const LINUX_6_1: Artifact = Artifact {
    name: "linux-6.1",
    source: Source::Host,
    package: "linux-image-cloud-amd64",
    file: ("boot", "vmlinuz-"),
    variable: "REKINDLE_VM_KERNEL",
};

const LINUX_6_12: Artifact =
    Artifact { name: "linux-6.12", package: "linux-image-6.12-cloud-amd64", ..LINUX_6_1 };

const LINUX_7_1: Artifact = Artifact {
    name: "linux-7.1",
    source: Source::Backports,
    package: "linux-binary-7.1.",
    ..LINUX_6_1
};

/// A kernel image that has NVMe, ext4 and the serial port built in, since the machines have
/// no modules. REKINDLE_VM_KERNEL names another one, whatever was asked for.
pub fn kernel(choice: Kernel, progress: &mut dyn FnMut(&str)) -> Result<PathBuf> {
    match choice {
        Kernel::Linux6_1 => find(&LINUX_6_1, progress),
        Kernel::Linux6_12 => find(&LINUX_6_12, progress),
        Kernel::Linux7_1 => find(&LINUX_7_1, progress),
    }
}

/// Tells on standard error what is being done.
pub fn report(line: &str) {
    eprintln!("vm: {line}");
}

/// A statically linked BusyBox; REKINDLE_VM_BUSYBOX names another one.
pub fn busybox(progress: &mut dyn FnMut(&str)) -> Result<PathBuf> {
    find(&BUSYBOX, progress)
}

fn find(artifact: &Artifact, progress: &mut dyn FnMut(&str)) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(artifact.variable).map(PathBuf::from) {
        if !path.is_file() {
            bail!(
                "no file {}: {} names it, set it to a file that exists",
                path.display(),
                artifact.variable
            );
        }
        return Ok(path);
    }
    let cache = target_folder().join("vm-cache");
    let place = cache.join(artifact.name);
    if let Some(file) = find_file(&place, artifact) {
        return Ok(file);
    }
    fs::create_dir_all(&cache).with_context(|| format!("unable to make {}", cache.display()))?;
    let _lock = lock(&cache.join(format!("{}.lock", artifact.name)))?;
    // Another process may have fetched it while this one waited for the lock.
    if find_file(&place, artifact).is_none() {
        fetch(artifact, &cache, &place, progress)?;
    }
    find_file(&place, artifact).with_context(|| {
        format!("no {}* in {}: set {}", artifact.file.1, artifact.package, artifact.variable)
    })
}

fn find_file(place: &Path, artifact: &Artifact) -> Option<PathBuf> {
    let (folder, beginning) = artifact.file;
    // Debian 13 has BusyBox in /usr/bin.
    [place.join(folder), place.join("usr").join(folder)].iter().find_map(|folder| {
        let entries = fs::read_dir(folder).ok()?;
        entries.flatten().map(|entry| entry.path()).find(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(beginning))
        })
    })
}

/// Downloads and unpacks beside the final place, then renames: a place that exists is whole.
fn fetch(
    artifact: &Artifact,
    cache: &Path,
    place: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<()> {
    if find_program("apt-get").is_none() || find_program("dpkg-deb").is_none() {
        bail!("no apt on this system: set {} to a file of your own", artifact.variable);
    }
    let work = tempfile::Builder::new().prefix("fetching-").tempdir_in(cache)?;
    if artifact.source == Source::Backports {
        let package = backports::download_newest(artifact.package, work.path(), progress)?;
        return unpack(&package, work.path(), place);
    }
    let package = match resolve(artifact.package) {
        Ok(package) => package,
        Err(_) => {
            refresh(artifact, progress)?;
            resolve(artifact.package)?
        }
    };
    progress(&format!("fetching {package}"));
    if download(&package, work.path()).is_err() {
        refresh(artifact, progress)?;
        download(&resolve(artifact.package)?, work.path())?;
    }
    progress(&format!("unpacking {package}"));
    unpack(&package, work.path(), place)
}

/// The kernel's meta package depends on the real one, whose name has the version.
fn resolve(package: &str) -> Result<String> {
    let text = run(Command::new("apt-cache").args(["depends", "--important", package]))?;
    let mut names = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    let real = names.find(|name| name.starts_with("linux-image-"));
    Ok(real.unwrap_or(package).to_owned())
}

fn refresh(artifact: &Artifact, progress: &mut dyn FnMut(&str)) -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        bail!(
            "unable to download {}: run  sudo apt-get update  or set {}",
            artifact.package,
            artifact.variable
        );
    }
    progress("refreshing the package lists");
    run(Command::new("apt-get").args(["update", "-q"])).map(|_| ())
}
