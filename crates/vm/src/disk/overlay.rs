//! Writes a tree over what an image holds, with debugfs.

use std::path::Path;

use anyhow::{Context, Result};

use super::Disk;
use crate::tree::{Entry, Tree};

pub(super) fn write_tree(disk: &Disk, tree: &Tree) -> Result<()> {
    disk.clear_places(tree)?;
    let source = tempfile::tempdir().context("unable to make a temporary folder")?;
    tree.write_below(source.path())?;
    let requests = tree.entries().filter_map(|(path, entry)| {
        let (folder, name) = split(path);
        let place = source.path().join(path.strip_prefix("/").unwrap_or(path));
        match entry {
            Entry::File { .. } => Some(format!("cd {folder}\nwrite {} {name}", place.display())),
            Entry::Symlink { target } => Some(format!("cd {folder}\nsymlink {name} {target}")),
            // Folders are there, devices come after.
            Entry::Directory { .. } | Entry::Device { .. } => None,
        }
    });
    let requests: Vec<String> = requests.collect();
    disk.debugfs(&requests.iter().map(String::as_str).collect::<Vec<_>>())
}

fn split(path: &Path) -> (String, String) {
    let folder = path.parent().unwrap_or(path).display().to_string();
    (folder, path.file_name().unwrap_or_default().display().to_string())
}

impl Disk {
    /// debugfs neither replaces a file nor is content with a folder that is there already:
    /// here it may complain, since what is missing afterwards fails the writing.
    fn clear_places(&self, tree: &Tree) -> Result<()> {
        let requests = tree.entries().map(|(path, entry)| match entry {
            Entry::Directory { .. } => format!("mkdir {}", path.display()),
            Entry::File { .. } | Entry::Symlink { .. } | Entry::Device { .. } => {
                format!("rm {}", path.display())
            }
        });
        let requests: Vec<String> = requests.collect();
        self.debugfs_leniently(&requests.iter().map(String::as_str).collect::<Vec<_>>())
    }
}
