//! The first instructions: from the kernel's stack to `main`, and what the ready-made parts of
//! Rust expect to find in a program without libc.
#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::arch::{global_asm, naked_asm};
use core::ffi::{CStr, c_char};
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};
use rekindle_core::handover::LAST_STAGE;
use rekindle_sys::raw;

/// Set once PID 1 is its last stage.
static IS_LAST_STAGE: AtomicBool = AtomicBool::new(false);

/// Where the kernel enters: the stack pointer points at argc (System V ABI for x86-64, section
/// 3.4.1, "Initial Stack and Register State").
///
/// # Safety
/// Called by the kernel alone.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!(
        "xor ebp, ebp",   // the ABI's mark for the outermost frame
        "mov rdi, rsp",   // the first argument: where argc lies
        "and rsp, -16",   // calls want the stack aligned to 16
        "call {enter}",
        "ud2",
        enter = sym enter,
    )
}

/// # Safety
/// `stack` points at argc, followed by argv and envp as the kernel laid them out.
unsafe extern "C" fn enter(stack: *const usize) -> ! {
    // SAFETY: argc lies at `stack`, by this function's contract.
    let count = unsafe { stack.read() };
    // SAFETY: argv follows argc and has `count` entries and a null.
    let argv = unsafe { stack.add(1) }.cast::<*const c_char>();
    // SAFETY: envp follows the null of argv.
    let envp = unsafe { argv.add(count) }.wrapping_add(1);
    // SAFETY: argv ends with a null.
    let arguments = unsafe { strings_at(argv) };
    // SAFETY: envp ends with a null.
    let environment = unsafe { strings_at(envp) };
    IS_LAST_STAGE
        .store(arguments.get(1).is_some_and(|word| *word == LAST_STAGE), Ordering::Relaxed);
    raw::exit(crate::main(&arguments, &environment));
}

/// # Safety
/// `pointers` points at an array of pointers to NUL-terminated strings that ends with a null and
/// lives as long as the program.
unsafe fn strings_at(mut pointers: *const *const c_char) -> Vec<&'static [u8]> {
    let mut strings = Vec::new();
    loop {
        // SAFETY: the null that ends the array has not been passed.
        let pointer = unsafe { pointers.read() };
        if pointer.is_null() {
            return strings;
        }
        // SAFETY: `pointer` is one of the array's strings, which live as long as the program.
        strings.push(unsafe { CStr::from_ptr(pointer) }.to_bytes());
        pointers = pointers.wrapping_add(1);
    }
}

/// An internal error. A command says so and fails. PID 1 must not end: it becomes a fresh copy of
/// itself that starts nothing but goes on reaping and answering; its last stage resets the machine.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    rekindle_sys::last_words::say(info);
    if raw::process_id() != 1 {
        raw::exit(1);
    }
    crate::life::survive(IS_LAST_STAGE.load(Ordering::Relaxed))
}

// The ready-made `alloc` was built for unwinding and refers to these two. With panic=abort nothing
// ever calls them.
global_asm!(
    ".globl rust_eh_personality",
    "rust_eh_personality: ud2",
    ".globl _Unwind_Resume",
    "_Unwind_Resume: ud2",
);
