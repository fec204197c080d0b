//! What is answered where something can't be done: what was refused, why, and what to do about it.
//!
//! People read it as one sentence, programs as one line of JSON.

mod next;
mod what;
mod why;
mod words;

pub use next::Next;
pub use what::What;
pub use why::Why;
pub use words::{MOST_WORDS_BYTES, Words};

use crate::errno::Errno;
use crate::json::Object;
use crate::request::origin::Origin;
use crate::text::Shown;
use alloc::format;
use alloc::string::String;
use core::fmt;

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was refused.
    pub what: What,
    /// Why.
    pub why: Why,
    /// What to do about it.
    pub next: Next,
}

impl Refusal {
    const fn new(what: What, why: Why, next: Next) -> Self {
        Self { what, why, next }
    }

    /// A kexec that process 1 was asked for by `by`; a command that refuses one to its caller has nobody
    /// to name.
    #[must_use]
    pub fn kexec(by: Option<&Origin>, why: Why) -> Self {
        let next = if why == Why::Container {
            Next::AskHost
        } else if why == Why::NoKernelLoaded {
            Next::LoadKernel
        } else if by.is_some() {
            Next::GoOn
        } else {
            Next::Nothing
        };
        Self::new(What::Kexec { by: by.map(name_sender).unwrap_or_default() }, why, next)
    }

    /// A restart without a `restart` entry.
    #[must_use]
    pub fn no_restart_entry(by: &Origin) -> Self {
        Self::new(What::Restart { by: name_sender(by) }, Why::NoRestartEntry, Next::GoOn)
    }

    /// Ctrl-Alt-Del in a container.
    #[must_use]
    pub fn keys_in_container(by: &Origin) -> Self {
        Self::new(What::Keys { by: name_sender(by) }, Why::Container, Next::AskHost)
    }

    /// Ctrl-Alt-Del without a `ctrlaltdel` entry.
    #[must_use]
    pub fn no_keys_entry(by: &Origin) -> Self {
        Self::new(What::Keys { by: name_sender(by) }, Why::NoKeysEntry, Next::Ignored)
    }

    /// What the control socket was asked for, by somebody who may not or can't be understood.
    #[must_use]
    pub fn control(by: &Origin, why: Why) -> Self {
        Self::new(What::Control { by: name_sender(by) }, why, Next::Nothing)
    }

    /// Something about the entry that a command was given this name for.
    #[must_use]
    pub fn entry(name: &[u8], why: Why) -> Self {
        let next = if why == Why::NoSuchEntry {
            Next::SeeStatus
        } else if matches!(why, Why::ManyEntries(_)) {
            Next::NameLine
        } else {
            Next::Nothing
        };
        Self::new(What::Entry(Words::new(&format!("{}", Shown(name)))), why, next)
    }

    /// To read inittab again.
    #[must_use]
    pub const fn reload(errno: Errno) -> Self {
        Self::new(What::Reload, Why::Failed(errno), Next::KeepEntries)
    }

    /// Something about descriptors.
    #[must_use]
    pub fn descriptors(name: &[u8], why: Why) -> Self {
        Self::because(What::Descriptors(Words::new(&format!("{}", Shown(name)))), why)
    }

    /// To be replaced while the machine boots or ends.
    #[must_use]
    pub const fn takeover_not_now() -> Self {
        Self::new(What::Takeover, Why::NotServing, Next::AskLater)
    }

    /// To be replaced by a program that can't take over.
    #[must_use]
    pub const fn cant_take_over(errno: Errno) -> Self {
        Self::new(What::Takeover, Why::CantTakeOver(errno), Next::GoOn)
    }

    /// A runlevel while the machine ends.
    #[must_use]
    pub const fn runlevel_while_ending() -> Self {
        Self::new(What::Runlevel, Why::Ending, Next::RunlevelIgnored)
    }

    /// A runlevel that does not exist.
    #[must_use]
    pub const fn no_such_runlevel(level: u8) -> Self {
        Self::new(What::Runlevel, Why::NoSuchRunlevel(level), Next::Ignored)
    }

    /// A request of an unknown kind on the FIFO.
    #[must_use]
    pub const fn no_such_request(number: u32) -> Self {
        Self::new(What::InitctlRequest, Why::NoSuchRequest(number), Next::Ignored)
    }

