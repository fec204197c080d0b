//! What the machines boot: our kernel and program, built here, and a stock Linux, which the
//! environment names.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::Kernel;
use crate::initramfs::Initramfs;

/// Our kernel with its user program.
#[derive(Clone, Copy, Debug)]
pub struct Lantern;

impl Lantern {
    /// Builds both once per test process.
    #[must_use]
    pub fn kernel() -> &'static Kernel {
        static KERNEL: OnceLock<Kernel> = OnceLock::new();
        KERNEL.get_or_init(|| {
            let folder = built();
            Kernel { image: folder.join("lantern"), program: Some(folder.join("lantern-reboot")) }
        })
    }
}

/// A stock Linux whose PID 1 is lantern's probe, or our own `init`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockLinux {
    /// Debian 12's own.
    V6_1,
    /// Debian 12's newer choice, which profile `linux` was written from.
    V6_12,
}

impl StockLinux {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V6_1, Self::V6_12];

    /// The kernel that the crate `vm` fetches, or REKINDLE_VM_KERNEL names, with an initramfs made
    /// here.
    ///
    /// # Panics
    /// There is no such kernel.
    #[must_use]
    pub fn kernel(self) -> Kernel {
        Kernel { image: self.image(), program: Some(probe_archive().to_owned()) }
    }

    /// The same kernel with our own `init` as PID 1, which runs this command line. The archive
    /// lies in `folder`.
    ///
    /// # Panics
    /// There is no such kernel, or the archive can't be written.
    #[must_use]
    pub fn kernel_with_init(self, command: &str, folder: &Path) -> Kernel {
        let program = std::fs::read(init_program()).expect("unable to read init");
        let archive = folder.join("init.cpio");
        let bytes = Initramfs::of_init(&program, &format!("::once:{command}\n"));
        std::fs::write(&archive, bytes).expect("unable to write the initramfs");
        Kernel { image: self.image(), program: Some(archive) }
    }

    fn image(self) -> PathBuf {
        let choice = match self {
            Self::V6_1 => vm::Kernel::Linux6_1,
            Self::V6_12 => vm::Kernel::Linux6_12,
        };
        let image = vm::artifacts::kernel(choice, &mut |_| ());
        image.unwrap_or_else(|reason| panic!("no stock kernel: {reason:#}"))
    }
}

/// The initramfs, written once per test process.
fn probe_archive() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let program =
            std::fs::read(built().join("lantern-probe")).expect("unable to read the probe");
        let archive = built().join(format!("probe-{}.cpio", std::process::id()));
        std::fs::write(&archive, Initramfs::of(&program)).expect("unable to write the initramfs");
        archive
    })
}

/// Debian's EFI firmware and the ladder as an EFI application.
#[derive(Debug)]
pub struct Ovmf {
    folder: tempfile::TempDir,
}

impl Ovmf {
    const CODE: &str = "/usr/share/OVMF/OVMF_CODE_4M.fd";
    const VARIABLES: &str = "/usr/share/OVMF/OVMF_VARS_4M.fd";

    /// A firmware with variables of its own: it writes them.
    ///
    /// # Panics
    /// The firmware is not installed.
    #[must_use]
    pub fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("unable to make a folder for ovmf");
        let copied = std::fs::copy(Self::VARIABLES, folder.path().join("variables"));
        copied.unwrap_or_else(|reason| {
            panic!("unable to copy {} (debian package ovmf): {reason}", Self::VARIABLES)
        });
        Self { folder }
    }

    /// QEMU's arguments for it.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let flash = |rest: String| ["-drive".to_owned(), format!("if=pflash,format=raw,{rest}")];
        let variables = self.folder.path().join("variables");
        let code = flash(format!("readonly=on,file={}", Self::CODE));
        [code, flash(format!("file={}", variables.display()))].concat()
    }

    /// The application.
    #[must_use]
    pub fn application() -> Kernel {
        Kernel { image: built().join("lantern-efi"), program: None }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Builds our own static `init`, which is also `reboot`, and answers where it lies.
#[must_use]
pub fn init_program() -> PathBuf {
    build("crates/init").join("init")
}

/// Builds lantern's workspace and answers the folder with its programs.
fn built() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| build("lantern"))
}

/// Builds the workspace in this folder of the repository, in a target directory of its own.
fn build(workspace: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| root().join("target")).join("ladder").join(workspace);
    run(Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--target-dir"])
        .arg(&target)
        .current_dir(root().join(workspace))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS"));
    target.join("release")
}

fn run(command: &mut Command) {
    let output =
        command.output().unwrap_or_else(|reason| panic!("unable to start {command:?}: {reason}"));
    assert!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
