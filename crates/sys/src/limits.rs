//! How many descriptors a process may have open (getrlimit(2), RLIMIT_NOFILE). PID 1 needs some for each
//! helper and each watched process; what it starts gets the limit that PID 1 was started with.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The least that PID 1 wants: the kernel's own hard limit for the first process (INR_OPEN_MAX, linux/fs.h).
const LEAST_OPEN_FILES: u64 = 4096;

/// "No limit" (RLIM_INFINITY, asm-generic/resource.h).
const INFINITE: u64 = u64::MAX;

/// What PID 1 was started with. It is no field of anything because the last words after an internal
/// error have to heed it, too.
static HAS_RAISED: AtomicBool = AtomicBool::new(false);
static INHERITED: [AtomicU64; 2] = [const { AtomicU64::new(0) }; 2];

/// Raises the limit as far as it goes without privilege, and to [`LEAST_OPEN_FILES`] at least.
pub fn raise_open_files() {
    let inherited = getrlimit(Resource::Nofile);
    if !HAS_RAISED.swap(true, Ordering::Relaxed) {
        let both = [inherited.current, inherited.maximum];
        for (place, limit) in INHERITED.iter().zip(both) {
            place.store(limit.unwrap_or(INFINITE), Ordering::Relaxed);
        }
    }
    let most = inherited.maximum.map(|most| most.max(LEAST_OPEN_FILES));
    if setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most }).is_err() {
        // A hard limit below that takes a privilege to raise (capabilities(7), CAP_SYS_RESOURCE).
        let hard = inherited.maximum;
        let _ = setrlimit(Resource::Nofile, Rlimit { current: hard, maximum: hard });
    }
}

/// Puts the limit back that PID 1 was started with: before another program is executed.
pub(crate) fn put_back() {
    if !HAS_RAISED.load(Ordering::Relaxed) {
        return;
    }
    let [current, maximum] = INHERITED.each_ref().map(|place| {
        let limit = place.load(Ordering::Relaxed);
        (limit != INFINITE).then_some(limit)
    });
    // Lowering takes no privilege.
    let _ = setrlimit(Resource::Nofile, Rlimit { current, maximum });
}

/// Raises the limit again, if it was raised before: that program could not be executed.
pub(crate) fn raise_again() {
    if HAS_RAISED.load(Ordering::Relaxed) {
        raise_open_files();
    }
}
