//! A kernel for x86-64, as far as a restart needs one.

#![allow(unsafe_code, reason = "the machine is reset by instructions that Rust can't check")]

use core::convert::Infallible;

use restart_ladder::x86::{Mapping, ResetSystem, X86, tsc_delay};
use restart_ladder::{Dmi, Facts, Fadt, Ladder, Ledger, MAX_STEPS, Options, Profile, QUIRKS};
use restart_ladder::{RebootArgument, climb};

/// The operation that the kernel's own `machine_ops` would hold.
const RESTART: unsafe fn(&Machine<'static>) -> Option<Infallible> = Machine::<'static>::restart;

/// What the kernel has found out while it booted.
struct Machine<'a> {
    fadt: &'a [u8],
    dmi: Dmi<'a>,
    argument: RebootArgument,
    has_pci: bool,
    reset_system: Option<ResetSystem>,
    /// Virtual address of physical address 0.
    physical_offset: u64,
    tsc_mhz: u32,
}

impl Machine<'_> {
    fn facts(&self) -> Facts {
        let mut facts =
            Fadt::parse(self.fadt).map(|fadt| Facts::from_fadt(&fadt)).unwrap_or_default();
        facts.cf9_safe = self.has_pci;
        facts.efi_reset = self.reset_system.is_some();
        facts
    }

    fn options(&self) -> Options {
        Options::choose(Profile::Best, &self.argument, QUIRKS, &self.dmi, &self.facts())
    }

    /// The `restart` of this kernel's machine operations.
    ///
    /// # Safety
    /// Ring 0, interrupts off, the other processors stopped, and page 0x8000 free and mapped
    /// identically.
    unsafe fn restart(&self) -> Option<Infallible> {
        let mapping = Mapping { offset: self.physical_offset, bytes: 1 << 32 };
        // SAFETY: what the caller promised.
        let platform = unsafe { X86::new(mapping, tsc_delay(self.tsc_mhz)) };
        // SAFETY: what the caller promised.
        let mut platform = unsafe { platform.with_bios_page() };
        if let Some(reset_system) = self.reset_system {
            // SAFETY: runtime services are mapped as long as the kernel runs.
            platform = unsafe { platform.with_efi(reset_system) };
        }
        let mut ledger = Ledger::<MAX_STEPS>::new();
        climb(&mut Ladder::new(self.facts(), self.options()), &mut platform, &mut ledger);
        // Nothing has reset the machine: `ledger` knows what was tried. Halt.
        None
    }
}

/// Prints the steps that a restart would take.
pub(crate) fn show() {
    let machine = Machine {
        fadt: &[],
        dmi: Dmi::default(),
        argument: RebootArgument::default(),
        has_pci: true,
        reset_system: None,
        physical_offset: 0xFFFF_8000_0000_0000,
        tsc_mhz: 3000,
    };
    println!("a kernel would call {RESTART:?}, which does:");
    let mut ladder = Ladder::new(machine.facts(), machine.options());
    while let Some(step) = ladder.next(restart_ladder::Reply::Done) {
        println!("{step:?}");
    }
}
