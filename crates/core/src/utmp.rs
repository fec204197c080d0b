//! The wtmp record that `reboot`, `halt` and `poweroff` leave behind (utmp(5)).

/// The size of a record on x86-64 (struct utmp of glibc, bits/utmp.h).
pub const RECORD_BYTES: usize = 384;

/// ut_type RUN_LVL (utmp(5)).
const RUN_LEVEL: u8 = 1;

/// The record "shutdown" that last(1) reads, as sysvinit and BusyBox write it: line `~`, id `~~`,
/// user `shutdown`, and the kernel's release as the host.
#[must_use]
pub fn render_shutdown_record(
    seconds: u32,
    microseconds: u32,
    release: &[u8],
) -> [u8; RECORD_BYTES] {
    let mut record = [0; RECORD_BYTES];
    // Offsets of ut_type, ut_line, ut_id, ut_user, ut_host and ut_tv in that struct.
    put(&mut record, 0, &[RUN_LEVEL]);
    put(&mut record, 8, b"~");
    put(&mut record, 40, b"~~");
    put(&mut record, 44, b"shutdown");
    put(&mut record, 76, release.get(..255).unwrap_or(release));
    put(&mut record, 340, &seconds.to_le_bytes());
    put(&mut record, 344, &microseconds.to_le_bytes());
    record
}

fn put(record: &mut [u8], at: usize, bytes: &[u8]) {
    for (to, from) in record.iter_mut().skip(at).zip(bytes) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_lie_where_glibc_reads_them() {
        let record = render_shutdown_record(0x0102_0304, 5, b"6.1.0");
        assert_eq!(&record[44..52], b"shutdown");
        assert_eq!(&record[76..81], b"6.1.0");
        assert_eq!(&record[340..345], [4, 3, 2, 1, 5]);
    }
}
