//! The finished programs, in `target/dist/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use vm::place::{dist_folder, repository, target_folder};

use crate::cargo::{cargo, run};
use crate::progress::{detail, step};

/// The programs with std are linked statically against the host's C library, so that they
/// run in a machine that has none.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Where PID 1's own compiler flags are, with what each is for.
const INIT_CONFIG: &str = "crates/init/.cargo/config.toml";

/// An init that fails on purpose, for the test of what comes after that (crates/init/src/fault.rs).
const FAULTY: (&str, &str) = ("init-that-panics", "panic-in-last-stage");

pub(crate) fn build() -> Result<()> {
    step("building init");
    let (name, feature) = FAULTY;
    build_init(name, &["--features", feature])?;
    build_init("init", &[])?;
    build_static("vm", "vm-agent")?;
    build_static("rekindle", "rekindle")?;
    build_lantern()
}

/// Into the same folder, whatever the features: cargo keeps what it built for each set of them.
fn build_init(name: &str, features: &[&str]) -> Result<()> {
    let target = target_folder().join("init");
    let manifest = repository().join("crates/init/Cargo.toml");
    run(cargo(&["build", "--release", "--quiet"])
        .arg("--config")
        .arg(repository().join(INIT_CONFIG))
        .arg("--config")
        .arg(short_paths())
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target)
        .args(features)
        // Flags from outside would take the place of the file's (The Cargo Book, `build.rustflags`).
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS"))?;
    install_as(&target.join("release/init"), name)
}

/// What a panic tells of its place begins within the repository, or with the name of a crate: the program is
/// the same wherever it is built (the rustc book, "Remap source paths").
fn short_paths() -> String {
    let home = std::env::var("HOME").unwrap_or_default();
    let cargo = std::env::var("CARGO_HOME").unwrap_or_else(|_| format!("{home}/.cargo"));
    let registries = fs::read_dir(Path::new(&cargo).join("registry/src"));
    let mut folders = vec![repository().to_owned()];
    folders.extend(registries.into_iter().flatten().flatten().map(|entry| entry.path()));
    let remap = |folder: &PathBuf| format!("'--remap-path-prefix={}/='", folder.display());
    let remaps: Vec<String> = folders.iter().map(remap).collect();
    format!("build.rustflags=[{}]", remaps.join(","))
}

/// The bare-metal kernel, its user program, the ladder as an EFI application, and the probe that is
/// PID 1 of a stock Linux in the tests.
pub(crate) fn build_lantern() -> Result<()> {
    step("building lantern");
    let target = target_folder().join("lantern");
    let manifest = repository().join("lantern/Cargo.toml");
    run(cargo(&["build", "--release", "--quiet", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target))?;
    for program in ["lantern", "lantern-reboot", "lantern-efi", "lantern-probe"] {
        install(&target.join("release").join(program))?;
    }
    Ok(())
}

/// One package a call: packages built together share their features.
fn build_static(package: &str, program: &str) -> Result<()> {
    step(&format!("building {program}"));
    let target = target_folder().join("static");
    run(cargo(&[
        "build",
        "--release",
        "--quiet",
        "--target",
        TARGET,
        "-p",
        package,
        "--bin",
        program,
    ])
    .arg("--target-dir")
    .arg(&target)
    .env("RUSTFLAGS", "-Ctarget-feature=+crt-static"))?;
    install(&target.join(TARGET).join("release").join(program))
}

fn install(program: &Path) -> Result<()> {
    let name = program.file_name().context("a program without a name")?;
    install_as(program, &name.to_string_lossy())
}

/// Renamed into place: a test that runs meanwhile sees the old program or the new one.
fn install_as(program: &Path, name: &str) -> Result<()> {
    let folder = dist_folder();
    fs::create_dir_all(&folder).with_context(|| format!("unable to make {}", folder.display()))?;
    let next = folder.join(format!(".{name}.next"));
    fs::copy(program, &next).with_context(|| format!("unable to copy {}", program.display()))?;
    fs::rename(&next, folder.join(name)).with_context(|| format!("unable to place {name}"))?;
    let size_bytes = fs::metadata(folder.join(name)).map_or(0, |data| data.len());
    detail(&format!("{} {} KiB", folder.join(name).display(), size_bytes.div_ceil(1024)));
    Ok(())
}
