//! Several initramfs archives as one.

/// Zero bytes behind an archive that another one follows. The kernel looks for the next archive
/// at multiples of four, and its lz4 decoder takes the four bytes behind a compressed archive for
/// the size of one more block, of which 0 is the end (init/initramfs.c, `unpack_to_rootfs`;
/// lib/decompress_unlz4.c).
#[must_use]
pub fn plan_padding(archive_bytes: u64) -> usize {
    match archive_bytes % 4 {
        1 => 7,
        2 => 6,
        3 => 5,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_archive_begins_aligned_behind_four_zeros() {
        for archive_bytes in 0..9 {
            let padding = plan_padding(archive_bytes);
            assert!((4..8).contains(&padding), "{archive_bytes}");
            assert_eq!((archive_bytes + padding as u64) % 4, 0, "{archive_bytes}");
        }
    }
}
