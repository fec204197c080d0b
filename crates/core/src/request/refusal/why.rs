//! Why it was refused.

use super::words::Words;
use crate::errno::Errno;
use crate::json::Object;
use crate::text::JsonText;
use core::fmt;

/// Why something was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// PID 1 is a container's.
    Container,
    /// No kernel is loaded for kexec.
    NoKernelLoaded,
    /// Whether one is loaded can't be read.
    KexecUnknown(Errno),
    /// Inittab has no `restart` entry.
    NoRestartEntry,
    /// Inittab has no `ctrlaltdel` entry.
    NoKeysEntry,
    /// The machine boots or ends.
    NotServing,
    /// The program in init's place can't take over.
    CantTakeOver(Errno),
    /// The machine ends.
    Ending,
    /// There is no such runlevel; this number was asked for.
    NoSuchRunlevel(u8),
    /// No request has this number.
    NoSuchRequest(u32),
    /// Process 1 knows no runlevels but those that end the machine.
    NoRunlevels,
    /// Process 1 is this init, which hears nothing that this program could send for it.
    NotHeard(Words),
    /// Process 1 was asked, and the machine has not ended.
    NotEnded,
    /// The variables are longer than a request.
    VariablesTooLong,
    /// The caller is not process 1.
    NotProcess1,
    /// /sys/kernel/reboot/type can't be opened.
    NoResetType(Errno),
    /// /sys/kernel/reboot/mode can't be opened.
    NoResetMode(Errno),
    /// The kernel is locked down, at this level.
    LockedDown(Words),
    /// The ports are kept from root as well.
    KeptFromRoot,
    /// Only root, or a member of a group that is named for it, may ask for that.
    NotAllowed,
    /// Whoever asks is of another PID namespace or user namespace.
    OtherNamespace,
    /// Nobody knows who asks.
    PeerUnknown(Errno),
    /// The bytes are no frame.
    NoFrame,
    /// A frame of this version.
    OtherVersion(u8),
    /// The content of a frame is not that of its kind.
    BadContent,
    /// No entry is meant.
    NoSuchEntry,
    /// Those on these lines are meant.
    ManyEntries(Words),
    /// The entry is never started again by itself.
    NotRespawned,
    /// There is no room for that many descriptors.
    NoRoom,
    /// No descriptors came with the frame, or some for which it has no use.
    WrongDescriptors,
    /// Nothing is kept under that name.
    NotKept,
    /// Only root may use the ports.
    OnlyRoot,
    /// The kernel has no call that opens the ports.
    NoPortCalls,
    /// The ports can't be had.
    PortsFailed(Errno),
    /// The ports, which could be had shortly before, can't be had.
    NoAccess(Errno),
    /// Each way was tried, and none worked.
    NothingWorked,
    /// A system call failed.
    Failed(Errno),
    /// Process 1 has said so, in these words.
    Told(Words),
    /// The command line is wrong in this way.
    WrongUsage(Words),
}

