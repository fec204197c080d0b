//! A disk: a raw sparse image with one ext4 file system on the whole of it.

use std::borrow::Borrow;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::{Context, Result, ensure};

use crate::superblock::Superblock;
use crate::tools::run_tool;
use crate::tree::{Entry, Tree};

mod overlay;

#[derive(Debug, Clone)]
pub struct Disk {
    pub image: PathBuf,
}

/// How a file system was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskState {
    /// `e2fsck -fn` found nothing to repair. It passes a journal that needs replay.
    pub fsck_clean: bool,
    pub fsck_text: String,
    pub superblock: Superblock,
}

impl DiskState {
    /// Unmounted or made read-only in order: nothing to repair and no journal to replay.
    pub fn is_clean(&self) -> bool {
        let left = self.superblock;
        self.fsck_clean && left.state_clean && !left.has_errors && !left.needs_recovery
    }
}

pub const DEFAULT_SIZE_MIB: u32 = 64;

impl Disk {
    /// Makes the image and fills it. Nothing is left for the kernel to initialise lazily:
    /// such background writes would keep the disk busy during a test.
    pub fn build(image: &Path, size_mib: u32, tree: &Tree) -> Result<Disk> {
        let folder = tempfile::tempdir().context("unable to make a temporary folder")?;
        tree.write_below(folder.path())?;
        let disk = Disk::build_from_folder(image, size_mib, folder.path())?;
        disk.add_devices(tree)?;
        Ok(disk)
    }

