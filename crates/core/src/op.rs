//! What PID 1 can do to the world, as data; and what came of it.
//!
//! `rekindle-sys` carries each [`Op`] out in one exhaustive match. An op decides nothing: what
//! to try next after an [`Outcome`] is the brain's business.

use crate::child::{Child, CommandLine, Terminal};
use crate::errno::Errno;
use crate::utmp::Record;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Names one op that was asked for, so that its outcome finds its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpId(pub u32);

/// How an op is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By PID 1 itself: only for what can't wait on a disk, a network or another process.
    Inline,
    /// By a forked helper, given up after this many milliseconds.
    Helper {
        /// Milliseconds until the helper is killed and the op counts as timed out.
        deadline_ms: u64,
    },
}

/// A kernel file system that user space expects at a fixed place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiMount {
    /// The file system type, also given as the source (mount(2)).
    pub kind: &'static str,
    /// Where it belongs.
    pub target: &'static str,
    /// Options for the file system itself.
    pub options: &'static str,
    /// Mount with MS_NOEXEC.
    pub no_exec: bool,
    /// Mount with MS_NODEV.
    pub no_devices: bool,
}

/// Whom a signal goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Every process but PID 1 and the caller (kill(2), pid -1).
    Everyone,
    /// One process.
    Process(u32),
    /// Every process of the group that this process leads.
    Group(u32),
}

/// Where a copy of PID 1's own program is kept for its last stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Image {
    /// In a sealed memfd (memfd_create(2)).
    Memfd,
    /// In a file under /run.
    RunFile,
}

/// The program that PID 1 becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// A copy of itself that was prepared before.
    Prepared(Image),
    /// The first of these paths that can be executed.
    Paths(Vec<Vec<u8>>),
}

