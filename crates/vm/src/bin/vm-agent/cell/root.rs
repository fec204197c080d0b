//! The root of a cell: on a tmpfs of its own, so that nothing done to it reaches any other.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use nix::sched::{CloneFlags, unshare};
use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind, mount_change, unmount,
};
use vm::cell::{CELL_FOLDER, LOGIN_SHELL, Script, Step};

use super::terminals::Terminals;

/// This program, in the guest and in every cell.
pub(super) const AGENT: &str = "/bin/vm-agent";

const PLACE: &str = "/mnt";

/// What the commands of inittabs may really use.
const APPLETS: [&str; 18] = [
    "ash", "cat", "chmod", "cp", "echo", "env", "false", "grep", "kill", "ln", "mkdir", "mv", "rm",
    "sh", "sleep", "stty", "true", "usleep",
];

/// Where the programs of all cells lie, and where each cell sees them. One copy for all: QEMU translates
/// a program anew for each copy of it.
const SHARED: &str = "/data";
const PROGRAMS: &str = "/trace/programs";

/// Puts the programs on a file system of their own, which a cell may make read-only without harm.
pub(super) fn share_programs() -> Result<()> {
    mount_new("tmpfs", SHARED, c"mode=0755")?;
    for (program, name) in
        [(AGENT, "vm-agent"), ("/bin/busybox", "busybox"), ("/sbin/init", "init")]
    {
        fs::copy(program, Path::new(SHARED).join(name))
            .with_context(|| format!("unable to copy {program}"))?;
    }
    Ok(())
}

/// Leaves the guest's file systems for the cell's.
pub(super) fn enter(script: &Script) -> Result<Terminals> {
    unshare(CloneFlags::CLONE_NEWNS).context("unable to leave the mount namespace")?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)
        .context("unable to make mounts private")?;
    mount_new("tmpfs", PLACE, c"mode=0755,size=64m")?;
    fill(script)?;
    rustix::process::chdir(PLACE).context("unable to enter the root")?;
    rustix::process::pivot_root(".", ".").context("unable to change the root")?;
    unmount(".", UnmountFlags::DETACH).context("unable to leave the old root")?;
    rustix::process::chdir("/").context("unable to enter /")?;
    mount_new("tmpfs", "/dev", c"mode=0755")?;
    fs::create_dir("/dev/pts").context("unable to make /dev/pts")?;
    mount_new("devpts", "/dev/pts", c"newinstance,ptmxmode=0666")?;
    for (name, minor) in [("null", 3), ("zero", 5)] {
        let path = format!("/dev/{name}");
        let mode = Mode::from_raw_mode(0o666);
        mknodat(CWD, path.as_str(), FileType::CharacterDevice, mode, makedev(1, minor))
            .with_context(|| format!("unable to make {path}"))?;
    }
    Ok(Terminals::default())
}

fn mount_new(kind: &str, target: &str, options: &std::ffi::CStr) -> Result<()> {
    mount(kind, target, kind, MountFlags::empty(), options)
        .with_context(|| format!("unable to mount {kind} on {target}"))
}

fn fill(script: &Script) -> Result<()> {
    for folder in ["bin", "dev", "etc", "proc", "run", "sbin", "sys", "tmp"] {
        fs::create_dir_all(inside(folder))?;
    }
    fs::create_dir_all(inside(CELL_FOLDER))?;
    fs::create_dir_all(inside(PROGRAMS))?;
    mount_bind(SHARED, inside(PROGRAMS)).context("unable to bind the programs")?;
    for (program, name) in [(AGENT, "vm-agent"), ("/bin/busybox", "busybox")] {
        link(&format!("{PROGRAMS}/{name}"), program)?;
    }
    link(&format!("{PROGRAMS}/{}", script.init), "/sbin/init")?;
    for name in &script.init_names {
        link("/sbin/init", name)?;
    }
    for program in script.programs.iter().map(String::as_str).chain([LOGIN_SHELL]) {
        link(AGENT, program)?;
    }
    for name in APPLETS {
        link("/bin/busybox", &format!("/bin/{name}"))?;
    }
    // An interactive shell says so, too, with its own first word.
    let profile = format!("case $- in *i*) exec {LOGIN_SHELL} \"$0\";; esac\n");
    write("/etc/profile", &profile)?;
    script.files.iter().try_for_each(|(path, text)| write(path, text))
}

/// Puts the cell into a control group of its own, if it is going to be refused processes. Answers the
/// file that sets how many it may have (the kernel's Documentation/admin-guide/cgroup-v2.rst, "PID").
pub(super) fn limit_processes(script: &Script) -> Result<Option<fs::File>> {
    const GROUPS: &str = "/sys/fs/cgroup";
    if !script.steps.iter().any(|step| matches!(step, Step::Forks { .. })) {
        return Ok(None);
    }
    let is_mounted = || Path::new(GROUPS).join("cgroup.procs").exists();
    // Another cell may be doing the same: the second is told that it is busy.
    if !is_mounted()
        && let Err(error) = mount_new("cgroup2", GROUPS, c"")
    {
        ensure!(is_mounted(), "{error:#}");
    }
    fs::write(Path::new(GROUPS).join("cgroup.subtree_control"), "+pids")
        .context("unable to turn on the limit of processes")?;
    let group = Path::new(GROUPS).join(format!("cell-{}", std::process::id()));
    fs::create_dir(&group).context("unable to make a control group")?;
    fs::write(group.join("cgroup.procs"), "0").context("unable to enter a control group")?;
    let limit = fs::OpenOptions::new().write(true).open(group.join("pids.max"));
    limit.map(Some).context("unable to open pids.max")
}

fn inside(path: &str) -> std::path::PathBuf {
    Path::new(PLACE).join(path.trim_start_matches('/'))
}

fn link(target: &str, path: &str) -> Result<()> {
    let place = inside(path);
    make_parents(&place)?;
    // What an inittab names may be a folder, and a program that reports comes before an applet.
    match symlink(target, &place) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        result => result.with_context(|| format!("unable to make {path}")),
    }
}

fn make_parents(place: &Path) -> Result<()> {
    place.parent().map_or(Ok(()), fs::create_dir_all).context("unable to make a folder")
}

fn write(path: &str, text: &str) -> Result<()> {
    let place = inside(path);
    make_parents(&place)?;
    fs::write(&place, text).with_context(|| format!("unable to write {path}"))?;
    fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).context("unable to set a mode")
}
