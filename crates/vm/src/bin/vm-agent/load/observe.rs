//! A process that serves storage and so is there at the very end: it writes down what it sees.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGTERM};
use signal_hook::iterator::Signals;
use vm::Testimony;

use super::state::ready;

/// Often enough to be in time between the last remount and the reset.
const PACE: Duration = Duration::from_millis(3);
/// How often a number that only grows is worth a write.
const BEATS_PER_WRITE: u64 = 64;

/// Looks around until the machine is reset, and writes what it saw to the disk `device`.
pub(super) fn observe(device: &str) -> Result<()> {
    let asked = count_signals()?;
    let disk = open_disk(device)?;
    let mut seen = Testimony::default();
    write(&disk, &seen)?;
    ready()?;
    loop {
        let next = look(&seen, asked.load(Ordering::Relaxed));
        let has_news = Testimony { beats: seen.beats, ..next.clone() } != seen;
        seen = next;
        if has_news || seen.beats.is_multiple_of(BEATS_PER_WRITE) {
            write(&disk, &seen)?;
        }
        sleep(PACE);
    }
}

fn count_signals() -> Result<Arc<AtomicUsize>> {
    let asked = Arc::new(AtomicUsize::new(0));
    let mut signals = Signals::new([SIGTERM, SIGHUP]).context("unable to catch signals")?;
    let counted = Arc::clone(&asked);
    std::thread::Builder::new()
        .spawn(move || {
            signals.forever().for_each(|_| {
                counted.fetch_add(1, Ordering::Relaxed);
            });
        })
        .context("unable to start a thread")?;
    Ok(asked)
}

/// Held open: whoever serves storage has such a file.
fn open_disk(device: &str) -> Result<File> {
    let flags = rustix::fs::OFlags::SYNC.bits().cast_signed();
    let mut options = OpenOptions::new();
    options.write(true).custom_flags(flags);
    options.open(device).with_context(|| format!("unable to open {device}"))
}

fn write(disk: &File, seen: &Testimony) -> Result<()> {
    disk.write_all_at(&seen.render()?, 0).context("unable to write to the disk")
}

fn look(before: &Testimony, times_asked: usize) -> Testimony {
    Testimony {
        beats: before.beats + 1,
        times_asked: u64::try_from(times_asked).unwrap_or(u64::MAX),
        saw_root_read_only: before.saw_root_read_only || root_is_read_only(),
        pid_1_peak_kib: before.pid_1_peak_kib.max(read_peak_kib().unwrap_or(0)),
    }
}

/// Its superblock's flag counts, too (statvfs(3), fs/statfs.c `calculate_f_flags`), and one call is quick
/// enough to be in time where a table of many mounts is not.
fn root_is_read_only() -> bool {
    rustix::fs::statvfs("/")
        .is_ok_and(|status| status.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

fn read_peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/1/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
