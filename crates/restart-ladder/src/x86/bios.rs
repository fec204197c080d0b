//! The way from 64-bit mode back to the BIOS's entry (Intel SDM volume 3, 10.8.5.4 and 10.9.2; AMD
//! APM volume 2, 14.7).

use core::arch::{asm, global_asm};
use core::ptr;

/// The page that the code is copied to: real mode reaches only the first mebibyte, and the assembly
/// is linked for it.
pub const BIOS_PAGE: u64 = 0x8000;

// 64-bit code loads its own segments and returns far into 32-bit code; that turns paging and long
// mode off, loads the real-mode interrupt table and 16-bit segments, whose limits stay when
// protection is turned off; the last jump loads CS.
global_asm!(
    ".pushsection .rodata.restart_ladder_bios, \"a\"",
    ".set restart_ladder_page, 0x8000",
    ".balign 16",
    "restart_ladder_bios:",
    ".code64",
    "    cli",
    "    lgdt restart_ladder_page + (3f - restart_ladder_bios)",
    "    pushq $0x08",
    "    pushq $restart_ladder_page + (1f - restart_ladder_bios)",
    "    lretq",
    ".code32",
    "1:  movl %cr0, %eax",
    "    andl $0x7fffffff, %eax", // CR0.PG
    "    movl %eax, %cr0",
    "    movl $0xc0000080, %ecx", // IA32_EFER
    "    rdmsr",
    "    andl $0xfffffeff, %eax", // LME
    "    wrmsr",
    "    xorl %eax, %eax",
    "    movl %eax, %cr3",
    "    movl %eax, %cr4",
    "    lidtl restart_ladder_page + (4f - restart_ladder_bios)",
    "    movw $0x18, %ax",
    "    movw %ax, %ds",
    "    movw %ax, %es",
    "    movw %ax, %fs",
    "    movw %ax, %gs",
    "    movw %ax, %ss",
    "    ljmp $0x10, $restart_ladder_page + (2f - restart_ladder_bios)",
    ".code16",
    "2:  movl %cr0, %eax",
    "    andb $0xfe, %al", // CR0.PE
    "    movl %eax, %cr0",
    "    ljmp $0xf000, $0xfff0",
    ".balign 8",
    "3:  .word 31",
    "    .quad restart_ladder_page + (5f - restart_ladder_bios)",
    "4:  .word 0x3ff", // 256 vectors of 4 bytes, at address 0
    "    .long 0",
    ".balign 8",
    "5:  .quad 0",
    "    .quad 0x00cf9b000000ffff", // 0x08: 32-bit code
    "    .quad 0x00009b000000ffff", // 0x10: 16-bit code
    "    .quad 0x000093000000ffff", // 0x18: 16-bit data
    "restart_ladder_bios_end:",
    ".code64",
    ".popsection",
    options(att_syntax)
);

unsafe extern "C" {
    #[link_name = "restart_ladder_bios"]
    static CODE: u8;
    #[link_name = "restart_ladder_bios_end"]
    static CODE_END: u8;
}

/// Copies the code to its page and goes there.
///
/// # Safety
/// The page is free, identity-mapped, writable and executable; the caller runs in ring 0.
pub(super) unsafe fn jump() -> ! {
    let start = &raw const CODE;
    let size = (&raw const CODE_END as usize).wrapping_sub(start as usize);
    let page = ptr::with_exposed_provenance_mut::<u8>(BIOS_PAGE as usize);
    // SAFETY: source and size are the two labels' own; the caller promised the page, which is
    // larger and elsewhere.
    unsafe { ptr::copy_nonoverlapping(start, page, size) };
    // SAFETY: the code that was just copied is position-correct at this page and never comes back.
    unsafe { asm!("jmp {}", in(reg) page, options(noreturn)) }
}
