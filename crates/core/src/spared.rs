//! Who must not be signalled: the processes that serve the storage which the root stands on.

use alloc::vec::Vec;

/// The processes that serve the root's storage: of root, with an argv[0] that begins with `@`
/// (systemd's "Storage Daemons for the Root File System").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Spared {
    /// All of them.
    Known(Vec<u32>),
    /// These, and perhaps others: somebody could not be looked at.
    Partial(Vec<u32>),
    /// Nothing is known.
    #[default]
    Unknown,
}

/// The proof that nobody has to be spared, without which no signal can be sent to everybody. Only
/// [`Spared::nobody`] gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NobodySpared(());

impl Spared {
    /// The proof, if it is known that there is nobody to spare.
    #[must_use]
    pub fn nobody(&self) -> Option<NobodySpared> {
        match self {
            Self::Known(pids) if pids.is_empty() => Some(NobodySpared(())),
            Self::Known(_) | Self::Partial(_) | Self::Unknown => None,
        }
    }

    /// Those that are known.
    #[must_use]
    pub fn pids(&self) -> &[u32] {
        match self {
            Self::Known(pids) | Self::Partial(pids) => pids,
            Self::Unknown => &[],
        }
    }

    /// Whether all of them are known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// What is known after another look. One that saw everybody counts alone; one that missed somebody
    /// adds to what is known.
    #[must_use]
    pub fn after(self, look: Self) -> Self {
        let add = |mut known: Vec<u32>, seen: Vec<u32>| {
            known.extend(seen.into_iter().filter(|pid| !known.contains(pid)).collect::<Vec<_>>());
            known
        };
        match (self, look) {
            (_, Self::Known(pids)) => Self::Known(pids),
            (Self::Known(known), Self::Partial(seen)) => Self::Known(add(known, seen)),
            (Self::Partial(known), Self::Partial(seen)) => Self::Partial(add(known, seen)),
            (Self::Unknown, Self::Partial(seen)) => Self::Partial(seen),
            (known, Self::Unknown) => known,
        }
    }

    /// Whether this process is known to be one of them.
    #[must_use]
    pub fn contains(&self, pid: u32) -> bool {
        self.pids().contains(&pid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_empty_known_list_proves_that_nobody_is_spared() {
        assert!(Spared::Known(Vec::new()).nobody().is_some());
        assert!(Spared::Known(Vec::from([7])).nobody().is_none());
        assert!(Spared::Partial(Vec::new()).nobody().is_none());
        assert!(Spared::Unknown.nobody().is_none() && Spared::default().nobody().is_none());
    }

    #[test]
    fn a_look_that_missed_somebody_takes_nothing_away() {
        let (known, partial) = (Spared::Known, Spared::Partial);
        let list = |pids: &[u32]| pids.to_vec();
        assert_eq!(known(list(&[7])).after(known(list(&[8]))), known(list(&[8])));
        assert_eq!(known(list(&[7])).after(partial(list(&[7, 8]))), known(list(&[7, 8])));
        assert_eq!(partial(list(&[7])).after(partial(list(&[8]))), partial(list(&[7, 8])));
        assert_eq!(partial(list(&[7])).after(Spared::Unknown), partial(list(&[7])));
        assert_eq!(Spared::Unknown.after(partial(list(&[]))), partial(list(&[])));
    }
}
