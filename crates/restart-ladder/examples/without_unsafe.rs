//! A kernel part that forbids unsafe code: it is given the ports it may use and performs the steps
//! itself. What it can't do it answers with `Unsupported`, and the ladder goes on.
#![forbid(unsafe_code)]

use restart_ladder::{EfiMode, Ledger, MAX_STEPS, Presence};
use restart_ladder::{Facts, Ladder, Options, Platform, Profile, Reply, climb, perform};

/// Stands for the port that such a kernel hands out to a driver, which then needs no unsafe code.
struct IoPort(u16);

impl IoPort {
    fn read(&self) -> u8 {
        println!("in   {:#05x}", self.0);
        0
    }

    fn write(&self, value: u8) {
        println!("out  {:#05x} {value:#04x}", self.0);
    }
}

struct Board;

impl Platform for Board {
    fn port_read(&mut self, port: u16) -> u8 {
        IoPort(port).read()
    }

    fn port_write(&mut self, port: u16, value: u8) {
        IoPort(port).write(value);
    }

    fn memory_write_u8(&mut self, _: u64, _: u8) -> Reply {
        Reply::Unsupported
    }

    fn memory_write_u16(&mut self, _: u64, _: u16) -> Reply {
        Reply::Unsupported
    }

    fn pci_config_write(&mut self, _: u8, _: u8, _: u8, _: u8) -> Reply {
        Reply::Unsupported
    }

    /// A busy wait in a real kernel: its timer may be gone by now.
    fn delay_us(&mut self, us: u32) {
        println!("wait {us} us");
    }

    fn efi_reset(&mut self, _: EfiMode) -> Reply {
        Reply::Unsupported
    }

    fn bios_jump(&mut self) -> Reply {
        Reply::Unsupported
    }

    fn triple_fault(&mut self) -> Reply {
        Reply::Unsupported
    }
}

fn main() {
    let mut facts = Facts::default();
    facts.cf9_safe = true;
    facts.keyboard_controller = Presence::Absent;

    // Step by step, for a kernel that has something to say or to save in between.
    let mut ladder = Ladder::new(facts, Options::new(Profile::Best));
    let mut reply = Reply::Done;
    while let Some(step) = ladder.next(reply) {
        println!("{:?}: {step:?}", ladder.rung());
        reply = perform(step, &mut Board);
    }

    // Or all at once, with the ledger of what was tried.
    let mut ledger = Ledger::<MAX_STEPS>::new();
    climb(&mut Ladder::new(facts, Options::new(Profile::Linux)), &mut Board, &mut ledger);
    println!("{} steps, and the machine is still running", ledger.entries().count());
}
