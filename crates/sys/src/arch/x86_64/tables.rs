//! Sizes, layouts and numbers that the kernel's interface has on x86-64.

/// The size of a page.
pub const PAGE_BYTES: u64 = 4096;

/// A field of struct timespec, which has two of them.
pub type TimeWord = i64;

/// The words of the kernel's struct sigaction: handler, flags, restorer, mask (asm/signal.h).
pub const SIGNAL_ACTION_WORDS: usize = 4;

/// AUDIT_ARCH_X86_64 and AUDIT_ARCH_I386 (linux/audit.h).
const X86_64: u32 = 0xc000_003e;
const I386: u32 = 0x4000_0003;

/// __X32_SYSCALL_BIT: a call of the x32 table, which a filter sees as one of x86-64 (asm/unistd.h).
const X32_BIT: u32 = 0x4000_0000;

/// Every way to call reboot(2): the architecture by which a filter knows a table of calls (seccomp(2),
/// `arch`), and the call's number in it.
pub const REBOOT_CALLS: [(u32, u32); 3] = [(X86_64, 169), (X86_64, X32_BIT | 169), (I386, 88)];
