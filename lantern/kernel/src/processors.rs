//! The other processors: started, asleep, stopped before a restart, or chosen to do it.

use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};

use lantern_board::acpi;
use lantern_board::processor::sleep;

/// More are left alone.
pub(crate) const MAX: usize = 4;
const STACK: usize = 65536;
/// Where second.s is linked to run, and the start vector that means it (Intel SDM volume 3, 8.4.3).
const START_PAGE: usize = 0x9000;
const START_VECTOR: u32 = 0x09;
/// Local APIC registers (Intel SDM volume 3, table 10-1).
const APIC: usize = 0xFEE0_0000;
const APIC_ID: usize = 0x20;
const APIC_SPURIOUS: usize = 0xF0;
const APIC_COMMAND_LOW: usize = 0x300;
const APIC_COMMAND_HIGH: usize = 0x310;
/// Interrupt commands (Intel SDM volume 3, 10.6.1): INIT, start-up, NMI, each asserted.
const COMMAND_INIT: u32 = 0x4500;
const COMMAND_START: u32 = 0x4600;
const COMMAND_NMI: u32 = 0x4400;
/// Time for another processor to answer: 100 waits of 1 ms.
const ANSWER_WAITS: u32 = 100;
const ANSWER_WAIT_US: u32 = 1_000;
/// Between INIT and the start vector (Intel SDM volume 3, 8.4.4.1: 10 ms).
const INIT_US: u32 = 10_000;

/// What a processor was told, and what it last answered.
const ABSENT: u32 = 0;
const ASLEEP: u32 = 1;
const STOP: u32 = 2;
const STOPPED: u32 = 3;
const CLIMB: u32 = 4;

static ORDERS: [AtomicU32; MAX] = [const { AtomicU32::new(ABSENT) }; MAX];

static mut STACKS: [[u128; STACK / 16]; MAX] = [[0; STACK / 16]; MAX];

unsafe extern "C" {
    static second_start: u8;
    static second_end: u8;
    static second_stack_slot: u8;
}

/// The processors of this machine by number; number 0 is the one that booted.
pub(crate) struct Processors {
    apic_ids: [u8; MAX],
    count: usize,
}

impl Processors {
    /// Starts all that the table names. Without a table there is one.
    pub(crate) fn start(madt: Option<&'static [u8]>, delay: &mut dyn FnMut(u32)) -> Self {
        let mut found = Self { apic_ids: [0; MAX], count: 1 };
        let Some(madt) = madt else { return found };
        let own = own_id();
        found.apic_ids[0] = own;
        let others = acpi::processors(madt).filter(|id| *id != own);
        for id in others.take(MAX - 1) {
            if start_one(found.count, id, delay) {
                found.apic_ids[found.count] = id;
                found.count += 1;
            }
        }
        found
    }

    pub(crate) fn count(&self) -> u32 {
        self.count as u32
    }

    pub(crate) fn is_online(&self, number: u32) -> bool {
        number < self.count()
    }

    /// Stops all but number 0, which calls, and the spared one. Answers how many obeyed in time.
    pub(crate) fn stop_others(&self, spared: u32, delay: &mut dyn FnMut(u32)) -> usize {
        let others = (1..self.count).filter(|number| *number != spared as usize);
        others.filter(|number| self.order(*number, STOP, STOPPED, delay)).count()
    }

    /// Lets another processor climb the ladder; comes back only if it does not answer.
    pub(crate) fn climb_on(&self, number: u32, delay: &mut dyn FnMut(u32)) {
        let number = number as usize;
        if number < self.count && self.order(number, CLIMB, STOPPED, delay) {
            loop {
                sleep();
            }
        }
    }

    fn order(&self, number: usize, order: u32, answer: u32, delay: &mut dyn FnMut(u32)) -> bool {
        ORDERS[number].store(order, Ordering::SeqCst);
        command(self.apic_ids[number], COMMAND_NMI);
        answered(number, answer, delay)
    }
}

fn start_one(number: usize, apic_id: u8, delay: &mut dyn FnMut(u32)) -> bool {
    place_code(number);
    write(APIC_SPURIOUS, 0x1FF);
    command(apic_id, COMMAND_INIT);
    delay(INIT_US);
    command(apic_id, COMMAND_START | START_VECTOR);
    answered(number, ASLEEP, delay)
}

fn answered(number: usize, answer: u32, delay: &mut dyn FnMut(u32)) -> bool {
    (0..ANSWER_WAITS).any(|_| {
        delay(ANSWER_WAIT_US);
        ORDERS[number].load(Ordering::SeqCst) == answer
    })
}

fn place_code(number: usize) {
    let start = &raw const second_start;
    let size = &raw const second_end as usize - start as usize;
    let slot = START_PAGE + (&raw const second_stack_slot as usize - start as usize);
    let page = ptr::with_exposed_provenance_mut::<u8>(START_PAGE);
    // SAFETY: the page is ordinary memory below 1 MiB that nobody else uses; the code is smaller.
    unsafe { ptr::copy_nonoverlapping(start, page, size) };
    // The processor finds its number just above where its stack begins.
    let top = &raw mut STACKS as usize + STACK * (number + 1) - 16;
    // SAFETY: inside this processor's stack, which it does not use yet.
    unsafe { ptr::with_exposed_provenance_mut::<usize>(top).write_volatile(number) };
    // SAFETY: inside the page that was just filled.
    unsafe { ptr::with_exposed_provenance_mut::<usize>(slot).write_volatile(top) };
}

/// Tells the processor that waits for this one that it is up.
pub(crate) fn answer_asleep(number: usize) {
    ORDERS[number].store(ASLEEP, Ordering::SeqCst);
}

/// Sleeps, and stops when told to, until the order to climb comes.
pub(crate) fn await_climb(number: usize) {
    loop {
        match ORDERS[number].load(Ordering::SeqCst) {
            STOP => ORDERS[number].store(STOPPED, Ordering::SeqCst),
            CLIMB => {
                ORDERS[number].store(STOPPED, Ordering::SeqCst);
                return;
            }
            _ => sleep(),
        }
    }
}

/// The number of the processor that calls.
///
/// # Safety
/// Called by the processor that was started last, before the next one is.
pub(crate) unsafe fn own_number() -> usize {
    let start = &raw const second_start as usize;
    let slot = START_PAGE + (&raw const second_stack_slot as usize - start);
    // SAFETY: `place_code` wrote it.
    let top = unsafe { ptr::with_exposed_provenance::<usize>(slot).read_volatile() };
    // SAFETY: as above.
    unsafe { ptr::with_exposed_provenance::<usize>(top).read_volatile() }
}

fn own_id() -> u8 {
    (read(APIC_ID) >> 24) as u8
}

fn command(apic_id: u8, command: u32) {
    write(APIC_COMMAND_HIGH, u32::from(apic_id) << 24);
    write(APIC_COMMAND_LOW, command);
}

fn read(register: usize) -> u32 {
    // SAFETY: the local APIC is mapped there and its registers are 32 bits wide.
    unsafe { ptr::with_exposed_provenance::<u32>(APIC + register).read_volatile() }
}

fn write(register: usize, value: u32) {
    // SAFETY: as for `read`.
    unsafe { ptr::with_exposed_provenance_mut::<u32>(APIC + register).write_volatile(value) };
}

/// Turns the local APIC off, as the machine's shutdown wants it (Intel SDM volume 3, 10.4.7.2).
pub(crate) fn disable_local_apic() {
    write(APIC_SPURIOUS, 0xFF);
}
