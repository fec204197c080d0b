//! The few entries of EFI's tables that a restart needs (UEFI 2.10, chapters 4, 7, 8 and 9), by
//! their offsets.

use core::ffi::c_void;

use lantern_board::memory::{self, Plain};
use restart_ladder::x86::ResetSystem;

/// EFI_ACPI_20_TABLE_GUID (UEFI 2.10, 4.6.1).
const ACPI_20: [u64; 2] = [0x11D3_E4F1_8868_E871, 0x8188_3CC7_8000_22BC];
/// EFI_LOADED_IMAGE_PROTOCOL_GUID (UEFI 2.10, 9.1.1).
const LOADED_IMAGE: [u64; 2] = [0x11D2_9562_5B1B_31A1, 0x3B72_69C9_A000_3F8E];
/// Memory types (UEFI 2.10, 7.2.1): runtime services code.
const RUNTIME_CODE: u32 = 5;
const PAGE: u64 = 4096;
const MAP_SIZE: usize = 32768;

#[repr(C)]
struct SystemTable {
    head: [u64; 11],
    runtime: u64,
    boot: u64,
    table_count: u64,
    tables: u64,
}

#[repr(C)]
struct RuntimeServices {
    head: [u64; 13],
    reset_system: u64,
}

#[repr(C)]
struct BootServices {
    head: [u64; 7],
    get_memory_map: u64,
    middle: [u64; 11],
    handle_protocol: u64,
    rest: [u64; 9],
    exit_boot_services: u64,
}

#[repr(C)]
struct LoadedImage {
    head: [u64; 6],
    options_size: u64,
    options: u64,
}

#[repr(C)]
struct ConfigurationTable {
    guid: [u64; 2],
    address: u64,
}

// SAFETY: these five are made of integers only.
unsafe impl Plain for SystemTable {}
// SAFETY: as above.
unsafe impl Plain for RuntimeServices {}
// SAFETY: as above.
unsafe impl Plain for BootServices {}
// SAFETY: as above.
unsafe impl Plain for LoadedImage {}
// SAFETY: as above.
unsafe impl Plain for ConfigurationTable {}

type HandleProtocol = unsafe extern "efiapi" fn(*const c_void, *const [u64; 2], *mut u64) -> usize;
type GetMemoryMap =
    unsafe extern "efiapi" fn(*mut usize, *mut u8, *mut usize, *mut usize, *mut u32) -> usize;
type ExitBootServices = unsafe extern "efiapi" fn(*const c_void, usize) -> usize;

pub(crate) struct Firmware {
    system: &'static SystemTable,
    boot: &'static BootServices,
    runtime: &'static RuntimeServices,
}

/// The memory map as firmware wrote it.
#[repr(align(8))]
struct Map([u8; MAP_SIZE]);

impl Firmware {
    pub(crate) fn new(system_table: u64) -> Option<Self> {
        let system = memory::structure::<SystemTable>(system_table)?;
        let (boot, runtime) = (memory::structure(system.boot)?, memory::structure(system.runtime)?);
        Some(Self { system, boot, runtime })
    }

    /// The RSDP of ACPI 2.0 or newer.
    pub(crate) fn rsdp(&self) -> Option<u64> {
        let size = size_of::<ConfigurationTable>() as u64;
        let tables = (0..self.system.table_count).filter_map(|index| {
            memory::structure::<ConfigurationTable>(self.system.tables + index * size)
        });
        tables.into_iter().find(|table| table.guid == ACPI_20).map(|table| table.address)
    }

    /// ResetSystem, declared as a function that may return.
    pub(crate) fn reset_system(&self) -> Option<ResetSystem> {
        let code = memory::pointer::<u8>(self.runtime.reset_system)?;
        // SAFETY: the runtime services table holds the function of this type there.
        Some(unsafe { core::mem::transmute::<*const u8, ResetSystem>(code) })
    }

    /// The command line, in UCS-2.
    pub(crate) fn options(&self, image: *const c_void) -> &'static [u8] {
        let mut found = 0_u64;
        let Some(code) = memory::pointer::<u8>(self.boot.handle_protocol) else { return &[] };
        // SAFETY: the boot services table holds the function of this type there.
        let handle_protocol = unsafe { core::mem::transmute::<*const u8, HandleProtocol>(code) };
        // SAFETY: boot services still run; all three pointers are valid for the call.
        let status = unsafe { handle_protocol(image, &LOADED_IMAGE, &raw mut found) };
        let loaded = memory::structure::<LoadedImage>(found).filter(|_| status == 0);
        loaded
            .and_then(|loaded| memory::bytes(loaded.options, loaded.options_size & 0xFFFF_FFFF))
            .unwrap_or_default()
    }

    /// Takes the machine over as a kernel does; answers the addresses of the firmware's own runtime
    /// code, for `seen`.
    pub(crate) fn exit_boot_services(
        &self,
        image: *const c_void,
        mut seen: impl FnMut(u64, u64),
    ) -> bool {
        let mut map = Map([0; MAP_SIZE]);
        let (mut size, mut key, mut entry_size, mut version) = (MAP_SIZE, 0, 0, 0);
        let codes = (
            memory::pointer::<u8>(self.boot.get_memory_map),
            memory::pointer(self.boot.exit_boot_services),
        );
        let (Some(get), Some(exit)) = codes else { return false };
        // SAFETY: the boot services table holds the function of this type there.
        let get = unsafe { core::mem::transmute::<*const u8, GetMemoryMap>(get) };
        // SAFETY: as above.
        let exit = unsafe { core::mem::transmute::<*const u8, ExitBootServices>(exit) };
        // SAFETY: the map is as large as the size says, the others are this function's own.
        let status = unsafe {
            get(
                &raw mut size,
                map.0.as_mut_ptr(),
                &raw mut key,
                &raw mut entry_size,
                &raw mut version,
            )
        };
        // SAFETY: the key is that of the map just read.
        let is_out = status == 0 && unsafe { exit(image, key) } == 0;
        for entry in map.0[..size.min(MAP_SIZE)].chunks_exact(entry_size.max(40)) {
            // Type at 0, physical start at 8, pages at 24 (UEFI 2.10, 7.2.3).
            if number(&entry[..4]) == u64::from(RUNTIME_CODE) {
                seen(number(&entry[8..16]), number(&entry[24..32]) * PAGE);
            }
        }
        is_out
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The image's own first byte and size, from the linker script.
pub(crate) fn image() -> (u64, u64) {
    unsafe extern "C" {
        static image_code: u8;
        static image_end: u8;
    }
    let (start, end) = (&raw const image_code, &raw const image_end);
    (start.addr() as u64, (end.addr() - start.addr()) as u64)
}
