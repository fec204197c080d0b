//! How each of the root file systems is made.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::kind::{Debian, HOST_NAME};
use crate::artifacts::run;
use crate::tree::Tree;

pub(super) struct Recipe {
    kind: Debian,
    /// Names the folder in the cache.
    pub(super) name: &'static str,
    pub(super) size_mib: u32,
}

/// The agent as a service like any other: neither the inittab nor another script knows of
/// it. Without stop links, since the machine's own end is what is tested.
const AGENT_SERVICE: &str = "#!/bin/sh
### BEGIN INIT INFO
# Provides:          vm-agent
# Required-Start:
# Required-Stop:
# Default-Start:     2 3 4 5
# Default-Stop:
# Short-Description: Answers the host.
### END INIT INFO
case \"$1\" in
  start) pidof vm-agent >/dev/null || setsid vm-agent serve </dev/null >/dev/null 2>&1 & ;;
esac
";

/// The same for systemd, which does not read that script without a generator's help. Wanted by
/// the target that everything else comes after, it is up early.
const AGENT_UNIT: &str = "[Unit]
Description=Answers the host.
DefaultDependencies=no
After=systemd-remount-fs.service systemd-tmpfiles-setup.service
[Service]
ExecStart=/usr/bin/vm-agent serve
StandardInput=null
StandardOutput=null
StandardError=null
";

/// As an installed system has it; mmdebstrap leaves it empty.
const FSTAB: &str = "/dev/nvme0n1 / ext4 errors=remount-ro 0 1\n";

impl Recipe {
    pub(super) fn of(kind: Debian) -> Recipe {
        match kind {
            Debian::Sysvinit => Recipe { kind, name: "debian-sysvinit", size_mib: 256 },
            Debian::Systemd => Recipe { kind, name: "debian-systemd", size_mib: 320 },
            Debian::Runit => Recipe { kind, name: "debian-runit", size_mib: 256 },
            Debian::BusyBox => Recipe { kind, name: "debian-busybox", size_mib: 32 },
        }
    }

    /// mmdebstrap's options (mmdebstrap(1)). The variant `extract` unpacks packages without
    /// running their scripts, for which a root of BusyBox alone has no tools.
    pub(super) fn arguments(&self, scripts: &Path) -> Vec<String> {
        let packages = match self.kind {
            Debian::BusyBox => {
                return vec!["--variant=extract".into(), "--include=busybox-static".into()];
            }
            Debian::Sysvinit => "sysvinit-core,sysv-rc,initscripts",
            Debian::Runit => "runit-init,sysv-rc",
            Debian::Systemd => "systemd-sysv",
        };
        let mut words: Vec<String> = vec![
            "--variant=essential".into(),
            format!("--include={packages},e2fsprogs,busybox-static"),
            // Without it usrmerge comes, and with it 50 MiB of Perl.
            "--include=usr-is-merged".into(),
            "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr".into(),
            "--dpkgopt=path-exclude=/usr/share/doc/*".into(),
            "--dpkgopt=path-exclude=/usr/share/man/*".into(),
            "--dpkgopt=path-exclude=/usr/share/locale/*".into(),
        ];
        if self.kind != Debian::Systemd {
            let service = scripts.join("vm-agent");
            words.extend([
                format!("--customize-hook=upload '{}' /etc/init.d/vm-agent", service.display()),
                "--customize-hook=chmod 755 \"$1/etc/init.d/vm-agent\"".into(),
                "--customize-hook=chroot \"$1\" update-rc.d vm-agent defaults".into(),
            ]);
        }
        words
    }

    pub(super) fn write_scripts(&self, folder: &Path) -> Result<()> {
        let mut tree = Tree::new();
        tree.script("vm-agent", AGENT_SERVICE);
        fs::create_dir(folder).with_context(|| format!("unable to make {}", folder.display()))?;
        tree.write_below(folder)
    }

    /// What mmdebstrap leaves to whoever installs.
    pub(super) fn finish(&self, root: &Path) -> Result<()> {
        let mut tree = Tree::new();
        tree.text("/etc/hostname", &format!("{HOST_NAME}\n"));
        tree.text("/etc/fstab", FSTAB);
        if self.kind == Debian::BusyBox {
            for folder in ["/dev", "/mnt", "/proc", "/root", "/run", "/sys", "/tmp", "/var/log"] {
                tree.directory(folder);
            }
            tree.text("/etc/passwd", "root::0:0:root:/root:/bin/sh\n");
            tree.text("/etc/group", "root:x:0:\n");
            link_applets(root)?;
        }
        if self.kind == Debian::Systemd {
            let units = Path::new("/etc/systemd/system");
            tree.text(units.join("vm-agent.service"), AGENT_UNIT);
            tree.symlink(
                units.join("multi-user.target.wants/vm-agent.service"),
                "../vm-agent.service",
            );
        }
        tree.write_below(root)?;
        fs::set_permissions(root, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("unable to set the mode of {}", root.display()))
    }

    /// The place holds an image of this very recipe.
    pub(super) fn made(&self, place: &Path) -> bool {
        place.join("root.img").is_file()
            && fs::read_to_string(place.join("recipe")).is_ok_and(|text| text == self.render())
    }

    pub(super) fn note(&self, place: &Path) -> Result<()> {
        let path = place.join("recipe");
        fs::write(&path, self.render())
            .with_context(|| format!("unable to write {}", path.display()))
    }

    fn render(&self) -> String {
        let words = self.arguments(Path::new("")).join("\n");
        let service = if self.kind == Debian::Systemd { AGENT_UNIT } else { AGENT_SERVICE };
        format!("{} MiB\n{words}\n{service}{FSTAB}{HOST_NAME}\n", self.size_mib)
    }
}

/// Debian's BusyBox is built without its installer, but names its applets with their places.
fn link_applets(root: &Path) -> Result<()> {
    let list = run(Command::new(root.join("bin/busybox")).arg("--list-full"))?;
    for place in list.lines().map(PathBuf::from).filter(|place| !place.ends_with("busybox")) {
        let link = root.join(&place);
        let made = fs::create_dir_all(link.parent().unwrap_or(root))
            .and_then(|()| symlink("/bin/busybox", &link));
        made.with_context(|| format!("unable to link {}", link.display()))?;
    }
    Ok(())
}
