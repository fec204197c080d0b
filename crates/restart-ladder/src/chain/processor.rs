//! Which processor a restart runs on.

/// The processor that was asked for if it runs, else the first that does (Linux kernel/reboot.c,
/// migrate_to_reboot_cpu). `None`: none of `0..possible` runs, which the caller's own existence
/// contradicts.
#[must_use]
pub fn reboot_processor(asked: u32, possible: u32, is_online: impl Fn(u32) -> bool) -> Option<u32> {
    if asked < possible && is_online(asked) {
        return Some(asked);
    }
    (0..possible).find(|processor| is_online(*processor))
}
