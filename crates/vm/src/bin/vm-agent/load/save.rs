//! Saving takes time and leaves a file whose last line tells that it was complete.

use std::fs::File;
use std::io::Write;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Often enough that somebody who watches for progress sees it at any time.
const PIECES_PER_SECOND: u32 = 20;

/// Writes `file` piece by piece over that time, each piece flushed to disk; the last line
/// is `saved`.
pub(super) fn save_slowly(time: Duration, file: &str) -> Result<()> {
    let started = Instant::now();
    let mut output = File::create(file).with_context(|| format!("unable to create {file}"))?;
    let mut piece = 0_u32;
    while let Some(left) = time.checked_sub(started.elapsed()) {
        piece += 1;
        writeln!(output, "piece {piece}").with_context(|| format!("unable to write {file}"))?;
        output.sync_data().with_context(|| format!("unable to flush {file}"))?;
        sleep(left.min(Duration::from_secs(1) / PIECES_PER_SECOND));
    }
    writeln!(output, "saved").with_context(|| format!("unable to write {file}"))?;
    output.sync_all().with_context(|| format!("unable to flush {file}"))
}
