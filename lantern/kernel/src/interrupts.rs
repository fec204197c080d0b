//! Segments, the interrupt table and what an exception ends in (Intel SDM volume 3, chapters 3, 6
//! and 7.7).

use core::arch::asm;
use core::cell::UnsafeCell;

use lantern_board::{cmos, say};

/// Selectors in the table below. The system call instructions fix their order (AMD APM volume 2,
/// 6.1.1).
pub(crate) const KERNEL_CODE: u16 = 0x08;
/// What SYSRET counts from: data at +8, 64-bit code at +16.
pub(crate) const USER_BASE: u16 = 0x18;
const TASK: u16 = 0x30;
const VECTORS: usize = 32;
const NON_MASKABLE: usize = 2;
const STUB_SIZE: u64 = 16;

/// Memory that the processor reads behind Rust's back. One processor writes it, once.
#[repr(C, align(16))]
struct Shared<T>(UnsafeCell<T>);

// SAFETY: written by the first processor before any other runs, afterwards only read by hardware.
unsafe impl<T> Sync for Shared<T> {}

const FLAT_SEGMENTS: [u64; 8] = [
    0,
    0x00AF_9B00_0000_FFFF, // 64-bit code
    0x00CF_9300_0000_FFFF, // data
    0x00CF_FB00_0000_FFFF, // user, 32-bit code: only the place that SYSRET needs
    0x00CF_F300_0000_FFFF, // user, data
    0x00AF_FB00_0000_FFFF, // user, 64-bit code
    0,                     // task state, two entries
    0,
];
static SEGMENTS: Shared<[u64; 8]> = Shared(UnsafeCell::new(FLAT_SEGMENTS));
static TASK_STATE: Shared<[u32; 26]> = Shared(UnsafeCell::new([0; 26]));
static GATES: Shared<[[u64; 2]; VECTORS]> = Shared(UnsafeCell::new([[0; 2]; VECTORS]));
static EXCEPTION_STACK: Shared<[u8; 16384]> = Shared(UnsafeCell::new([0; 16384]));

unsafe extern "C" {
    safe fn exception_stubs();
    safe fn non_maskable();
}

#[repr(C, packed)]
struct TablePointer {
    limit: u16,
    base: u64,
}

/// First processor: builds the tables and loads them.
pub(crate) fn init() {
    let stack_top = EXCEPTION_STACK.0.get() as u64 + size_of_val(&EXCEPTION_STACK) as u64;
    let mut task = [0_u32; 26];
    // RSP0 at offset 4; the I/O bitmap begins behind the end (Intel SDM volume 3, 7.7).
    (task[1], task[2], task[25]) = (stack_top as u32, (stack_top >> 32) as u32, 104 << 16);
    // SAFETY: no other processor runs yet and the table is not loaded.
    unsafe { TASK_STATE.0.get().write(task) };
    let base = TASK_STATE.0.get() as u64;
    let descriptor = 103 | (base & 0xFF_FFFF) << 16 | 0x89 << 40 | (base >> 24 & 0xFF) << 56;
    let mut segments = FLAT_SEGMENTS;
    (segments[6], segments[7]) = (descriptor, base >> 32);
    // SAFETY: no other processor runs yet and the table is not loaded.
    unsafe { SEGMENTS.0.get().write(segments) };
    let pointer = TablePointer { limit: 63, base: SEGMENTS.0.get() as u64 };
    // SAFETY: the entries in use keep the places that boot.s gave them.
    unsafe { asm!("lgdt [{}]", in(reg) &raw const pointer) };
    // SAFETY: the descriptor was just written.
    unsafe { asm!("ltr {:x}", in(reg) TASK) };
    fill_gates();
    load();
}

fn fill_gates() {
    let first = exception_stubs as *const () as u64;
    let mut gates = [[0; 2]; VECTORS];
    for (vector, gate) in gates.iter_mut().enumerate() {
        let is_nmi = vector == NON_MASKABLE;
        let stub = first + STUB_SIZE * vector as u64;
        let target = if is_nmi { non_maskable as *const () as u64 } else { stub };
        // Present, ring 0, interrupt gate (Intel SDM volume 3, 6.14.1).
        let low = target & 0xFFFF | u64::from(KERNEL_CODE) << 16 | 0x8E << 40;
        *gate = [low | (target >> 16 & 0xFFFF) << 48, target >> 32];
    }
    // SAFETY: no other processor runs yet and the table is not loaded.
    unsafe { GATES.0.get().write(gates) };
}

/// Any processor: loads the interrupt table.
pub(crate) fn load() {
    let pointer =
        TablePointer { limit: (size_of_val(&GATES) - 1) as u16, base: GATES.0.get() as u64 };
    // SAFETY: every gate leads to code of entry.s.
    unsafe { asm!("lidt [{}]", in(reg) &raw const pointer) };
}

/// Called by entry.s with the vector, the error code and what the processor pushed.
#[unsafe(no_mangle)]
extern "C" fn exception(frame: &[u64; 7]) -> ! {
    let [vector, error, instruction, code, ..] = *frame;
    let who = if code & 3 == 3 { "user program" } else { "kernel" };
    say!("exception", "vector {vector}, error {error:#x}, {who} at {instruction:#x}");
    cmos::exit(cmos::EXIT_FAULT)
}
