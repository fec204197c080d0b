//! The simulated mounts, file systems and swap files.

use super::plan::{MountPlan, SwapPlan};
use rekindle_core::errno::Errno;
use rekindle_core::op::Outcome;
use std::fmt::Write;

/// A mount.
#[derive(Clone, Debug)]
pub(super) struct FakeMount {
    pub(super) plan: MountPlan,
}

/// All that is mounted and swapped to.
#[derive(Clone, Debug)]
pub(super) struct Disks {
    pub(super) mounts: Vec<FakeMount>,
    /// The file systems that are read-only, by device.
    pub(super) read_only: Vec<u32>,
    pub(super) swaps: Vec<SwapPlan>,
}

impl Disks {
    pub(super) fn new(mounts: &[MountPlan], swaps: &[SwapPlan]) -> Self {
        let read_only = mounts.iter().filter(|mount| mount.is_read_only);
        let read_only = read_only.map(|mount| mount.device).collect();
        let mounts = mounts.iter().map(|plan| FakeMount { plan: plan.clone() });
        Self { mounts: mounts.collect(), read_only, swaps: swaps.to_vec() }
    }

    /// Where a path leads: from the root down, each time into the mount that hides the others. `None` if a
    /// mount on the way hides the place.
    pub(super) fn at(&self, target: &[u8]) -> Option<usize> {
        let at = self.way(target)?;
        (self.mounts[at].plan.target.as_bytes() == target).then_some(at)
    }

    /// The id of the mount that a path leads into, on which another one would stand.
    pub(super) fn leads_into(&self, target: &[u8]) -> u32 {
        self.way(target).map_or(1, |at| self.mounts[at].plan.id)
    }

    fn way(&self, target: &[u8]) -> Option<usize> {
        let mut at = self.mounts.iter().position(|mount| mount.plan.id == mount.plan.parent)?;
        while let Some(next) = self.next_on_way(at, target) {
            at = next;
        }
        Some(at)
    }

    fn next_on_way(&self, at: usize, target: &[u8]) -> Option<usize> {
        let here = self.mounts[at].plan.id;
        let is_on_way = |mount: &&FakeMount| {
            let plan = &mount.plan;
            plan.parent == here && plan.id != here && is_at_or_below(target, &plan.target)
        };
        let mounts = self.mounts.iter().filter(is_on_way);
        let shortest = mounts.map(|mount| mount.plan.target.len()).min()?;
        self.mounts
            .iter()
            .rposition(|mount| is_on_way(&mount) && mount.plan.target.len() == shortest)
    }

    pub(super) fn mount(&self, id: u32) -> Option<&FakeMount> {
        self.mounts.iter().find(|mount| mount.plan.id == id)
    }

    fn has_swap(&self, is_there: impl Fn(u32) -> bool) -> bool {
        self.swaps.iter().any(|swap| is_there(swap.on))
    }

    pub(super) fn is_writable(&self, device: u32) -> bool {
        !self.read_only.contains(&device)
    }

    /// umount2(2) with UMOUNT_NOFOLLOW; `held` are the ids of the mounts that processes hold, and
    /// the first op on a disk was begun so long ago.
    pub(super) fn unmount(&mut self, target: &[u8], held: &[u32], since_ms: u64) -> Outcome {
        let Some(at) = self.at(target) else { return Outcome::Failed(Errno::ENOENT) };
        let id = self.mounts[at].plan.id;
        let stands_on = |mount: &FakeMount| mount.plan.parent == id && mount.plan.id != id;
        let is_in_use = self.mounts.iter().any(stands_on)
            || held.contains(&id)
            || self.has_swap(|on| on == id)
            || self.mounts[at].plan.parent == id;
        if is_in_use || self.mounts[at].plan.busy_ms > since_ms {
            return Outcome::Failed(Errno::EBUSY);
        }
        self.mounts.remove(at);
        Outcome::Done
    }

    /// mount(2) with MS_REMOUNT, MS_RDONLY: the whole file system.
    pub(super) fn make_read_only(&mut self, target: &[u8], held: &[u32]) -> Outcome {
        let Some(at) = self.at(target) else { return Outcome::Failed(Errno::ENOENT) };
        let device = self.mounts[at].plan.device;
        let is_of_it = |id: u32| self.mount(id).is_some_and(|one| one.plan.device == device);
        if held.iter().any(|id| is_of_it(*id)) || self.has_swap(is_of_it) {
            return Outcome::Failed(Errno::EBUSY);
        }
        if self.is_writable(device) {
            self.read_only.push(device);
        }
        Outcome::Done
    }

    pub(super) fn swap_off(&mut self, path: &[u8]) -> Outcome {
        match self.swaps.iter().position(|swap| swap.path.as_bytes() == path) {
            Some(at) if self.swaps[at].is_needed => Outcome::Failed(Errno::ENOMEM),
            Some(at) => {
                self.swaps.remove(at);
                Outcome::Done
            }
            None => Outcome::Failed(Errno::EINVAL),
        }
    }

    /// Where the path of a file lies.
    pub(super) fn holder(&self, path: &str) -> Option<&FakeMount> {
        let mounts = self.mounts.iter().filter(|mount| {
            is_at_or_below(path.as_bytes(), &mount.plan.target)
                && self.at(mount.plan.target.as_bytes()).is_some()
        });
        mounts.max_by_key(|mount| mount.plan.target.len())
    }

    /// The mounts of file systems that hold data and are writable.
    pub(super) fn writable(&self) -> impl Iterator<Item = &FakeMount> {
        self.mounts
            .iter()
            .filter(|mount| !mount.plan.is_of_memory && self.is_writable(mount.plan.device))
    }

    /// /proc/self/mountinfo (proc(5)).
    pub(super) fn mountinfo(&self) -> String {
        let mut text = String::new();
        for mount in &self.mounts {
            let MountPlan { id, parent, target, device, is_of_memory, .. } = &mount.plan;
            let mode = if self.is_writable(*device) { "rw" } else { "ro" };
            let (major, kind, source) = if *is_of_memory {
                (0, "tmpfs", "tmpfs".to_owned())
            } else {
                (8, "ext4", format!("/dev/d{device}"))
            };
            let _ = writeln!(
                text,
                "{id} {parent} {major}:{device} / {target} {mode} - {kind} {source} {mode}"
            );
        }
        text
    }

    /// /proc/swaps (proc(5)).
    pub(super) fn swaps_table(&self) -> String {
        let mut text = String::from("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
        for swap in &self.swaps {
            let path = swap.path.replace(' ', "\\040");
            let _ = writeln!(text, "{path}  file\t\t1048572\t\t0\t\t-2");
        }
        text
    }
}

/// Whether `path` is `directory` or lies below it.
fn is_at_or_below(path: &[u8], directory: &str) -> bool {
    let directory = directory.trim_end_matches('/').as_bytes();
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}
