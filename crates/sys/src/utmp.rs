//! utmp and wtmp.

use crate::files::{read_all, whole, write_all};
use crate::path::{create, open};
use crate::{Result, errno, raw};
use rekindle_core::errno::Errno;
use rekindle_core::utmp::{RECORD_BYTES, Record, Stamp, place_in_utmp};
use rustix::fs::{FlockOperation, Mode, OFlags};

/// Where glibc looks for it (paths.h, _PATH_UTMP).
const UTMP_PATH: &[u8] = b"/var/run/utmp";
const WTMP_PATH: &[u8] = b"/var/log/wtmp";

/// The most of utmp that is searched: some thousand records.
const UTMP_MOST_BYTES: usize = 1024 * 1024;

/// Writes each record to both files. What can't be written is lost: the machine matters more than
/// its records.
///
/// # Errors
/// The first that came up; the other records were written all the same.
pub(crate) fn write_records(records: &[Record]) -> Result<()> {
    let mut result = Ok(());
    for record in records {
        let mut bytes = render(record);
        let written = update_utmp(&mut bytes).and(append_to_wtmp(&bytes));
        result = result.and(written);
    }
    result
}

/// Appends one record to wtmp. A machine without wtmp keeps being one (utmp(5)).
///
/// # Errors
/// Those of open(2) and write(2), but not ENOENT.
pub(crate) fn append_record(record: &Record) -> Result<()> {
    append_to_wtmp(&render(record))
}

fn render(record: &Record) -> [u8; RECORD_BYTES] {
    let now = raw::realtime();
    // ut_tv has 32 bits on x86-64 (utmp(5)); what does not fit is cut as glibc cuts it.
    let seconds = u32::try_from(now.seconds & u64::from(u32::MAX)).unwrap_or(0);
    let system = rustix::system::uname();
    let release = system.release().to_bytes();
    record.render(&Stamp { seconds, microseconds: now.nanoseconds / 1000, release })
}

fn append_to_wtmp(bytes: &[u8]) -> Result<()> {
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CLOEXEC | OFlags::NONBLOCK;
    match open(WTMP_PATH, flags) {
        Err(Errno::ENOENT) => Ok(()),
        Err(error) => Err(error),
        Ok(file) => write_all(&file, bytes),
    }
}

/// Under the lock that glibc's pututline(3) takes.
fn update_utmp(record: &mut [u8; RECORD_BYTES]) -> Result<()> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = create(UTMP_PATH, flags, Mode::from(0o664))?;
    rustix::fs::fcntl_lock(&file, FlockOperation::LockExclusive).map_err(errno)?;
    let place = place_in_utmp(&whole(read_all(&file, UTMP_MOST_BYTES)?)?, record);
    let place = u64::try_from(place).unwrap_or(0);
    rustix::io::pwrite(&file, record, place).map(drop).map_err(errno)
}
