//! Whether PCI configuration mechanism 1 works, which makes port 0xCF9 a chipset's (Linux
//! arch/x86/pci/direct.c).

use restart_ladder::ports::{PCI_ADDRESS, PCI_DATA};

use crate::port;

/// Enable bit, bus 0, device 0 (PCI Local Bus Specification 3.0, 3.2.2.3.2).
const HOST_BRIDGE: u32 = 0x8000_0000;
/// A vendor id that means nobody.
const NOBODY: u32 = 0xFFFF;

/// Whether a host bridge answers to mechanism 1.
#[must_use]
pub fn has_mechanism_1() -> bool {
    port::write_u32(PCI_ADDRESS, HOST_BRIDGE);
    let is_latched = port::read_u32(PCI_ADDRESS) == HOST_BRIDGE;
    is_latched && port::read_u32(PCI_DATA) & 0xFFFF != NOBODY
}
