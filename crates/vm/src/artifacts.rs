//! The kernel and BusyBox that the machines run: fetched once into `target/vm-cache/`,
//! unpacked there, nothing installed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use rustix::fs::{FlockOperation, flock};

use crate::place::target_folder;
use crate::tools::find_program;

mod kexec_tools;

pub use kexec_tools::add_kexec_tools;

/// Which kernel a machine boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kernel {
    /// Debian 12's own, 6.1.
    #[default]
    Linux6_1,
    /// Debian 12's newer choice, 6.12.
    Linux6_12,
}

struct Artifact {
    /// Names the folder in the cache.
    name: &'static str,
    /// A package, or a meta package that depends on the real one.
    package: &'static str,
    /// Folder inside the package and how the file's name begins.
    file: (&'static str, &'static str),
    variable: &'static str,
}

const BUSYBOX: Artifact = Artifact {
    name: "busybox",
    package: "busybox-static",
    file: ("bin", "busybox"),
    variable: "REKINDLE_VM_BUSYBOX",
};

const LINUX_6_1: Artifact = Artifact {
    name: "linux-6.1",
    package: "linux-image-cloud-amd64",
    file: ("boot", "vmlinuz-"),
    variable: "REKINDLE_VM_KERNEL",
};

const LINUX_6_12: Artifact =
    Artifact { name: "linux-6.12", package: "linux-image-6.12-cloud-amd64", ..LINUX_6_1 };

/// A kernel image that has NVMe, ext4 and the serial port built in, since the machines have
/// no modules. REKINDLE_VM_KERNEL names another one, whatever was asked for.
pub fn kernel(choice: Kernel, progress: &mut dyn FnMut(&str)) -> Result<PathBuf> {
    match choice {
        Kernel::Linux6_1 => find(&LINUX_6_1, progress),
        Kernel::Linux6_12 => find(&LINUX_6_12, progress),
    }
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

/// Held until the file is dropped.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let file =
        File::create(path).with_context(|| format!("unable to create {}", path.display()))?;
    flock(&file, FlockOperation::LockExclusive)
        .with_context(|| format!("unable to lock {}", path.display()))?;
    Ok(file)
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
    let archive =
        find_archive(work.path()).with_context(|| format!("no archive of {package} came"))?;
    let tree = work.path().join("tree");
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

/// The kernel's meta package depends on the real one, whose name has the version.
fn resolve(package: &str) -> Result<String> {
    let text = run(Command::new("apt-cache").args(["depends", "--important", package]))?;
    let mut names = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    let real = names.find(|name| name.starts_with("linux-image-"));
    Ok(real.unwrap_or(package).to_owned())
}

fn download(package: &str, folder: &Path) -> Result<String> {
    // The sandbox user could not write into the folder, which apt would warn about.
    let mut command = Command::new("apt-get");
    command.args(["download", "-q", "-o", "APT::Sandbox::User=root", package]).current_dir(folder);
    run(&mut command)
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

pub(crate) fn run(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output =
        command.env("LC_ALL", "C").output().with_context(|| format!("unable to run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
