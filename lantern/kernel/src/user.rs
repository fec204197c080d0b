//! The user program's first stack and the way into user mode.

use core::arch::asm;

use crate::elf::Loaded;
use crate::interrupts::{KERNEL_CODE, USER_BASE};
use crate::memory;

/// The stack ends where the user's memory does.
const STACK_SIZE: u64 = 0x10_0000;
const ARGUMENTS_MAX: usize = 16;
/// Model-specific registers of the system call instruction (AMD APM volume 2, 6.1.1).
const STAR: u32 = 0xC000_0081;
const LSTAR: u32 = 0xC000_0082;
const SFMASK: u32 = 0xC000_0084;
/// Trap, interrupt and direction flags are off when the kernel is entered.
const MASKED_FLAGS: u64 = 0x700;

unsafe extern "C" {
    safe fn system_call_entry();
    fn enter_user(entry: u64, stack: u64) -> !;
}

/// Runs the program. It comes back only through system calls.
pub(crate) fn run(program: &Loaded, arguments: &str) -> ! {
    write_register(STAR, u64::from(USER_BASE) << 48 | u64::from(KERNEL_CODE) << 32);
    write_register(LSTAR, system_call_entry as *const () as u64);
    write_register(SFMASK, MASKED_FLAGS);
    let stack = build_stack(program, arguments);
    // SAFETY: the loader filled the program's memory and the stack lies in it.
    unsafe { enter_user(program.entry, stack) }
}

fn write_register(register: u32, value: u64) {
    let (low, high) = (value as u32, (value >> 32) as u32);
    // SAFETY: the three registers above exist on every x86-64 processor and take these values.
    unsafe { asm!("wrmsr", in("ecx") register, in("eax") low, in("edx") high) };
}

/// Strings at the top, then vectors: count, arguments, environment, auxiliary (psABI x86-64,
/// 3.4.1).
fn build_stack(program: &Loaded, arguments: &str) -> u64 {
    let mut strings = memory::USER.end;
    let mut words = [0_u64; ARGUMENTS_MAX + 32];
    let mut count = 0;
    for argument in arguments.split_whitespace().take(ARGUMENTS_MAX) {
        strings = push_string(strings, argument);
        words[1 + count] = strings;
        count += 1;
    }
    words[0] = count as u64;
    // 16 bytes for AT_RANDOM are the lowest of the strings.
    strings = (strings & !15) - 16;
    let auxiliary =
        [(3, program.headers), (4, 56), (5, program.header_count), (6, 4096), (9, program.entry)];
    let identity = [(11, 0), (12, 0), (13, 0), (14, 0), (23, 0), (25, strings), (0, 0)];
    // Behind the count: the arguments and their zero, the environment's zero.
    let mut length = 3 + count;
    for (kind, value) in auxiliary.into_iter().chain(identity) {
        (words[length], words[length + 1]) = (kind, value);
        length += 2;
    }
    let stack = (strings - 8 * length as u64) & !15;
    for (index, word) in words[..length].iter().enumerate() {
        put(stack + 8 * index as u64, &word.to_le_bytes());
    }
    stack
}

fn push_string(below: u64, text: &str) -> u64 {
    let address = below - text.len() as u64 - 1;
    put(address, text.as_bytes());
    put(below - 1, &[0]);
    address
}

fn put(address: u64, bytes: &[u8]) {
    if address < memory::USER.end - STACK_SIZE {
        return;
    }
    if let Some(place) = memory::user(address, bytes.len() as u64) {
        place.copy_from_slice(bytes);
    }
}
