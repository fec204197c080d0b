//! PID 1 of a stock Linux in a test machine. Its first argument says what to do:
//!
//! * `table`: makes reboot(2) calls of every kind and prints what each answered, one line `case
//!   ...` each;
//! * `restart`, `poweroff`: does that; arguments such as `type=kbd` are first written to
//!   /sys/kernel/reboot/type.
//!
//! On the second boot it ends QEMU, so a restart that leads back here is seen.
#![no_std]
#![no_main]

mod linux;
mod print;
mod table;

use core::arch::global_asm;
use core::ffi::CStr;
use core::panic::PanicInfo;

use print::Line;

/// QEMU's isa-debug-exit, and the value that lantern uses for a second boot.
const DEBUG_EXIT: u16 = 0xF4;
const ENOUGH_BOOTS: u8 = 0x10;
/// The CMOS byte that lantern counts boots in.
const CMOS_COUNTER: u8 = 0x7E;

// rdi: the stack that Linux built. The ready-made core refers to the personality, and to the memory
// functions.
global_asm!(
    ".globl _start, rust_eh_personality, memcpy, memset, memcmp, bcmp, strlen",
    "_start:",
    "    mov rdi, rsp",
    "    and rsp, -16",
    "    call probe",
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
    "memcmp:",
    "bcmp:",
    "    xor eax, eax",
    "    xor ecx, ecx",
    "2:  cmp rcx, rdx",
    "    je 3f",
    "    movzx eax, byte ptr [rdi + rcx]",
    "    movzx r8d, byte ptr [rsi + rcx]",
    "    inc rcx",
    "    sub eax, r8d",
    "    je 2b",
    "3:  ret",
    "strlen:",
    "    xor eax, eax",
    "4:  cmp byte ptr [rdi + rax], 0",
    "    je 5f",
    "    inc rax",
    "    jmp 4b",
    "5:  ret",
);

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    Line::new("probe panicked").print();
    linux::exit(111)
}

#[unsafe(no_mangle)]
extern "C" fn probe(stack: *const usize) -> ! {
    end_on_second_boot();
    // SAFETY: Linux puts the number of arguments there (psABI x86-64, 3.4.1).
    let count = unsafe { *stack };
    let argument = |index: usize| {
        // SAFETY: the addresses of `count` strings follow the number.
        let slot = unsafe { stack.add(1 + index) };
        // SAFETY: one of them.
        let address = unsafe { *slot };
        // SAFETY: each ends with a zero and stays for ever.
        unsafe { CStr::from_ptr(core::ptr::with_exposed_provenance(address)) }
    };
    let words = (1..count).map(argument);
    linux::mount_sysfs();
    let mut last = linux::RESTART;
    for word in words {
        match word.to_bytes() {
            b"table" => table::run(),
            b"poweroff" => last = linux::POWER_OFF,
            setting => set(setting),
        }
    }
    linux::reboot(linux::MAGIC1, linux::MAGIC2, last, 0);
    Line::new("probe: the kernel came back").print();
    linux::exit(111)
}

/// `type=kbd` writes `kbd` to /sys/kernel/reboot/type.
fn set(setting: &[u8]) {
    let mut halves = setting.splitn(2, |byte| *byte == b'=');
    let (Some(name), Some(value)) = (halves.next(), halves.next()) else { return };
    let mut path = Line::new("/sys/kernel/reboot/");
    path.push(name);
    path.push(b"\0");
    if linux::write_file(path.as_bytes(), value) < 0 {
        let mut line = Line::new("probe: unable to set ");
        line.push(setting);
        line.print();
    }
}

fn end_on_second_boot() {
    linux::allow_ports();
    linux::port_write(0x70, CMOS_COUNTER);
    let boots = linux::port_read(0x71).wrapping_add(1);
    linux::port_write(0x70, CMOS_COUNTER);
    linux::port_write(0x71, boots);
    if boots >= 2 {
        linux::port_write(DEBUG_EXIT, ENOUGH_BOOTS);
    }
}
