//! /proc/swaps (proc_swaps(5)).

use crate::mount::unescape;
use crate::text::{lines, words};
use alloc::vec::Vec;

/// The swap *files*: each holds its file system open for writing. Swap partitions pin nothing,
/// and reading them back in would only cost time.
#[must_use]
pub fn parse_swap_files(text: &[u8]) -> Vec<Vec<u8>> {
    lines(text)
        .skip(1)
        .filter_map(|line| {
            let mut fields = words(line);
            let path = fields.next()?;
            (fields.next()? == b"file").then(|| unescape(path))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_listed_with_their_blanks() {
        let text = b"Filename\t\tType\t\tSize\tUsed\tPriority\n/dev/sda2 partition 1 0 -2\n/swap\\040file file 8 0 -3\n";
        assert_eq!(parse_swap_files(text), [b"/swap file".to_vec()]);
        assert_eq!(parse_swap_files(b""), Vec::<Vec<u8>>::new());
    }
}
