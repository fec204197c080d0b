//! What a process saw that lives until the machine's last moment (`vm-agent load observe`). Nobody
//! can be asked then, and the root is read-only, so it writes to the first sector of a disk
//! beside the root, which ext4 leaves alone (ext4's documentation, "Special blocks": padding).

use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::disk::Disk;

/// As much as a disk writes in one piece.
pub const SECTOR_BYTES: usize = 512;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Testimony {
    /// How often it looked around.
    pub beats: u64,
    /// How often it was sent TERM or HUP.
    pub times_asked: u64,
    /// It was still alive when the root had been made read-only.
    pub saw_root_read_only: bool,
    /// The most memory that PID 1 had resident at a time, over all programs that it executed.
    pub pid_1_peak_kib: u64,
}

impl Testimony {
    /// Reads it from a disk that no machine writes to.
    pub fn read(disk: &Disk) -> Result<Testimony> {
        let name = disk.image.display();
        let mut sector = [0; SECTOR_BYTES];
        let mut image =
            File::open(&disk.image).with_context(|| format!("unable to open {name}"))?;
        image.read_exact(&mut sector).with_context(|| format!("unable to read {name}"))?;
        let length = sector.iter().position(|byte| *byte == 0).unwrap_or(SECTOR_BYTES);
        serde_json::from_slice(&sector[..length])
            .with_context(|| format!("no observer wrote to {name}"))
    }

    pub fn render(&self) -> Result<[u8; SECTOR_BYTES]> {
        let text = serde_json::to_vec(self).context("unable to render a testimony")?;
        let mut sector = [0; SECTOR_BYTES];
        let place = sector.get_mut(..text.len()).context("a testimony longer than a sector")?;
        place.copy_from_slice(&text);
        Ok(sector)
    }
}
