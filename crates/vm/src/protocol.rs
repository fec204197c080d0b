//! What the host and the guest agent say to each other: one JSON object a line, over the
//! second serial port. The same types are compiled into both ends.

use serde::{Deserialize, Serialize};

/// One line from the host to the guest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    pub id: u64,
    pub ask: Ask,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Runs a program to its end and answers with `Answer::Ran`.
    Run {
        argv: Vec<String>,
        stdin: String,
        timeout_ms: u64,
    },
    /// Starts a program and leaves it alone. A `vm-agent load` is awaited until it says it is ready.
    Spawn {
        name: String,
        argv: Vec<String>,
    },
    /// Says `Answer::Issued`, then runs the program, then says `Answer::Ran` if it still can.
    Request {
        argv: Vec<String>,
    },
    /// Says `Answer::Issued`, then sends the signal.
    RequestBySignal {
        pid: i32,
        signal: i32,
    },
    Signal {
        pid: i32,
        signal: i32,
    },
    Read {
        path: String,
    },
    Write {
        path: String,
        text: String,
        mode: u32,
    },
    List {
        path: String,
    },
    Stat {
        path: String,
    },
    Mounts,
    Processes,
    Memory {
        pid: i32,
    },
    /// Makes this many processes whose parent is gone before they end: PID 1 has to reap them.
    Orphans {
        count: u32,
    },
    /// For the examiner only: mount the root file system and become its init.
    GoOn,
}

/// One line from the guest to the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    Hello(Hello),
    Answer { id: u64, answer: Answer },
    Refused { id: u64, reason: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Done,
    Issued,
    Ran(Ran),
    Started { pid: i32 },
    Text(String),
    Names(Vec<String>),
    Stat(FileStat),
    Mounts(Vec<Mount>),
    Processes(Vec<Process>),
    Memory(Memory),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A service of the booted system.
    Agent,
    /// PID 1 of a small initramfs that leaves the disk alone until it is told to go on.
    Examiner,
}

/// Said once by every agent that starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub role: Role,
    pub boot_id: String,
    pub command_line: String,
    pub release: String,
    /// `/proc/sys/kernel/bootloader_type`; see [`KEXEC_BOOTLOADER_TYPE`].
    pub bootloader_type: u32,
    pub pid_1: ProgramName,
    pub uptime_ms: u64,
}

/// Loader type 0xD in the high nibble, version 0: what `kexec_file_load` writes into the
/// next kernel's boot parameters (arch/x86/kernel/kexec-bzimage64.c) and the boot protocol
/// lists as "kexec-tools" (Documentation/arch/x86/boot.rst, `type_of_loader`).
pub const KEXEC_BOOTLOADER_TYPE: u32 = 0xD0;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramName {
    pub comm: String,
    pub exe: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// `None` when a signal ended it or its time ran out.
    pub status: Option<i32>,
    pub signal: Option<i32>,
    pub timed_out: bool,
    pub stdout: String,
    pub stderr: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStat {
    pub mode: u32,
    pub size_bytes: u64,
    pub uid: u32,
    pub gid: u32,
    pub links: u64,
    /// Device number of the file system that holds it.
    pub device: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    pub source: String,
    pub target: String,
    pub kind: String,
    pub options: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub pid: i32,
    pub parent: i32,
    pub comm: String,
    /// One letter, as in `/proc/PID/stat`.
    pub state: char,
    pub session: i32,
    /// `ttyS0`, `tty1`, or `major:minor` for others; `None` without a controlling terminal.
    pub terminal: Option<String>,
    /// Bit n-1 stands for signal n, as in `/proc/PID/status`.
    pub blocked: u64,
    pub ignored: u64,
    pub caught: u64,
    pub argv: Vec<String>,
    pub environment: Vec<String>,
    pub exe: String,
}

impl Process {
    pub fn blocks(&self, signal: i32) -> bool {
        has_signal(self.blocked, signal)
    }
    pub fn ignores(&self, signal: i32) -> bool {
        has_signal(self.ignored, signal)
    }
    pub fn catches(&self, signal: i32) -> bool {
        has_signal(self.caught, signal)
    }
}

fn has_signal(mask: u64, signal: i32) -> bool {
    u32::try_from(signal - 1).is_ok_and(|bit| bit < 64 && mask & (1 << bit) != 0)
}

/// From `/proc/PID/smaps_rollup`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    pub resident_kib: u64,
    pub proportional_kib: u64,
}

#[cfg(test)]
mod tests {
    use super::{Ask, Command, has_signal};

    #[test]
    fn a_command_survives_its_journey() {
        let ask = Ask::Run { argv: vec!["sh".into()], stdin: "a\nb\u{0}".into(), timeout_ms: 5 };
        let command = Command { id: 7, ask };
        let line = serde_json::to_string(&command).unwrap();
        assert!(!line.contains('\n'), "{line}");
        assert_eq!(serde_json::from_str::<Command>(&line).unwrap(), command);
    }

    #[test]
    fn signal_15_is_bit_14() {
        assert!(has_signal(0x4000, 15));
        assert!(!has_signal(0x4000, 14));
        assert!(!has_signal(u64::MAX, 0));
        assert!(!has_signal(u64::MAX, 65));
    }
}
