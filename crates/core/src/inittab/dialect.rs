//! Whose rules an inittab follows.

/// Whose rules an inittab follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// BusyBox init's: ids are terminals, runlevels mean nothing.
    #[default]
    BusyBox,
    /// sysvinit's: ids are names, runlevels decide what runs.
    Sysvinit,
}

impl Dialect {
    /// Both.
    pub const ALL: [Self; 2] = [Self::BusyBox, Self::Sysvinit];

    /// The name for options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BusyBox => "busybox",
            Self::Sysvinit => "sysvinit",
        }
    }

    /// The dialect called `name`.
    #[must_use]
    pub fn parse_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name().as_bytes() == name)
    }
}
