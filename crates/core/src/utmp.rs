//! The records of utmp and wtmp: who is logged in, when the machine started, its runlevel (utmp(5)).

use alloc::vec::Vec;

/// The size of a record on x86-64 (struct utmp of glibc, bits/utmp.h).
pub const RECORD_BYTES: usize = 384;

/// Offsets in that struct: ut_type, ut_pid, ut_line, ut_id, ut_user, ut_host, ut_tv.
const PID_AT: usize = 4;
const LINE_AT: usize = 8;
const LINE_BYTES: usize = 32;
const ID_AT: usize = 40;
const ID_BYTES: usize = 4;
const USER_AT: usize = 44;
const HOST_AT: usize = 76;
const HOST_BYTES: usize = 256;
const SECONDS_AT: usize = 340;
const MICROSECONDS_AT: usize = 344;

/// What a record tells; the numbers are ut_type's (utmp(5)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// RUN_LVL: a change of runlevel, or a shutdown.
    RunLevel = 1,
    /// BOOT_TIME.
    Boot = 2,
    /// INIT_PROCESS: PID 1 started it.
    Started = 5,
    /// DEAD_PROCESS.
    Ended = 8,
}

/// A record without its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    kind: RecordKind,
    pid: u32,
    id: Vec<u8>,
    user: &'static str,
    /// What `last -x` calls the terminal.
    line: &'static str,
}

/// When a record is made, and on which kernel.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// Seconds since 1970, as far as 32 bits hold them.
    pub seconds: u32,
    /// And microseconds.
    pub microseconds: u32,
    /// The kernel's release, which goes where a host's name would.
    pub release: &'a [u8],
}

impl Record {
    /// The machine started.
    #[must_use]
    pub fn boot() -> Self {
        Self::of_machine(RecordKind::Boot, 0, "reboot", "~")
    }

    /// The record "shutdown" that last(1) reads, as sysvinit and BusyBox write it.
    #[must_use]
    pub fn shutdown() -> Self {
        Self::of_machine(RecordKind::RunLevel, 0, "shutdown", "~")
    }

    /// A change of runlevel: ut_pid holds both levels (sysvinit src/init.c, `read_level`).
    #[must_use]
    pub fn runlevel(level: u8, previous: u8) -> Self {
        let both = u32::from(u16::from_le_bytes([level, previous]));
        Self::of_machine(RecordKind::RunLevel, both, "runlevel", "~")
    }

    fn of_machine(kind: RecordKind, pid: u32, user: &'static str, line: &'static str) -> Self {
        Self { kind, pid, id: b"~~".to_vec(), user, line }
    }

    /// PID 1 started, or reaped, the process of the entry called `id`.
    #[must_use]
    pub fn process(kind: RecordKind, id: &[u8], pid: u32) -> Self {
        Self { kind, pid, id: id.to_vec(), user: "", line: "" }
    }

    /// The record as it stands in the files.
    #[must_use]
    pub fn render(&self, stamp: &Stamp<'_>) -> [u8; RECORD_BYTES] {
        let mut record = [0; RECORD_BYTES];
        put(&mut record, 0, &[self.kind as u8]);
        put(&mut record, PID_AT, &self.pid.to_le_bytes());
        put(&mut record, LINE_AT, self.line.as_bytes());
        put(&mut record, ID_AT, self.id.get(..ID_BYTES).unwrap_or(&self.id));
        put(&mut record, USER_AT, self.user.as_bytes());
        // The last byte of ut_host stays the NUL that ends it.
        let most = stamp.release.get(..HOST_BYTES.saturating_sub(1));
        put(&mut record, HOST_AT, most.unwrap_or(stamp.release));
        put(&mut record, SECONDS_AT, &stamp.seconds.to_le_bytes());
        put(&mut record, MICROSECONDS_AT, &stamp.microseconds.to_le_bytes());
        record
    }
}

/// Where `record` belongs in utmp, in bytes (pututline(3)): over the one of its type for the machine,
/// over the one of its id for a process, else at the end. An ended process keeps its terminal.
pub fn place_in_utmp(utmp: &[u8], record: &mut [u8; RECORD_BYTES]) -> usize {
    let (whole, _) = utmp.as_chunks::<RECORD_BYTES>();
    let at = whole.iter().position(|old| is_same_place(old, record));
    let ended = record.first() == Some(&(RecordKind::Ended as u8));
    if let (true, Some(old)) = (ended, at.and_then(|at| whole.get(at))) {
        let line = old.get(LINE_AT..).and_then(|rest| rest.get(..LINE_BYTES)).unwrap_or_default();
        put(record, LINE_AT, line);
    }
    at.unwrap_or(whole.len()).saturating_mul(RECORD_BYTES)
}

/// ut_type 5 to 8 are the states of a process (utmp(5)).
fn is_same_place(old: &[u8; RECORD_BYTES], new: &[u8; RECORD_BYTES]) -> bool {
    let is_process = |record: &[u8; RECORD_BYTES]| matches!(record.first(), Some(5..=8));
    let id = |record: &[u8; RECORD_BYTES]| {
        record.get(ID_AT..).and_then(<[u8]>::first_chunk::<ID_BYTES>).copied()
    };
    match (is_process(old), is_process(new)) {
        (true, true) => id(old) == id(new),
        (false, false) => old.first() == new.first(),
        _ => false,
    }
}

fn put(record: &mut [u8; RECORD_BYTES], at: usize, bytes: &[u8]) {
    for (to, from) in record.iter_mut().skip(at).zip(bytes) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp<'static> =
        Stamp { seconds: 0x0102_0304, microseconds: 5, release: b"6.1.0" };

    #[test]
    fn fields_lie_where_glibc_reads_them() {
        let record = Record::shutdown().render(&STAMP);
        assert_eq!(&record[44..52], b"shutdown");
        assert_eq!(&record[76..81], b"6.1.0");
        assert_eq!(&record[340..345], [4, 3, 2, 1, 5]);
        let record = Record::runlevel(b'2', b'N').render(&STAMP);
        assert_eq!(&record[..10], [1, 0, 0, 0, b'2', b'N', 0, 0, b'~', 0]);
        assert_eq!(&record[40..52], b"~~\0\0runlevel");
    }

    #[test]
    fn a_record_takes_the_place_of_its_like() {
        let mut boot = Record::boot().render(&STAMP);
        let level = Record::runlevel(b'2', b'N').render(&STAMP);
        let mut tty1 = Record::process(RecordKind::Started, b"1", 300).render(&STAMP);
        put(&mut tty1, LINE_AT, b"tty1");
        let utmp = [boot, level, tty1].concat();
        assert_eq!(place_in_utmp(&utmp, &mut boot), 0);
        let mut next = Record::runlevel(b'3', b'2').render(&STAMP);
        assert_eq!(place_in_utmp(&utmp, &mut next), RECORD_BYTES);
        let mut ended = Record::process(RecordKind::Ended, b"1", 300).render(&STAMP);
        assert_eq!(place_in_utmp(&utmp, &mut ended), 2 * RECORD_BYTES);
        assert_eq!(&ended[8..13], b"tty1\0");
        let mut other = Record::process(RecordKind::Started, b"2", 301).render(&STAMP);
        assert_eq!(place_in_utmp(&utmp, &mut other), 3 * RECORD_BYTES);
    }
}
