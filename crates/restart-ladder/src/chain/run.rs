//! The chain's tables and the order of each way to end, from Linux kernel/reboot.c and kernel/kexec_core.c.

use super::{
    CommandText, Dump, MachineOps, Message, Notice, Notifier, Priorities, RestartHook, State,
    Verdict,
};

/// The restart chain of a kernel. `N` is the size of each table.
#[non_exhaustive]
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

impl<C, const N: usize> Chain<C, N> {
    /// A chain for this machine with nobody in its tables, which says and does nothing more.
    #[must_use]
    pub const fn new(machine: MachineOps<C>) -> Self {
        Self {
            notifiers: Priorities::new(),
            devices: Priorities::new(),
            restart_prepare: Priorities::new(),
            core: Priorities::new(),
            restart_handlers: Priorities::new(),
            enter: |_, _| {},
            migrate: |_| {},
            say: |_, _| {},
            dump: |_, _| {},
            machine,
            is_forced: false,
        }
    }

    /// Restarts: notifiers, state, devices, prepare handlers, processor, core, message, log, then
    /// the machine.
    pub fn restart(&self, context: &mut C, text: Option<&CommandText>) {
        self.prepare(context, Notice::Restart, State::Restart, text);
        for handler in self.restart_prepare.iter() {
            handler(context, text);
        }
        (self.migrate)(context);
        backwards(&self.core, context);
        (self.say)(context, Message::Restarting(text));
        (self.dump)(context, Dump::Shutdown);
        self.machine_restart(context, text);
    }

    /// What follows when the log is handed over: the machine's shutdown unless forced, the
    /// handlers, the ladder. x86 calls the handlers since 7.1, other architectures since 3.18; an
    /// empty table is 3.17.
    pub fn machine_restart(&self, context: &mut C, text: Option<&CommandText>) {
        if !self.is_forced {
            (self.machine.shutdown)(context);
        }
        for handler in self.restart_handlers.iter() {
            handler(context, text);
        }
        (self.machine.restart)(context, text);
    }

    /// Halts.
    pub fn halt(&self, context: &mut C, is_instead_of_power_off: bool) {
        let last =
            if is_instead_of_power_off { Message::PowerOffUnavailable } else { Message::Halted };
        self.prepare(context, Notice::Halt, State::Halt, None);
        self.finish(context, last);
        (self.machine.halt)(context);
    }

    /// Powers off.
    pub fn power_off(&self, context: &mut C) {
        self.prepare(context, Notice::PowerOff, State::PowerOff, None);
        self.finish(context, Message::PowerDown);
        (self.machine.power_off)(context);
    }

    /// Starts the loaded kernel. Notifiers and devices see a restart; the log goes last.
    pub fn kexec(&self, context: &mut C) {
        self.prepare(context, Notice::Restart, State::Restart, None);
        (self.migrate)(context);
        backwards(&self.core, context);
        (self.say)(context, Message::StartingKernel);
        (self.machine.shutdown)(context);
        (self.dump)(context, Dump::Shutdown);
        (self.machine.kexec)(context);
    }

    /// Restarts from any context: no notifier, no device, no other processor is asked.
    pub fn emergency_restart(&self, context: &mut C) {
        (self.dump)(context, Dump::Emergency);
        (self.enter)(context, State::Restart);
        (self.machine.emergency_restart)(context);
    }

    fn prepare(&self, context: &mut C, notice: Notice, state: State, text: Option<&CommandText>) {
        for notifier in self.notifiers.iter() {
            if notifier(context, notice, text) == Verdict::Stop {
                break;
            }
        }
        (self.enter)(context, state);
        backwards(&self.devices, context);
    }

    fn finish(&self, context: &mut C, last: Message<'_>) {
        (self.migrate)(context);
        backwards(&self.core, context);
        (self.say)(context, last);
        (self.dump)(context, Dump::Shutdown);
    }
}

fn backwards<C, const N: usize>(table: &Priorities<fn(&mut C), N>, context: &mut C) {
    for hook in table.iter().rev() {
        hook(context);
    }
}

impl<C, const N: usize> core::fmt::Debug for Chain<C, N> {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.debug_struct("Chain").field("is_forced", &self.is_forced).finish_non_exhaustive()
    }
}
