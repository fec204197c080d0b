//! How much a request may wait for others.

/// How much a request may wait for others. Later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Scripts run, processes get their grace, every disk gets its time.
    Orderly,
    /// Scripts and grace are over; disks still get their time.
    Hurried,
    /// Seconds for all of it: kill, make the disks clean where that is quick, go.
    AtOnce,
}

impl Urgency {
    /// All of them, each at the place of its number.
    pub const ALL: [Self; 3] = [Self::Orderly, Self::Hurried, Self::AtOnce];

    /// The name in records and arguments.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orderly => "orderly",
            Self::Hurried => "hurried",
            Self::AtOnce => "at-once",
        }
    }

    /// The urgency called `name`.
    #[must_use]
    pub fn parse_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|urgency| urgency.name().as_bytes() == name)
    }

    /// The next step up, for somebody who asks a second time.
    #[must_use]
    pub const fn escalated(self) -> Self {
        match self {
            Self::Orderly => Self::Hurried,
            Self::Hurried | Self::AtOnce => Self::AtOnce,
        }
    }
}
