//! /proc/swaps (proc_swaps(5)).

use crate::proc::mountinfo::unescape;
use crate::text::{lines, words};
use alloc::vec::Vec;

/// The swap *files*: each holds its file system open for writing. Swap partitions pin nothing,
/// and reading them back in would only cost time.
#[must_use]
pub fn parse_swap_files(text: &[u8]) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    // The first line is the heading, and of another kind.
    for line in lines(text) {
        let mut fields = words(line);
        if let (Some(path), Some(b"file")) = (fields.next(), fields.next()) {
            files.push(unescape(path));
        }
    }
    files
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
