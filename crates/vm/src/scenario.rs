//! The short way to a machine, for tests: describe, boot, request, judge.

use std::fmt;
use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::artifacts::{self, Kernel};
use crate::cpio::render_cpio;
use crate::debian::{self, Debian};
use crate::disk::{DEFAULT_SIZE_MIB, Disk};
use crate::machine::{BOOT_LIMIT, Issued, Machine, MachineConfig, Watcher};
use crate::system::{AGENT_LINE, Init, examiner_initramfs, root_tree};
use crate::tree::Tree;

mod ended;

pub use ended::Ended;

/// Longer than every deadline of the product, so that its own deadlines are what is tested.
pub const END_LIMIT: Duration = Duration::from_secs(120);

/// Where the files for a kexec are on a disk made with [`Scenario::with_kexec_files`].
pub const GUEST_KERNEL: &str = "/boot/vmlinuz";
pub const GUEST_EXAMINER: &str = "/boot/examiner.cpio";

/// The next kernel, its initramfs, and the running system side by side.
const KEXEC_MEMORY_MIB: u32 = 512;
/// A kernel of 14 MiB and an examiner of 2 MiB more than usual.
const KEXEC_DISK_MIB: u32 = 96;

/// Debian's scripts start some six hundred processes before the agent.
const DEBIAN_BOOT_LIMIT: Duration = Duration::from_secs(300);

/// Emulated, starting a program costs most. Addresses that are the same each time let QEMU
/// keep what it has translated, and page tables that are not isolated what it has looked up.
const FAST_FORKS: &str = "norandmaps mitigations=off";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Disk,
    Debian(Debian),
    Initramfs,
}

type Change = Box<dyn FnOnce(&mut Tree)>;

