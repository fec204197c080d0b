//! lantern: boots, finds out what machine it is on, runs one user program, and restarts the machine
//! when that asks for it. Every layer that a reboot passes tells so on the first serial port.
#![no_std]
#![no_main]

mod calls;
mod chain;
mod elf;
mod interrupts;
mod machine;
mod memory;
mod processors;
mod restart;
mod second;
mod start_info;
mod user;

use core::arch::global_asm;
use core::panic::PanicInfo;

use lantern_board::{cmos, say, serial};
use restart_ladder::chain::Action;

use machine::Machine;
use start_info::StartInfo;

global_asm!(
    include_str!("boot.s"),
    include_str!("entry.s"),
    include_str!("second.s"),
    options(att_syntax)
);

#[panic_handler]
fn panic(reason: &PanicInfo<'_>) -> ! {
    say!("panic", "{reason}");
    cmos::exit(cmos::EXIT_FAULT)
}

/// Called by boot.s in long mode with the physical address of the start information.
#[unsafe(no_mangle)]
extern "C" fn kernel_main(start_info: u64) -> ! {
    serial::init();
    interrupts::init();
    let boot = cmos::count_boot();
    let Some(info) = StartInfo::read(start_info) else {
        say!("boot", "no start information at {start_info:#x}");
        cmos::exit(cmos::EXIT_FAULT)
    };
    say!("boot", "number {boot}: {}", info.command_line);
    let usable: u64 =
        info.memory.iter().filter(|range| range.kind == 1).map(|range| range.size).sum();
    say!("memory", "{} KiB usable in {} ranges", usable >> 10, info.memory.len());
    let machine = Machine::discover(&info);
    if machine.arguments.boots != 0 && boot >= machine.arguments.boots {
        say!("boot", "the machine came up again");
        cmos::exit(cmos::EXIT_ENOUGH_BOOTS)
    }
    machine.tell();
    serve(machine, info.module)
}

/// Never returns, so the machine on this stack lives for ever.
fn serve(machine: Machine, module: Option<&'static [u8]>) -> ! {
    let machine = &raw const machine;
    // SAFETY: it stays where it is, because this function does not return.
    let machine: &'static Machine = unsafe { &*machine };
    machine.publish();
    let Some(file) = module else {
        say!("user", "no program was given, the kernel restarts by itself");
        chain::enact(&Action::Restart(None));
        cmos::exit(cmos::EXIT_STILL_RUNNING)
    };
    match elf::load(file) {
        Ok(program) => {
            say!(
                "user",
                "{} at {:#x}, memory up to {:#x}",
                machine.arguments.program,
                program.entry,
                program.end
            );
            user::run(&program, machine.arguments.program)
        }
        Err(reason) => {
            say!("user", "the program is refused: {reason}");
            cmos::exit(cmos::EXIT_FAULT)
        }
    }
}
