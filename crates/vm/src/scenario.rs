//! The short way to a machine, for tests: describe, boot, request, judge.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::artifacts::{self, Kernel};
use crate::debian::{self, Debian};
use crate::machine::{BOOT_LIMIT, Machine, Watcher};
use crate::system::{AGENT_LINE, Init, examiner_initramfs, root_tree};
use crate::tree::{Entry, Tree};

mod prepared;
mod running;

pub use prepared::{GUEST_EXAMINER, GUEST_KERNEL, Prepared};
use prepared::{Hardware, Root};
pub use running::{END_LIMIT, Ended, Requested, Running};

/// The next kernel, its initramfs, and the running system side by side.
const KEXEC_MEMORY_MIB: u32 = 512;
/// A kernel of 14 MiB and an examiner of 2 MiB more than usual.
const KEXEC_DISK_MIB: u32 = 96;

/// Debian's scripts start some six hundred processes before the agent.
const DEBIAN_BOOT_LIMIT: Duration = Duration::from_secs(300);

/// Emulated, starting a program costs most. Addresses that are the same each time let QEMU
/// keep what it has translated, and page tables that are not isolated what it has looked up.
const FAST_FORKS: &str = "norandmaps mitigations=off";

type Change = Box<dyn FnOnce(&mut Tree)>;

/// What to boot. Every method replaces or adds one thing.
pub struct Scenario {
    root: Root,
    init: Init,
    inittab: Option<String>,
    kernel: Kernel,
    hardware: Hardware,
    has_kexec_files: bool,
    loads: Vec<(String, String)>,
    changes: Vec<Change>,
    watcher: Option<Watcher>,
    boot_limit: Duration,
}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scenario")
            .field("init", &self.init)
            .field("inittab", &self.inittab)
            .finish_non_exhaustive()
    }
}

impl Scenario {
    /// Rekindle's init as `/sbin/init` on an ext4 disk, with the agent in its inittab.
    pub fn on_disk() -> Scenario {
        Scenario {
            root: Root::Disk,
            init: Init::Rekindle,
            inittab: Some(AGENT_LINE.to_owned()),
            kernel: Kernel::default(),
            hardware: Hardware::small(),
            has_kexec_files: false,
            loads: Vec::new(),
            changes: Vec::new(),
            watcher: None,
            boot_limit: BOOT_LIMIT,
        }
    }

    /// Rekindle's init as `/init` of an initramfs, without any disk.
    pub fn in_initramfs() -> Scenario {
        Scenario { root: Root::Initramfs, ..Scenario::on_disk() }
    }

    /// A Debian 12 root file system with Rekindle's init as its `/sbin/init` and nothing else
    /// changed. The agent is a service there; for [`Debian::BusyBox`] the inittab and what it
    /// runs are up to the test, the agent too.
    ///
    /// The root is mounted read-only first, as installed systems have it, and /dev is the
    /// kernel's, which without an initramfs only the kernel can mount early enough.
    pub fn on_debian(kind: Debian) -> Scenario {
        let scenario = Scenario {
            root: Root::Debian(kind),
            inittab: None,
            boot_limit: DEBIAN_BOOT_LIMIT,
            ..Scenario::on_disk()
        };
        scenario.command_line("ro devtmpfs.mount=1").command_line(FAST_FORKS)
    }

    pub fn init(self, init: Init) -> Scenario {
        Scenario { init, ..self }
    }

    /// Adds lines to the inittab, after the agent's own.
    pub fn inittab(mut self, lines: &str) -> Scenario {
        let inittab = self.inittab.get_or_insert_default();
        inittab.push_str(lines);
        if !inittab.ends_with('\n') {
            inittab.push('\n');
        }
        self
    }

    /// The inittab is exactly this. Without [`AGENT_LINE`] in it, boot with
    /// [`Scenario::boot_without_agent`].
    pub fn whole_inittab(self, lines: &str) -> Scenario {
        Scenario { inittab: Some(lines.to_owned()), ..self }
    }

    /// No inittab at all. The agent is started by `/etc/init.d/rcS`, which BusyBox's default
    /// table runs.
    pub fn no_inittab(self) -> Scenario {
        Scenario { inittab: None, ..self }
    }