/// The last call to the kernel (reboot(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelEnd {
    /// LINUX_REBOOT_CMD_HALT.
    Halt,
    /// LINUX_REBOOT_CMD_POWER_OFF.
    PowerOff,
    /// LINUX_REBOOT_CMD_RESTART.
    Restart,
    /// LINUX_REBOOT_CMD_KEXEC.
    Kexec,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Ask whether a file system is mounted on `path`. Answers [`Outcome::Answer`].
    IsMountPoint {
        /// An absolute path.
        path: &'static str,
    },
    /// Make the directory if it is missing and mount on it.
    MountApi(ApiMount),
    /// Open this console as standard input, output and error; or, without one, /dev/console as those
    /// of them that are closed.
    OpenConsole {
        /// As the environment names it.
        path: Option<Vec<u8>>,
    },
    /// Ask whether standard input is a virtual terminal. Answers [`Outcome::Answer`].
    IsVirtualTerminal,
    /// Say every later line on these consoles, too.
    SpeakOn {
        /// Paths of terminals.
        consoles: Vec<Vec<u8>>,
    },
    /// Choose what Ctrl-Alt-Del does: reset the machine, or send PID 1 SIGINT.
    CtrlAltDel {
        /// Whether the keys reset at once.
        resets: bool,
    },
    /// Read a small file. Answers [`Outcome::Bytes`].
    ReadFile {
        /// An absolute path.
        path: &'static str,
        /// Read no more than this.
        most_bytes: usize,
    },
    /// Read the link that names PID 1's own PID namespace (namespaces(7), /proc/PID/ns/pid).
    /// Answers [`Outcome::Bytes`].
    ReadNamespace,
    /// Say every later line on standard error, and nowhere else.
    SpeakOnStandardError,
    /// Start the one command of a container, on PID 1's own standard streams and in the
    /// foreground of its terminal. Answers [`Outcome::Started`].
    SpawnCommand(Box<CommandLine>),
    /// Read a small file and remove it. Answers [`Outcome::Bytes`].
    TakeFile {
        /// An absolute path.
        path: &'static str,
        /// Read no more than this.
        most_bytes: usize,
    },
    /// Make sysvinit's FIFO and read from it, unless that is being done
    /// ([`crate::initctl::FIFO_PATH`]). What arrives comes as [`crate::event::Event::Control`].
    OpenControlFifo,
    /// Stop reading from the FIFO.
    CloseControlFifo,
    /// Have the keyboard's own request sent as SIGWINCH (ioctl_console(2), KDSIGACCEPT).
    AcceptKeyboardRequest,
    /// Ask the program at `path` whether it can take over as PID 1
    /// ([`crate::brain::CAN_RESUME`]).
    AskSuccessor {
        /// An absolute path.
        path: &'static [u8],
    },
    /// Write records to utmp and wtmp, as far as these files are there (utmp(5)).
    Record(Vec<Record>),
    /// Start a child. Answers [`Outcome::Started`].
    Spawn(Box<Child>),
    /// Write all dirty pages of all file systems back (sync(2)).
    Sync,
    /// Reserve the place for a copy of PID 1's program.
    CreateImage(Image),
    /// Give that place up: open for writing, a copy on a disk would keep it from being made read-only.
    DropImage,
    /// Copy PID 1's program into the place reserved last.
    FillImage(Image),
    /// Execute another program as PID 1. Comes back only on failure.
    Become {
        /// What to execute.
        program: Program,
        /// Its arguments.
        arguments: Vec<Vec<u8>>,
        /// Its environment.
        environment: Vec<Vec<u8>>,
        /// The standard streams of a program that is not PID 1's own.
        terminal: Terminal,
        /// Take standard input as the controlling terminal first.
        takes_terminal: bool,
    },
    /// List every process. Answers [`Outcome::Bytes`] for [`crate::process::decode_census`].
    Census {
        /// Also look at argv[0], open signalfds and bytes written, each of which may block.
        thorough: bool,
    },
    /// Send a signal.
    Signal {
        /// To whom.
        whom: Whom,
        /// Its number.
        signal: u8,
    },
    /// Unmount without following a symbolic link at the end of the path (umount2(2)).
    Unmount {
        /// The mount point.
        target: Vec<u8>,
    },
    /// Make the whole file system read-only, at every place where it is mounted.
    RemountReadOnly {
        /// One of its mount points.
        target: Vec<u8>,
    },
    /// Stop swapping to this file or device (swapoff(2)).
    SwapOff {
        /// As /proc/swaps names it.
        path: Vec<u8>,
    },
    /// Replace a file's content, making its last directory if it is missing.
    WriteFile {
        /// An absolute path.
        path: &'static str,
        /// Its new content.
        bytes: Vec<u8>,
    },
    /// End the machine's run (reboot(2)). Comes back only on failure.
    KernelEnd(KernelEnd),
    /// End PID 1, and with it all of its PID namespace.
    Exit {
        /// Its exit status.
        status: u8,
    },
    /// Give a command to the kernel's emergency handler (/proc/sysrq-trigger).
    SysRq(u8),
    /// Reset the machine by its ports, without the kernel. Comes back if no way worked.
    ResetHardware,
}

/// What came of an op.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// A yes or no.
    Answer(bool),
    /// What was read.
    Bytes(Vec<u8>),
    /// The child's process id.
    Started(u32),
    /// The child's terminal is not there.
    NoTerminal(Errno),
    /// No helper could be had for it, so it was not tried (fork(2)).
    NoHelper(Errno),
    /// It failed.
    Failed(Errno),
    /// Its helper did not finish in time and was left behind.
    TimedOut,
}

impl Outcome {
    /// What was read; the error if nothing was, with EIO for an outcome that answers another question.
    ///
    /// # Errors
    /// That error.
    pub fn bytes(&self) -> Result<&[u8], Errno> {
        if let Self::Bytes(bytes) = self {
            return Ok(bytes);
        }
        Err(self.error().unwrap_or(Errno::EIO))
    }

    /// The child's process id, if one was started.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        if let Self::Started(pid) = self { Some(*pid) } else { None }
    }

    /// The error, with a helper's missed deadline counted as ETIMEDOUT.
    #[must_use]
    pub const fn error(&self) -> Option<Errno> {
        match self {
            Self::Failed(errno) | Self::NoTerminal(errno) | Self::NoHelper(errno) => Some(*errno),
            Self::TimedOut => Some(Errno::ETIMEDOUT),
            Self::Done | Self::Answer(_) | Self::Bytes(_) | Self::Started(_) => None,
        }
    }
}
