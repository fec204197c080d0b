//! The platform made of the processor's own instructions, for a kernel in 64-bit mode. The only
//! unsafe code of the crate.

#![allow(
    unsafe_code,
    reason = "ports, physical memory and the processor's mode can't be reached otherwise"
)]

mod bios;

use core::arch::asm;
use core::arch::x86_64::_rdtsc;
use core::ffi::c_void;
use core::ptr;

use crate::ports::{PCI_ADDRESS, PCI_DATA};
use crate::{EfiMode, Platform, Reply};

pub use bios::BIOS_PAGE;

/// EFI's ResetSystem (UEFI 2.10, 8.5.1) as firmware really is: it may return. Crates that declare
/// it as diverging make a return undefined behaviour.
pub type ResetSystem =
    unsafe extern "efiapi" fn(reset: u32, status: usize, size: usize, data: *const c_void);

/// Where physical memory is mapped.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    /// Virtual address of physical address 0.
    pub offset: u64,
    /// Bytes of physical memory that are mapped from there, writable.
    pub bytes: u64,
}

/// The machine that this code runs on. `D` waits busily for so many microseconds; see
/// [`tsc_delay`].
#[derive(Debug)]
pub struct X86<D> {
    delay: D,
    mapping: Mapping,
    reset_system: Option<ResetSystem>,
    is_bios_page_free: bool,
}

impl<D: FnMut(u32)> X86<D> {
    /// Takes the machine.
    ///
    /// # Safety
    /// The caller runs with privilege for port I/O, physical memory is mapped as `mapping`
    /// says and stays so, no other processor runs, and nobody minds that the machine goes away
    /// under him.
    pub const unsafe fn new(mapping: Mapping, delay: D) -> Self {
        Self { delay, mapping, reset_system: None, is_bios_page_free: false }
    }

    /// Adds EFI's ResetSystem.
    ///
    /// # Safety
    /// The function can be called: runtime services are mapped where the firmware expects
    /// them, the stack has room.
    #[must_use]
    pub const unsafe fn with_efi(mut self, reset_system: ResetSystem) -> Self {
        self.reset_system = Some(reset_system);
        self
    }

    /// Allows the jump to the BIOS.
    ///
    /// # Safety
    /// The page at [`BIOS_PAGE`] is free to overwrite, identity-mapped, writable and
    /// executable, and the caller runs in ring 0.
    #[must_use]
    pub const unsafe fn with_bios_page(mut self) -> Self {
        self.is_bios_page_free = true;
        self
    }

    /// The virtual address of `size` bytes of physical memory, if they are mapped.
    fn mapped(&self, address: u64, size: u64) -> Option<u64> {
        let end = address.checked_add(size)?;
        if end > self.mapping.bytes { None } else { address.checked_add(self.mapping.offset) }
    }
}

impl<D: FnMut(u32)> Platform for X86<D> {
    fn port_read(&mut self, port: u16) -> u8 {
        let value: u8;
        // SAFETY: `new` promised privilege for port I/O; the ladder's ports have no memory effect.
        unsafe { asm!("in al, dx", in("dx") port, out("al") value, options(nomem, nostack)) };
        value
    }

    fn port_write(&mut self, port: u16, value: u8) {
        // SAFETY: `new` promised privilege for port I/O, and that the machine may be reset.
        unsafe { asm!("out dx, al", in("dx") port, in("al") value, options(nostack)) };
    }

    fn memory_write_u8(&mut self, address: u64, value: u8) -> Reply {
        let Some(at) = self.mapped(address, 1) else { return Reply::Unsupported };
        // SAFETY: `mapped` checked the address against the mapping that `new` promised.
        unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut::<u8>(at as usize), value) };
        Reply::Done
    }

    fn memory_write_u16(&mut self, address: u64, value: u16) -> Reply {
        let Some(at) = self.mapped(address, 2) else { return Reply::Unsupported };
        // The reset flag's address is even; unaligned volatile writes do not exist.
        let at = at as usize;
        if at & 1 != 0 {
            return Reply::Unsupported;
        }
        // SAFETY: `mapped` checked the address against the mapping that `new` promised, and it is
        // aligned.
        unsafe { ptr::write_volatile(ptr::with_exposed_provenance_mut::<u16>(at), value) };
        Reply::Done
    }

    /// Mechanism 1 (PCI Local Bus Specification 3.0, 3.2.2.3.2): enable bit, bus 0, device,
    /// function, dword.
    fn pci_config_write(&mut self, device: u8, function: u8, offset: u8, value: u8) -> Reply {
        let place = u32::from(device) << 11 | u32::from(function) << 8 | u32::from(offset & 0xFC);
        let address = 0x8000_0000 | place;
        // SAFETY: `new` promised privilege for port I/O.
        unsafe { asm!("out dx, eax", in("dx") PCI_ADDRESS, in("eax") address, options(nostack)) };
        self.port_write(PCI_DATA | u16::from(offset & 3), value);
        Reply::Done
    }

    fn delay_us(&mut self, us: u32) {
        (self.delay)(us);
    }

    fn efi_reset(&mut self, mode: EfiMode) -> Reply {
        let Some(reset_system) = self.reset_system else { return Reply::Unsupported };
        // SAFETY: `with_efi` promised that it can be called; status 0 is EFI_SUCCESS and no data
        // follows.
        unsafe { reset_system(mode.reset_type(), 0, 0, ptr::null()) };
        Reply::Done
    }

    fn bios_jump(&mut self) -> Reply {
        if !self.is_bios_page_free {
            return Reply::Unsupported;
        }
        // SAFETY: `with_bios_page` promised the page and the ring.
        unsafe { bios::jump() }
    }

    fn triple_fault(&mut self) -> Reply {
        let empty = [0_u8; 10];
        // SAFETY: the operand is a ten-byte descriptor; no vector lies below limit 0, so int3 ends
        // in a triple fault (Intel SDM volume 3, 6.15, interrupt 8).
        unsafe { asm!("lidt [{}]", "int3", in(reg) &raw const empty) };
        Reply::Done
    }
}

/// A busy wait by the time-stamp counter, which runs at `mhz` cycles a microsecond.
pub fn tsc_delay(mhz: u32) -> impl FnMut(u32) {
    move |us| {
        let cycles = u64::from(us).saturating_mul(u64::from(mhz));
        // SAFETY: every x86-64 processor has the counter.
        let start = unsafe { _rdtsc() };
        loop {
            // SAFETY: as above.
            let now = unsafe { _rdtsc() };
            if now.wrapping_sub(start) >= cycles {
                break;
            }
            core::hint::spin_loop();
        }
    }
}
