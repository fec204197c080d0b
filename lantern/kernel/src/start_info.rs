//! What the loader hands over (Xen public/arch-x86/hvm/start_info.h).

use core::slice;

use crate::memory;

const MAGIC: u32 = 0x336E_C578;
/// Text on the command line is not searched for its end any further.
const LINE_MAX: u64 = 4096;

#[repr(C)]
struct Raw {
    magic: u32,
    version: u32,
    flags: u32,
    module_count: u32,
    modules: u64,
    command_line: u64,
    rsdp: u64,
    memory_map: u64,
    memory_map_entries: u32,
    reserved: u32,
}

#[repr(C)]
struct Module {
    address: u64,
    size: u64,
    command_line: u64,
    reserved: u64,
}

// SAFETY: integers only.
unsafe impl memory::Plain for Raw {}

// SAFETY: integers only.
unsafe impl memory::Plain for Module {}

/// A range of the memory map, with the type numbers of E820.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Range {
    pub(crate) address: u64,
    pub(crate) size: u64,
    pub(crate) kind: u32,
    reserved: u32,
}

pub(crate) struct StartInfo {
    pub(crate) command_line: &'static str,
    pub(crate) module: Option<&'static [u8]>,
    /// Physical address of the RSDP, if the loader found it.
    pub(crate) rsdp: Option<u64>,
    pub(crate) memory: &'static [Range],
}

impl StartInfo {
    /// Reads the structure at this physical address; `None` if it is not one.
    pub(crate) fn read(address: u64) -> Option<Self> {
        let raw = memory::structure::<Raw>(address).filter(|raw| raw.magic == MAGIC)?;
        let memory = memory::pointer::<Range>(raw.memory_map).filter(|_| raw.version > 0);
        let entries = raw.memory_map_entries as usize;
        // SAFETY: the loader wrote so many entries there and nobody writes them again.
        let memory =
            memory.map_or(&[][..], |first| unsafe { slice::from_raw_parts(first, entries) });
        Some(Self {
            command_line: text(raw.command_line),
            module: if raw.module_count > 0 { module(raw.modules) } else { None },
            rsdp: Some(raw.rsdp).filter(|rsdp| *rsdp != 0),
            memory,
        })
    }
}

fn text(address: u64) -> &'static str {
    let bytes = memory::bytes(address, LINE_MAX).unwrap_or_default();
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(0);
    core::str::from_utf8(&bytes[..end]).unwrap_or_default()
}

fn module(address: u64) -> Option<&'static [u8]> {
    let module = memory::structure::<Module>(address)?;
    memory::bytes(module.address, module.size)
}
