//! The tables of the chain and what is in them.

use super::{CommandText, Priorities};

/// What a notifier is told (Linux include/linux/notifier.h).
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// On to the next.
    Continue,
    /// NOTIFY_STOP: no further notifier is told. The restart goes on all the same.
    Stop,
}

/// The kernel's own state (Linux include/linux/kernel.h, system_states).
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dump {
    /// KMSG_DUMP_SHUTDOWN.
    Shutdown,
    /// KMSG_DUMP_EMERG.
    Emergency,
}

/// The kernel's last words. Who prints them chooses the wording.
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

/// The restart chain of a kernel. `N` is the size of each table.
pub struct Chain<C, const N: usize> {
    /// Told first, while everything still works (Linux: reboot_notifier_list, blocking).
    pub notifiers: Priorities<Notifier<C>, N>,
    /// Devices, shut down from the last registered to the first among equals, high priorities last
    /// (Linux: device_shutdown walks its list backwards).
    pub devices: Priorities<fn(&mut C), N>,
    /// Called after the devices, before the processor is chosen (Linux: restart_prep_handler_list).
    pub restart_prepare: Priorities<RestartHook<C>, N>,
    /// Core parts, backwards like devices (Linux: syscore_shutdown).
    pub core: Priorities<fn(&mut C), N>,
    /// Tried before the machine's own restart; one that works does not return (Linux:
    /// restart_handler_list, atomic).
    pub restart_handlers: Priorities<RestartHook<C>, N>,
    /// Enter a state: user mode helpers are refused from here on.
    pub enter: fn(&mut C, State),
    /// Go to the processor that restarts the machine, and forbid hotplug; see
    /// [`reboot_processor`](super::reboot_processor).
    pub migrate: fn(&mut C),
    /// Print.
    pub say: fn(&mut C, Message<'_>),
    /// Hand the kernel log over.
    pub dump: fn(&mut C, Dump),
    /// The machine.
    pub machine: MachineOps<C>,
    /// `reboot=force`: restart without [`MachineOps::shutdown`].
    pub is_forced: bool,
}

impl<C> core::fmt::Debug for MachineOps<C> {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.debug_struct("MachineOps").finish_non_exhaustive()
    }
}

impl<C, const N: usize> core::fmt::Debug for Chain<C, N> {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.debug_struct("Chain").field("is_forced", &self.is_forced).finish_non_exhaustive()
    }
}