/// What to boot. Every method replaces or adds one thing.
pub struct Scenario {
    from: From,
    init: Init,
    inittab: Option<String>,
    kernel: Kernel,
    processors: u32,
    memory_mib: u32,
    size_mib: u32,
    extra_disks: Vec<Tree>,
    more_command_line: String,
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
            from: From::Disk,
            init: Init::Rekindle,
            inittab: Some(AGENT_LINE.to_owned()),
            kernel: Kernel::default(),
            processors: 1,
            memory_mib: 256,
            size_mib: DEFAULT_SIZE_MIB,
            extra_disks: Vec::new(),
            more_command_line: String::new(),
            has_kexec_files: false,
            loads: Vec::new(),
            changes: Vec::new(),
            watcher: None,
            boot_limit: BOOT_LIMIT,
        }
    }

    /// Rekindle's init as `/init` of an initramfs, without any disk.
    pub fn in_initramfs() -> Scenario {
        Scenario { from: From::Initramfs, ..Scenario::on_disk() }
    }

    /// A Debian 12 root file system with Rekindle's init as its `/sbin/init` and nothing else
    /// changed. The agent is a service there; for [`Debian::BusyBox`] the inittab and what it
    /// runs are up to the test, the agent too.
    ///
    /// The root is mounted read-only first, as installed systems have it, and /dev is the
    /// kernel's, which without an initramfs only the kernel can mount early enough.
    pub fn on_debian(kind: Debian) -> Scenario {
        let scenario = Scenario {
            from: From::Debian(kind),
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
    pub fn with_kexec_files(self) -> Scenario {
        let (memory_mib, size_mib) =
            (self.memory_mib.max(KEXEC_MEMORY_MIB), self.size_mib.max(KEXEC_DISK_MIB));
        Scenario { has_kexec_files: true, memory_mib, size_mib, ..self }
    }

    pub fn kernel(self, kernel: Kernel) -> Scenario {
        Scenario { kernel, ..self }
    }

    pub fn processors(self, processors: u32) -> Scenario {
        Scenario { processors, ..self }
    }

    pub fn memory_mib(self, memory_mib: u32) -> Scenario {
        Scenario { memory_mib, ..self }
    }

    pub fn disk_mib(self, size_mib: u32) -> Scenario {
        Scenario { size_mib, ..self }
    }

    /// Another ext4 disk: the first is `/dev/nvme1n1` beside a root disk.
    pub fn extra_disk(mut self, tree: Tree) -> Scenario {
        self.extra_disks.push(tree);
        self
    }

    /// Adds words to the kernel command line.
    pub fn command_line(mut self, words: &str) -> Scenario {
        self.more_command_line = format!("{} {words}", self.more_command_line);
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
        running.machine.await_agent(boot_limit)?;
        for (name, workload) in loads {
            running
                .machine
                .load(&name, &workload)
                .with_context(|| format!("unable to start {name}"))?;
        }
        Ok(running)
    }

    /// Starts the machine and comes back at once.
    pub fn boot_without_agent(mut self) -> Result<Running> {
        let watcher = self.watcher.take();
        let Prepared { config, disks, folder } = self.prepare()?;
        let machine = Machine::start_watched(config, watcher)?;
        Ok(Running { machine, disks, _folder: folder })
    }

    /// Builds all that the machine needs, and starts nothing.
    pub fn prepare(mut self) -> Result<Prepared> {
        let folder = tempfile::Builder::new()
            .prefix("scenario-")
            .tempdir()
            .context("unable to make a folder")?;
        let kernel = artifacts::kernel(self.kernel, &mut |line| eprintln!("vm: {line}"))?;
        let tree = self.build_tree(&kernel)?;
        let mut config = MachineConfig {
            memory_mib: self.memory_mib,
            processors: self.processors,
            kernel,
            initrd: None,
            command_line: MachineConfig::command_line_for(&format!(
                "quiet{}",
                self.more_command_line
            )),
            disks: Vec::new(),
        };
        let mut disks = Vec::new();
        match self.from {
            From::Disk => {
                config.command_line.push_str(" root=/dev/nvme0n1 rw");
                disks.push(Disk::build(&folder.path().join("root.img"), self.size_mib, &tree)?);
            }
            From::Debian(kind) => {
                config.command_line.push_str(" root=/dev/nvme0n1");
                let base = debian::image(kind, &mut |line| eprintln!("vm: {line}"))?;
                disks.push(Disk::build_on(&base, &folder.path().join("root.img"), &tree)?);
            }
            From::Initramfs => config.initrd = Some(write_initramfs(folder.path(), tree)?),
        }
        for (number, tree) in self.extra_disks.iter().enumerate() {
            let image = folder.path().join(format!("extra-{number}.img"));
            disks.push(Disk::build(&image, DEFAULT_SIZE_MIB, tree)?);
        }
        config.disks = disks.iter().map(|disk| disk.image.clone()).collect();
        Ok(Prepared { config, disks, folder })
    }

    fn build_tree(&mut self, kernel: &Path) -> Result<Tree> {
        let inittab = self.inittab.as_deref();
        let mut tree = match self.from {
            From::Debian(kind) => debian::additions(kind, &self.init, inittab)?,
            From::Disk | From::Initramfs => root_tree(&self.init, inittab)?,
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

/// A machine's parts, ready to start; the files are gone with this value.
#[derive(Debug)]
pub struct Prepared {
    pub config: MachineConfig,
    pub disks: Vec<Disk>,
    folder: TempDir,
}

fn add_kexec_files(tree: &mut Tree, kernel: &Path) -> Result<()> {
    tree.program(GUEST_KERNEL, kernel)?;
    let bytes = examiner_initramfs()?;
    tree.insert(GUEST_EXAMINER, crate::tree::Entry::File { bytes, mode: 0o644 });
    Ok(())
}

/// The kernel starts `/init`; the commands look for `/sbin/init` beside them.
fn write_initramfs(folder: &Path, mut tree: Tree) -> Result<std::path::PathBuf> {
    tree.symlink("/init", "/sbin/init");
    let path = folder.join("initramfs.cpio");
    fs::write(&path, render_cpio(&tree))
        .with_context(|| format!("unable to write {}", path.display()))?;
    Ok(path)
}

/// A machine that is up, with its disks. Everything a [`Machine`] can do, it can do.
#[derive(Debug)]
pub struct Running {
    machine: Machine,
    disks: Vec<Disk>,
    _folder: TempDir,
}

impl Deref for Running {
    type Target = Machine;
    fn deref(&self) -> &Machine {
        &self.machine
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }
}

impl Running {
    /// Asks the machine to end with a command, such as `reboot -f`.
    pub fn request(self, line: &str) -> Result<Requested> {
        let argv: Vec<&str> = line.split(' ').collect();
        self.request_argv(&argv)
    }

    pub fn request_argv(mut self, argv: &[&str]) -> Result<Requested> {
        let issued = self.machine.issue(argv)?;
        Ok(Requested { running: self, issued })
    }

    /// Asks PID 1 to end the machine with a signal.
    pub fn request_by_signal(mut self, signal: i32) -> Result<Requested> {
        let issued = self.machine.issue_signal(1, signal)?;
        Ok(Requested { running: self, issued })
    }

    /// For an end that comes another way, such as a key or a command given earlier.
    pub fn expect_end(mut self) -> Requested {
        let issued = self.machine.expect_end();
        Requested { running: self, issued }
    }

    /// Runs a command that has to be refused, with a message that holds `reason`, and
    /// leaves the machine serving.
    pub fn refuses(mut self, line: &str, reason: &str) -> Result<Running> {
        let argv: Vec<&str> = line.split(' ').collect();
        let ran = self.machine.run(&argv)?;
        let said = format!("{}{}", ran.stdout, ran.stderr);
        ensure!(ran.status.is_some_and(|status| status != 0), "{line} was not refused: {ran:?}");
        ensure!(said.contains(reason), "{line} was refused without saying {reason:?}: {said}");
        self.machine.await_agent(BOOT_LIMIT)?;
        Ok(self)
    }

    /// Loads the kernel and the examiner that [`Scenario::with_kexec_files`] put there.
    pub fn load_kexec(mut self) -> Result<Running> {
        let argv = [
            "/sbin/rekindle",
            "kexec",
            "load",
            GUEST_KERNEL,
            "--initrd",
            GUEST_EXAMINER,
            "--reuse-cmdline",
        ];
        let ran = self.machine.run(&argv)?;
        if ran.status != Some(0) {
            bail!("unable to load the next kernel: {}{}", ran.stdout, ran.stderr);
        }
        let loaded = self.machine.read_file("/sys/kernel/kexec_loaded")?;
        ensure!(
            loaded.trim() == "1",
            "rekindle kexec load succeeded, but the kernel has nothing loaded"
        );
        Ok(self)
    }

    pub fn root_disk(&self) -> &Disk {
        // A scenario without a disk has no file to ask for.
        self.disks.first().unwrap_or_else(|| panic!("this machine has no disk"))
    }

    pub fn disks(&self) -> &[Disk] {
        &self.disks
    }
}

/// A machine that was told to end: [`Requested::ends_with`] takes the verdict.
#[derive(Debug)]
pub struct Requested {
    running: Running,
    issued: Issued,
}
