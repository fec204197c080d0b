//! The kernel's state that a reboot(2) call depends on, and its caller.

/// What the kernel knows about its kexec image.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KexecState {
    /// The kernel was built without.
    NotBuilt,
    /// Somebody loads or starts one right now.
    Locked,
    /// None is loaded.
    #[default]
    Empty,
    /// One is loaded.
    Loaded,
}

/// Who calls: all that reboot(2) asks about a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// CAP_SYS_BOOT in the user namespace that owns the caller's PID namespace.
    pub may_boot: bool,
    /// The caller's PID namespace is the machine's first.
    pub is_in_first_pid_namespace: bool,
}

/// Whether the kernel can hibernate (Linux kernel/power/hibernate.c, hibernation_available).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hibernation {
    /// It was built without.
    #[default]
    NotBuilt,
    /// It was built with it, and `nohibernate`, lockdown or secret memory forbid it.
    Off,
    /// It can.
    Available,
}

/// The state that the call's outcome depends on.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct System {
    /// Somebody is registered who can power the machine off.
    pub can_power_off: bool,
    /// The kexec image.
    pub kexec: KexecState,
    /// Hibernation.
    pub hibernation: Hibernation,
}

impl System {
    /// A kernel that can't power off, has no kernel loaded and can't hibernate.
    #[must_use]
    pub const fn new() -> Self {
        Self { can_power_off: false, kexec: KexecState::Empty, hibernation: Hibernation::NotBuilt }
    }

    /// Whether somebody can power the machine off.
    #[must_use]
    pub const fn with_power_off(mut self, can_power_off: bool) -> Self {
        self.can_power_off = can_power_off;
        self
    }

    /// The state of the kexec image.
    #[must_use]
    pub const fn with_kexec(mut self, kexec: KexecState) -> Self {
        self.kexec = kexec;
        self
    }

    /// Whether the kernel can hibernate.
    #[must_use]
    pub const fn with_hibernation(mut self, hibernation: Hibernation) -> Self {
        self.hibernation = hibernation;
        self
    }
}
