//! `reboot -f` reduced to its core: says so, syncs, calls reboot(2), and reports an error if it
//! comes back. An argument chooses another command: `lantern-reboot halt`.
#![no_std]
#![no_main]

use core::arch::{asm, global_asm};
use core::panic::PanicInfo;

const WRITE: u64 = 1;
const SYNC: u64 = 162;
const REBOOT: u64 = 169;
const EXIT_GROUP: u64 = 231;

/// Magic numbers and commands of reboot(2).
const MAGIC1: u64 = 0xFEE1_DEAD;
const MAGIC2: u64 = 672_274_793;
const RESTART: u64 = 0x0123_4567;
const HALT: u64 = 0xCDEF_0123;

// rdi: the stack that the kernel built. The ready-made core refers to the personality, and the
// compiler to the memory functions.
global_asm!(
    ".globl _start, rust_eh_personality, memcpy, memset",
    "_start:",
    "    mov rdi, rsp",
    "    and rsp, -16",
    "    call program",
    "rust_eh_personality:",
    "    ud2",
    "memcpy:",
    "    mov rax, rdi",
    "    mov rcx, rdx",
    "    rep movsb",
    "    ret",
    "memset:",
    "    mov r8, rdi",
    "    mov eax, esi",
    "    mov rcx, rdx",
    "    rep stosb",
    "    mov rax, r8",
    "    ret",
);

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    exit(111)
}

#[unsafe(no_mangle)]
extern "C" fn program(stack: *const u64) -> ! {
    // SAFETY: the kernel put the number of arguments there (psABI x86-64, 3.4.1).
    let count = unsafe { *stack };
    // SAFETY: their addresses follow, so this is the last one's place.
    let slot = unsafe { stack.add(count as usize) };
    // SAFETY: as above.
    let last = unsafe { *slot };
    let command = if count > 1 && first_byte(last) == b'h' { HALT } else { RESTART };
    print(b"reboot: asking the kernel\n");
    call(SYNC, [0; 4]);
    call(REBOOT, [MAGIC1, MAGIC2, command, 0]);
    print(b"reboot: error: the kernel came back\n");
    exit(111)
}

fn first_byte(address: u64) -> u8 {
    // SAFETY: an argument, which has at least its zero.
    unsafe { *core::ptr::with_exposed_provenance::<u8>(address as usize) }
}

fn print(text: &[u8]) {
    call(WRITE, [2, text.as_ptr() as u64, text.len() as u64, 0]);
}

fn exit(status: u64) -> ! {
    loop {
        call(EXIT_GROUP, [status, 0, 0, 0]);
    }
}

fn call(number: u64, [first, second, third, fourth]: [u64; 4]) -> i64 {
    let result;
    // SAFETY: none of the four calls above writes to this program's memory.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number => result,
            in("rdi") first, in("rsi") second, in("rdx") third, in("r10") fourth,
            out("rcx") _, out("r11") _,
            options(nostack)
        );
    }
    result
}
