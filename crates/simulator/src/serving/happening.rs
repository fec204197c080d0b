//! What happens to a machine from outside.

use rekindle_core::errno::Errno;

/// When something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So many milliseconds after the machine was switched on.
    At(u64),
    /// As soon as so many ops were carried out.
    AfterOp(u32),
}

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub when: When,
    /// What.
    pub what: What,
}

/// A request on the FIFO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A runlevel, or one of `QUABC`, with the seconds between TERM and KILL.
    Level(u8, u32),
    /// The power: 2 fails, 3 fails and the battery is low, 4 is back.
    Power(u8),
    /// `INIT_HALT=HALT` is set, or unset.
    Halt(bool),
    /// A number that no request has.
    Unknown,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A signal is sent, by the kernel (0) or by this process.
    Signal {
        /// Its number.
        signal: u8,
        /// By whom.
        pid: u32,
    },
    /// A request is written to the FIFO.
    Request(Asked),
    /// The beginning of a request is written, and its writer dies.
    HalfRequest(Asked, usize),
    /// So many bytes that are no request are written to the FIFO.
    Garbage(usize),
    /// From now on a read of the FIFO gives no more than so many bytes.
    ReadsPieces(usize),
    /// The file is now the table of this number.
    Table(usize),
    /// A UPS daemon leaves this letter, and sends PWR.
    Power(u8),
    /// A kernel is loaded for kexec, or unloaded.
    Loaded(bool),
    /// No process can be started for so long.
    NoProcess(Errno, u64),
    /// No helper can be had for so long.
    NoHelper(Errno, u64),
    /// Every helper that is started for so long hangs.
    HelpersHang(u64),
    /// The terminals but for the console are missing for so long.
    NoTerminal(u64),
    /// The program at /sbin/init can't be executed any more, or can again.
    SuccessorFails(bool),
    /// The copy of PID 1's program can't be made or executed any more.
    CopyFails,
    /// An orphan of nobody's ends.
    OrphanEnds,
    /// Somebody kills a process of an entry.
    Kill(usize),
    /// PID 1 is not run for so long.
    Stall(u64),
    /// PID 1 fails, and goes on after it.
    Panic,
}