    /// Process 1 is `init`, which hears nothing that this program could send for it; `command` asks it.
    #[must_use]
    pub fn not_heard(what: What, init: &str, command: Option<Words>, can_force: bool) -> Self {
        let next = match command {
            Some(command) => Next::Type(command),
            None if can_force => Next::Force,
            None => Next::Nothing,
        };
        Self::new(what, Why::NotHeard(Words::new(init)), next)
    }

    /// A system call of a command failed, and that is all there is to say.
    #[must_use]
    pub const fn failed(what: What, errno: Errno) -> Self {
        Self::new(what, Why::Failed(errno), Next::Nothing)
    }

    /// A command line that means nothing. `command` has a help text, if it is given.
    #[must_use]
    pub fn wrong_usage(reason: &str, command: Option<&str>) -> Self {
        let next = command.map_or(Next::Nothing, |command| Next::Help(Words::new(command)));
        Self::new(What::Usage, Why::WrongUsage(Words::new(reason)), next)
    }

    /// To choose how the kernel resets, where it has no file for that.
    #[must_use]
    pub const fn no_reset_choice(why: Why) -> Self {
        Self::new(What::ResetChoice, why, Next::ChooseAtBoot)
    }

    /// To reset the hardware by its ports.
    #[must_use]
    pub const fn hardware(why: Why) -> Self {
        Self::new(What::Hardware, why, Next::AskKernel)
    }

    /// A refusal whose reason is all there is to say.
    #[must_use]
    pub const fn because(what: What, why: Why) -> Self {
        Self::new(what, why, Next::Nothing)
    }

    /// The machine-readable form: a JSON object in one line, without a line end.
    #[must_use]
    pub fn render(&self) -> String {
        format!("{}", AsJson(self))
    }

    /// Reads that form back. The order of the fields, blanks, and fields that nobody knows don't matter.
    ///
    /// # Errors
    /// What is wrong with it; also a name that nobody knows.
    pub fn parse(text: &[u8]) -> Result<Self, &'static str> {
        let object = Object::parse(text)?;
        Ok(Self {
            what: What::parse_fields(&object)?,
            why: Why::parse_fields(&object)?,
            next: Next::parse_fields(&object)?,
        })
    }

    /// Whether process 1 adds that it goes on, behind what it advises.
    fn is_followed_by_going_on(&self) -> bool {
        let is_kexec = matches!(self.what, What::Kexec { .. });
        is_kexec && self.what.has_words() && self.next != Next::GoOn
    }
}

fn name_sender(by: &Origin) -> Words {
    Words::new(&format!("{by}"))
}

impl fmt::Display for Refusal {
    /// The sentence for people: what, why, and what next.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.what, &self.why) {
            // Where what and why make one clause.
            (What::Asking(action), Why::NotHeard(init)) => {
                write!(out, "process 1 is {init}, which does not listen for {action}")
            }
            (What::Keys { by }, Why::NoKeysEntry) => {
                write!(out, "ctrl-alt-del from {by}: no ctrlaltdel entry")
            }
            (What::Takeover, Why::NotServing) => write!(out, "{} {}", self.what, self.why),
            (What::Takeover, Why::CantTakeOver(_)) => write!(out, "{}, {}", self.what, self.why),
            (What::Hardware, Why::NothingWorked) => write!(out, "{}", self.why),
            (What::Kexec { .. }, Why::NoKernelLoaded) if !self.what.has_words() => {
                write!(out, "{} for kexec", self.why)
            }
            (What::ControlSocket, Why::Told(_)) => write!(out, "{}", self.why),
            (what, why) if what.has_words() => write!(out, "{what}: {why}"),
            (_, why) => write!(out, "{why}"),
        }?;
        if self.next != Next::Nothing {
            write!(out, "; {}", self.next)?;
        }
        out.write_str(if self.is_followed_by_going_on() { "; going on" } else { "" })
    }
}

struct AsJson<'a>(&'a Refusal);

impl fmt::Display for AsJson<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("{")?;
        self.0.what.render_fields(out)?;
        out.write_str(",")?;
        self.0.why.render_fields(out)?;
        out.write_str(",")?;
        self.0.next.render_fields(out)?;
        out.write_str("}")
    }
}

#[cfg(test)]
mod tests;
