//! What stands in /etc/rekindle.conf, and what becomes of reading it.

use crate::chance::Chance;
use rekindle_core::configuration::{FILE_PATH, GROUP_FILE_PATH, KERNEL_LINE_PATH, encode_file};
use rekindle_core::errno::Errno;

/// Lines that change something, and some that can't be used.
const LINES: [&str; 8] = [
    "script_ms = 4000",
    "level_ms=5000",
    "  kill_ms = 700",
    "total_ms\t=\t20000",
    "kill_ms = 900",
    "# total_ms = 1",
    "total_ms = soon",
    "nonsense",
];

/// The file as it stands for a while.
#[derive(Clone, Debug)]
pub struct ConfigurationFile {
    /// Why it can't be read; `None` where it can.
    pub error: Option<Errno>,
    /// Its lines; there is no file without any.
    pub lines: Vec<&'static str>,
}

impl ConfigurationFile {
    pub(super) fn make(chance: &mut Chance) -> Self {
        let errors = [Errno::EIO, Errno::EMFILE, Errno::EFBIG, Errno::EINVAL];
        let error = chance.percent(15).then(|| chance.pick(&errors));
        Self { error, lines: LINES.into_iter().filter(|_| chance.percent(15)).collect() }
    }

    /// What the look tells.
    pub(super) fn told(&self, kernel_line: &[u8]) -> Vec<u8> {
        let mut told = Vec::new();
        let text: String = self.lines.iter().flat_map(|line| [*line, "\n"]).collect();
        match self.error {
            Some(error) => encode_file(FILE_PATH.as_bytes(), Err(error), &mut told),
            None if self.lines.is_empty() => {}
            None => encode_file(FILE_PATH.as_bytes(), Ok(text.as_bytes()), &mut told),
        }
        encode_file(KERNEL_LINE_PATH.as_bytes(), Ok(kernel_line), &mut told);
        encode_file(GROUP_FILE_PATH.as_bytes(), Ok(b"root:x:0:\n"), &mut told);
        told
    }
}
