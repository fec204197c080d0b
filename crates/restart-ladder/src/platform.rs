//! What the steps need of a machine.

use crate::{EfiMode, Reply};

/// The accesses that the steps are made of. Whatever can't be done answers [`Reply::Unsupported`],
/// and the ladder goes on.
pub trait Platform {
    /// Reads a byte from an I/O port.
    fn port_read(&mut self, port: u16) -> u8;
    /// Writes a byte to an I/O port.
    fn port_write(&mut self, port: u16, value: u8);
    /// Writes a byte to physical memory.
    fn memory_write_u8(&mut self, address: u64, value: u8) -> Reply;
    /// Writes two bytes to physical memory.
    fn memory_write_u16(&mut self, address: u64, value: u16) -> Reply;
    /// Writes a byte to the configuration space of a device on PCI bus 0.
    fn pci_config_write(&mut self, device: u8, function: u8, offset: u8, value: u8) -> Reply;
    /// Waits busily: neither a timer interrupt nor a scheduler may be needed.
    fn delay_us(&mut self, us: u32);
    /// Calls EFI's ResetSystem. It may return, whatever the specification says.
    fn efi_reset(&mut self, mode: EfiMode) -> Reply;
    /// Leaves protected mode and jumps to f000:fff0. It returns only where that can't be done.
    fn bios_jump(&mut self) -> Reply;
    /// Empties the interrupt table and raises an exception.
    fn triple_fault(&mut self) -> Reply;
}
