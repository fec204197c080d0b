//! The small system that a test machine runs: BusyBox, the agent, and an init to be tested.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::artifacts;
use crate::cpio::render_cpio;
use crate::place::dist_program;
use crate::tree::Tree;

/// Which program is PID 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Init {
    /// `init` of `target/dist/`, with its commands beside it.
    Rekindle,
    BusyBox,
    /// Another statically linked program of the host, as `/sbin/init`.
    Program(PathBuf),
    /// What the root file system brought along, for [`crate::Scenario::on_debian`].
    AsInstalled,
}

/// The agent as a service: every init that reads an inittab can run it.
pub const AGENT_LINE: &str = "::respawn:/bin/vm-agent serve\n";

/// Mounts what is not there yet, for an init that leaves that to its first script.
const BOOT_SCRIPT: &str = "#!/bin/sh
[ -d /proc/self ] || mount -t proc proc /proc
[ -d /sys/kernel ] || mount -t sysfs sysfs /sys
[ -e /dev/ttyS1 ] || mount -t devtmpfs dev /dev
grep -q ' /run ' /proc/mounts || mount -t tmpfs run /run
";

/// For [`Init::BusyBox`]: boots and ends as its own example inittab does
/// (examples/inittab in BusyBox's tree).
const BUSYBOX_LINES: &str =
    "::sysinit:/etc/boot\n::shutdown:/bin/umount -a -r\n::ctrlaltdel:/sbin/reboot\n";

/// The commands that the images offer besides `busybox NAME`.
const APPLETS: &str = "ash cat chmod chown chroot chvt cp cttyhack cut date dd df dmesg echo env false find free \
     grep head hostname id kill killall ln ls mkdir mkfifo mknod more mount mv pidof ps pwd readlink rm \
     rmdir sed setsid seq sh sleep stat stty sync tail tee test touch top tr true tty umount uname uptime vi usleep wc \
     which yes";

/// The tree of a root disk: what to change is up to the caller. `inittab` may be `None`
/// for a disk without one: there the script of the default table starts the agent.
pub fn root_tree(init: &Init, inittab: Option<&str>) -> Result<Tree> {
    let mut tree = Tree::new();
    for folder in [
        "/dev",
        "/etc",
        "/mnt",
        "/proc",
        "/root",
        "/run",
        "/sys",
        "/tmp",
        "/var/lib/rekindle",
        "/data",
    ] {
        tree.directory(folder);
    }
    tree.device("/dev/console", 5, 1);
    tree.device("/dev/null", 1, 3);
    add_busybox(&mut tree)?;
    tree.program("/bin/vm-agent", &dist_program("vm-agent")?)?;
    tree.script("/etc/boot", BOOT_SCRIPT);
    tree.text("/etc/passwd", "root::0:0:root:/root:/bin/sh\n");
    tree.text("/etc/hostname", "machine\n");
    add_init(&mut tree, init)?;
    let is_busybox = *init == Init::BusyBox;
    match inittab {
        Some(lines) => {
            let first = if is_busybox { BUSYBOX_LINES } else { "" };
            tree.text("/etc/inittab", &format!("{first}{lines}"));
        }
        None => {
            let first = if is_busybox { "/etc/boot\n" } else { "" };
            let agent = "setsid /bin/vm-agent serve </dev/null >/dev/null 2>&1 &\n";
            tree.script("/etc/init.d/rcS", &format!("#!/bin/sh\n{first}{agent}"));
        }
    }
    Ok(tree)
}

fn add_busybox(tree: &mut Tree) -> Result<()> {
    let busybox = artifacts::busybox(&mut artifacts::report)?;
    tree.program("/bin/busybox", &busybox)?;
    for name in APPLETS.split_whitespace() {
        tree.symlink(Path::new("/bin").join(name), "busybox");
    }
    Ok(())
}

/// The commands `reboot`, `halt` and `poweroff` belong to the init.
fn add_init(tree: &mut Tree, init: &Init) -> Result<()> {
    let target = match init {
        Init::AsInstalled => return Ok(()),
        Init::BusyBox => {
            tree.symlink("/sbin/init", "/bin/busybox");
            "/bin/busybox"
        }
        Init::Rekindle => {
            tree.program("/sbin/init", &dist_program("init")?)?;
            // The tool for people; images without it still boot.
            if let Ok(tool) = dist_program("rekindle") {
                tree.program("/sbin/rekindle", &tool)?;
            }
            "init"
        }
        Init::Program(program) => {
            tree.program("/sbin/init", program)?;
            "init"
        }
    };
    for name in ["reboot", "halt", "poweroff"] {
        tree.symlink(Path::new("/sbin").join(name), target);
    }
    Ok(())
}

/// An initramfs whose `/init` says hello as examiner, leaves every disk alone, and goes on
/// into the disk's own init when it is told to: what a test loads for kexec, so that the
/// disk can be judged before the next kernel mounts it.
pub fn examiner_initramfs() -> Result<Vec<u8>> {
    let mut tree = Tree::new();
    tree.device("/dev/console", 5, 1);
    tree.device("/dev/null", 1, 3);
    tree.program("/init", &dist_program("vm-agent")?)?;
    Ok(render_cpio(&tree))
}
