//! sysvinit's runlevels.

use core::fmt;

/// A runlevel: `0` to `9`, single user, those that are entered on demand, or a fake one of the boot
/// (sysvinit src/init.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runlevel(u8);

impl Runlevel {
    /// What runs before all else.
    pub const SYSINIT: Self = Self(b'#');
    /// What runs between sysinit and the first runlevel.
    pub const BOOT: Self = Self(b'*');
    /// Single user.
    pub const SINGLE: Self = Self(b'S');
    /// The runlevel in which a machine reboots.
    pub const REBOOT: Self = Self(b'6');
    /// The first of several users.
    pub const MULTI_USER: Self = Self(b'2');
    /// What PREVLEVEL says while there was none before.
    pub const NONE: Self = Self(b'N');

    /// The runlevel of that letter, in upper or lower case; none of the fake ones.
    #[must_use]
    pub const fn parse(letter: u8) -> Option<Self> {
        match letter.to_ascii_uppercase() {
            letter @ (b'0'..=b'9' | b'S' | b'A'..=b'C') => Some(Self(letter)),
            _ => None,
        }
    }

    /// The runlevel that a handed-over letter stands for, a fake one too.
    #[must_use]
    pub fn parse_handed_over(letter: u8) -> Option<Self> {
        let fakes = [Self::SYSINIT, Self::BOOT, Self::NONE];
        fakes.into_iter().find(|fake| fake.0 == letter).or(Self::parse(letter))
    }

    /// Its letter.
    #[must_use]
    pub const fn letter(self) -> u8 {
        self.0
    }

    /// Whether it is one of those with a digit, in which an empty runlevels field runs.
    #[must_use]
    pub const fn is_numbered(self) -> bool {
        self.0.is_ascii_digit()
    }

    /// Whether the machine ends in it.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self.0, b'0' | b'6')
    }

    /// Whether it is `A`, `B` or `C`: entered beside the one in effect, which stays.
    #[must_use]
    pub const fn is_on_demand(self) -> bool {
        matches!(self.0, b'A'..=b'C')
    }

    /// Whether the console belongs to one user: at boot and in single user.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::SYSINIT | Self::BOOT | Self::SINGLE)
    }

    /// Whether a runlevels field names it.
    #[must_use]
    pub fn is_in(self, field: &[u8]) -> bool {
        field.iter().any(|letter| letter.eq_ignore_ascii_case(&self.0))
    }
}

impl fmt::Display for Runlevel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Write::write_char(out, char::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_name_runlevels_and_nothing_names_those_of_the_boot() {
        assert_eq!(Runlevel::parse(b's'), Some(Runlevel::SINGLE));
        assert_eq!(Runlevel::parse(b'b').map(Runlevel::letter), Some(b'B'));
        for letter in [b'#', b'*', b'N', b'Q', b'U', b'D', 0, 255] {
            assert_eq!(Runlevel::parse(letter), None, "{letter}");
        }
        assert_eq!(Runlevel::parse_handed_over(b'#'), Some(Runlevel::SYSINIT));
        assert_eq!(Runlevel::parse_handed_over(b'x'), None);
    }
}
