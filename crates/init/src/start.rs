//! The start: from the kernel's stack to `role::run`; and what happens after an internal error.
#![allow(unsafe_code)]

use crate::stage;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char};
use core::panic::PanicInfo;
use rekindle_sys::raw;

/// # Safety
/// `stack` points at argc, followed by argv and envp as the kernel laid them out. Called once, by the
/// first instructions (`crate::arch`).
#[unsafe(no_mangle)]
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
    stage::find_out(&arguments);
    raw::exit(crate::role::run(&arguments, &environment));
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
    crate::event_loop::survive(stage::is_last())
}
