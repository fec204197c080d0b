//! What boards boot: our kernel and programs out of `target/dist/`, and a stock Linux.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::artifacts::{self, Kernel};
use crate::cpio::write_initramfs;
use crate::place::dist_program;
use crate::tools::{OVMF_CODE, OVMF_VARIABLES};
use crate::tree::Tree;

/// A kernel image, and what is loaded beside it.
#[derive(Clone, Debug)]
pub struct Payload {
    image: PathBuf,
    /// lantern's user program, or an initramfs.
    initrd: Option<PathBuf>,
    /// Holds an initramfs that was made for it.
    _folder: Option<Arc<TempDir>>,
}

impl Payload {
    /// Our bare-metal kernel with its own user program.
    pub fn lantern() -> Result<Payload> {
        Payload::lantern_with(Some(&dist_program("lantern-reboot")?))
    }

    /// The same with another program, or none.
    pub fn lantern_with(program: Option<&Path>) -> Result<Payload> {
        let image = dist_program("lantern")?;
        Ok(Payload { image, initrd: program.map(Path::to_owned), _folder: None })
    }

    /// The ladder as an EFI application.
    pub fn lantern_efi() -> Result<Payload> {
        Ok(Payload { image: dist_program("lantern-efi")?, initrd: None, _folder: None })
    }

    /// A stock Linux whose PID 1 is lantern's probe, which prints on the console and reads /sys.
    pub fn linux_with_probe(kernel: Kernel) -> Result<Payload> {
        let mut tree = Tree::new();
        tree.device("/dev/console", 5, 1);
        tree.directory("/sys");
        tree.program("/init", &dist_program("lantern-probe")?)?;
        Payload::linux(kernel, &tree)
    }

    /// A stock Linux with our own `init` as PID 1, which runs this command line.
    pub fn linux_with_init(kernel: Kernel, command: &str) -> Result<Payload> {
        let mut tree = Tree::new();
        for folder in ["/proc", "/run", "/sys"] {
            tree.directory(folder);
        }
        tree.device("/dev/console", 5, 1);
        tree.text("/etc/inittab", &format!("::once:{command}\n"));
        tree.program("/init", &dist_program("init")?)?;
        tree.symlink("/sbin/reboot", "/init");
        Payload::linux(kernel, &tree)
    }

    fn linux(kernel: Kernel, tree: &Tree) -> Result<Payload> {
        let image = artifacts::kernel(kernel, &mut artifacts::report)?;
        let folder = tempfile::Builder::new()
            .prefix("payload-")
            .tempdir()
            .context("unable to make a folder for an initramfs")?;
        let initramfs = write_initramfs(folder.path(), tree)?;
        Ok(Payload { image, initrd: Some(initramfs), _folder: Some(Arc::new(folder)) })
    }

    pub(super) fn image(&self) -> &Path {
        &self.image
    }

    pub(super) fn initrd(&self) -> Option<&Path> {
        self.initrd.as_deref()
    }
}

/// Debian's EFI firmware, with variables of its own: it writes them.
#[derive(Debug)]
pub struct Ovmf {
    folder: TempDir,
}

impl Ovmf {
    pub fn fresh() -> Result<Ovmf> {
        let folder = tempfile::tempdir().context("unable to make a folder for OVMF")?;
        std::fs::copy(OVMF_VARIABLES, folder.path().join("variables")).with_context(|| {
            format!("unable to copy {OVMF_VARIABLES}: install the Debian package ovmf")
        })?;
        Ok(Ovmf { folder })
    }

    /// QEMU's arguments for it.
    pub(super) fn arguments(&self) -> [String; 4] {
        let flash = |rest: String| format!("if=pflash,format=raw,{rest}");
        let drive = || "-drive".to_owned();
        let variables = self.folder.path().join("variables");
        let code = flash(format!("readonly=on,file={OVMF_CODE}"));
        [drive(), code, drive(), flash(format!("file={}", variables.display()))]
    }
}
