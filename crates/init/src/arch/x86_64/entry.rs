//! The first instructions.

use core::arch::{global_asm, naked_asm};

unsafe extern "C" {
    /// Where the program begins (`crate::start`).
    fn enter(stack: *const usize) -> !;
}

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

// The ready-made `alloc` was built for unwinding and refers to these two. With panic=abort nothing
// ever calls them.
global_asm!(
    ".globl rust_eh_personality",
    "rust_eh_personality: ud2",
    ".globl _Unwind_Resume",
    "_Unwind_Resume: ud2",
);
