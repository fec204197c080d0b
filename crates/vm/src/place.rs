//! Where things are in the repository.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

pub fn repository() -> &'static Path {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.ancestors().nth(2).unwrap_or(crate_folder)
}

/// `target/` of the repository, whatever folder cargo builds into.
pub fn target_folder() -> PathBuf {
    repository().join("target")
}

/// Where `cargo xtask build` leaves the finished programs; REKINDLE_DIST names another place.
pub fn dist_folder() -> PathBuf {
    std::env::var_os("REKINDLE_DIST").map_or_else(|| target_folder().join("dist"), PathBuf::from)
}

/// A finished program. A missing one is an error, never a reason to skip.
pub fn dist_program(name: &str) -> Result<PathBuf> {
    let path = dist_folder().join(name);
    if !path.is_file() {
        bail!("no program {}: run cargo xtask test, which builds it", path.display());
    }
    Ok(path)
}
