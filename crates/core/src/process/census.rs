//! The census on its way from a helper to PID 1: one fixed record a process, so that ten
//! thousand of them fit where their texts would not.

use super::Process;
use alloc::vec::Vec;

/// The size of one record.
pub const RECORD_BYTES: usize = 80;
const COMM_BYTES: usize = 24;

impl Process {
    /// The record of this process.
    #[must_use]
    pub fn encode(&self) -> [u8; RECORD_BYTES] {
        let mut record = [0; RECORD_BYTES];
        let flags = u8::from(self.is_kernel_thread)
            | u8::from(self.has_terminal) << 1
            | u8::from(self.is_spared) << 2
            | u8::from(self.reads_term) << 3;
        let mut comm = [0; COMM_BYTES];
        let length = self.comm.len().min(COMM_BYTES);
        for (to, from) in comm.iter_mut().zip(&self.comm) {
            *to = *from;
        }
        let parts: [&[u8]; 11] = [
            &self.pid.to_le_bytes(),
            &self.parent.to_le_bytes(),
            &[self.state, flags, u8::try_from(length).unwrap_or(0), 0],
            &[0; 4],
            &self.ignored.to_le_bytes(),
            &self.caught.to_le_bytes(),
            &self.blocked.to_le_bytes(),
            &self.pending.to_le_bytes(),
            &self.written_bytes.to_le_bytes(),
            &comm,
            &[],
        ];
        for (to, from) in record.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        record
    }

    fn decode(record: &[u8]) -> Option<Self> {
        let four = |at: usize| Some(u32::from_le_bytes(*record.get(at..)?.first_chunk()?));
        let eight = |at: usize| Some(u64::from_le_bytes(*record.get(at..)?.first_chunk()?));
        let flags = *record.get(9)?;
        let length = usize::from(*record.get(10)?);
        Some(Self {
            pid: four(0)?,
            parent: four(4)?,
            session: 0,
            state: *record.get(8)?,
            is_kernel_thread: flags & 1 != 0,
            has_terminal: flags & 2 != 0,
            is_spared: flags & 4 != 0,
            reads_term: flags & 8 != 0,
            ignored: eight(16)?,
            caught: eight(24)?,
            blocked: eight(32)?,
            pending: eight(40)?,
            written_bytes: eight(48)?,
            comm: record.get(56..)?.get(..length)?.to_vec(),
        })
    }
}

/// The processes of a census. A process may stand in it twice, first as far as can be told
/// without risk of blocking, then thoroughly; the later record counts. A record that was cut
/// off is left out.
#[must_use]
pub fn decode_census(bytes: &[u8]) -> Vec<Process> {
    let mut processes: Vec<Process> = Vec::with_capacity(bytes.len() / RECORD_BYTES);
    for process in bytes.chunks_exact(RECORD_BYTES).filter_map(Process::decode) {
        // /proc lists processes in ascending order, so the first pass only appends.
        match processes.binary_search_by_key(&process.pid, |known| known.pid) {
            Ok(at) => processes.get_mut(at).into_iter().for_each(|known| *known = process.clone()),
            Err(at) => processes.insert(at, process),
        }
    }
    processes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(pid: u32) -> Process {
        Process {
            pid,
            parent: 1,
            state: b'S',
            is_spared: true,
            has_terminal: true,
            reads_term: pid == 3,
            ignored: u64::MAX,
            written_bytes: 1 << 40,
            comm: b"postgres".to_vec(),
            ..Process::default()
        }
    }

    #[test]
    fn records_come_back_as_they_went_and_the_later_one_counts() {
        let mut first = sample(2);
        first.is_spared = false;
        let mut bytes = first.encode().to_vec();
        bytes.extend_from_slice(&sample(3).encode());
        bytes.extend_from_slice(&sample(2).encode());
        bytes.extend_from_slice(&sample(4).encode()[..RECORD_BYTES - 1]);
        assert_eq!(decode_census(&bytes), [sample(2), sample(3)]);
    }
}
