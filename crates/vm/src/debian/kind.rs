//! The kinds of root file system, and what they have in common.

/// What is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Debian {
    /// sysvinit-core, sysv-rc and initscripts, with the inittab that they bring.
    Sysvinit,
    /// systemd-sysv without udev, D-Bus and logind.
    Systemd,
    /// runit-init, which also runs sysv-rc's scripts.
    Runit,
    /// BusyBox alone: its applets in their places, no inittab, no scripts.
    BusyBox,
}

/// What every machine of any kind is called, so that its prompt is known.
pub const HOST_NAME: &str = "machine";
