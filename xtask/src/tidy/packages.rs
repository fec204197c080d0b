//! The crates as cargo sees them, with their sources.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::sources::{Source, read_sources};
use crate::cargo::{cargo, output, workspaces};

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) manifest_path: PathBuf,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// `dev`, `build`, or nothing for a normal one.
    pub(super) kind: Option<String>,
    /// Of a crate of this repository.
    pub(super) path: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Target {
    pub(super) kind: Vec<String>,
    pub(super) src_path: PathBuf,
}

/// A crate with all that the table speaks about.
#[derive(Debug)]
pub(super) struct Crate {
    pub(super) package: Package,
    /// From the repository's root.
    pub(super) folder: PathBuf,
    pub(super) sources: Vec<Source>,
}

/// Every crate of every workspace.
pub(super) fn read_crates(root: &Path) -> Result<Vec<Crate>> {
    let mut crates = Vec::new();
    for manifest in workspaces() {
        let mut command =
            cargo(&["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]);
        let text = output(command.arg(&manifest))?;
        let metadata: Metadata =
            serde_json::from_str(&text).context("cargo metadata said no JSON")?;
        for package in metadata.packages {
            let folder = package.manifest_path.parent().context("a manifest without a folder")?;
            let sources = read_sources(folder)?;
            let folder = folder.strip_prefix(root).unwrap_or(folder).to_owned();
            crates.push(Crate { package, folder, sources });
        }
    }
    Ok(crates)
}
