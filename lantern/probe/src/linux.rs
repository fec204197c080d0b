//! The system calls that the probe needs (Linux arch/x86/entry/syscalls/syscall_64.tbl) and port
//! access.

use core::arch::asm;

pub(crate) const MAGIC1: u32 = 0xFEE1_DEAD;
pub(crate) const MAGIC2: u32 = 672_274_793;
pub(crate) const RESTART: u32 = 0x0123_4567;
pub(crate) const POWER_OFF: u32 = 0x4321_FEDC;

/// Flags of clone(2).
pub(crate) const NEW_USER: u64 = 0x1000_0000;
pub(crate) const NEW_PID: u64 = 0x2000_0000;
const SIGCHLD: u64 = 17;
/// A user without capabilities.
const NOBODY: u64 = 65534;

fn call(number: u64, arguments: [u64; 6]) -> i64 {
    let [first, second, third, fourth, fifth, sixth] = arguments;
    let result;
    // SAFETY: every caller below passes addresses of its own memory, which outlive the call.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number => result,
            in("rdi") first, in("rsi") second, in("rdx") third,
            in("r10") fourth, in("r8") fifth, in("r9") sixth,
            out("rcx") _, out("r11") _,
            options(nostack)
        );
    }
    result
}

pub(crate) fn write(descriptor: u64, bytes: &[u8]) -> i64 {
    call(1, [descriptor, bytes.as_ptr() as u64, bytes.len() as u64, 0, 0, 0])
}

/// `path` ends with a zero.
pub(crate) fn write_file(path: &[u8], value: &[u8]) -> i64 {
    // open(2) for writing only.
    let descriptor = call(2, [path.as_ptr() as u64, 1, 0, 0, 0, 0]);
    if descriptor < 0 { descriptor } else { write(descriptor as u64, value) }
}

pub(crate) fn mount_sysfs() {
    let (path, kind) = (c"/sys".as_ptr() as u64, c"sysfs".as_ptr() as u64);
    call(165, [kind, path, kind, 0, 0, 0]);
}

/// A child in the namespaces of these flags; 0 in the child.
pub(crate) fn fork(flags: u64) -> i64 {
    call(56, [flags | SIGCHLD, 0, 0, 0, 0, 0])
}

/// The status that a child left.
pub(crate) fn wait(child: i64) -> i64 {
    let mut status = 0_i32;
    call(61, [child as u64, &raw mut status as u64, 0, 0, 0, 0]);
    i64::from(status)
}

/// Gives up all capabilities by changing all user ids.
pub(crate) fn become_nobody() {
    call(117, [NOBODY, NOBODY, NOBODY, 0, 0, 0]);
}

pub(crate) fn reboot(magic1: u32, magic2: u32, command: u32, text: u64) -> i64 {
    call(169, [u64::from(magic1), u64::from(magic2), u64::from(command), text, 0, 0])
}

pub(crate) fn exit(status: u64) -> ! {
    loop {
        call(231, [status, 0, 0, 0, 0, 0]);
    }
}

/// iopl(2): all ports.
pub(crate) fn allow_ports() {
    call(172, [3, 0, 0, 0, 0, 0]);
}

pub(crate) fn port_read(port: u16) -> u8 {
    let value: u8;
    // SAFETY: `allow_ports` was called, and no port that the probe reads touches memory.
    unsafe {
        asm!("in al, dx", in("dx") port, out("al") value, options(nomem, nostack, preserves_flags))
    };
    value
}

pub(crate) fn port_write(port: u16, value: u8) {
    // SAFETY: as for `port_read`.
    unsafe {
        asm!("out dx, al", in("dx") port, in("al") value, options(nomem, nostack, preserves_flags))
    };
}
