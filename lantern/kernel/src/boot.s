# From the PVH entry (Xen docs/misc/pvh.pandoc: 32-bit protected mode, no paging, ebx =
# hvm_start_info) to long mode.

.section .note.pvh, "a", @note
.balign 4
.long 4, 8, 18                      # name size, description size, XEN_ELFNOTE_PHYS32_ENTRY
.asciz "Xen"
.quad pvh_start

.section .boot, "ax"
.code32
.globl pvh_start
pvh_start:
    cli
    cld
    movl $bss_start, %edi
    movl $bss_end, %ecx
    subl %edi, %ecx
    xorl %eax, %eax
    rep stosb
    movl %ebx, start_info
    movl $boot_stack_top, %esp

    # 4 GiB, identity, in pages of 2 MiB: tables lie at the top of memory, microvm's reset register
    # at 0xFEA00202.
    movl $(page_directory_pointers + 7), page_map
    movl $4, %ecx
    movl $page_directory_pointers, %edi
    movl $(page_directories + 7), %eax
1:  movl %eax, (%edi)
    addl $4096, %eax
    addl $8, %edi
    loop 1b
    movl $2048, %ecx
    movl $page_directories, %edi
    movl $0x83, %eax                # present, writable, 2 MiB
2:  movl %eax, (%edi)
    addl $0x200000, %eax
    addl $8, %edi
    loop 2b
    # Pages 1 to 23, 2 MiB to 48 MiB, belong to the user program.
    movl $23, %ecx
    movl $(page_directories + 8), %edi
3:  orl $4, (%edi)
    addl $8, %edi
    loop 3b

    movl $0x620, %eax               # CR4: PAE, OSFXSR, OSXMMEXCPT
    movl %eax, %cr4
    movl $page_map, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx          # IA32_EFER: SCE, LME
    rdmsr
    orl $0x101, %eax
    wrmsr
    movl %cr0, %eax
    andl $0xfffffffb, %eax          # CR0: EM off; PG, NE, MP on
    orl $0x80000022, %eax
    movl %eax, %cr0
    lgdt boot_gdt_pointer
    ljmp $0x08, $4f
.code64
4:  movw $0x10, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    xorl %eax, %eax
    movw %ax, %fs
    movw %ax, %gs
    movl start_info(%rip), %edi
    call kernel_main
5:  hlt
    jmp 5b

.section .rodata
.balign 8
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff        # 0x08: 64-bit code
    .quad 0x00cf93000000ffff        # 0x10: data
boot_gdt_pointer:
    .word 23
    .quad boot_gdt

.section .bss
.balign 4096
.globl page_map
page_map: .skip 4096
page_directory_pointers: .skip 4096
page_directories: .skip 4 * 4096
.skip 65536
boot_stack_top:
start_info: .skip 8
