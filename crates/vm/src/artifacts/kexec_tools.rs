//! The distribution's own tools, with the libraries that they are linked with.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::package::{download, lock, run};
use crate::place::target_folder;
use crate::tree::Tree;

/// Where the package's dynamic linker is, below the folder that the packages are unpacked into,
/// and where programs look for it (x86-64 psABI, "Program Interpreter").
const LINKER: &str = "/lib64/ld-linux-x86-64.so.2";

/// Debian's folder for libraries of this processor.
const LIBRARIES: [&str; 2] = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"];

/// Puts kexec-tools' `kexec` at `path`, and its libraries where its dynamic linker finds them.
pub fn add_kexec_tools(tree: &mut Tree, path: &str, progress: &mut dyn FnMut(&str)) -> Result<()> {
    add_tool(tree, "kexec-tools", "sbin/kexec", path, progress)
}

/// Puts `dmsetup` at `path`, and its libraries where its dynamic linker finds them.
pub fn add_dmsetup(tree: &mut Tree, path: &str, progress: &mut dyn FnMut(&str)) -> Result<()> {
    add_tool(tree, "dmsetup", "sbin/dmsetup", path, progress)
}

fn add_tool(
    tree: &mut Tree,
    package: &str,
    program: &str,
    path: &str,
    progress: &mut dyn FnMut(&str),
) -> Result<()> {
    let place = find(package, progress)?;
    let program = place.join(program);
    tree.program(path, &program)?;
    let linker = place.join(LIBRARIES[0]).join("ld-linux-x86-64.so.2");
    tree.program(LINKER, &linker)?;
    for library in list_libraries(&place, &linker, &program)? {
        let name = library.file_name().context("a library without a name")?;
        tree.program(Path::new("/lib/x86_64-linux-gnu").join(name), &library)?;
    }
    Ok(())
}

/// The packages' own linker says what it would load: ld.so(8), `--list`.
fn list_libraries(place: &Path, linker: &Path, program: &Path) -> Result<Vec<PathBuf>> {
    let folders = LIBRARIES.map(|folder| place.join(folder).display().to_string());
    let mut command = Command::new(linker);
    let text = run(command.args(["--library-path", &folders.join(":"), "--list"]).arg(program))?;
    let paths = text.lines().filter_map(|line| line.split_once("=> ")?.1.split(' ').next());
    Ok(paths.filter(|path| path.starts_with('/')).map(PathBuf::from).collect())
}

/// Downloads once; a place that exists is whole.
fn find(tool: &str, progress: &mut dyn FnMut(&str)) -> Result<PathBuf> {
    let cache = target_folder().join("vm-cache");
    let place = cache.join(tool);
    fs::create_dir_all(&cache).with_context(|| format!("unable to make {}", cache.display()))?;
    let _lock = lock(&cache.join(format!("{tool}.lock")))?;
    if place.is_dir() {
        return Ok(place);
    }
    let work = tempfile::Builder::new().prefix("fetching-").tempdir_in(&cache)?;
    let tree = work.path().join("tree");
    for package in list_packages(tool)? {
        progress(&format!("fetching {package}"));
        download(&package, work.path())
            .with_context(|| format!("unable to download {package}: is the package list old?"))?;
    }
    for entry in fs::read_dir(work.path())?.flatten() {
        if entry.path().extension().is_some_and(|word| word == "deb") {
            run(Command::new("dpkg-deb").arg("-x").arg(entry.path()).arg(&tree))?;
        }
    }
    fs::rename(&tree, &place).with_context(|| format!("unable to move {}", place.display()))?;
    Ok(place)
}

/// The package and every library that it depends on, and those on.
fn list_packages(package: &str) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::from([package.to_owned()]);
    let mut open = vec![package.to_owned()];
    while let Some(name) = open.pop() {
        let text = run(Command::new("apt-cache").args(["depends", "--important", &name]))?;
        let depends = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
        for library in depends.filter(|name| name.starts_with("lib") || *name == "zlib1g") {
            if found.insert(library.to_owned()) {
                open.push(library.to_owned());
            }
        }
    }
    Ok(found)
}
