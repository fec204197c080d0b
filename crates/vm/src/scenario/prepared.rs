//! What a machine is made of, built in a folder of its own: disks, initramfs, configuration.

use std::path::PathBuf;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::artifacts;
use crate::cpio::write_initramfs;
use crate::debian::{self, Debian};
use crate::disk::{DEFAULT_SIZE_MIB, Disk};
use crate::machine::MachineConfig;
use crate::tree::Tree;

/// Where the files for a kexec are on a disk made with [`super::Scenario::with_kexec_files`].
pub const GUEST_KERNEL: &str = "/boot/vmlinuz";
pub const GUEST_EXAMINER: &str = "/boot/examiner.cpio";

/// What the root file system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    Disk,
    Debian(Debian),
    Initramfs,
}

#[derive(Debug)]
pub(super) struct Hardware {
    pub(super) processors: u32,
    pub(super) memory_mib: u32,
    pub(super) size_mib: u32,
    pub(super) extra_disks: Vec<Tree>,
    pub(super) more_command_line: String,
}

impl Hardware {
    pub(super) fn small() -> Hardware {
        Hardware {
            processors: 1,
            memory_mib: 256,
            size_mib: DEFAULT_SIZE_MIB,
            extra_disks: Vec::new(),
            more_command_line: String::new(),
        }
    }
}

/// The disks of a machine; their images are gone with this value.
#[derive(Debug)]
pub(super) struct Disks {
    list: Vec<Disk>,
    _folder: TempDir,
}

impl Disks {
    pub(super) fn list(&self) -> &[Disk] {
        &self.list
    }
}

/// A machine's parts, ready to start; the files are gone with this value.
#[derive(Debug)]
pub struct Prepared {
    pub config: MachineConfig,
    disks: Disks,
}

impl Prepared {
    pub(super) fn into_parts(self) -> (MachineConfig, Disks) {
        (self.config, self.disks)
    }

    pub(super) fn build(
        root: Root,
        kernel: PathBuf,
        hardware: &Hardware,
        mut tree: Tree,
    ) -> Result<Prepared> {
        let folder = tempfile::Builder::new()
            .prefix("scenario-")
            .tempdir()
            .context("unable to make a folder")?;
        let line = MachineConfig::command_line_for(&format!("quiet{}", hardware.more_command_line));
        let mut config = MachineConfig {
            memory_mib: hardware.memory_mib,
            processors: hardware.processors,
            kernel,
            initrd: None,
            command_line: line,
            disks: Vec::new(),
        };
        let mut list = Vec::new();
        let image = folder.path().join("root.img");
        match root {
            Root::Disk => {
                config.command_line.push_str(" root=/dev/nvme0n1 rw");
                list.push(Disk::build(&image, hardware.size_mib, &tree)?);
            }
            Root::Debian(kind) => {
                config.command_line.push_str(" root=/dev/nvme0n1");
                let base = debian::image(kind, &mut artifacts::report)?;
                list.push(Disk::build_on(&base, &image, &tree)?);
            }
            Root::Initramfs => {
                // The kernel starts it; the commands look for `/sbin/init` beside them.
                tree.symlink("/init", "/sbin/init");
                config.initrd = Some(write_initramfs(folder.path(), &tree)?);
            }
        }
        for (number, tree) in hardware.extra_disks.iter().enumerate() {
            let image = folder.path().join(format!("extra-{number}.img"));
            list.push(Disk::build(&image, DEFAULT_SIZE_MIB, tree)?);
        }
        config.disks = list.iter().map(|disk| disk.image.clone()).collect();
        Ok(Prepared { config, disks: Disks { list, _folder: folder } })
    }
}
