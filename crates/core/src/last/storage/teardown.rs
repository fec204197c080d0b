//! Which mounts have to go, and when each may: dependants first, independent ones side by side.

use crate::errno::Errno;
use crate::proc::mountinfo::Mount;
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
    /// It did not go.
    Refused(Errno),
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
    /// of those. What stands on the root alone and holds no data may stay.
    pub(super) fn plan(mounts: &[Mount]) -> Self {
        let mut teardown = Self::default();
        for mount in mounts.iter().filter(|mount| !stays_mounted(mount)) {
            let below = teardown.newest(|row| row.mount.id == mount.parent);
            if mount.holds_data() || below.is_some() {
                // A path reaches only the newest of several mounts on one place.
                let hidden = teardown.newest(|row| row.mount.target == mount.target);
                teardown.add(mount, below, hidden.filter(|hidden| Some(*hidden) != below));
            }
        }
        teardown
    }

    fn newest(&self, is_wanted: impl Fn(&Row) -> bool) -> Option<usize> {
        self.rows.iter().rposition(is_wanted)
    }

    fn add(&mut self, mount: &Mount, below: Option<usize>, hidden: Option<usize>) {
        let mut blocks = Vec::new();
        blocks.extend(below);
        blocks.extend(hidden);
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
        let is_gone_now = state == UnmountState::Unmounted && row.state != UnmountState::Unmounted;
        if row.state != UnmountState::Unmounted {
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
            UnmountState::Unmounted => None,
            UnmountState::Refused(errno) => Some((&row.mount, Some(errno))),
            UnmountState::Waiting | UnmountState::Running => Some((&row.mount, None)),
        })
    }

    /// How many are gone.
    pub(super) fn unmounted(&self) -> usize {
        self.rows.iter().filter(|row| row.state == UnmountState::Unmounted).count()
    }
}

/// The file systems to make read-only, one mount each: those that hold data and still are
/// writable. The root comes last, because the record is written to it until then.
pub(super) fn plan_read_only(mounts: &[Mount]) -> Vec<Mount> {
    let mut chosen: Vec<Mount> = Vec::new();
    for mount in mounts.iter().rev().filter(|mount| mount.holds_data() && !mount.is_read_only) {
        match chosen.iter_mut().find(|other| other.device == mount.device) {
            Some(other) if mount.is_root() => *other = mount.clone(),
            Some(_) => {}
            None => chosen.push(mount.clone()),
        }
    }
    let mut ordered = Vec::new();
    for is_root in [false, true] {
        for mount in chosen.iter().filter(|mount| mount.is_root() == is_root) {
            ordered.push(mount.clone());
        }
    }
    ordered
}

#[cfg(test)]
mod tests;
