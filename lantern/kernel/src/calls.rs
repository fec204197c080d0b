//! The system calls that a static `reboot -f` makes, by Linux's numbers
//! (arch/x86/entry/syscalls/syscall_64.tbl).

use lantern_board::{cmos, say, serial};
use restart_ladder::chain::{Action, Call, Caller, Fault};

use crate::{chain, memory};

/// The registers that entry.s saved.
#[repr(C)]
struct Frame {
    number: u64,
    arguments: [u64; 6],
}

const WRITE: u64 = 1;
const OPEN: u64 = 2;
const WRITEV: u64 = 20;
const GETPID: u64 = 39;
const EXIT: u64 = 60;
const SYNC: u64 = 162;
const REBOOT: u64 = 169;
const OPENAT: u64 = 257;
const EXIT_GROUP: u64 = 231;

const NO_SUCH_FILE: i64 = -2;
const BAD_DESCRIPTOR: i64 = -9;
const FAULT: i64 = -14;
const NO_SUCH_CALL: i64 = -38;
/// Lists of writev longer than this are cut, as a short write.
const PARTS_MAX: u64 = 16;
/// The program is no PID 1: that is why `reboot` asks the kernel itself.
const PROCESS: i64 = 2;

/// Called by entry.s.
#[unsafe(no_mangle)]
extern "C" fn system_call(frame: &Frame) -> i64 {
    let [first, second, third, fourth, ..] = frame.arguments;
    match frame.number {
        WRITE => write(first, second, third),
        WRITEV => write_parts(first, second, third),
        OPEN | OPENAT => {
            say!("system call", "open: there are no files");
            NO_SUCH_FILE
        }
        GETPID => PROCESS,
        SYNC => {
            say!("system call", "sync: nothing is mounted");
            0
        }
        REBOOT => reboot(first as u32, second as u32, third as u32, fourth),
        EXIT | EXIT_GROUP => ended(first),
        number => {
            say!("system call", "{number} does not exist here");
            NO_SUCH_CALL
        }
    }
}

fn ended(status: u64) -> ! {
    say!("user", "the program ended with status {}", status as u32);
    cmos::exit(cmos::EXIT_PROGRAM_ENDED)
}

fn write(descriptor: u64, address: u64, size: u64) -> i64 {
    if !(1..=2).contains(&descriptor) {
        return BAD_DESCRIPTOR;
    }
    let Some(bytes) = memory::user(address, size) else { return FAULT };
    serial::write(bytes);
    size as i64
}

/// Each part is an address and a size (POSIX struct iovec).
fn write_parts(descriptor: u64, parts: u64, count: u64) -> i64 {
    let mut written = 0;
    for index in 0..count.min(PARTS_MAX) {
        let Some(part) = memory::user(parts + 16 * index, 16) else { return FAULT };
        let (address, size) = part.split_at(8);
        match write(descriptor, number(address), number(size)) {
            error if error < 0 => return error,
            size => written += size,
        }
    }
    written
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn reboot(magic1: u32, magic2: u32, command: u32, text: u64) -> i64 {
    say!("system call", "reboot({magic1:#x}, {magic2}, {command:#x})");
    // One program, and it is root's.
    let caller = Caller { may_boot: true, is_in_first_pid_namespace: true };
    let mut addresses = text..;
    let next_byte = || {
        let byte = addresses.next().and_then(|address| memory::user(address, 1)).ok_or(Fault)?;
        Ok(byte[0])
    };
    let system = chain::system();
    match (Call { magic1, magic2, command }).decide(caller, &system, next_byte) {
        Ok(action) => {
            say!("system call", "granted: {}", name(&action));
            chain::enact(&action)
        }
        Err(error) => {
            say!("system call", "refused: {error:?}");
            -i64::from(error.number())
        }
    }
}

fn name(action: &Action) -> &'static str {
    match action {
        Action::Restart(None) => "restart",
        Action::Restart(Some(_)) => "restart with a text",
        Action::Halt { .. } => "halt",
        Action::PowerOff => "power off",
        Action::CtrlAltDel(_) => "ctrl-alt-del",
        Action::Kexec => "kexec",
        Action::Hibernate => "hibernate",
        Action::EndNamespace(_) => "end of the namespace",
        _ => "something new",
    }
}
