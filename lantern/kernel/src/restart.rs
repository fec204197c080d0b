//! The last operation of the chain: the ladder on the processor that calls.

use lantern_board::climb::climb;
use restart_ladder::x86::{Mapping, X86};

use crate::machine::Machine;
use crate::memory;

/// Climbs. It does not come back.
pub(crate) fn climb_here() {
    let Some(machine) = Machine::get() else { return };
    let mapping = Mapping { offset: 0, bytes: memory::MAPPED };
    // SAFETY: ring 0, boot.s maps physical memory identically, the chain has stopped the other
    // processors, and a reset is what was asked for.
    let platform = unsafe { X86::new(mapping, machine.delay()) };
    // SAFETY: nobody uses page 0x8000; it is mapped identically, and pages are neither read-only
    // nor no-execute.
    let mut platform = unsafe { platform.with_bios_page() };
    climb(machine.facts, &machine.arguments, &mut platform)
}
