//! Which mounts and swap files there are.

use crate::chance::Chance;
use crate::ending::disks::Disks;
use crate::ending::plan::{MountPlan, SwapPlan};

/// Mounts more on these, of which the root is one.
pub(in crate::ending) fn mount(chance: &mut Chance, has_faults: bool, mounts: &mut Vec<MountPlan>) {
    for id in 2..2 + chance.below(8) as u32 {
        let target = pick_target(chance, id, mounts);
        let parent = Disks::new(mounts, &[]).leads_into(target.as_bytes());
        let mut mount = MountPlan::new(id, parent, &target);
        mount.busy_ms = if chance.percent(30) { 1 + chance.below(100) } else { 0 };
        mount.is_read_only = chance.percent(5);
        mount.is_of_memory = chance.percent(10);
        mount.hangs = has_faults && chance.percent(8);
        if chance.percent(10) {
            let other = pick_mount(chance, mounts);
            (mount.device, mount.is_read_only) = (other.device, other.is_read_only);
            mount.is_of_memory = other.is_of_memory;
        }
        mounts.push(mount);
    }
}

fn pick_target(chance: &mut Chance, id: u32, mounts: &[MountPlan]) -> String {
    let parent = 1 + chance.below(u64::from(id) - 1) as u32;
    let base = mounts.iter().find(|mount| mount.id == parent).expect("ids go up by one");
    let base = base.target.trim_end_matches('/');
    match chance.below(10) {
        // Over the same place; or over a directory that others are mounted below.
        0 if parent > 1 => base.to_owned(),
        1 => format!("{base}/n/m{id}"),
        2 => format!("{base}/n"),
        3 if parent == 1 => "/var".to_owned(),
        _ => format!("{base}/m{id}"),
    }
}

fn pick_mount<'a>(chance: &mut Chance, mounts: &'a [MountPlan]) -> &'a MountPlan {
    &mounts[chance.below(mounts.len() as u64) as usize]
}

/// Swap files on these mounts.
pub(in crate::ending) fn swaps(
    chance: &mut Chance,
    has_faults: bool,
    mounts: &[MountPlan],
) -> Vec<SwapPlan> {
    let mut swaps = Vec::new();
    for number in 0..chance.below(12).saturating_sub(9) {
        let mount = pick_mount(chance, mounts);
        if !mount.is_read_only && !mount.is_of_memory {
            let path = format!("{}/swap {number}", mount.target.trim_end_matches('/'));
            let is_needed = has_faults && chance.percent(20);
            swaps.push(SwapPlan { path, on: mount.id, is_needed });
        }
    }
    swaps
}
