//! The ladder, climbed step by step with every step told before it is done.

use restart_ladder::{
    Dmi, Facts, Ladder, Ledger, MAX_STEPS, Options, Platform, QUIRKS, Reply, Rung, perform,
};

use crate::arguments::Arguments;
use crate::{cmos, say};

/// Climbs to the end, and tells QEMU if nothing has reset the machine.
pub fn climb<P: Platform>(facts: Facts, arguments: &Arguments, platform: &mut P) -> ! {
    // No board of QEMU is in the table of quirks, and SMBIOS is not read.
    let mut options =
        Options::choose(arguments.profile, &arguments.reboot, QUIRKS, &Dmi::default(), &facts);
    options.only = arguments.only;
    let mut ledger = Ledger::<MAX_STEPS>::new();
    let mut ladder = Ladder::new(facts, options);
    say!("ladder", "{}", options.only.map_or(options.profile.name(), Rung::name));
    let mut reply = Reply::Done;
    while let Some(step) = ladder.next(reply) {
        say!("step", "{}: {step:x?}", ladder.rung().map_or("-", Rung::name));
        ledger.begin(ladder.rung(), step);
        reply = perform(step, platform);
        ledger.end(reply);
    }
    say!("ladder", "the end, still running after {} steps", ledger.entries().count());
    cmos::exit(cmos::EXIT_STILL_RUNNING)
}
