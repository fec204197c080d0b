//! What was refused.

use super::words::Words;
use crate::json::Object;
use crate::request::action::Action;
use crate::text::JsonText;
use core::fmt;

/// What was refused: the kind by which programs tell refusals apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// To enter the loaded kernel.
    Kexec {
        /// Who asked PID 1 for it; empty where a command refuses before it asks.
        by: Words,
    },
    /// To become the program of inittab's `restart` entry.
    Restart {
        /// Who asked.
        by: Words,
    },
    /// The keys Ctrl-Alt-Del.
    Keys {
        /// Who sent their signal.
        by: Words,
    },
    /// What the control socket was asked for.
    Control {
        /// By whom.
        by: Words,
    },
    /// Something about the entry of this name.
    Entry(Words),
    /// Something about the descriptors of this name.
    Descriptors(Words),
    /// To read inittab again.
    Reload,
    /// To speak to process 1 through its control socket.
    ControlSocket,
    /// To be replaced by the program at /sbin/init.
    Takeover,
    /// A runlevel.
    Runlevel,
    /// A request on the FIFO.
    InitctlRequest,
    /// To ask process 1 for an end.
    Asking(Action),
    /// To ask process 1 to read inittab again.
    AskingToReload,
    /// To ask process 1 to be replaced.
    AskingToBeReplaced,
    /// To write to the FIFO.
    Initctl,
    /// To set variables of process 1.
    Variables,
    /// An end that was asked for.
    End,
    /// An end by reboot(2).
    RebootCommand(Action),
    /// To choose how the kernel resets.
    ResetChoice,
    /// To choose this way to reset.
    ResetValue(Words),
    /// To reset the hardware by its ports.
    Hardware,
    /// To run a command in inittab's place.
    Command,
    /// A command line.
    Usage,
}

