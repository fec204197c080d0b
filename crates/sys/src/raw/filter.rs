//! A filter of system calls (seccomp(2)), so that nobody but PID 1 ends an ending machine.

use super::checked;
use crate::Result;
use syscalls::{Sysno, syscall};

/// One instruction of the filter: struct sock_filter (linux/filter.h).
#[repr(C)]
struct Instruction {
    code: u16,
    if_true: u8,
    if_false: u8,
    value: u32,
}

/// struct sock_fprog (linux/filter.h).
#[repr(C)]
struct Program {
    length: u16,
    instructions: *const Instruction,
}

const fn load(offset: u32) -> Instruction {
    // BPF_LD | BPF_W | BPF_ABS (linux/bpf_common.h): a word of struct seccomp_data.
    Instruction { code: 0x20, if_true: 0, if_false: 0, value: offset }
}

const fn jump_if(value: u32, if_true: u8, if_false: u8) -> Instruction {
    // BPF_JMP | BPF_JEQ | BPF_K.
    Instruction { code: 0x15, if_true, if_false, value }
}

const fn answer(value: u32) -> Instruction {
    // BPF_RET | BPF_K.
    Instruction { code: 0x06, if_true: 0, if_false: 0, value }
}

/// Refuses reboot(2) with EPERM from here on, to this process and all that it starts, for the
/// commands that end the kernel's run: RESTART, RESTART2, HALT and POWER_OFF. KEXEC goes through, and
/// so does everything else. Offsets are those of struct seccomp_data (linux/seccomp.h), numbers those
/// of linux/audit.h, of both system call tables and of linux/reboot.h.
///
/// # Errors
/// EINVAL without filters in the kernel; EACCES without CAP_SYS_ADMIN.
pub fn refuse_machine_ends() -> Result<()> {
    const NUMBER: u32 = 0;
    const ARCHITECTURE: u32 = 4;
    const THIRD_ARGUMENT: u32 = 32;
    const AUDIT_ARCH_X86_64: u32 = 0xc000_003e;
    const AUDIT_ARCH_I386: u32 = 0x4000_0003;
    // SECCOMP_RET_ALLOW, and SECCOMP_RET_ERRNO with EPERM.
    const ALLOW: u32 = 0x7fff_0000;
    const REFUSE: u32 = 0x0005_0001;
    let instructions = [
        load(ARCHITECTURE),
        jump_if(AUDIT_ARCH_X86_64, 2, 0),
        jump_if(AUDIT_ARCH_I386, 3, 0),
        answer(ALLOW),
        load(NUMBER),
        jump_if(169, 3, 0),
        answer(ALLOW),
        load(NUMBER),
        jump_if(88, 0, 5),
        load(THIRD_ARGUMENT),
        jump_if(0x0123_4567, 4, 0),
        jump_if(0xa1b2_c3d4, 3, 0),
        jump_if(0xcdef_0123, 2, 0),
        jump_if(0x4321_fedc, 1, 0),
        answer(ALLOW),
        answer(REFUSE),
    ];
    let length = u16::try_from(instructions.len()).unwrap_or(0);
    let program = Program { length, instructions: instructions.as_ptr() };
    /// PR_SET_SECCOMP (linux/prctl.h) and SECCOMP_MODE_FILTER (linux/seccomp.h).
    const SET_SECCOMP: usize = 22;
    const MODE_FILTER: usize = 2;
    // SAFETY: the kernel reads `program` and the instructions that it points to, which both live on.
    checked(unsafe { syscall!(Sysno::prctl, SET_SECCOMP, MODE_FILTER, &raw const program) })
        .map(drop)
}
