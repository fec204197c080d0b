//! Debian 12 root file systems, made with mmdebstrap and kept as disk images in
//! `target/vm-cache/`: made once, copied for each machine. Nothing in them is changed but
//! what a person who installs Debian sets as well: the name of the machine and its fstab.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::artifacts::{lock, run};
use crate::disk::Disk;
use crate::place::{dist_program, target_folder};
use crate::system::Init;
use crate::tools;
use crate::tree::Tree;

mod kind;
mod mirror;
mod recipe;

pub use kind::{Debian, HOST_NAME};

use recipe::Recipe;

/// The finished image.
pub fn image(kind: Debian, progress: &mut dyn FnMut(&str)) -> Result<PathBuf> {
    let recipe = Recipe::of(kind);
    let cache = target_folder().join("vm-cache");
    let place = cache.join(recipe.name);
    let image = place.join("root.img");
    if recipe.made(&place) {
        return Ok(image);
    }
    fs::create_dir_all(&cache).with_context(|| format!("unable to make {}", cache.display()))?;
    let _lock = lock(&cache.join(format!("{}.lock", recipe.name)))?;
    // Another process may have made it while this one waited for the lock.
    if !recipe.made(&place) {
        progress(&format!("making {} with mmdebstrap: about a minute", recipe.name));
        make(&recipe, &cache, &place)?;
    }
    Ok(image)
}

/// Made beside the final place, then renamed: a place that exists is whole.
fn make(recipe: &Recipe, cache: &Path, place: &Path) -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        bail!(
            "unable to make {}: its files belong to several users, so run the tests as root once",
            recipe.name
        );
    }
    let work = tempfile::Builder::new().prefix("making-").tempdir_in(cache)?;
    let root = work.path().join("root");
    let scripts = work.path().join("scripts");
    recipe.write_scripts(&scripts)?;
    let mut command = std::process::Command::new(tools::program("mmdebstrap")?);
    command.arg("--quiet").args(recipe.arguments(&scripts)).args(mirror::options()?);
    run(command.args(["bookworm".as_ref(), root.as_os_str()]).args(mirror::sources()?))?;
    recipe.finish(&root)?;
    let made = work.path().join("made");
    fs::create_dir(&made).with_context(|| format!("unable to make {}", made.display()))?;
    Disk::build_from_folder(&made.join("root.img"), recipe.size_mib, &root)?;
    recipe.note(&made)?;
    // Left over from another recipe.
    let _ = fs::remove_dir_all(place);
    fs::rename(&made, place).with_context(|| format!("unable to move {}", place.display()))
}

/// What a test machine has besides: the agent, BusyBox for the harness's own questions, and
/// the init to be tested, as `/sbin/init` alone. debugfs writes it into the image, and that
/// follows no symbolic link: in Debian's merged layout `/sbin` is `/usr/sbin`.
pub(crate) fn additions(kind: Debian, init: &Init, inittab: Option<&str>) -> Result<Tree> {
    let mut tree = Tree::new();
    let (programs, system_programs) = match kind {
        Debian::Sysvinit | Debian::Systemd | Debian::Runit => ("/usr/bin", "/usr/sbin"),
        Debian::BusyBox => ("/bin", "/sbin"),
    };
    tree.program(Path::new(programs).join("vm-agent"), &dist_program("vm-agent")?)?;
    let place = Path::new(system_programs).join("init");
    match init {
        Init::AsInstalled => {}
        Init::Rekindle => tree.program(place, &dist_program("init")?)?,
        Init::BusyBox => tree.symlink(place, "/bin/busybox"),
        Init::Program(program) => tree.program(place, program)?,
    }
    if let Some(lines) = inittab {
        tree.text("/etc/inittab", lines);
    }
    Ok(tree)
}
