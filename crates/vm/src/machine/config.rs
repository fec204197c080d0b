//! What a machine is made of, and the QEMU command line for it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::qemu::Arguments;

/// `tcg` unless REKINDLE_VM_ACCEL says otherwise.
fn accelerator() -> String {
    std::env::var("REKINDLE_VM_ACCEL").unwrap_or_else(|_| "tcg".to_owned())
}

#[derive(Debug, Clone)]
pub struct MachineConfig {
    pub memory_mib: u32,
    pub processors: u32,
    pub kernel: PathBuf,
    pub initrd: Option<PathBuf>,
    /// The whole line; see [`MachineConfig::command_line_for`].
    pub command_line: String,
    /// The first is `/dev/nvme0n1`, the next `/dev/nvme1n1`, and so on.
    pub disks: Vec<PathBuf>,
}

impl MachineConfig {
    /// A kernel command line with what the harness relies on: messages on the first serial
    /// port, and a panic that stays a panic instead of turning into a reset. The kernel's test of
    /// the timer is left out: an emulator that is not scheduled for a moment fails it, and the
    /// kernel panics (Documentation/admin-guide/kernel-parameters.txt, `no_timer_check`).
    pub fn command_line_for(rest: &str) -> String {
        format!("console=ttyS0 panic=0 no_timer_check {rest}")
    }

    /// QEMU's arguments. `sockets` is the folder with the three sockets it connects to.
    pub(crate) fn render_arguments(&self, sockets: &Path) -> Vec<OsString> {
        let mut arguments = self.render_hardware();
        // A reset stops the machine instead of starting it again, and an end leaves it
        // paused: registers and disks can still be looked at.
        arguments.option("-action", "reboot=shutdown,shutdown=pause");
        arguments.socket(sockets, "qmp", "-mon", "chardev=qmp,mode=control");
        arguments.socket(sockets, "console", "-serial", "chardev:console");
        arguments.socket(sockets, "agent", "-serial", "chardev:agent");
        arguments.into_list()
    }

    /// QEMU's arguments for a console in the terminal, where a reset is a reset. Ctrl-A x
    /// ends it. The second serial port is connected to nothing.
    pub fn render_terminal_arguments(&self) -> Vec<OsString> {
        let mut arguments = self.render_hardware();
        arguments.words(&["-serial", "mon:stdio", "-serial", "null"]);
        arguments.into_list()
    }

    fn render_hardware(&self) -> Arguments {
        let mut arguments = Arguments::of_any_machine(&accelerator());
        arguments.option("-machine", "q35");
        arguments.option("-m", self.memory_mib.to_string());
        arguments.option("-smp", self.processors.to_string());
        arguments.kernel(&self.kernel, self.initrd.as_deref(), &self.command_line);
        for (number, disk) in self.disks.iter().enumerate() {
            arguments.words(&disk_options(number, disk));
        }
        arguments
    }
}

fn disk_options(number: usize, image: &Path) -> [String; 4] {
    let image = image.display();
    let file = format!(
        "driver=raw,cache.no-flush=on,node-name=disk{number},file.driver=file,file.filename={image}"
    );
    let device = format!("nvme,drive=disk{number},serial=disk{number}");
    ["-blockdev".to_owned(), file, "-device".to_owned(), device]
}

#[cfg(test)]
mod tests {
    use super::MachineConfig;
    use std::path::Path;

    #[test]
    fn the_first_reset_is_an_event_and_the_serial_ports_are_in_order() {
        let config = MachineConfig {
            memory_mib: 256,
            processors: 1,
            kernel: "/k".into(),
            initrd: None,
            command_line: MachineConfig::command_line_for("root=/dev/nvme0n1 rw quiet"),
            disks: vec!["/d.img".into()],
        };
        let arguments = config.render_arguments(Path::new("/s"));
        let line = arguments.join(std::ffi::OsStr::new(" ")).into_string().unwrap();
        assert!(line.contains("-action reboot=shutdown,shutdown=pause"), "{line}");
        assert!(
            line.find("chardev:console").unwrap() < line.find("chardev:agent").unwrap(),
            "{line}"
        );
        assert!(line.contains("file.filename=/d.img -device nvme,drive=disk0"), "{line}");
        assert!(
            line.contains(
                "-append console=ttyS0 panic=0 no_timer_check root=/dev/nvme0n1 rw quiet"
            ),
            "{line}"
        );
    }
}
