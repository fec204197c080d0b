//! Which mounts have to go, and when each may: dependants first, independent ones side by side.

use crate::errno::Errno;
use crate::proc::mountinfo::Mount;
use crate::text::after;
use alloc::vec::Vec;

/// How far a mount has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnmountState {
    /// Not tried, or to be tried again.
    Waiting,
    /// A helper is at it.
    Running,
    /// Gone.
    Unmounted,
    /// No path leads to it (umount2(2), EINVAL and ENOENT): somebody else unmounted it, or it is hidden. The
    /// table that is read next tells which.
    Unfound,
    /// It did not go.
    Refused(Errno),
}

impl UnmountState {
    /// Whether what stood below it may go.
    fn is_out_of_the_way(self) -> bool {
        matches!(self, Self::Unmounted | Self::Unfound)
    }
}

/// A mount that has to go.
#[derive(Clone, Debug)]
struct Row {
    mount: Mount,
    state: UnmountState,
    /// How many rows must be gone before this one can be tried.
    blockers: usize,
    /// The rows that this one keeps from being tried.
    blocks: Vec<usize>,
}

/// The mounts that have to go, with what has become of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Teardown {
    rows: Vec<Row>,
}

/// Mount points that are only ever made read-only: the root directory, and the place from which
/// a shutdown initramfs would still have to run.
fn stays_mounted(mount: &Mount) -> bool {
    mount.is_root()
        || mount.target == b"/run/initramfs"
        || mount.target.starts_with(b"/run/initramfs/")
}

impl Teardown {
    /// Picks the mounts that have to go: each that holds data, and everything that stands on one
    /// of those or hides it. What stands on the root alone and holds no data may stay.
    pub(super) fn plan(mounts: &[Mount]) -> Self {
        let mut teardown = Self::default();
        for mount in mounts.iter().filter(|mount| !stays_mounted(mount)) {
            let blocks = teardown.stood_on_or_hidden_by(mount);
            if mount.holds_data() || !blocks.is_empty() {
                teardown.add(mount, blocks);
            }
        }
        teardown
    }

    /// The earlier mounts that have to wait for this one: what it stands on, and those whose paths lead into
    /// it instead. A path reaches only the newest of several mounts on one place, and none whose mount point
    /// lies below that place.
    fn stood_on_or_hidden_by(&self, mount: &Mount) -> Vec<usize> {
        let mut waiting = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            if row.mount.id == mount.parent || hides(mount, &row.mount) {
                waiting.push(index);
            }
        }
        waiting
    }

    fn add(&mut self, mount: &Mount, blocks: Vec<usize>) {
        for blocked in &blocks {
            if let Some(row) = self.rows.get_mut(*blocked) {
                row.blockers = row.blockers.saturating_add(1);
            }
        }
        let (mount, state) = (mount.clone(), UnmountState::Waiting);
        self.rows.push(Row { mount, state, blockers: 0, blocks });
    }

    /// Whether nothing has to go.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The mounts that may be tried now: nothing stands on them or hides them any more.
    pub(super) fn ready(&self) -> Vec<usize> {
        let mut ready = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            if row.state == UnmountState::Waiting && row.blockers == 0 {
                ready.push(index);
            }
        }
        ready
    }

    /// The mount of a row.
    pub(super) fn mount(&self, index: usize) -> Option<&Mount> {
        self.rows.get(index).map(|row| &row.mount)
    }

    /// Notes what became of a row. One that is gone stays gone.
    pub(super) fn set(&mut self, index: usize, state: UnmountState) {
        let Some(row) = self.rows.get_mut(index) else { return };
        let is_gone_now = state.is_out_of_the_way() && !row.state.is_out_of_the_way();
        if !row.state.is_out_of_the_way() {
            row.state = state;
        }
        let blocks = if is_gone_now { core::mem::take(&mut row.blocks) } else { Vec::new() };
        for blocked in blocks {
            if let Some(row) = self.rows.get_mut(blocked) {
                row.blockers = row.blockers.saturating_sub(1);
            }
        }
    }

    /// Lets every mount that refused be tried again, but not one whose helper hangs. Returns
    /// whether there is any.
    pub(super) fn retry(&mut self) -> bool {
        let mut any = false;
        for row in &mut self.rows {
            if matches!(row.state, UnmountState::Refused(errno) if errno != Errno::ETIMEDOUT) {
                row.state = UnmountState::Waiting;
                any = true;
            }
        }
        any
    }

    /// The mounts that are still there, with the reason where one was given.
    pub(super) fn remaining(&self) -> impl Iterator<Item = (&Mount, Option<Errno>)> {
        self.rows.iter().filter_map(|row| match row.state {
            UnmountState::Unmounted | UnmountState::Unfound => None,
            UnmountState::Refused(errno) => Some((&row.mount, Some(errno))),
            UnmountState::Waiting | UnmountState::Running => Some((&row.mount, None)),
        })
    }

    /// How many are gone.
    pub(super) fn unmounted(&self) -> usize {
        self.rows.iter().filter(|row| row.state == UnmountState::Unmounted).count()
    }
}

/// A file system to make read-only, by one of its mounts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writable<'a> {
    pub(super) mount: &'a Mount,
    /// A path leads to it.
    pub(super) is_reached: bool,
}

/// The file systems to make read-only, one mount each: those that hold data and still are
/// writable. The root comes last, because the record is written to it until then.
pub(super) fn plan_read_only(mounts: &[Mount]) -> Vec<Writable<'_>> {
    let mut chosen: Vec<Writable<'_>> = Vec::new();
    for (index, mount) in mounts.iter().enumerate().rev() {
        if !mount.holds_data() || mount.is_read_only {
            continue;
        }
        let is_reached = !mounts.iter().skip(index).skip(1).any(|later| hides(later, mount));
        let writable = Writable { mount, is_reached };
        match chosen.iter_mut().find(|other| other.mount.device == mount.device) {
            Some(other) if mount.is_root() || is_reached && !other.is_reached => *other = writable,
            Some(_) => {}
            None => chosen.push(writable),
        }
    }
    let mut ordered = Vec::new();
    for is_root in [false, true] {
        ordered.extend(chosen.iter().filter(|one| one.mount.is_root() == is_root).copied());
    }
    ordered
}

/// Whether a path to the earlier mount leads into the later one.
fn hides(later: &Mount, earlier: &Mount) -> bool {
    after(&earlier.target, &later.target)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

#[cfg(test)]
mod tests;
