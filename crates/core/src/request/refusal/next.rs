//! What to do about a refusal.

use super::words::Words;
use crate::json::Object;
use crate::text::JsonText;
use core::fmt;

/// What comes next: what the one who was refused can do, or what process 1 does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing is to be said.
    Nothing,
    /// Process 1 goes on as if it had not been asked.
    GoOn,
    /// The request is left out.
    Ignored,
    /// The runlevel is left out.
    RunlevelIgnored,
    /// Ask the host of the container.
    AskHost,
    /// Load a kernel.
    LoadKernel,
    /// Ask again later.
    AskLater,
    /// Process 1 keeps the entries that it has.
    KeepEntries,
    /// Look at the list of entries.
    SeeStatus,
    /// Name the entry by its line.
    NameLine,
    /// Use `-f`, which needs nobody to listen.
    Force,
    /// Type this command, which asks the init that runs.
    Type(Words),
    /// Have the kernel reset the machine.
    AskKernel,
    /// The same; it has ways that a process lacks.
    AskKernelForMore,
    /// Choose on the kernel's command line, as before Linux 5.11.
    ChooseAtBoot,
    /// Ask this command for its help.
    Help(Words),
}

impl Next {
    /// The name in the machine-readable form.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::GoOn => "go-on",
            Self::Ignored => "ignored",
            Self::RunlevelIgnored => "runlevel-ignored",
            Self::AskHost => "ask-host",
            Self::LoadKernel => "load-kernel",
            Self::AskLater => "ask-later",
            Self::KeepEntries => "keep-entries",
            Self::SeeStatus => "see-status",
            Self::NameLine => "name-line",
            Self::Force => "force",
            Self::Type(_) => "type",
            Self::AskKernel => "ask-kernel",
            Self::AskKernelForMore => "ask-kernel-for-more",
            Self::ChooseAtBoot => "choose-at-boot",
            Self::Help(_) => "help",
        }
    }

    /// Its fields in the machine-readable form.
    pub(super) fn render_fields(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"next\":\"{}\"", self.name())?;
        match self {
            Self::Help(command) | Self::Type(command) => {
                write!(out, ",\"command\":\"{}\"", JsonText(command.as_str().as_bytes()))
            }
            Self::Nothing
            | Self::GoOn
            | Self::Ignored
            | Self::RunlevelIgnored
            | Self::AskHost
            | Self::LoadKernel
            | Self::AskLater
            | Self::KeepEntries
            | Self::SeeStatus
            | Self::NameLine
            | Self::Force
            | Self::AskKernel
            | Self::AskKernelForMore
            | Self::ChooseAtBoot => Ok(()),
        }
    }

    /// Reads those fields.
    pub(super) fn parse_fields(object: &Object) -> Result<Self, &'static str> {
        Ok(match object.text("next")? {
            "nothing" => Self::Nothing,
            "go-on" => Self::GoOn,
            "ignored" => Self::Ignored,
            "runlevel-ignored" => Self::RunlevelIgnored,
            "ask-host" => Self::AskHost,
            "load-kernel" => Self::LoadKernel,
            "ask-later" => Self::AskLater,
            "keep-entries" => Self::KeepEntries,
            "see-status" => Self::SeeStatus,
            "name-line" => Self::NameLine,
            "force" => Self::Force,
            "type" => Self::Type(Words::new(object.text("command")?)),
            "ask-kernel" => Self::AskKernel,
            "ask-kernel-for-more" => Self::AskKernelForMore,
            "choose-at-boot" => Self::ChooseAtBoot,
            "help" => Self::Help(Words::new(object.text("command")?)),
            _ => return Err("no next step has that name"),
        })
    }
}

impl fmt::Display for Next {
    /// As a person is told it, behind the reason.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Help(command) => return write!(out, "see '{command} --help'"),
            Self::Type(command) => return write!(out, "type '{command}'"),
            Self::Nothing => "",
            Self::GoOn => "going on",
            Self::Ignored => "ignored",
            Self::RunlevelIgnored => "runlevel ignored",
            Self::AskHost => "ask its host",
            Self::LoadKernel => "load one with 'rekindle kexec load'",
            Self::AskLater => "ask again later",
            Self::KeepEntries => "keeping the entries as they are",
            Self::SeeStatus => "see 'rekindle status'",
            Self::NameLine => "name it by its line",
            Self::Force => "'-f' goes without it, ends no process and unmounts nothing",
            Self::AskKernel => "use 'reboot -f', which asks the kernel",
            Self::AskKernelForMore => "'reboot -f' asks the kernel, which has more",
            Self::ChooseAtBoot => {
                "Linux has it since 5.11, before that 'reboot=' on its command line chooses"
            }
        })
    }
}