impl What {
    /// The name in the machine-readable form.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Kexec { .. } => "kexec",
            Self::Restart { .. } => "restart",
            Self::Keys { .. } => "keys",
            Self::Control { .. } => "control",
            Self::Entry(_) => "entry",
            Self::Descriptors(_) => "descriptors",
            Self::Reload => "reload",
            Self::ControlSocket => "control-socket",
            Self::Takeover => "takeover",
            Self::Runlevel => "runlevel",
            Self::InitctlRequest => "initctl-request",
            Self::Asking(_) => "asking",
            Self::AskingToReload => "asking-to-reload",
            Self::AskingToBeReplaced => "asking-to-be-replaced",
            Self::Initctl => "initctl",
            Self::Variables => "variables",
            Self::End => "end",
            Self::RebootCommand(_) => "reboot-command",
            Self::ResetChoice => "reset-choice",
            Self::ResetValue(_) => "reset-value",
            Self::Hardware => "hardware",
            Self::Command => "command",
            Self::Usage => "usage",
        }
    }

    /// Whether a person is told it in words of its own; otherwise the reason says all of it.
    pub(super) fn has_words(&self) -> bool {
        match self {
            Self::Kexec { by } => !by.as_str().is_empty(),
            Self::Runlevel | Self::Variables | Self::End | Self::Command | Self::Usage => false,
            Self::Restart { .. }
            | Self::Keys { .. }
            | Self::Control { .. }
            | Self::Entry(_)
            | Self::Descriptors(_)
            | Self::Reload
            | Self::ControlSocket
            | Self::Takeover
            | Self::InitctlRequest
            | Self::Asking(_)
            | Self::AskingToReload
            | Self::AskingToBeReplaced
            | Self::Initctl
            | Self::RebootCommand(_)
            | Self::ResetChoice
            | Self::ResetValue(_)
            | Self::Hardware => true,
        }
    }

    /// Its fields in the machine-readable form.
    pub(super) fn render_fields(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"what\":\"{}\"", self.name())?;
        match self {
            Self::Kexec { by }
            | Self::Restart { by }
            | Self::Keys { by }
            | Self::Control { by } => {
                write!(out, ",\"by\":\"{}\"", JsonText(by.as_str().as_bytes()))
            }
            Self::Asking(action) | Self::RebootCommand(action) => {
                write!(out, ",\"action\":\"{action}\"")
            }
            Self::ResetValue(value) => {
                write!(out, ",\"value\":\"{}\"", JsonText(value.as_str().as_bytes()))
            }
            Self::Entry(name) | Self::Descriptors(name) => {
                write!(out, ",\"name\":\"{}\"", JsonText(name.as_str().as_bytes()))
            }
            Self::Takeover
            | Self::Reload
            | Self::ControlSocket
            | Self::Runlevel
            | Self::InitctlRequest
            | Self::AskingToReload
            | Self::AskingToBeReplaced
            | Self::Initctl
            | Self::Variables
            | Self::End
            | Self::ResetChoice
            | Self::Hardware
            | Self::Command
            | Self::Usage => Ok(()),
        }
    }

    /// Reads those fields.
    pub(super) fn parse_fields(object: &Object) -> Result<Self, &'static str> {
        let words = |name| object.text(name).map(Words::new);
        let action = || {
            let action = Action::parse_name(object.text("action")?.as_bytes());
            action.ok_or("no action has that name")
        };
        Ok(match object.text("what")? {
            "kexec" => Self::Kexec { by: words("by")? },
            "restart" => Self::Restart { by: words("by")? },
            "keys" => Self::Keys { by: words("by")? },
            "control" => Self::Control { by: words("by")? },
            "entry" => Self::Entry(words("name")?),
            "descriptors" => Self::Descriptors(words("name")?),
            "reload" => Self::Reload,
            "control-socket" => Self::ControlSocket,
            "takeover" => Self::Takeover,
            "runlevel" => Self::Runlevel,
            "initctl-request" => Self::InitctlRequest,
            "asking" => Self::Asking(action()?),
            "asking-to-reload" => Self::AskingToReload,
            "asking-to-be-replaced" => Self::AskingToBeReplaced,
            "initctl" => Self::Initctl,
            "variables" => Self::Variables,
            "end" => Self::End,
            "reboot-command" => Self::RebootCommand(action()?),
            "reset-choice" => Self::ResetChoice,
            "reset-value" => Self::ResetValue(words("value")?),
            "hardware" => Self::Hardware,
            "command" => Self::Command,
            "usage" => Self::Usage,
            _ => return Err("nothing that is refused has that name"),
        })
    }
}

impl fmt::Display for What {
    /// As a person is told it, in front of the reason.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kexec { by } => write!(out, "kexec asked for by {by} refused"),
            Self::Restart { by } => write!(out, "restart asked for by {by}"),
            Self::Keys { by } => write!(out, "ctrl-alt-del from {by}: refused"),
            Self::Control { by } => write!(out, "request of {by} refused"),
            Self::Entry(name) => write!(out, "entry '{name}'"),
            Self::Descriptors(name) => write!(out, "descriptors '{name}'"),
            Self::Reload => out.write_str("can't read /etc/inittab"),
            Self::ControlSocket => write!(out, "can't ask process 1 on {}", crate::control::PATH),
            Self::Takeover => out.write_str("not replaced by /sbin/init"),
            Self::InitctlRequest => out.write_str("/run/initctl"),
            Self::Asking(action) => write!(out, "can't ask process 1 for {action}"),
            Self::AskingToReload => out.write_str("can't ask process 1 to reload"),
            Self::AskingToBeReplaced => out.write_str("can't ask process 1 to be replaced"),
            Self::Initctl => out.write_str("can't write to /run/initctl"),
            Self::RebootCommand(action) => write!(out, "the kernel refused to {action}"),
            Self::ResetChoice => out.write_str("can't choose how to reset"),
            Self::ResetValue(value) => write!(out, "the kernel does not take the reset '{value}'"),
            Self::Hardware => out.write_str("can't reset the hardware"),
            Self::Runlevel | Self::Variables | Self::End | Self::Command | Self::Usage => Ok(()),
        }
    }
}
