//! The text files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

#[derive(Debug)]
pub(super) struct Source {
    /// From the repository's root.
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Source {
    pub(super) fn is_rust(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension == "rs")
    }
}

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 2] = [".git", "target"];

pub(super) fn read_sources(root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("unable to list {}", folder.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("unable to list {}", folder.display()))?;
            let (path, kind) = (entry.path(), entry.file_type().context("unable to stat a file")?);
            if kind.is_dir() && !SKIPPED.iter().any(|name| entry.file_name() == *name) {
                folders.push(path);
            } else if kind.is_file() {
                // What is not text has no lines to judge.
                let Ok(text) = fs::read_to_string(&path) else {
                    continue;
                };
                sources.push(Source {
                    path: path.strip_prefix(root).unwrap_or(&path).to_owned(),
                    text,
                });
            }
        }
    }
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(sources)
}
