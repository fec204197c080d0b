# Ways into the kernel: exceptions and system calls. Interrupts are never enabled.

.text
.code64
# Vectors that push an error code: 8, 10 to 14, 17, 21, 29, 30 (Intel SDM volume 3, table 6-1).
.macro stub vector
    .if (1 << \vector) & 0x60227d00 == 0
    pushq $0
    .endif
    pushq $\vector
    jmp exception_common
    .balign 16
.endm

.balign 16
.globl exception_stubs
exception_stubs:
.irp vector, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    stub \vector
.endr
.irp vector, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    stub \vector
.endr

exception_common:
    movq %rsp, %rdi
    andq $-16, %rsp
    call exception
    ud2

# Wakes a processor out of hlt and nothing else.
.globl non_maskable
non_maskable:
    iretq

# Linux's calling convention (psABI x86-64, appendix A.2.1): only rax, rcx and r11 may change.
.globl system_call_entry
system_call_entry:
    movq %rsp, user_stack(%rip)
    leaq system_call_stack_top(%rip), %rsp
    pushq user_stack(%rip)
    pushq %r11
    pushq %rcx
    pushq %r9
    pushq %r8
    pushq %r10
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %rax
    movq %rsp, %rdi
    fxsave system_call_sse(%rip)
    call system_call
    fxrstor system_call_sse(%rip)
    addq $8, %rsp
    popq %rdi
    popq %rsi
    popq %rdx
    popq %r10
    popq %r8
    popq %r9
    popq %rcx
    popq %r11
    popq %rsp
    sysretq

# enter_user(entry, stack)
.globl enter_user
enter_user:
    movq %rdi, %rcx
    movq %rsi, %rsp
    movl $0x2, %r11d                # RFLAGS: interrupts stay off
    xorl %eax, %eax
    xorl %ebx, %ebx
    xorl %edx, %edx
    xorl %esi, %esi
    xorl %edi, %edi
    xorl %ebp, %ebp
    xorl %r8d, %r8d
    xorl %r9d, %r9d
    xorl %r10d, %r10d
    xorl %r12d, %r12d
    xorl %r13d, %r13d
    xorl %r14d, %r14d
    xorl %r15d, %r15d
    sysretq

# The ready-made core is built for unwinding and refers to this.
.globl rust_eh_personality
rust_eh_personality:
    ud2

# The memory functions that a C library would bring. String instructions, so that nothing turns them
# into calls to themselves.
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

.section .bss
.balign 16
.globl system_call_stack_top
.skip 65536
system_call_stack_top:
system_call_sse: .skip 512
user_stack: .skip 8
