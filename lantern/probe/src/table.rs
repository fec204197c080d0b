//! reboot(2) with every caller, magic number and command, but for those that would end the machine.
//!
//! A line is `case CALLER MAGIC1 MAGIC2 COMMAND TEXT RESULT`: RESULT is what the call returned, or
//! 1000 and the signal that the caller's child namespace died of.

use crate::linux::{self, MAGIC1, MAGIC2, NEW_PID, NEW_USER};
use crate::print::Line;

/// Namespaces of a caller, and whether it gives up its capabilities there.
const CALLERS: [(u64, bool); 6] = [
    (0, false),
    (0, true),
    (NEW_PID, false),
    (NEW_PID, true),
    (NEW_USER, false),
    (NEW_USER | NEW_PID, false),
];
const FIRST: [u32; 2] = [MAGIC1, MAGIC1 + 1];
const SECOND: [u32; 6] = [MAGIC2, 85_072_278, 369_367_448, 537_993_216, 0, MAGIC2 + 1];
/// RESTART, HALT, CAD_ON, CAD_OFF, POWER_OFF, RESTART2, SW_SUSPEND, KEXEC, and two that do not
/// exist.
const COMMANDS: [u32; 10] = [
    0x0123_4567,
    0xCDEF_0123,
    0x89AB_CDEF,
    0,
    0x4321_FEDC,
    RESTART2,
    0xD000_FCE2,
    0x4558_4543,
    1,
    0xFFFF_FFFF,
];
const RESTART2: u32 = 0xA1B2_C3D4;
/// Would end the machine if everything else is right: RESTART, HALT, POWER_OFF, and RESTART2 with a
/// text.
const FATAL: [u32; 3] = [0x0123_4567, 0xCDEF_0123, 0x4321_FEDC];

pub(crate) fn run() {
    for (index, caller) in CALLERS.iter().enumerate() {
        for magic1 in FIRST {
            for magic2 in SECOND {
                for command in COMMANDS {
                    each_text(index, *caller, [magic1, magic2, command]);
                }
            }
        }
    }
    Line::new("cases done").print();
}

/// RESTART2 is asked twice, with a text that can be read and one that can't.
fn each_text(index: usize, caller: (u64, bool), call: [u32; 3]) {
    let texts: &[u64] = if call[2] == RESTART2 { &[1, 0] } else { &[0] };
    for text in texts {
        let is_fatal = FATAL.contains(&call[2]) || *text == 1;
        let is_granted = index == 0 && call[0] == MAGIC1 && SECOND[..4].contains(&call[1]);
        if is_fatal && is_granted {
            continue;
        }
        let result = ask(caller, call, *text);
        let mut line = Line::new("case");
        line.push_number(index as i64);
        for number in call {
            line.push_number(i64::from(number));
        }
        line.push_number(*text as i64);
        line.push_number(result);
        line.print();
    }
}

fn ask((flags, gives_up): (u64, bool), [magic1, magic2, command]: [u32; 3], text: u64) -> i64 {
    let child = linux::fork(flags);
    if child == 0 {
        if gives_up {
            linux::become_nobody();
        }
        let text = if text == 1 { c"text".as_ptr() as u64 } else { 1 };
        let result = linux::reboot(magic1, magic2, command, text);
        linux::exit(result.unsigned_abs());
    }
    if child < 0 {
        return child - 2000;
    }
    let status = linux::wait(child);
    // wait(2): the low seven bits are the signal, the byte above them the exit status.
    if status & 0x7F != 0 { 1000 + (status & 0x7F) } else { -(status >> 8 & 0xFF) }
}
