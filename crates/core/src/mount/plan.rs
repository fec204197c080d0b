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

/// The mounts that have to go, with what has become of each.
#[derive(Clone, Debug, Default)]
pub struct Teardown {
    rows: Vec<(Mount, UnmountState)>,
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
        let mut rows: Vec<(Mount, UnmountState)> = Vec::new();
        for mount in mounts {
            let stands_on_one = rows.iter().any(|(row, _)| row.id == mount.parent);
            if !stays_mounted(mount) && (mount.holds_data() || stands_on_one) {
                rows.push((mount.clone(), UnmountState::Waiting));
            }
        }
        Self { rows }
    }

    /// Whether nothing has to go.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The mounts that may be tried now: nothing stands on them any more. Of several on one
    /// place only the newest, because a path reaches the topmost.
    #[must_use]
    pub fn ready(&self) -> Vec<usize> {
        let is_free = |index: usize, mount: &Mount| {
            self.rows.iter().enumerate().all(|(other_index, (other, state))| {
                let blocks = other.parent == mount.id
                    || (other_index > index && other.target == mount.target);
                !blocks || *state == UnmountState::Unmounted
            })
        };
        let rows = self.rows.iter().enumerate();
        rows.filter(|(index, (mount, state))| {
            *state == UnmountState::Waiting && is_free(*index, mount)
        })
        .map(|(index, _)| index)
        .collect()
    }

    /// The mount of a row.
    #[must_use]
    pub fn mount(&self, index: usize) -> Option<&Mount> {
        self.rows.get(index).map(|(mount, _)| mount)
    }

    /// Notes what became of a row.
    pub fn set(&mut self, index: usize, state: UnmountState) {
        if let Some((_, old)) = self.rows.get_mut(index) {
            *old = state;
        }
    }

    /// Whether a helper is at work.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.rows.iter().any(|(_, state)| *state == UnmountState::Running)
    }

    /// Lets every mount that refused be tried again, but not one whose helper hangs. Returns
    /// whether there is any.
    pub fn retry(&mut self) -> bool {
        let mut any = false;
        for (_, state) in &mut self.rows {
            if matches!(state, UnmountState::Refused(errno) if *errno != Errno::ETIMEDOUT) {
                *state = UnmountState::Waiting;
                any = true;
            }
        }
        any
    }

    /// The mounts that are still there, with the reason where one was given.
    pub fn remaining(&self) -> impl Iterator<Item = (&Mount, Option<Errno>)> {
        self.rows.iter().filter_map(|(mount, state)| match state {
            UnmountState::Unmounted => None,
            UnmountState::Refused(errno) => Some((mount, Some(*errno))),
            UnmountState::Waiting | UnmountState::Running => Some((mount, None)),
        })
    }

    /// How many are gone.
    #[must_use]
    pub fn unmounted(&self) -> usize {
        self.rows.iter().filter(|(_, state)| *state == UnmountState::Unmounted).count()
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
