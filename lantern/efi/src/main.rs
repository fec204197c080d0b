//! The ladder as an EFI application. Its command line is lantern's: `rung=efi`, `ladder=best`,
//! `mode=warm`, `boots=2`. It leaves boot services first, as a kernel does, and then climbs.
#![no_std]
#![no_main]

mod firmware;

use core::arch::global_asm;
use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::panic::PanicInfo;

use lantern_board::acpi::Tables;
use lantern_board::arguments::Arguments;
use lantern_board::climb::climb;
use lantern_board::{clock, cmos, facts, memory, say, serial};
use restart_ladder::x86::{Mapping, X86, tsc_delay};

use firmware::Firmware;

global_asm!(include_str!("header.s"), options(att_syntax));

const LINE_SIZE: usize = 256;

struct Line(UnsafeCell<[u8; LINE_SIZE]>);

// SAFETY: one processor, and `line` is called once.
unsafe impl Sync for Line {}

static LINE: Line = Line(UnsafeCell::new([0; LINE_SIZE]));

#[panic_handler]
fn panic(reason: &PanicInfo<'_>) -> ! {
    say!("panic", "{reason}");
    cmos::exit(cmos::EXIT_FAULT)
}

/// Called by header.s after relocation.
#[unsafe(no_mangle)]
extern "C" fn efi_main(image: *const c_void, system_table: u64) -> ! {
    serial::init();
    let boot = cmos::count_boot();
    let Some(firmware) = Firmware::new(system_table) else {
        say!("efi", "no system table at {system_table:#x}");
        cmos::exit(cmos::EXIT_FAULT)
    };
    // SAFETY: called here and nowhere else.
    let line = unsafe { line(firmware.options(image)) };
    say!("boot", "number {boot}: {line}");
    let arguments = Arguments::parse(line, 1);
    if arguments.boots != 0 && boot >= arguments.boots {
        say!("boot", "the machine came up again");
        cmos::exit(cmos::EXIT_ENOUGH_BOOTS)
    }
    restart(image, &firmware, &arguments)
}

fn restart(image: *const c_void, firmware: &Firmware, arguments: &Arguments) -> ! {
    let tables = Tables::find(firmware.rsdp());
    let mut facts = facts::discover(tables.as_ref());
    facts.efi_reset = firmware.reset_system().is_some();
    let mhz = clock::measure_mhz();
    say!("facts", "{mhz} MHz, {facts:x?}");
    let (start, size) = firmware::image();
    say!("image", "{start:#x} {size:#x}");
    let is_out =
        firmware.exit_boot_services(image, |start, size| say!("runtime", "{start:#x} {size:#x}"));
    say!("efi", "boot services left: {is_out}");
    let mapping = Mapping { offset: 0, bytes: memory::MAPPED };
    // SAFETY: ring 0, firmware maps memory identically, nobody else runs, and a reset is what was
    // asked for.
    let platform = unsafe { X86::new(mapping, tsc_delay(mhz)) };
    // SAFETY: boot services have been left, so their page 0x8000 is free; firmware's page tables
    // allow everything.
    let mut platform = unsafe { platform.with_bios_page() };
    if let Some(reset_system) = firmware.reset_system() {
        // SAFETY: memory is still mapped as it was before boot services were left.
        platform = unsafe { platform.with_efi(reset_system) };
    }
    climb(facts, arguments, &mut platform)
}

/// The options as ASCII: the low bytes of UCS-2 up to its zero.
///
/// # Safety
/// Called once.
unsafe fn line(options: &[u8]) -> &'static str {
    // SAFETY: the only reference, because this is called once.
    let line = unsafe { &mut *LINE.0.get() };
    let mut length = 0;
    for (place, character) in line.iter_mut().zip(options.chunks_exact(2)) {
        if character[0] == 0 {
            break;
        }
        *place = character[0];
        length += 1;
    }
    core::str::from_utf8(&line[..length]).unwrap_or_default()
}
