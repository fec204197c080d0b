# How another processor comes from its start vector to long mode (Intel SDM volume 3, 8.4.4). Linked
# for page 0x9000.

.section .rodata
.set PAGE, 0x9000
.balign 16
.globl second_start, second_end, second_stack_slot
second_start:
.code16
    cli
    xorw %ax, %ax
    movw %ax, %ds
    lgdtl PAGE + (3f - second_start)
    movl %cr0, %eax
    orl $1, %eax
    movl %eax, %cr0
    ljmpl $0x18, $PAGE + (1f - second_start)
.code32
1:  movw $0x10, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl $0x620, %eax               # CR4: PAE, OSFXSR, OSXMMEXCPT
    movl %eax, %cr4
    movl $page_map, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx          # IA32_EFER: LME
    rdmsr
    orl $0x100, %eax
    wrmsr
    movl %cr0, %eax
    andl $0x9ffffffb, %eax          # CR0: EM, CD, NW off; PG, NE, MP on
    orl $0x80000022, %eax
    movl %eax, %cr0
    ljmp $0x08, $PAGE + (2f - second_start)
.code64
2:  movq PAGE + (second_stack_slot - second_start), %rsp
    movq $second_main, %rax
    call *%rax
    ud2
.balign 8
second_stack_slot: .quad 0
3:  .word 31
    .long PAGE + (4f - second_start)
.balign 8
4:  .quad 0
    .quad 0x00af9b000000ffff        # 0x08: 64-bit code
    .quad 0x00cf93000000ffff        # 0x10: data
    .quad 0x00cf9b000000ffff        # 0x18: 32-bit code
second_end:
