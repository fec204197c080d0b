//! The crates as cargo sees them, held against the crate table.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::policy;
use super::sources::{Source, read_sources};
use super::table::{Row, parse_table};
use crate::cargo::{cargo, workspaces};

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

pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let rows = read_table(root)?;
    let mut complaints = Vec::new();
    let crates = read_crates(root)?;
    for found in &crates {
        match rows.iter().find(|row| is_named(row, found)) {
            Some(row) => complaints.extend(policy::check(row, found)),
            None => complaints.push(format!("{} is not in the crate table", found.package.name)),
        }
    }
    let names = rows.iter().flat_map(|row| &row.names);
    let unknown = names.filter(|name| !crates.iter().any(|found| has_name(name, found)));
    complaints
        .extend(unknown.map(|name| format!("the crate table names {name}, which does not exist")));
    complaints.extend(policy::check_features_of_init(root)?);
    Ok(complaints)
}

fn read_table(root: &Path) -> Result<Vec<Row>> {
    let path = root.join("ARCHITECTURE.md");
    let text =
        fs::read_to_string(&path).with_context(|| format!("unable to read {}", path.display()))?;
    parse_table(&text)
}

fn is_named(row: &Row, found: &Crate) -> bool {
    row.names.iter().any(|name| has_name(name, found))
}

fn has_name(name: &str, found: &Crate) -> bool {
    found.package.name == name || found.folder.starts_with(name)
}

fn read_crates(root: &Path) -> Result<Vec<Crate>> {
    let mut crates = Vec::new();
    for manifest in workspaces() {
        let mut command =
            cargo(&["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]);
        let output = command.arg(&manifest).output().context("unable to run cargo metadata")?;
        ensure!(
            output.status.success(),
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let metadata: Metadata =
            serde_json::from_slice(&output.stdout).context("cargo metadata said no JSON")?;
        for package in metadata.packages {
            let folder = package.manifest_path.parent().context("a manifest without a folder")?;
            let sources = read_sources(folder)?;
            let folder = folder.strip_prefix(root).unwrap_or(folder).to_owned();
            crates.push(Crate { package, folder, sources });
        }
    }
    Ok(crates)
}
