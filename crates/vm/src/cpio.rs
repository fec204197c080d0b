//! Writes an initramfs: a cpio archive in the "newc" form that the kernel unpacks
//! (Documentation/driver-api/early-userspace/buffer-format.rst).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::tree::{Entry, Tree};

const DIRECTORY: u32 = 0o040_000;
const FILE: u32 = 0o100_000;
const SYMLINK: u32 = 0o120_000;
const CHARACTER_DEVICE: u32 = 0o020_000;

/// Renders the tree; everything belongs to root and is as old as the epoch.
pub fn render_cpio(tree: &Tree) -> Vec<u8> {
    let mut archive = Vec::new();
    for (number, (path, entry)) in tree.entries().enumerate() {
        let name = path.strip_prefix("/").unwrap_or(path);
        append(&mut archive, number + 1, name, entry);
    }
    append_header(&mut archive, &Header { name: "TRAILER!!!", ..Header::default() });
    archive
}

/// Writes the tree as a file in this folder.
pub(crate) fn write_initramfs(folder: &Path, tree: &Tree) -> Result<PathBuf> {
    let path = folder.join("initramfs.cpio");
    std::fs::write(&path, render_cpio(tree))
        .with_context(|| format!("unable to write {}", path.display()))?;
    Ok(path)
}

#[derive(Default)]
struct Header<'a> {
    inode: usize,
    mode: u32,
    size_bytes: usize,
    device: (u32, u32),
    name: &'a str,
}

fn append(archive: &mut Vec<u8>, inode: usize, name: &Path, entry: &Entry) {
    let nothing: &[u8] = &[];
    let (mode, contents, device) = match entry {
        Entry::Directory { mode } => (DIRECTORY | mode, nothing, (0, 0)),
        Entry::File { bytes, mode } => (FILE | mode, bytes.as_slice(), (0, 0)),
        Entry::Symlink { target } => (SYMLINK | 0o777, target.as_bytes(), (0, 0)),
        Entry::Device { major, minor, mode } => {
            (CHARACTER_DEVICE | mode, nothing, (*major, *minor))
        }
    };
    let name = name.to_string_lossy();
    append_header(
        archive,
        &Header { inode, mode, size_bytes: contents.len(), device, name: &name },
    );
    archive.extend_from_slice(contents);
    pad(archive);
}

/// Thirteen numbers of eight hexadecimal digits: inode, mode, uid, gid, links, time, size,
/// device of the file (2), device it is (2), length of the name with its zero, checksum.
fn append_header(archive: &mut Vec<u8>, header: &Header<'_>) {
    let (major, minor) = header.device;
    let numbers = [
        header.inode,
        header.mode as usize,
        0,
        0,
        1,
        0,
        header.size_bytes,
        0,
        0,
        major as usize,
        minor as usize,
        header.name.len() + 1,
        0,
    ];
    archive.extend_from_slice(b"070701");
    for number in numbers {
        archive.extend_from_slice(format!("{number:08x}").as_bytes());
    }
    archive.extend_from_slice(header.name.as_bytes());
    archive.push(0);
    pad(archive);
}

/// Headers with their names, and contents, end on a multiple of four.
fn pad(archive: &mut Vec<u8>) {
    archive.resize(archive.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::render_cpio;
    use crate::tree::Tree;
    use std::io::Write;
    use std::process::{Command, Stdio};

    #[test]
    fn the_first_header_is_laid_out_as_the_kernel_reads_it() {
        let mut tree = Tree::new();
        tree.text("/ab", "hello");
        let archive = render_cpio(&tree);
        assert_eq!(&archive[..14], b"07070100000001");
        assert_eq!(&archive[14..22], b"000081a4", "mode 0100644");
        assert_eq!(&archive[54..62], b"00000005", "five bytes");
        assert_eq!(&archive[94..102], b"00000003", "the name and its zero");
        assert_eq!(&archive[110..113], b"ab\0");
        assert_eq!(&archive[116..121], b"hello", "116 is the next multiple of four after 113");
        assert_eq!(archive.len() % 4, 0);
    }

    #[test]
    fn cpio_itself_can_list_it() {
        let mut tree = Tree::new();
        tree.script("/init", "#!/bin/sh\n");
        tree.symlink("/bin/sh", "busybox");
        tree.device("/dev/console", 5, 1);
        let mut child = Command::new("cpio")
            .args(["-itv", "--quiet"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&render_cpio(&tree)).unwrap();
        let output = child.wait_with_output().unwrap();
        let listing = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success());
        assert!(listing.contains("bin/sh -> busybox"), "{listing}");
        assert!(
            listing.lines().any(|line| line.starts_with("crw") && line.contains("5,   1")),
            "{listing}"
        );
        assert_eq!(listing.lines().count(), 5, "{listing}");
    }
}
