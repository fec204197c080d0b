//! Which mounts have to go, and when each may: dependants first, independent ones side by side.

use super::Mount;
use crate::errno::Errno;
use alloc::vec::Vec;

/// How far a mount has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnmountState {
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
pub struct Teardown {
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
    #[must_use]
    pub fn plan(mounts: &[Mount]) -> Self {
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
        let blocks: Vec<usize> = below.into_iter().chain(hidden).collect();
        for blocked in &blocks {
            if let Some(row) = self.rows.get_mut(*blocked) {
                row.blockers = row.blockers.saturating_add(1);
            }
        }
        let (mount, state) = (mount.clone(), UnmountState::Waiting);
        self.rows.push(Row { mount, state, blockers: 0, blocks });
    }

    /// Whether nothing has to go.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The mounts that may be tried now: nothing stands on them or hides them any more.
    #[must_use]
    pub fn ready(&self) -> Vec<usize> {
        let is_ready = |row: &Row| row.state == UnmountState::Waiting && row.blockers == 0;
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, row)| is_ready(row)).map(|(index, _)| index).collect()
    }

    /// The mount of a row.
    #[must_use]
    pub fn mount(&self, index: usize) -> Option<&Mount> {
        self.rows.get(index).map(|row| &row.mount)
    }

    /// Notes what became of a row. One that is gone stays gone.
    pub fn set(&mut self, index: usize, state: UnmountState) {
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
    pub fn retry(&mut self) -> bool {
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
    pub fn remaining(&self) -> impl Iterator<Item = (&Mount, Option<Errno>)> {
        self.rows.iter().filter_map(|row| match row.state {
            UnmountState::Unmounted => None,
            UnmountState::Refused(errno) => Some((&row.mount, Some(errno))),
            UnmountState::Waiting | UnmountState::Running => Some((&row.mount, None)),
        })
    }

    /// How many are gone.
    #[must_use]
    pub fn unmounted(&self) -> usize {
        self.rows.iter().filter(|row| row.state == UnmountState::Unmounted).count()
    }
}

/// The file systems to make read-only, one mount each: those that hold data and still are
/// writable. The root comes last, because the record is written to it until then.
#[must_use]
pub fn plan_read_only(mounts: &[Mount]) -> Vec<Mount> {
    let mut chosen: Vec<Mount> = Vec::new();
    for mount in mounts.iter().rev().filter(|mount| mount.holds_data() && !mount.is_read_only) {
        match chosen.iter_mut().find(|other| other.device == mount.device) {
            Some(other) if mount.is_root() => *other = mount.clone(),
            Some(_) => {}
            None => chosen.push(mount.clone()),
        }
    }
    let (root, mut ordered): (Vec<Mount>, Vec<Mount>) =
        chosen.into_iter().partition(Mount::is_root);
    ordered.extend(root);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mount::parse_mountinfo;
    use alloc::string::String;

    const TREE: &[u8] = b"1 1 8:1 / / rw - ext4 /dev/a rw\n\
        2 1 0:5 / /proc rw - proc proc rw\n\
        3 1 8:2 / /srv rw - ext4 /dev/b rw\n\
        4 3 0:9 / /srv/cache rw - tmpfs t rw\n\
        5 4 8:1 /x /srv/cache/bind rw - ext4 /dev/a rw\n\
        6 1 0:9 / /tmp rw - tmpfs t rw\n\
        7 1 8:3 / /srv2 rw - ext4 /dev/c ro\n\
        8 7 8:4 / /srv2 rw - ext4 /dev/d rw\n";

    fn targets(teardown: &Teardown) -> Vec<String> {
        let name = |index: &usize| {
            String::from_utf8(teardown.mount(*index).unwrap().target.clone()).unwrap()
        };
        teardown.ready().iter().map(name).collect()
    }

    #[test]
    fn dependants_go_first_and_independent_trees_side_by_side() {
        let mut teardown = Teardown::plan(&parse_mountinfo(TREE));
        assert_eq!(targets(&teardown), ["/srv/cache/bind", "/srv2"]);
        for index in teardown.ready() {
            teardown.set(index, UnmountState::Unmounted);
        }
        assert_eq!(targets(&teardown), ["/srv/cache", "/srv2"]);
        for index in teardown.ready() {
            teardown.set(index, UnmountState::Unmounted);
        }
        assert_eq!(targets(&teardown), ["/srv"]);
        assert_eq!(teardown.unmounted(), 4);
    }

    #[test]
    fn of_several_mounts_on_one_place_the_newest_goes_first() {
        let text = b"1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /s rw - ext4 /dev/b rw\n\
            3 1 8:3 / /s rw - ext4 /dev/c rw\n4 3 8:4 / /s rw - ext4 /dev/d rw\n";
        let mut teardown = Teardown::plan(&parse_mountinfo(text));
        for expected in [4, 3, 2] {
            let ready = teardown.ready();
            let ids: Vec<u32> = ready.iter().map(|row| teardown.mount(*row).unwrap().id).collect();
            assert_eq!(ids, [expected]);
            ready.into_iter().for_each(|row| teardown.set(row, UnmountState::Unmounted));
        }
        assert!(teardown.ready().is_empty());
    }

    #[test]
    fn a_refused_mount_is_tried_again_but_a_hung_one_is_not() {
        let mut teardown = Teardown::plan(&parse_mountinfo(TREE));
        let ready = teardown.ready();
        let (first, second) = (*ready.first().unwrap(), *ready.last().unwrap());
        teardown.set(first, UnmountState::Refused(Errno::EBUSY));
        teardown.set(second, UnmountState::Refused(Errno::ETIMEDOUT));
        assert_eq!(targets(&teardown), Vec::<String>::new());
        assert!(teardown.retry());
        assert_eq!(teardown.ready(), [first]);
    }

    #[test]
    fn read_only_covers_each_writable_file_system_once_and_the_root_last() {
        let chosen = plan_read_only(&parse_mountinfo(TREE));
        let devices: Vec<&[u8]> = chosen.iter().map(|mount| mount.device.as_slice()).collect();
        assert_eq!(devices, [&b"8:4"[..], b"8:2", b"8:1"]);
        assert!(chosen.last().unwrap().is_root());
    }
}
