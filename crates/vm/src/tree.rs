//! A described file tree: the source of a disk or of an initramfs.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Directory {
        mode: u32,
    },
    File {
        bytes: Vec<u8>,
        mode: u32,
    },
    Symlink {
        target: String,
    },
    /// A character device, such as `/dev/console` (5, 1).
    Device {
        major: u32,
        minor: u32,
        mode: u32,
    },
}

/// Paths are absolute; parents are made as needed.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    entries: BTreeMap<PathBuf, Entry>,
}

impl Tree {
    pub fn new() -> Tree {
        Tree::default()
    }

    pub fn entries(&self) -> impl Iterator<Item = (&Path, &Entry)> {
        self.entries.iter().map(|(path, entry)| (path.as_path(), entry))
    }

    pub fn insert(&mut self, path: impl AsRef<Path>, entry: Entry) {
        let path = Path::new("/").join(path);
        for parent in path.ancestors().skip(1).filter(|parent| *parent != Path::new("/")) {
            self.entries.entry(parent.to_owned()).or_insert(Entry::Directory { mode: 0o755 });
        }
        self.entries.insert(path, entry);
    }

    pub fn directory(&mut self, path: impl AsRef<Path>) {
        self.insert(path, Entry::Directory { mode: 0o755 });
    }

    pub fn text(&mut self, path: impl AsRef<Path>, text: &str) {
        self.insert(path, Entry::File { bytes: text.into(), mode: 0o644 });
    }

    pub fn script(&mut self, path: impl AsRef<Path>, text: &str) {
        self.insert(path, Entry::File { bytes: text.into(), mode: 0o755 });
    }

    pub fn symlink(&mut self, path: impl AsRef<Path>, target: &str) {
        self.insert(path, Entry::Symlink { target: target.to_owned() });
    }

    pub fn device(&mut self, path: impl AsRef<Path>, major: u32, minor: u32) {
        self.insert(path, Entry::Device { major, minor, mode: 0o600 });
    }

    /// Copies a program of the host into the tree.
    pub fn program(&mut self, path: impl AsRef<Path>, source: &Path) -> Result<()> {
        let bytes =
            fs::read(source).with_context(|| format!("unable to read {}", source.display()))?;
        self.insert(path, Entry::File { bytes, mode: 0o755 });
        Ok(())
    }

    /// Adds all of another tree; where both have something at a path, the other's counts.
    pub fn extend(&mut self, other: Tree) {
        self.entries.extend(other.entries);
    }

    /// Takes a path and all that is below it out again.
    pub fn remove(&mut self, path: impl AsRef<Path>) {
        self.entries.retain(|candidate, _| !candidate.starts_with(&path));
    }

    /// Writes the tree below `folder`; devices are left out, as they need privileges there.
    pub fn write_below(&self, folder: &Path) -> Result<()> {
        for (path, entry) in &self.entries {
            let place = folder.join(path.strip_prefix("/").unwrap_or(path));
            write_entry(&place, entry)
                .with_context(|| format!("unable to make {}", place.display()))?;
        }
        Ok(())
    }
}

fn write_entry(place: &Path, entry: &Entry) -> Result<()> {
    match entry {
        Entry::Directory { mode } => {
            fs::create_dir_all(place)?;
            fs::set_permissions(place, fs::Permissions::from_mode(*mode))?;
        }
        Entry::File { bytes, mode } => {
            fs::write(place, bytes)?;
            fs::set_permissions(place, fs::Permissions::from_mode(*mode))?;
        }
        Entry::Symlink { target } => symlink(target, place)?,
        Entry::Device { .. } => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Entry, Tree};
    use std::path::Path;

    #[test]
    fn parents_come_before_their_children() {
        let mut tree = Tree::new();
        tree.text("/a/b/c", "x");
        let paths: Vec<_> = tree.entries().map(|(path, _)| path.to_owned()).collect();
        assert_eq!(paths, ["/a", "/a/b", "/a/b/c"].map(std::path::PathBuf::from));
    }

    #[test]
    fn removing_a_directory_takes_its_contents_along() {
        let mut tree = Tree::new();
        tree.text("/dev/console", "");
        tree.text("/developer", "");
        tree.remove("/dev");
        let left: Vec<_> = tree.entries().map(|(path, _)| path).collect();
        assert_eq!(left, [Path::new("/developer")]);
    }

    #[test]
    fn another_tree_adds_its_entries_and_goes_first() {
        let (mut tree, mut other) = (Tree::new(), Tree::new());
        tree.text("/etc/kept", "");
        tree.text("/etc/replaced", "old");
        other.text("/etc/replaced", "new");
        tree.extend(other);
        let paths: Vec<_> = tree.entries().map(|(path, _)| path).collect();
        assert_eq!(paths, ["/etc", "/etc/kept", "/etc/replaced"].map(Path::new));
        let new = Entry::File { bytes: b"new".to_vec(), mode: 0o644 };
        assert!(tree.entries().any(|(_, entry)| *entry == new), "{tree:?}");
    }

    #[test]
    fn a_written_tree_has_its_modes_and_links() {
        let folder = tempfile::tempdir().unwrap();
        let mut tree = Tree::new();
        tree.script("/bin/tool", "#!/bin/sh\n");
        tree.symlink("/sbin/init", "/bin/tool");
        tree.insert("/dev/console", Entry::Device { major: 5, minor: 1, mode: 0o600 });
        tree.write_below(folder.path()).unwrap();
        let mode = std::os::unix::fs::MetadataExt::mode(
            &folder.path().join("bin/tool").metadata().unwrap(),
        );
        assert_eq!(mode & 0o777, 0o755);
        assert_eq!(folder.path().join("sbin/init").read_link().unwrap(), Path::new("/bin/tool"));
        assert!(!folder.path().join("dev/console").exists());
    }
}
