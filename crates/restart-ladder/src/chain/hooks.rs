//! What is told, asked and called on the way to an end.

use super::CommandText;

/// What a notifier is told (Linux include/linux/notifier.h).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// SYS_RESTART; kexec announces itself so, too.
    Restart,
    /// SYS_HALT.
    Halt,
    /// SYS_POWER_OFF.
    PowerOff,
}

/// What a notifier answers.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// On to the next.
    Continue,
    /// NOTIFY_STOP: no further notifier is told. The restart goes on all the same.
    Stop,
}

/// The kernel's own state (Linux include/linux/kernel.h, system_states).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// SYSTEM_RESTART.
    Restart,
    /// SYSTEM_HALT.
    Halt,
    /// SYSTEM_POWER_OFF.
    PowerOff,
}

/// Why the kernel log is handed over (Linux include/linux/kmsg_dump.h).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dump {
    /// KMSG_DUMP_SHUTDOWN.
    Shutdown,
    /// KMSG_DUMP_EMERG.
    Emergency,
}

/// The kernel's last words. Who prints them chooses the wording.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// Restarting, with RESTART2's text if there is one.
    Restarting(Option<&'a CommandText>),
    /// Halted.
    Halted,
    /// Nothing can power this machine off; it is halted.
    PowerOffUnavailable,
    /// Powering off.
    PowerDown,
    /// Starting the loaded kernel.
    StartingKernel,
}

/// What the machine does at the end, replaceable one by one as a hypervisor's guest code does
/// (Linux arch/x86/include/asm/reboot.h, struct machine_ops).
#[non_exhaustive]
pub struct MachineOps<C> {
    /// Stop the other processors, the interrupt controllers and the IOMMU.
    pub shutdown: fn(&mut C),
    /// Restart: the ladder.
    pub restart: fn(&mut C, Option<&CommandText>),
    /// Restart without `shutdown`, from any context.
    pub emergency_restart: fn(&mut C),
    /// Stop for ever.
    pub halt: fn(&mut C),
    /// Power off.
    pub power_off: fn(&mut C),
    /// Jump into the loaded kernel.
    pub kexec: fn(&mut C),
}

/// Told of the end before anything ends.
pub type Notifier<C> = fn(&mut C, Notice, Option<&CommandText>) -> Verdict;
/// Called with RESTART2's text if there is one.
pub type RestartHook<C> = fn(&mut C, Option<&CommandText>);

impl<C> MachineOps<C> {
    /// Operations that do nothing and come back, to be replaced by the machine's own.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            shutdown: |_| {},
            restart: |_, _| {},
            emergency_restart: |_| {},
            halt: |_| {},
            power_off: |_| {},
            kexec: |_| {},
        }
    }
}

impl<C> Default for MachineOps<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> core::fmt::Debug for MachineOps<C> {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.debug_struct("MachineOps").finish_non_exhaustive()
    }
}
