//! How a tree is written over what an image holds, in requests to debugfs.

use std::path::Path;

use crate::tree::{Entry, Tree};

/// Makes room: debugfs neither replaces a file nor is content with a folder that is there.
pub(super) fn plan_clearing(tree: &Tree) -> Vec<String> {
    let request = |(path, entry): (&Path, &Entry)| match entry {
        Entry::Directory { .. } => format!("mkdir {}", path.display()),
        Entry::File { .. } | Entry::Symlink { .. } | Entry::Device { .. } => {
            format!("rm {}", path.display())
        }
    };
    tree.entries().map(request).collect()
}

/// Writes the files, which lie below `source`, and the links. Folders are there by now, devices
/// come after.
pub(super) fn plan_writing(tree: &Tree, source: &Path) -> Vec<String> {
    let requests = tree.entries().filter_map(|(path, entry)| {
        let (folder, name) = split(path);
        let place = source.join(path.strip_prefix("/").unwrap_or(path));
        match entry {
            Entry::File { .. } => Some(format!("cd {folder}\nwrite {} {name}", place.display())),
            Entry::Symlink { target } => Some(format!("cd {folder}\nsymlink {name} {target}")),
            Entry::Directory { .. } | Entry::Device { .. } => None,
        }
    });
    requests.collect()
}

fn split(path: &Path) -> (String, String) {
    let folder = path.parent().unwrap_or(path).display().to_string();
    (folder, path.file_name().unwrap_or_default().display().to_string())
}