    /// Starts a workload of `vm-agent load`, under a name, once the machine is up.
    pub fn load(mut self, name: &str, workload: &str) -> Scenario {
        self.loads.push((name.to_owned(), workload.to_owned()));
        self
    }

    /// Changes the root's tree before it is written: more files, fewer files.
    pub fn files(mut self, change: impl FnOnce(&mut Tree) + 'static) -> Scenario {
        self.changes.push(Box::new(change));
        self
    }

    pub fn without(self, path: &'static str) -> Scenario {
        self.files(move |tree| tree.remove(path))
    }

    /// Puts the running kernel and the examiner on the disk, to be loaded for kexec.
    pub fn with_kexec_files(mut self) -> Scenario {
        self.hardware.memory_mib = self.hardware.memory_mib.max(KEXEC_MEMORY_MIB);
        self.hardware.size_mib = self.hardware.size_mib.max(KEXEC_DISK_MIB);
        Scenario { has_kexec_files: true, ..self }
    }

    pub fn kernel(self, kernel: Kernel) -> Scenario {
        Scenario { kernel, ..self }
    }

    pub fn processors(mut self, processors: u32) -> Scenario {
        self.hardware.processors = processors;
        self
    }

    pub fn memory_mib(mut self, memory_mib: u32) -> Scenario {
        self.hardware.memory_mib = memory_mib;
        self
    }

    pub fn disk_mib(mut self, size_mib: u32) -> Scenario {
        self.hardware.size_mib = size_mib;
        self
    }

    /// Another ext4 disk: the first is `/dev/nvme1n1` beside a root disk.
    pub fn extra_disk(mut self, tree: Tree) -> Scenario {
        self.hardware.extra_disks.push(tree);
        self
    }

    /// Adds words to the kernel command line.
    pub fn command_line(mut self, words: &str) -> Scenario {
        self.hardware.more_command_line.push_str(&format!(" {words}"));
        self
    }

    /// Has somebody told each line of the console as it comes.
    pub fn watch(self, watcher: Watcher) -> Scenario {
        Scenario { watcher: Some(watcher), ..self }
    }

    /// Starts the machine, waits for its agent, starts the workloads.
    pub fn boot(mut self) -> Result<Running> {
        let boot_limit = self.boot_limit;
        let loads = std::mem::take(&mut self.loads);
        let mut running = self.boot_without_agent()?;
        running.await_agent(boot_limit)?;
        for (name, workload) in loads {
            running.load(&name, &workload).with_context(|| format!("unable to start {name}"))?;
        }
        Ok(running)
    }

    /// Starts the machine and comes back at once.
    pub fn boot_without_agent(mut self) -> Result<Running> {
        let watcher = self.watcher.take();
        let (config, disks) = self.prepare()?.into_parts();
        Ok(Running::of(Machine::start(&config, watcher)?, disks))
    }

    /// Builds all that the machine needs, and starts nothing.
    pub fn prepare(mut self) -> Result<Prepared> {
        let kernel = artifacts::kernel(self.kernel, &mut artifacts::report)?;
        let tree = self.build_tree(&kernel)?;
        Prepared::build(self.root, kernel, &self.hardware, tree)
    }

    fn build_tree(&mut self, kernel: &Path) -> Result<Tree> {
        let inittab = self.inittab.as_deref();
        let mut tree = match self.root {
            Root::Debian(kind) => debian::additions(kind, &self.init, inittab)?,
            Root::Disk | Root::Initramfs => root_tree(&self.init, inittab)?,
        };
        if self.has_kexec_files {
            add_kexec_files(&mut tree, kernel)?;
        }
        for change in self.changes.drain(..) {
            change(&mut tree);
        }
        Ok(tree)
    }
}

fn add_kexec_files(tree: &mut Tree, kernel: &Path) -> Result<()> {
    tree.program(GUEST_KERNEL, kernel)?;
    let bytes = examiner_initramfs()?;
    tree.insert(GUEST_EXAMINER, Entry::File { bytes, mode: 0o644 });
    Ok(())
}