impl Why {
    /// The name in the machine-readable form.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::NoKernelLoaded => "no-kernel-loaded",
            Self::KexecUnknown(_) => "kexec-unknown",
            Self::NoRestartEntry => "no-restart-entry",
            Self::NoKeysEntry => "no-keys-entry",
            Self::NotServing => "not-serving",
            Self::CantTakeOver(_) => "cant-take-over",
            Self::Ending => "ending",
            Self::NoSuchRunlevel(_) => "no-such-runlevel",
            Self::NoSuchRequest(_) => "no-such-request",
            Self::NoRunlevels => "no-runlevels",
            Self::NotHeard(_) => "not-heard",
            Self::NotEnded => "not-ended",
            Self::VariablesTooLong => "variables-too-long",
            Self::NotProcess1 => "not-process-1",
            Self::NoResetType(_) => "no-reset-type",
            Self::NoResetMode(_) => "no-reset-mode",
            Self::LockedDown(_) => "locked-down",
            Self::KeptFromRoot => "kept-from-root",
            Self::NotAllowed => "not-allowed",
            Self::OtherNamespace => "other-namespace",
            Self::PeerUnknown(_) => "peer-unknown",
            Self::NoFrame => "no-frame",
            Self::OtherVersion(_) => "other-version",
            Self::BadContent => "bad-content",
            Self::NoSuchEntry => "no-such-entry",
            Self::ManyEntries(_) => "many-entries",
            Self::NotRespawned => "not-respawned",
            Self::NoRoom => "no-room",
            Self::WrongDescriptors => "wrong-descriptors",
            Self::NotKept => "not-kept",
            Self::OnlyRoot => "only-root",
            Self::NoPortCalls => "no-port-calls",
            Self::PortsFailed(_) => "ports-failed",
            Self::NoAccess(_) => "no-access",
            Self::NothingWorked => "nothing-worked",
            Self::Failed(_) => "failed",
            Self::Told(_) => "told",
            Self::WrongUsage(_) => "wrong-usage",
        }
    }

    /// The number in frames of the control socket (docs/protocol.md), which never changes.
    #[must_use]
    pub const fn number(&self) -> u8 {
        match self {
            Self::Container => 1,
            Self::NoKernelLoaded => 2,
            Self::KexecUnknown(_) => 3,
            Self::NoRestartEntry => 4,
            Self::NoKeysEntry => 5,
            Self::NotServing => 6,
            Self::CantTakeOver(_) => 7,
            Self::Ending => 8,
            Self::NoSuchRunlevel(_) => 9,
            Self::NoSuchRequest(_) => 10,
            Self::NoRunlevels => 11,
            Self::NotHeard(_) => 12,
            Self::NotEnded => 13,
            Self::VariablesTooLong => 14,
            Self::NotProcess1 => 15,
            Self::NoResetType(_) => 16,
            Self::NoResetMode(_) => 17,
            Self::LockedDown(_) => 18,
            Self::KeptFromRoot => 19,
            Self::NotAllowed => 20,
            Self::OtherNamespace => 21,
            Self::PeerUnknown(_) => 22,
            Self::NoFrame => 23,
            Self::OtherVersion(_) => 24,
            Self::BadContent => 25,
            Self::NoSuchEntry => 26,
            Self::ManyEntries(_) => 27,
            Self::NotRespawned => 28,
            Self::NoRoom => 29,
            Self::WrongDescriptors => 30,
            Self::NotKept => 31,
            Self::OnlyRoot => 32,
            Self::NoPortCalls => 33,
            Self::PortsFailed(_) => 34,
            Self::NoAccess(_) => 35,
            Self::NothingWorked => 36,
            Self::Failed(_) => 37,
            Self::Told(_) => 39,
            Self::WrongUsage(_) => 38,
        }
    }

    /// Its fields in the machine-readable form.
    pub(super) fn render_fields(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"why\":\"{}\"", self.name())?;
        match self {
            Self::KexecUnknown(errno)
            | Self::CantTakeOver(errno)
            | Self::PeerUnknown(errno)
            | Self::NoResetType(errno)
            | Self::NoResetMode(errno)
            | Self::PortsFailed(errno)
            | Self::NoAccess(errno)
            | Self::Failed(errno) => write!(out, ",\"errno\":{}", errno.0),
            Self::NoSuchRunlevel(number) | Self::OtherVersion(number) => {
                write!(out, ",\"number\":{number}")
            }
            Self::NoSuchRequest(number) => write!(out, ",\"number\":{number}"),
            Self::NotHeard(init) => {
                write!(out, ",\"init\":\"{}\"", JsonText(init.as_str().as_bytes()))
            }
            Self::LockedDown(text)
            | Self::WrongUsage(text)
            | Self::Told(text)
            | Self::ManyEntries(text) => {
                write!(out, ",\"text\":\"{}\"", JsonText(text.as_str().as_bytes()))
            }
            Self::Container
            | Self::NoKernelLoaded
            | Self::NoRestartEntry
            | Self::NoKeysEntry
            | Self::NotServing
            | Self::Ending
            | Self::NoRunlevels
            | Self::NotEnded
            | Self::VariablesTooLong
            | Self::NotProcess1
            | Self::KeptFromRoot
            | Self::NotAllowed
            | Self::OtherNamespace
            | Self::NoFrame
            | Self::BadContent
            | Self::NoSuchEntry
            | Self::NotRespawned
            | Self::NoRoom
            | Self::WrongDescriptors
            | Self::NotKept
            | Self::OnlyRoot
            | Self::NoPortCalls
            | Self::NothingWorked => Ok(()),
        }
    }

    /// Reads those fields.
    pub(super) fn parse_fields(object: &Object) -> Result<Self, &'static str> {
        let errno = || object.number("errno").map(Errno);
        let text = || object.text("text").map(Words::new);
        Ok(match object.text("why")? {
            "container" => Self::Container,
            "no-kernel-loaded" => Self::NoKernelLoaded,
            "kexec-unknown" => Self::KexecUnknown(errno()?),
            "no-restart-entry" => Self::NoRestartEntry,
            "no-keys-entry" => Self::NoKeysEntry,
            "not-serving" => Self::NotServing,
            "cant-take-over" => Self::CantTakeOver(errno()?),
            "ending" => Self::Ending,
            "no-such-runlevel" => Self::NoSuchRunlevel(object.number("number")?),
            "no-such-request" => Self::NoSuchRequest(object.number("number")?),
            "no-runlevels" => Self::NoRunlevels,
            "not-heard" => Self::NotHeard(Words::new(object.text("init")?)),
            "not-ended" => Self::NotEnded,
            "variables-too-long" => Self::VariablesTooLong,
            "not-process-1" => Self::NotProcess1,
            "no-reset-type" => Self::NoResetType(errno()?),
            "no-reset-mode" => Self::NoResetMode(errno()?),
            "locked-down" => Self::LockedDown(text()?),
            "kept-from-root" => Self::KeptFromRoot,
            "not-allowed" => Self::NotAllowed,
            "other-namespace" => Self::OtherNamespace,
            "peer-unknown" => Self::PeerUnknown(errno()?),
            "no-frame" => Self::NoFrame,
            "other-version" => Self::OtherVersion(object.number("number")?),
            "bad-content" => Self::BadContent,
            "no-such-entry" => Self::NoSuchEntry,
            "many-entries" => Self::ManyEntries(text()?),
            "not-respawned" => Self::NotRespawned,
            "no-room" => Self::NoRoom,
            "wrong-descriptors" => Self::WrongDescriptors,
            "not-kept" => Self::NotKept,
            "only-root" => Self::OnlyRoot,
            "no-port-calls" => Self::NoPortCalls,
            "ports-failed" => Self::PortsFailed(errno()?),
            "no-access" => Self::NoAccess(errno()?),
            "nothing-worked" => Self::NothingWorked,
            "failed" => Self::Failed(errno()?),
            "told" => Self::Told(text()?),
            "wrong-usage" => Self::WrongUsage(text()?),
            _ => return Err("no reason has that name"),
        })
    }
}

