//! What an ext4 superblock says about how the file system was left.
//!
//! Offsets and values from the kernel's description of the layout on disk
//! (Documentation/filesystems/ext4/super.rst): the superblock begins at byte 1024.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use anyhow::{Context, Result, ensure};

const START: u64 = 1024;
const LENGTH_BYTES: usize = 1024;
const MAGIC: u16 = 0xEF53;
/// s_state: "Cleanly umounted".
const STATE_CLEAN: u16 = 0x1;
/// s_state: "Errors detected".
const STATE_ERRORS: u16 = 0x2;
/// s_feature_incompat: "Filesystem needs recovery", that is, its journal must be replayed.
const INCOMPAT_RECOVER: u32 = 0x4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Superblock {
    pub state_clean: bool,
    pub has_errors: bool,
    pub needs_recovery: bool,
    pub mount_count: u16,
    /// Seconds since the epoch.
    pub last_mount_time: u32,
    pub last_write_time: u32,
}

impl Superblock {
    pub fn read(image: &Path) -> Result<Superblock> {
        let file =
            File::open(image).with_context(|| format!("unable to open {}", image.display()))?;
        let mut bytes = [0; LENGTH_BYTES];
        file.read_exact_at(&mut bytes, START)
            .with_context(|| format!("unable to read the superblock of {}", image.display()))?;
        Superblock::parse(&bytes)
    }

    /// Parses the 1024 bytes of a superblock.
    pub fn parse(bytes: &[u8]) -> Result<Superblock> {
        let magic = number_16(bytes, 0x38)?;
        ensure!(magic == MAGIC, "no ext4 superblock: the magic number is {magic:#06x}");
        let state = number_16(bytes, 0x3A)?;
        Ok(Superblock {
            state_clean: state & STATE_CLEAN != 0,
            has_errors: state & STATE_ERRORS != 0,
            needs_recovery: number_32(bytes, 0x60)? & INCOMPAT_RECOVER != 0,
            mount_count: number_16(bytes, 0x34)?,
            last_mount_time: number_32(bytes, 0x2C)?,
            last_write_time: number_32(bytes, 0x30)?,
        })
    }
}

fn field<const N: usize>(bytes: &[u8], offset: usize) -> Result<[u8; N]> {
    let field = bytes.get(offset..).and_then(|rest| rest.first_chunk());
    field.copied().with_context(|| format!("a superblock of {} bytes is too short", bytes.len()))
}

fn number_16(bytes: &[u8], offset: usize) -> Result<u16> {
    field(bytes, offset).map(u16::from_le_bytes)
}

fn number_32(bytes: &[u8], offset: usize) -> Result<u32> {
    field(bytes, offset).map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::Superblock;

    fn sample() -> [u8; 1024] {
        let mut bytes = [0; 1024];
        bytes[0x38..0x3A].copy_from_slice(&[0x53, 0xEF]);
        bytes[0x3A] = 1;
        bytes[0x34] = 7;
        bytes[0x30..0x34].copy_from_slice(&0x6000_0000_u32.to_le_bytes());
        bytes
    }

    #[test]
    fn a_clean_superblock_says_so() {
        let found = Superblock::parse(&sample()).unwrap();
        assert!(found.state_clean && !found.needs_recovery && !found.has_errors);
        assert_eq!((found.mount_count, found.last_write_time), (7, 0x6000_0000));
    }

    #[test]
    fn a_journal_to_replay_is_seen_although_the_state_says_clean() {
        let mut bytes = sample();
        bytes[0x60] = 0x4 | 0x2;
        let found = Superblock::parse(&bytes).unwrap();
        assert!(found.state_clean && found.needs_recovery);
    }

    #[test]
    fn other_bytes_and_short_ones_are_refused() {
        let error = Superblock::parse(&[0; 1024]).unwrap_err().to_string();
        assert!(error.contains("0x0000"), "{error}");
        assert!(Superblock::parse(&sample()[..0x3A]).is_err());
        assert!(Superblock::parse(&[]).is_err());
    }
}
