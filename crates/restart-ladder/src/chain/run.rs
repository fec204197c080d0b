//! The order of each way to end, from Linux kernel/reboot.c and kernel/kexec_core.c.

use super::{Chain, CommandText, Dump, Message, Notice, Priorities, State, Verdict};

impl<C, const N: usize> Chain<C, N> {
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
