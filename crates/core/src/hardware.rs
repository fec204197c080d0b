//! How the hardware is reset: which of the kernel's methods is chosen, and what the kernel tells
//! about the ports. The ladder itself is the crate `restart-ladder`.

use crate::errno::Errno;
use crate::text::{Shown, lines, words};
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
        format!("no reset {what} is called '{}': choose one of {}", Shown(name), names.join(", "))
    })
}

/// The level that /sys/kernel/security/lockdown names, unless that is `none`: the one in brackets
/// (kernel_lockdown(7)).
#[must_use]
pub fn lockdown_level(file: &[u8]) -> Option<&[u8]> {
    let chosen = lines(file).flat_map(words).find_map(|word| word.strip_prefix(b"["))?;
    let level = chosen.strip_suffix(b"]").unwrap_or(chosen);
    (level != b"none").then_some(level)
}

/// Whether PCI configuration mechanism 1 or 2 works, so that port 0xCF9 belongs to a chipset: the
/// kernel claims their ports under these names after its probe succeeded (arch/x86/pci/direct.c).
#[must_use]
pub fn has_direct_pci(ioports: &[u8]) -> bool {
    lines(ioports).any(|line| line.ends_with(b": PCI conf1") || line.ends_with(b": PCI conf2"))
}

/// Why a process was not let at the ports, in words.
#[must_use]
pub fn explain_no_ports(errno: Errno, lockdown: Option<&[u8]>, is_root: bool) -> String {
    const NEXT: &str = "use 'reboot -f', which asks the kernel";
    if let Some(level) = lockdown {
        let level = Shown(level);
        return format!(
            "can't reset the hardware: the kernel is locked down ({level}) and lets no process at the ports; {NEXT}"
        );
    }
    let reason = match errno {
        Errno::EPERM if is_root => {
            "the kernel keeps even root from the ports (EPERM), because it is locked down or this is a container"
        }
        Errno::EPERM => "only root may use the ports (EPERM)",
        Errno::ENOSYS => "this kernel has neither iopl(2) nor ioperm(2)",
        other => {
            return format!("can't reset the hardware: the ports can't be had: {other}; {NEXT}");
        }
    };
    format!("can't reset the hardware: {reason}; {NEXT}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_of_lockdown_is_the_one_in_brackets() {
        assert_eq!(lockdown_level(b"[none] integrity confidentiality\n"), None);
        assert_eq!(lockdown_level(b"none [integrity] confidentiality\n"), Some(&b"integrity"[..]));
        assert_eq!(lockdown_level(b""), None);
    }

    #[test]
    fn a_chipset_is_where_the_kernel_claimed_its_configuration_ports() {
        assert!(has_direct_pci(b"0cf8-0cff : PCI conf1\n"));
        assert!(has_direct_pci(b"0000-0cf7 : PCI Bus 0000:00\n  0cf8-0cfb : PCI conf2\n"));
        assert!(!has_direct_pci(b"0000-0cf7 : PCI Bus 0000:00\n0cf9-0cf9 : PIIX4 Reset\n"));
    }

    #[test]
    fn each_refusal_names_its_reason() {
        let explain = |errno, lockdown, is_root| explain_no_ports(errno, lockdown, is_root);
        assert!(
            explain(Errno::EPERM, Some(b"integrity"), true).contains("locked down (integrity)")
        );
        assert!(explain(Errno::EPERM, None, true).contains("even root"));
        assert!(explain(Errno::EPERM, None, false).contains("only root"));
        assert!(explain(Errno::ENOSYS, None, true).contains("neither iopl(2)"));
        assert!(explain(Errno::EINVAL, None, true).contains("(EINVAL)"));
    }
}
