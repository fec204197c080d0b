//! lantern's own restart chain: what it registers, and the machine operations at its end.

use lantern_board::{cmos, port, say};
use restart_ladder::chain::{
    Action, Chain, MachineOps, Message, System, Verdict, reboot_processor,
};

use crate::machine::Machine;
use crate::{processors, restart};

/// Slots of each table.
const SLOTS: usize = 4;
/// Data ports of the two interrupt controllers: all lines masked (Intel 8259A datasheet, OCW1).
const INTERRUPT_MASKS: [u16; 2] = [0x21, 0xA1];

/// The state that reboot(2) depends on: no power-off, no kexec, no hibernation.
pub(crate) fn system() -> System {
    System::default()
}

/// Does what the call was granted. Comes back for Ctrl-Alt-Del alone.
pub(crate) fn enact(action: &Action) -> i64 {
    let Some(machine) = Machine::get() else { cmos::exit(cmos::EXIT_FAULT) };
    let mut chain = chain();
    chain.is_forced = machine.arguments.reboot.is_forced;
    let mut context = machine;
    match action {
        Action::CtrlAltDel(_) => return 0,
        Action::Restart(text) => chain.restart(&mut context, text.as_ref()),
        Action::Halt { instead_of_power_off } => chain.halt(&mut context, *instead_of_power_off),
        Action::PowerOff => chain.power_off(&mut context),
        // Never granted here: see `system`.
        _ => {}
    }
    say!("chain", "the end, still running");
    cmos::exit(cmos::EXIT_STILL_RUNNING)
}

type Context = &'static Machine;

fn chain() -> Chain<Context, SLOTS> {
    let mut chain = Chain::<Context, SLOTS>::new(machine_operations());
    chain.enter = |_, state| say!("chain", "state {state:?}");
    chain.migrate = migrate;
    chain.say = |_, message| last_words(message);
    chain.dump = |_, reason| say!("chain", "the log goes to nobody ({reason:?})");
    // The tables have room for one entry each.
    let _ = chain.notifiers.register(0, |_, notice, _| {
        say!("chain", "notifier told of {notice:?}");
        Verdict::Continue
    });
    let _ = chain.devices.register(0, |_| say!("chain", "device com1 shut down, still printing"));
    let _ = chain.core.register(0, |_| mask_interrupts());
    chain
}

fn machine_operations() -> MachineOps<Context> {
    let mut machine = MachineOps::<Context>::new();
    machine.shutdown = shutdown;
    machine.restart = |machine, _| climb(machine);
    machine.emergency_restart = |_| restart::climb_here();
    machine.halt = |_| cmos::exit(cmos::EXIT_HALTED);
    machine.power_off = |_| cmos::exit(cmos::EXIT_HALTED);
    machine
}

fn mask_interrupts() {
    for mask in INTERRUPT_MASKS {
        port::write_u8(mask, 0xFF);
    }
    say!("chain", "core: interrupt controllers masked");
}

fn reboot_cpu(machine: &Machine) -> u32 {
    let asked = machine.arguments.reboot.processor.unwrap_or(0);
    let count = machine.processors.count();
    reboot_processor(asked, count, |number| machine.processors.is_online(number)).unwrap_or(0)
}

fn migrate(machine: &mut Context) {
    say!("chain", "reboot processor {}", reboot_cpu(machine));
}

fn last_words(message: Message<'_>) {
    match message {
        Message::Restarting(None) => say!("chain", "restarting system"),
        Message::Restarting(Some(text)) => {
            let text = core::str::from_utf8(text.as_bytes()).unwrap_or("(no utf-8)");
            say!("chain", "restarting system with command '{text}'");
        }
        Message::Halted => say!("chain", "system halted"),
        Message::PowerOffUnavailable => say!("chain", "no power off here, system halted instead"),
        Message::PowerDown => say!("chain", "power down"),
        Message::StartingKernel => say!("chain", "starting new kernel"),
        message => say!("chain", "{message:?}"),
    }
}

/// Linux stops the others and turns the local APIC off (arch/x86/kernel/reboot.c,
/// native_machine_shutdown). The chosen processor is spared; it is told to climb through the APIC,
/// which then stays on.
fn shutdown(machine: &mut Context) {
    let (chosen, count) = (reboot_cpu(machine), machine.processors.count());
    let stopped = machine.processors.stop_others(chosen, &mut machine.delay());
    say!("machine", "{stopped} of {} other processors stopped", count - 1);
    if chosen == 0 && count > 1 {
        processors::disable_local_apic();
    }
}

fn climb(machine: &mut Context) {
    let chosen = reboot_cpu(machine);
    if chosen != 0 {
        machine.processors.climb_on(chosen, &mut machine.delay());
        say!("machine", "processor {chosen} does not answer");
    }
    restart::climb_here();
}
