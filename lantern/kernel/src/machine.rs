//! What lantern knows about the machine it runs on, found out once at boot.

use core::sync::atomic::{AtomicPtr, Ordering};

use lantern_board::acpi::Tables;
use lantern_board::arguments::Arguments;
use lantern_board::{clock, facts, say};
use restart_ladder::Facts;
use restart_ladder::x86::tsc_delay;

use crate::processors::{self, Processors};
use crate::start_info::StartInfo;

pub(crate) struct Machine {
    pub(crate) facts: Facts,
    pub(crate) processors: Processors,
    pub(crate) arguments: Arguments,
    mhz: u32,
}

static MACHINE: AtomicPtr<Machine> = AtomicPtr::new(core::ptr::null_mut());

impl Machine {
    pub(crate) fn discover(info: &StartInfo) -> Self {
        let mhz = clock::measure_mhz();
        let tables = Tables::find(info.rsdp);
        let facts = facts::discover(tables.as_ref());
        let madt = tables.as_ref().and_then(|tables| tables.get(b"APIC"));
        let processors = Processors::start(madt, &mut tsc_delay(mhz));
        let arguments = Arguments::parse(info.command_line, processors::MAX as u32);
        Self { facts, processors, arguments, mhz }
    }

    /// A busy wait, which needs neither timer nor interrupt.
    pub(crate) fn delay(&self) -> impl FnMut(u32) + use<> {
        tsc_delay(self.mhz)
    }

    pub(crate) fn tell(&self) {
        say!(
            "facts",
            "{} processors, {} MHz, {:x?}",
            self.processors.count(),
            self.mhz,
            self.facts
        );
    }

    /// Makes the machine known to system calls and to the other processors.
    pub(crate) fn publish(&'static self) {
        MACHINE.store(core::ptr::from_ref(self).cast_mut(), Ordering::SeqCst);
    }

    pub(crate) fn get() -> Option<&'static Self> {
        let machine = MACHINE.load(Ordering::SeqCst);
        // SAFETY: null, or what `publish` stored: a shared reference for ever.
        unsafe { machine.as_ref() }
    }
}
