//! What is wanted: the profile, the mode, and where the ladder starts.

use crate::{Dmi, EfiMode, Facts, Quirk, QuirkEffect, RebootArgument, RebootMode, Rung, RungSet};

/// Whose order, counts and delays.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Linux of today (6.12).
    #[default]
    Linux,
    /// Linux 3.17: no wait after the ACPI write, no pending firmware update.
    Linux317,
    /// Ours: skips what is not there, and tries all that can return before the jump that can't.
    Best,
}

impl Profile {
    /// The name on lantern's command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Linux317 => "linux-3.17",
            Self::Best => "best",
        }
    }

    /// The profile of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Linux, Self::Linux317, Self::Best].into_iter().find(|profile| profile.name() == name)
    }
}

/// What the ladder shall do. [`Options::new`] is what a kernel does that was told nothing.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whose order, counts and delays.
    pub profile: Profile,
    /// How thorough.
    pub mode: RebootMode,
    /// The first rung. `None`: ACPI.
    pub start: Option<Rung>,
    /// Climb this rung once and then end.
    pub only: Option<Rung>,
    /// Rungs to leave out.
    pub skip: RungSet,
    /// Ask EFI for this, whatever the mode says.
    pub efi_mode: Option<EfiMode>,
    /// Write this to port 0xCF9 when the keyboard rung begins; see
    /// [`BAY_TRAIL_E3800`](crate::BAY_TRAIL_E3800).
    pub keyboard_cf9: Option<u8>,
}

impl Options {
    /// The profile's own behaviour.
    #[must_use]
    pub const fn new(profile: Profile) -> Self {
        Self {
            profile,
            mode: RebootMode::Cold,
            start: None,
            only: None,
            skip: RungSet::EMPTY,
            efi_mode: None,
            keyboard_cf9: None,
        }
    }

    /// Exactly one rung, once.
    #[must_use]
    pub const fn only(profile: Profile, rung: Rung) -> Self {
        let mut options = Self::new(profile);
        options.only = Some(rung);
        options
    }

    /// What a process with the ports may do: no rung that needs a kernel.
    #[must_use]
    pub const fn user_space(profile: Profile) -> Self {
        let mut options = Self::new(profile);
        options.skip = RungSet::KERNEL_ONLY;
        options
    }

    /// The options that the command line, the board and the tables lead to.
    ///
    /// The order is that of Linux: a `reboot=` argument silences the quirks' choice of a rung and
    /// EFI's; else the first quirk that matches chooses; else hardware-reduced ACPI chooses EFI's
    /// warm reset, where EFI can be called (Linux arch/x86/kernel/reboot.c,
    /// arch/x86/platform/efi/quirks.c).
    #[must_use]
    pub fn choose(
        profile: Profile,
        argument: &RebootArgument,
        quirks: &[Quirk<'_>],
        dmi: &Dmi<'_>,
        facts: &Facts,
    ) -> Self {
        let mut options = Self::new(profile);
        options.mode = argument.mode.unwrap_or_default();
        options.start = argument.rung;
        let mut is_free = !argument.is_given;
        for quirk in quirks.iter().filter(|quirk| quirk.matches(dmi)) {
            match quirk.effect {
                QuirkEffect::KeyboardCf9(value) => options.keyboard_cf9 = Some(value),
                QuirkEffect::Start(rung) if is_free => {
                    (options.start, is_free) = (Some(rung), false)
                }
                QuirkEffect::Start(_) => {}
            }
        }
        if is_free && facts.hardware_reduced && facts.efi_reset {
            options.start = Some(Rung::Efi);
            options.efi_mode = Some(EfiMode::Warm);
        }
        options
    }
}
