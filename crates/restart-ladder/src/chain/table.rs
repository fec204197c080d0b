//! Callbacks with priorities, in a table of fixed size.

/// Restart handlers of last resort (Linux kernel/reboot.c, register_restart_handler).
pub const PRIORITY_LAST: i32 = 0;
/// Restart handlers that work (same source).
pub const PRIORITY_DEFAULT: i32 = 128;
/// Restart handlers to be preferred over all others (same source).
pub const PRIORITY_FIRST: i32 = 255;

/// The table has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Entries from the highest priority to the lowest; those of equal priority stay in the order in
/// which they came.
#[derive(Clone, Debug)]
pub struct Priorities<T, const N: usize> {
    slots: [Option<(i32, T)>; N],
}

impl<T: Copy, const N: usize> Priorities<T, N> {
    /// An empty table.
    #[must_use]
    pub const fn new() -> Self {
        Self { slots: [None; N] }
    }

    /// Puts an entry behind all that have at least its priority.
    ///
    /// # Errors
    /// All slots are taken; the table is unchanged.
    pub fn register(&mut self, priority: i32, entry: T) -> Result<(), Full> {
        if !self.slots.iter().any(Option::is_none) {
            return Err(Full);
        }
        let mut moving = Some((priority, entry));
        let mut is_in = false;
        for slot in &mut self.slots {
            is_in |= slot.as_ref().is_none_or(|(standing, _)| *standing < priority);
            // From its place on, every slot hands its entry to the next.
            if is_in {
                core::mem::swap(slot, &mut moving);
            }
        }
        Ok(())
    }

    /// Takes out every entry for which the question is answered with yes. The others keep their
    /// order.
    pub fn remove(&mut self, is_meant: impl Fn(&T) -> bool) {
        let old = core::mem::replace(&mut self.slots, [None; N]);
        let kept = old.into_iter().flatten().filter(|(_, entry)| !is_meant(entry));
        for (slot, entry) in self.slots.iter_mut().zip(kept) {
            *slot = Some(entry);
        }
    }

    /// The entries, highest priority first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = T> + '_ {
        self.slots.iter().flatten().map(|(_, entry)| *entry)
    }
}

impl<T: Copy, const N: usize> Default for Priorities<T, N> {
    fn default() -> Self {
        Self::new()
    }
}
