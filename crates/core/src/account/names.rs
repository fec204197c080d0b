//! What lines of an account choose from.

/// How a process came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It ended after TERM.
    Ended,
    /// It ignored TERM and was killed.
    IgnoredTerm,
    /// It never read TERM and was killed.
    LeftTermPending,
    /// Its grace ran out and it was killed.
    OutOfGrace,
    /// It was killed without having been asked.
    Killed,
    /// It was killed and did not go.
    Stuck,
}

impl Fate {
    /// Every fate, for parsers and tests.
    pub const ALL: [Self; 6] = [
        Self::Ended,
        Self::IgnoredTerm,
        Self::LeftTermPending,
        Self::OutOfGrace,
        Self::Killed,
        Self::Stuck,
    ];

    /// The name in the account.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::IgnoredTerm => "ignored-term",
            Self::LeftTermPending => "left-term-pending",
            Self::OutOfGrace => "out-of-grace",
            Self::Killed => "killed",
            Self::Stuck => "stuck",
        }
    }

    /// The one called `name`.
    #[must_use]
    pub fn parse_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// A phase of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// `shutdown` entries, or the entries of runlevel 0 and 6.
    Scripts,
    /// TERM, the wait, KILL.
    Processes,
    /// Swap and mounts.
    Storage,
}

impl Phase {
    /// Every phase, for parsers and tests.
    pub const ALL: [Self; 3] = [Self::Scripts, Self::Processes, Self::Storage];

    /// The name in the account.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scripts => "scripts",
            Self::Processes => "processes",
            Self::Storage => "storage",
        }
    }

    /// The one called `name`.
    #[must_use]
    pub fn parse_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// What became of a mount or a swap file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageDone {
    /// Unmounted.
    Unmounted,
    /// Made read-only.
    ReadOnly,
    /// No longer swapped to.
    SwappedOff,
}

impl StorageDone {
    /// Every outcome, for parsers and tests.
    pub const ALL: [Self; 3] = [Self::Unmounted, Self::ReadOnly, Self::SwappedOff];

    /// The name in the account.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unmounted => "unmounted",
            Self::ReadOnly => "read-only",
            Self::SwappedOff => "swapped-off",
        }
    }

    /// The one called `name`.
    #[must_use]
    pub fn parse_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}
