//! What lantern's kernel and its EFI application share: the board's devices and tables, and the
//! climb itself.
#![no_std]

pub mod acpi;
pub mod arguments;
pub mod climb;
pub mod clock;
pub mod cmos;
pub mod facts;
pub mod memory;
pub mod pci;
pub mod port;
pub mod processor;
pub mod serial;
