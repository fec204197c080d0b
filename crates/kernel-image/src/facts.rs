//! What may forbid a load, read from the kernel's text files.

use core::fmt;
use rekindle_core::proc::lockdown;
use rekindle_core::proc::pid::parse_status;
use rekindle_core::text::{parse_u64, trimmed};

/// CAP_SYS_BOOT in a capability mask (linux/capability.h).
const BOOT_CAPABILITY_BIT: u64 = 1 << 22;

/// What was found out. `None` where the file is missing or says something unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Whether this process has CAP_SYS_BOOT.
    pub has_boot_capability: Option<bool>,
    /// `kernel.kexec_load_disabled`.
    pub is_load_disabled: Option<bool>,
    /// `kernel.kexec_load_limit_reboot` (Linux 6.3).
    pub load_limit: Option<LoadLimit>,
    /// /sys/kernel/security/lockdown.
    pub lockdown: Option<Lockdown>,
}

/// How many more times the kernel lets a kernel be loaded or unloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadLimit {
    /// As often as one likes: -1.
    Unlimited,
    /// This often.
    Left(u64),
}

impl fmt::Display for LoadLimit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlimited => out.write_str("unlimited"),
            Self::Left(count) => write!(out, "{count}"),
        }
    }
}

/// How far root is kept from the kernel (kernel_lockdown(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lockdown {
    /// Not at all.
    None,
    /// Root can't change the running kernel, so only signed kernels may be loaded.
    Integrity,
    /// Nor read its secrets.
    Confidentiality,
}

impl Lockdown {
    /// The kernel's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Integrity => "integrity",
            Self::Confidentiality => "confidentiality",
        }
    }
}

/// Whether /proc/self/status tells of CAP_SYS_BOOT in effect; `None` where it does not say.
#[must_use]
pub fn parse_boot_capability(status: &[u8]) -> Option<bool> {
    parse_status(status).capabilities.map(|mask| mask & BOOT_CAPABILITY_BIT != 0)
}

/// Reads a file that holds 0 or 1.
#[must_use]
pub fn parse_switch(text: &[u8]) -> Option<bool> {
    match trimmed(text) {
        b"0" => Some(false),
        b"1" => Some(true),
        _ => None,
    }
}

/// Reads `kernel.kexec_load_limit_reboot` (Documentation/admin-guide/sysctl/kernel.rst).
#[must_use]
pub fn parse_load_limit(text: &[u8]) -> Option<LoadLimit> {
    match trimmed(text) {
        b"-1" => Some(LoadLimit::Unlimited),
        digits => parse_u64(digits).map(LoadLimit::Left),
    }
}

/// The level that /sys/kernel/security/lockdown tells.
#[must_use]
pub fn parse_lockdown(text: &[u8]) -> Option<Lockdown> {
    let chosen = lockdown::parse_lockdown(text)?;
    let levels = [Lockdown::None, Lockdown::Integrity, Lockdown::Confidentiality];
    levels.into_iter().find(|level| level.name().as_bytes() == chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_capability_is_bit_22() {
        let status = |mask: &str| format!("Name:\tx\nCapPrm:\t0\nCapEff:\t{mask}\n").into_bytes();
        assert_eq!(parse_boot_capability(&status("000001ffffffffff")), Some(true));
        assert_eq!(parse_boot_capability(&status("0000000000400000")), Some(true));
        assert_eq!(parse_boot_capability(&status("000001ffffbfffff")), Some(false));
        assert_eq!(parse_boot_capability(b"Name:\tx\n"), None);
    }

    #[test]
    fn lockdown_is_the_level_in_brackets() {
        assert_eq!(parse_lockdown(b"[none] integrity confidentiality\n"), Some(Lockdown::None));
        assert_eq!(
            parse_lockdown(b"none [integrity] confidentiality\n"),
            Some(Lockdown::Integrity)
        );
        assert_eq!(
            parse_lockdown(b"none integrity [confidentiality]\n"),
            Some(Lockdown::Confidentiality)
        );
        assert_eq!(parse_lockdown(b"none integrity\n"), None);
    }

    #[test]
    fn limits_and_switches_are_read_or_unknown() {
        assert_eq!(parse_load_limit(b"-1\n"), Some(LoadLimit::Unlimited));
        assert_eq!(parse_load_limit(b"2\n"), Some(LoadLimit::Left(2)));
        assert_eq!(parse_load_limit(b"-2\n"), None);
        assert_eq!(parse_switch(b"1\n"), Some(true));
        assert_eq!(parse_switch(b"0\n"), Some(false));
        assert_eq!(parse_switch(b"2\n"), None);
    }
}
