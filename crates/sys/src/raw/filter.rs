//! A filter of system calls (seccomp(2)), so that nobody but PID 1 ends an ending machine.

use crate::Result;
use crate::arch::REBOOT_CALLS;
use crate::result::checked;
use alloc::vec::Vec;
use rekindle_core::op::RebootCommand;
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

/// Jumps count the instructions that are left out.
const fn jump_if(value: u32, if_true: u8, if_false: u8) -> Instruction {
    // BPF_JMP | BPF_JEQ | BPF_K.
    Instruction { code: 0x15, if_true, if_false, value }
}

const fn answer(value: u32) -> Instruction {
    // BPF_RET | BPF_K.
    Instruction { code: 0x06, if_true: 0, if_false: 0, value }
}

/// Offsets in struct seccomp_data (linux/seccomp.h); of an argument its lower word, which comes first
/// on every architecture that there is code for.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const THIRD_ARGUMENT: u32 = 32;

/// SECCOMP_RET_ALLOW, and SECCOMP_RET_ERRNO with EPERM (linux/seccomp.h).
const ALLOW: u32 = 0x7fff_0000;
const REFUSE: u32 = 0x0005_0001;

/// The commands that end the kernel's run. KEXEC enters another one.
const ENDS: [u32; 4] = [
    RebootCommand::Restart.number(),
    RebootCommand::RESTART2_NUMBER,
    RebootCommand::Halt.number(),
    RebootCommand::PowerOff.number(),
];

/// For each way to call reboot(2): leave out the next three unless its table is used, the next one
/// unless it is that call. Then the command decides.
fn plan_filter() -> Vec<Instruction> {
    const INSTRUCTIONS_EACH: u8 = 4;
    let mut filter = Vec::new();
    let mut calls_left = u8::try_from(REBOOT_CALLS.len()).unwrap_or(0);
    for (architecture, number) in REBOOT_CALLS {
        calls_left = calls_left.saturating_sub(1);
        // Past the other calls, and past the answer for a call that is none of them.
        let to_command = calls_left.saturating_mul(INSTRUCTIONS_EACH).saturating_add(1);
        filter.extend([load(ARCHITECTURE), jump_if(architecture, 0, 2)]);
        filter.extend([load(NUMBER), jump_if(number, to_command, 0)]);
    }
    filter.extend([answer(ALLOW), load(THIRD_ARGUMENT)]);
    let mut ends_left = u8::try_from(ENDS.len()).unwrap_or(0);
    for command in ENDS {
        filter.push(jump_if(command, ends_left, 0));
        ends_left = ends_left.saturating_sub(1);
    }
    filter.extend([answer(ALLOW), answer(REFUSE)]);
    filter
}

/// Refuses reboot(2) with EPERM from here on, to this process and all that it starts, for the
/// commands that end the kernel's run. KEXEC goes through, and so does everything else.
///
/// # Errors
/// EINVAL without filters in the kernel; EACCES without CAP_SYS_ADMIN.
pub fn refuse_machine_ends() -> Result<()> {
    /// PR_SET_SECCOMP (linux/prctl.h) and SECCOMP_MODE_FILTER (linux/seccomp.h).
    const SET_SECCOMP: usize = 22;
    const MODE_FILTER: usize = 2;
    let filter = plan_filter();
    let length = u16::try_from(filter.len()).unwrap_or(0);
    let program = Program { length, instructions: filter.as_ptr() };
    // SAFETY: the kernel reads `program` and the instructions that it points to, which both live on.
    checked(unsafe { syscall!(Sysno::prctl, SET_SECCOMP, MODE_FILTER, &raw const program) })
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// linux/audit.h, and reboot(2) in each table.
    const AUDIT_ARCH_X86_64: u32 = 0xc000_003e;
    const AUDIT_ARCH_I386: u32 = 0x4000_0003;
    const REBOOT_X86_64: u32 = 169;
    const REBOOT_X32: u32 = 0x4000_00a9;
    const REBOOT_I386: u32 = 88;

    /// What the kernel would answer (Documentation/networking/filter.rst).
    fn run(architecture: u32, number: u32, third: u32) -> u32 {
        let filter = plan_filter();
        let (mut at, mut word) = (0, 0);
        loop {
            let Instruction { code, if_true, if_false, value } = filter[at];
            at += 1;
            match code {
                0x20 => {
                    word = match value {
                        NUMBER => number,
                        ARCHITECTURE => architecture,
                        THIRD_ARGUMENT => third,
                        other => panic!("no such word: {other}"),
                    };
                }
                0x15 => at += usize::from(if word == value { if_true } else { if_false }),
                0x06 => return value,
                other => panic!("no such instruction: {other:#x}"),
            }
        }
    }

    #[test]
    fn ends_of_the_kernel_are_refused_in_every_table() {
        for (architecture, number) in [
            (AUDIT_ARCH_X86_64, REBOOT_X86_64),
            (AUDIT_ARCH_X86_64, REBOOT_X32),
            (AUDIT_ARCH_I386, REBOOT_I386),
        ] {
            for command in [0x0123_4567, 0xa1b2_c3d4, 0xcdef_0123, 0x4321_fedc] {
                assert_eq!(run(architecture, number, command), REFUSE, "{architecture:#x}");
            }
            // KEXEC, and what Ctrl-Alt-Del does.
            for command in [0x4558_4543, 0, 0x89ab_cdef] {
                assert_eq!(run(architecture, number, command), ALLOW, "{architecture:#x}");
            }
        }
    }

    #[test]
    fn every_other_call_goes_through() {
        for number in 0..600 {
            for x32 in [0, 0x4000_0000] {
                if number != REBOOT_X86_64 {
                    let answer = run(AUDIT_ARCH_X86_64, x32 | number, 0x0123_4567);
                    assert_eq!(answer, ALLOW, "{x32:#x} {number}");
                }
            }
            if number != REBOOT_I386 {
                assert_eq!(run(AUDIT_ARCH_I386, number, 0x0123_4567), ALLOW, "{number}");
            }
        }
        // The number of one table in another, and an architecture that is not ours.
        assert_eq!(run(AUDIT_ARCH_I386, REBOOT_X32, 0x0123_4567), ALLOW);
        assert_eq!(run(AUDIT_ARCH_X86_64, 0x8000_00a9, 0x0123_4567), ALLOW);
        assert_eq!(run(0xc000_00b7, REBOOT_X86_64, 0x0123_4567), ALLOW, "another architecture");
    }
}
