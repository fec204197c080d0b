//! What PID 1 runs on: a machine, whose end is its own, or a container, whose host has the kernel,
//! the disks and the keys.

/// What /proc/PID/ns/pid of a process of the machine itself says (linux/proc_ns.h, PROC_PID_INIT_INO).
const FIRST_PID_NAMESPACE: &[u8] = b"pid:[4026531836]";

/// Whether a process whose /proc/PID/ns/pid says so is of the machine itself.
#[must_use]
pub fn is_first_pid_namespace(link: &[u8]) -> bool {
    link == FIRST_PID_NAMESPACE
}

/// What PID 1 runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// Not found out, or not yet. PID 1 must never leave what may be a machine.
    #[default]
    Unknown,
    /// The first PID namespace.
    Machine,
    /// Another PID namespace.
    Container,
}

impl Host {
    /// The name in a handover.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Machine => "machine",
            Self::Container => "container",
        }
    }

    /// The host called `name`.
    #[must_use]
    pub fn parse_name(name: &[u8]) -> Option<Self> {
        let all = [Self::Unknown, Self::Machine, Self::Container];
        all.into_iter().find(|host| host.name().as_bytes() == name)
    }

    /// Whether it is a container.
    #[must_use]
    pub fn is_container(self) -> bool {
        self == Self::Container
    }
}
