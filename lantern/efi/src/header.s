# A PE32+ header for an EFI application (Microsoft PE and COFF specification; UEFI 2.10, 2.1.1), and
# the entry point.

.section .pe_header, "a"
pe:
    .ascii "MZ"
    .skip 58
    .long 5f - pe                   # where the PE signature lies
.balign 8
5:  .ascii "PE\0\0"
    .word 0x8664                    # x86-64
    .word 1                         # sections
    .long 0, 0, 0
    .word 7f - 6f                   # size of the optional header
    .word 0x0206                    # executable, not stripped of relocations
6:  .word 0x20b                     # PE32+
    .byte 0, 0
    .long image_end - pe - 4096    # code
    .long 0, 0
    .long efi_start - pe
    .long 4096
    .quad 0                         # image base: any
    .long 4096, 4096                # alignment in memory and in the file
    .word 0, 0, 0, 0, 0, 0
    .long 0
    .long image_end - pe
    .long 4096           # size of the headers
    .long 0
    .word 10, 0                     # EFI application
    .quad 0, 0, 0, 0
    .long 0
    .long 6                         # data directories
    .quad 0, 0, 0, 0, 0, 0
7:  .ascii "lantern\0"
    .long image_end - pe - 4096    # in memory
    .long 4096
    .long image_end - pe - 4096    # in the file
    .long 4096
    .long 0, 0
    .word 0, 0
    .long 0xe0000020                # code, executable, readable, writable

# rcx: image handle, rdx: system table (UEFI 2.10, 2.3.4). Nothing is given back, so nothing is
# saved.
.text
.code64
.globl efi_start
efi_start:
    cli
    cld
    leaq pe(%rip), %rdi
    leaq relocations(%rip), %rsi
    leaq relocations_end(%rip), %r8
    # Each entry is 24 bytes; the only type that a static-pie without symbols has is
    # R_X86_64_RELATIVE (psABI, table 4.9).
1:  cmpq %r8, %rsi
    jae 2f
    cmpl $8, 8(%rsi)
    jne 3f
    movq (%rsi), %rax
    movq 16(%rsi), %r9
    addq %rdi, %r9
    movq %r9, (%rdi, %rax)
3:  addq $24, %rsi
    jmp 1b
2:  movq %rcx, %rdi
    movq %rdx, %rsi
    andq $-16, %rsp
    call efi_main
    ud2

# The ready-made core is built for unwinding and refers to this.
.globl rust_eh_personality
rust_eh_personality:
    ud2

.globl memcpy, memmove, memset, memcmp, bcmp
memcpy:
    movq %rdi, %rax
    movq %rdx, %rcx
    rep movsb
    ret
memmove:
    movq %rdi, %rax
    movq %rdx, %rcx
    movq %rdi, %r8
    subq %rsi, %r8
    cmpq %rdx, %r8
    jae 1f
    leaq -1(%rdi, %rdx), %rdi
    leaq -1(%rsi, %rdx), %rsi
    std
1:  rep movsb
    cld
    ret
memset:
    movq %rdi, %r8
    movl %esi, %eax
    movq %rdx, %rcx
    rep stosb
    movq %r8, %rax
    ret
memcmp:
bcmp:
    xorl %eax, %eax
    xorl %ecx, %ecx
1:  cmpq %rdx, %rcx
    je 2f
    movzbl (%rdi, %rcx), %eax
    movzbl (%rsi, %rcx), %r8d
    incq %rcx
    subl %r8d, %eax
    je 1b
2:  ret