    /// The same from a folder of the host, with its owners and devices.
    pub(crate) fn build_from_folder(image: &Path, size_mib: u32, folder: &Path) -> Result<Disk> {
        let size = format!("{size_mib}M");
        let arguments: [&OsStr; 11] = [
            "-q".as_ref(),
            "-t".as_ref(),
            "ext4".as_ref(),
            "-b".as_ref(),
            "4096".as_ref(),
            "-E".as_ref(),
            "lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0".as_ref(),
            "-d".as_ref(),
            folder.as_ref(),
            image.as_ref(),
            size.as_ref(),
        ];
        let output = run_tool("mke2fs", &arguments)?;
        let text = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "unable to make {}: {}", image.display(), text.trim());
        Ok(Disk { image: image.to_owned() })
    }

    /// A copy of another image, with the tree's files in place of those that are there.
    /// Its paths must not lead through a symbolic link.
    pub(crate) fn build_on(base: &Path, image: &Path, tree: &Tree) -> Result<Disk> {
        let arguments = ["--sparse=always".as_ref(), base.as_os_str(), image.as_os_str()];
        let output = run_tool("cp", &arguments)?;
        let text = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "unable to copy {}: {}", base.display(), text.trim());
        let disk = Disk { image: image.to_owned() };
        disk.overlay(tree)?;
        disk.add_devices(tree)?;
        Ok(disk)
    }

    /// Puts a tree over what is there. Clearing its places may fail, since what is missing
    /// afterwards fails the writing.
    fn overlay(&self, tree: &Tree) -> Result<()> {
        self.debugfs_leniently(&overlay::plan_clearing(tree))?;
        let source = tempfile::tempdir().context("unable to make a temporary folder")?;
        tree.write_below(source.path())?;
        self.debugfs(&overlay::plan_writing(tree, source.path()))
    }

    /// `debugfs` makes device nodes inside the image, where `mknod` on the host would need
    /// root. Its `mknod` takes a name in the current folder, no path.
    fn add_devices(&self, tree: &Tree) -> Result<()> {
        for (path, entry) in tree.entries() {
            let Entry::Device { major, minor, mode } = entry else {
                continue;
            };
            let folder = path.parent().unwrap_or(path).display();
            let name = path.file_name().unwrap_or_default().display();
            self.debugfs(&[
                format!("cd {folder}"),
                format!("mknod {name} c {major} {minor}"),
                format!("set_inode_field {name} mode 0{:o}", 0o020_000 | mode),
            ])?;
        }
        Ok(())
    }

    /// Changes the image.
    fn debugfs(&self, requests: &[impl Borrow<str>]) -> Result<()> {
        let output = self.debugfs_script(requests)?;
        self.judge_debugfs(&output)
    }

    /// Changes what can be changed.
    fn debugfs_leniently(&self, requests: &[String]) -> Result<()> {
        self.debugfs_script(requests).map(|_| ())
    }

    fn debugfs_script(&self, requests: &[impl Borrow<str>]) -> Result<Output> {
        let mut script =
            tempfile::NamedTempFile::new().context("unable to make a temporary file")?;
        script
            .write_all(requests.join("\n").as_bytes())
            .context("unable to write a temporary file")?;
        let arguments =
            ["-w".as_ref(), "-f".as_ref(), script.path().as_os_str(), self.image.as_os_str()];
        run_tool("debugfs", &arguments)
    }

    fn ask_debugfs(&self, request: &str) -> Result<Vec<u8>> {
        let output =
            run_tool("debugfs", &["-R".as_ref(), request.as_ref(), self.image.as_os_str()])?;
        self.judge_debugfs(&output)?;
        Ok(output.stdout)
    }

    /// It always exits with 0, and always begins with its version.
    fn judge_debugfs(&self, output: &Output) -> Result<()> {
        let text = String::from_utf8_lossy(&output.stderr);
        let complaint = text.lines().skip(1).find(|line| !line.trim().is_empty());
        let image = self.image.display();
        ensure!(
            complaint.is_none(),
            "debugfs failed on {image}: {}",
            complaint.unwrap_or_default()
        );
        Ok(())
    }

    /// Reads a file out of an image that no machine is using.
    pub fn read_file(&self, path: &str) -> Result<Vec<u8>> {
        self.ask_debugfs(&format!("cat {path}"))
    }

    pub fn read_text(&self, path: &str) -> Result<String> {
        self.read_file(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Judges an image that no machine is writing to: it is over, paused, or not begun.
    pub fn examine(&self) -> Result<DiskState> {
        let output = run_tool("e2fsck", &["-fn".as_ref(), self.image.as_ref()])?;
        let text = [output.stdout, output.stderr].concat();
        Ok(DiskState {
            fsck_clean: output.status.code() == Some(0),
            fsck_text: String::from_utf8_lossy(&text).into_owned(),
            superblock: Superblock::read(&self.image)?,
        })
    }

    pub fn size_bytes(&self) -> Result<u64> {
        Ok(fs::metadata(&self.image)
            .with_context(|| format!("unable to stat {}", self.image.display()))?
            .len())
    }
}

#[cfg(test)]
mod tests {
    use super::Disk;
    use crate::tree::Tree;

    #[test]
    fn a_new_disk_is_clean_and_holds_its_tree() {
        let folder = tempfile::tempdir().unwrap();
        let mut tree = Tree::new();
        tree.text("/etc/motd", "hello\n");
        tree.device("/dev/console", 5, 1);
        let disk = Disk::build(&folder.path().join("disk.img"), 16, &tree).unwrap();
        assert_eq!(disk.size_bytes().unwrap(), 16 << 20);
        assert_eq!(disk.read_text("/etc/motd").unwrap(), "hello\n");
        let state = disk.examine().unwrap();
        assert!(state.is_clean(), "{state:?}");
        let device = String::from_utf8(disk.ask_debugfs("stat /dev/console").unwrap()).unwrap();
        assert!(device.contains("character special") && device.contains("05:01"), "{device}");
    }

    #[test]
    fn a_missing_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::build(&folder.path().join("disk.img"), 16, &Tree::new()).unwrap();
        assert!(disk.read_file("/nowhere").is_err());
    }

    #[test]
    fn a_damaged_disk_is_not_clean() {
        let folder = tempfile::tempdir().unwrap();
        let mut tree = Tree::new();
        tree.text("/etc/motd", "hello\n");
        let disk = Disk::build(&folder.path().join("disk.img"), 16, &tree).unwrap();
        disk.debugfs(&["set_inode_field /etc/motd links_count 9"]).unwrap();
        let state = disk.examine().unwrap();
        assert!(!state.fsck_clean && !state.is_clean(), "{state:?}");
    }
}
