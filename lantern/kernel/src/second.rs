//! Where a started processor arrives from second.s.

use lantern_board::say;

use crate::{interrupts, processors, restart};

/// Sleeps until an order comes.
#[unsafe(no_mangle)]
extern "C" fn second_main() -> ! {
    // SAFETY: the number stands at the beginning of this stack, which holds nothing else; the slot
    // in the start page is still ours, because processors are started one at a time.
    let number = unsafe { processors::own_number() };
    interrupts::load();
    processors::answer_asleep(number);
    loop {
        processors::await_climb(number);
        say!("processor", "{number} climbs the ladder");
        restart::climb_here();
    }
}
