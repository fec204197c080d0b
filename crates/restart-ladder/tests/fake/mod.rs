//! A machine that writes down every access and resets on none of them.
#![allow(dead_code, reason = "each test file uses its own part")]

use restart_ladder::{EfiMode, Facts, Ladder, Ledger, MAX_STEPS, Options, Platform, Reply, climb};

/// The value with a change: what is non-exhaustive can't be written down field by field.
pub(crate) fn with<T>(mut value: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut value);
    value
}

/// One access, as the hardware would see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    In(u16),
    Out(u16, u8),
    Memory8(u64, u8),
    Memory16(u64, u16),
    Pci(u8, u8, u8, u8),
    Wait(u32),
    Efi(EfiMode),
    Bios,
    Triple,
}

/// What ports answer, one after another and then over again, and what has been accessed so far.
pub(crate) struct Fake {
    pub(crate) answers: Vec<u8>,
    pub(crate) reply: Reply,
    pub(crate) accesses: Vec<Access>,
    asked: usize,
}

impl Fake {
    pub(crate) fn answering(answers: &[u8]) -> Self {
        Self { answers: answers.to_vec(), reply: Reply::Done, accesses: Vec::new(), asked: 0 }
    }

    /// All accesses but reads and waits: what a device trace of a real machine shows.
    pub(crate) fn writes(&self) -> Vec<Access> {
        let is_write = |access: &Access| !matches!(access, Access::In(_) | Access::Wait(_));
        self.accesses.iter().copied().filter(is_write).collect()
    }

    pub(crate) fn waited_us(&self) -> u64 {
        let us = |access: &Access| if let Access::Wait(us) = access { u64::from(*us) } else { 0 };
        self.accesses.iter().map(us).sum()
    }

    fn note(&mut self, access: Access) -> Reply {
        self.accesses.push(access);
        self.reply
    }
}

impl Platform for Fake {
    fn port_read(&mut self, port: u16) -> u8 {
        self.note(Access::In(port));
        let answer = self.answers[self.asked % self.answers.len()];
        self.asked += 1;
        answer
    }

    fn port_write(&mut self, port: u16, value: u8) {
        self.note(Access::Out(port, value));
    }

    fn memory_write_u8(&mut self, address: u64, value: u8) -> Reply {
        self.note(Access::Memory8(address, value))
    }

    fn memory_write_u16(&mut self, address: u64, value: u16) -> Reply {
        self.note(Access::Memory16(address, value))
    }

    fn pci_config_write(&mut self, device: u8, function: u8, offset: u8, value: u8) -> Reply {
        self.note(Access::Pci(device, function, offset, value))
    }

    fn delay_us(&mut self, us: u32) {
        self.note(Access::Wait(us));
    }

    fn efi_reset(&mut self, mode: EfiMode) -> Reply {
        self.note(Access::Efi(mode))
    }

    fn bios_jump(&mut self) -> Reply {
        self.note(Access::Bios)
    }

    fn triple_fault(&mut self) -> Reply {
        self.note(Access::Triple)
    }
}

/// Climbs the whole ladder on a machine that answers so.
pub(crate) fn climbed(facts: Facts, options: Options, answers: &[u8]) -> (Fake, Ledger<MAX_STEPS>) {
    let mut fake = Fake::answering(answers);
    let mut ledger = Ledger::new();
    climb(&mut Ladder::new(facts, options), &mut fake, &mut ledger);
    (fake, ledger)
}