impl fmt::Display for Why {
    /// As a person is told it, behind what was refused.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::KexecUnknown(errno) => {
                return write!(out, "can't read /sys/kernel/kexec_loaded: {errno}");
            }
            Self::CantTakeOver(errno) => return write!(out, "which can't take over: {errno}"),
            Self::NoSuchRunlevel(number) => {
                return write!(out, "/run/initctl: there is no runlevel {number}");
            }
            Self::NoSuchRequest(number) => return write!(out, "no request has the number {number}"),
            Self::NotHeard(init) => {
                return write!(out, "process 1 is {init}, which does not listen for that");
            }
            Self::NoResetType(errno) => return write!(out, "/sys/kernel/reboot/type: {errno}"),
            Self::NoResetMode(errno) => return write!(out, "/sys/kernel/reboot/mode: {errno}"),
            Self::LockedDown(level) => {
                return write!(out, "the kernel is locked down ({level}) and lets no process at the ports");
            }
            Self::PortsFailed(errno) => return write!(out, "the ports can't be had: {errno}"),
            Self::NoAccess(errno) => return write!(out, "no access to the ports: {errno}"),
            Self::Failed(errno) => return write!(out, "{errno}"),
            Self::WrongUsage(text) | Self::Told(text) => return write!(out, "{text}"),
            Self::PeerUnknown(errno) => return write!(out, "who asks can't be told: {errno}"),
            Self::OtherVersion(version) => {
                return write!(out, "a frame of version {version}, where process 1 knows version 1");
            }
            Self::ManyEntries(lines) => return write!(out, "several have it, on lines {lines}"),
            Self::Container => "this is a container",
            Self::NoKernelLoaded => "no kernel is loaded",
            Self::NoRestartEntry => "inittab has no restart entry",
            Self::NoKeysEntry => "no ctrlaltdel entry",
            Self::NotServing => "while the machine boots or ends",
            Self::Ending => "the machine is ending",
            Self::NoRunlevels => {
                "process 1 has no runlevels but 0 and 6: its inittab has no initdefault entry"
            }
            Self::NotEnded => "process 1 has been asked, and the machine has not ended",
            Self::VariablesTooLong => "the variables take more than 368 bytes",
            Self::NotProcess1 => "must be run as process 1 of a PID namespace to run a command",
            Self::KeptFromRoot => {
                "the kernel keeps even root from the ports (EPERM), because it is locked down or this is a container"
            }
            Self::NotAllowed => "only root may",
            Self::OtherNamespace => "who asks is of another user or PID namespace than process 1",
            Self::NoFrame => "not a frame",
            Self::BadContent => "a frame with a wrong content",
            Self::NoSuchEntry => "inittab has no such entry",
            Self::NotRespawned => "it is not started again by itself",
            Self::NoRoom => "no room for more descriptors",
            Self::WrongDescriptors => "it must bring the descriptors that are to be kept, and no other may",
            Self::NotKept => "nothing is kept under that name",
            Self::OnlyRoot => "only root may use the ports (EPERM)",
            Self::NoPortCalls => "this kernel has neither iopl(2) nor ioperm(2)",
            Self::NothingWorked => "no way to reset the hardware worked",
        })
    }
}
