//! How the hardware is reset: which of the kernel's methods is chosen, and what the kernel tells
//! about the ports. The ladder itself is the crate `restart-ladder`.

use crate::errno::Errno;
use crate::look::Look;
use crate::proc::lockdown::lockdown_level;
use crate::request::refusal::{Refusal, What, Why, Words};
use crate::text::{Shown, joined, lines};
use alloc::format;
use alloc::string::String;

/// The methods in /sys/kernel/reboot/type (Documentation/ABI/testing/sysfs-kernel-reboot).
pub const RESET_TYPES: [&str; 6] = ["acpi", "kbd", "efi", "bios", "pci", "triple"];

/// The modes in /sys/kernel/reboot/mode that mean something to a PC (kernel-parameters.txt, reboot=).
pub const RESET_MODES: [&str; 4] = ["warm", "cold", "hard", "soft"];

/// The methods that need the processor to itself; a process with the ports can't use them.
const KERNEL_ONLY: [&str; 3] = ["efi", "bios", "triple"];

/// Which method comes first, and how thorough it is to be; nothing where the kernel's own choice stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResetChoice {
    /// One of [`RESET_TYPES`].
    pub kind: Option<&'static str>,
    /// One of [`RESET_MODES`].
    pub mode: Option<&'static str>,
}

impl ResetChoice {
    /// Whether anything is chosen.
    #[must_use]
    pub const fn is_made(self) -> bool {
        self.kind.is_some() || self.mode.is_some()
    }

    /// Whether the method chosen is one that only a kernel can use.
    #[must_use]
    pub fn needs_kernel(self) -> bool {
        self.kind.is_some_and(|kind| KERNEL_ONLY.contains(&kind))
    }

    /// Chooses the method called `name`.
    ///
    /// # Errors
    /// There is none of that name, in words.
    pub fn choose_kind(&mut self, name: &[u8]) -> Result<(), String> {
        self.kind = Some(find("type", &RESET_TYPES, name)?);
        Ok(())
    }

    /// Chooses the mode called `name`.
    ///
    /// # Errors
    /// There is none of that name, in words.
    pub fn choose_mode(&mut self, name: &[u8]) -> Result<(), String> {
        self.mode = Some(find("mode", &RESET_MODES, name)?);
        Ok(())
    }
}

fn find(what: &str, names: &[&'static str], name: &[u8]) -> Result<&'static str, String> {
    let found = names.iter().find(|known| known.as_bytes() == name);
    found.copied().ok_or_else(|| {
        format!(
            "no reset {what} is called '{}': choose one of {}",
            Shown(name),
            joined(names, ", ")
        )
    })
}

/// Whether PCI configuration mechanism 1 or 2 works, so that port 0xCF9 belongs to a chipset: the
/// kernel claims their ports under these names after its probe succeeded (arch/x86/pci/direct.c).
#[must_use]
pub fn has_direct_pci(ioports: &[u8]) -> bool {
    lines(ioports).any(|line| line.ends_with(b": PCI conf1") || line.ends_with(b": PCI conf2"))
}

/// Whether a process may reset the hardware: `lockdown` is what /sys/kernel/security/lockdown holds, `opened`
/// what came of opening the ports. Without securityfs only `opened` tells.
///
/// # Errors
/// Why not.
pub fn judge_ports(
    lockdown: Look<&[u8]>,
    opened: Result<(), Errno>,
    is_root: bool,
) -> Result<(), Refusal> {
    let why = match (lockdown.seen().and_then(lockdown_level), opened) {
        (Some(level), _) => Why::LockedDown(Words::new(&format!("{}", Shown(level)))),
        (None, Ok(())) => return Ok(()),
        (None, Err(Errno::EPERM)) if is_root => Why::KeptFromRoot,
        (None, Err(Errno::EPERM)) => Why::OnlyRoot,
        (None, Err(Errno::ENOSYS)) => Why::NoPortCalls,
        (None, Err(other)) => Why::PortsFailed(other),
    };
    Err(Refusal::hardware(why))
}

/// A file through which the kernel is told how to reset, since Linux 5.11
/// (Documentation/ABI/testing/sysfs-kernel-reboot).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetFile {
    /// The method.
    Type,
    /// The mode.
    Mode,
}

impl ResetFile {
    /// Where it is.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Type => "/sys/kernel/reboot/type",
            Self::Mode => "/sys/kernel/reboot/mode",
        }
    }

    /// Why nothing can be chosen: it can't be opened.
    #[must_use]
    pub const fn refuse_choice(self, errno: Errno) -> Refusal {
        Refusal::no_reset_choice(match self {
            Self::Type => Why::NoResetType(errno),
            Self::Mode => Why::NoResetMode(errno),
        })
    }
}

/// What is to be written where for `choice`. All the files are to be opened before the first is written: if
/// one is missing, the kernel is told nothing.
pub fn plan_choice(choice: ResetChoice) -> impl Iterator<Item = (ResetFile, &'static str)> {
    let kind = choice.kind.map(|kind| (ResetFile::Type, kind));
    let mode = choice.mode.map(|mode| (ResetFile::Mode, mode));
    kind.into_iter().chain(mode)
}

/// The kernel did not take `value`.
#[must_use]
pub fn refuse_value(value: &str, errno: Errno) -> Refusal {
    Refusal::failed(What::ResetValue(Words::new(value)), errno)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chipset_is_where_the_kernel_claimed_its_configuration_ports() {
        assert!(has_direct_pci(b"0cf8-0cff : PCI conf1\n"));
        assert!(has_direct_pci(b"0000-0cf7 : PCI Bus 0000:00\n  0cf8-0cfb : PCI conf2\n"));
        assert!(!has_direct_pci(b"0000-0cf7 : PCI Bus 0000:00\n0cf9-0cf9 : PIIX4 Reset\n"));
    }

    #[test]
    fn each_refusal_names_its_reason() {
        let none = Look::Known(&b"[none] integrity\n"[..]);
        let integrity = Look::Known(&b"none [integrity]\n"[..]);
        let unknown = Look::Unknown(Errno::ENOENT);
        let explain = |errno, lockdown, is_root| {
            format!("{}", judge_ports(lockdown, Err(errno), is_root).unwrap_err())
        };
        assert!(explain(Errno::EPERM, integrity, true).contains("locked down (integrity)"));
        assert!(explain(Errno::EPERM, none, true).contains("even root"));
        assert!(explain(Errno::EPERM, unknown, false).contains("only root"));
        assert!(explain(Errno::ENOSYS, none, true).contains("neither iopl(2)"));
        assert!(explain(Errno::EINVAL, unknown, true).contains("(EINVAL)"));
        let refusal = judge_ports(integrity, Ok(()), true).unwrap_err();
        assert_eq!(refusal.why, Why::LockedDown(Words::new("integrity")));
        assert_eq!(judge_ports(none, Ok(()), false), Ok(()));
        assert_eq!(judge_ports(unknown, Ok(()), false), Ok(()));
    }

    #[test]
    fn the_type_is_written_before_the_mode_and_nothing_without_a_choice() {
        let choice = ResetChoice { kind: Some("kbd"), mode: Some("warm") };
        let plan: alloc::vec::Vec<_> = plan_choice(choice).collect();
        assert_eq!(plan, [(ResetFile::Type, "kbd"), (ResetFile::Mode, "warm")]);
        assert_eq!(plan_choice(ResetChoice::default()).count(), 0);
        let refusal = ResetFile::Mode.refuse_choice(Errno::ENOENT);
        assert_eq!(refusal.why, Why::NoResetMode(Errno::ENOENT));
    }
}
