//! What a forked child keeps open of what PID 1 has. A copy of a descriptor that epoll watches keeps it
//! watched after PID 1 has closed its own (epoll(7), "Will closing a file descriptor cause it to be
//! removed from all epoll interest lists?"), and a copy of a file on a disk keeps that busy.

use crate::files::list_numbers;
use crate::raw;
use alloc::vec::Vec;
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::io::FdFlags;

/// The first descriptor that is no standard stream.
const FIRST: u32 = 3;

/// More descriptors than PID 1 has: it has two for each helper, and some for what it watches.
const MOST_DESCRIPTORS: u32 = 4096;

/// For a child that goes on without executing another program: closes all but the standard streams and
/// what is `kept`.
pub(crate) fn keep_only(kept: &[BorrowedFd<'_>]) {
    let kept: Vec<u32> = numbers_of(kept);
    let is_closed = plan_gaps(&kept).into_iter().all(|(first, last)| {
        // Before Linux 5.9 there is no such call, and an old container's filter may refuse it.
        raw::close_range(first, last).is_ok()
    });
    if !is_closed {
        for number in open_numbers() {
            if !kept.contains(&number) {
                raw::close(number);
            }
        }
    }
}

/// The ranges of numbers, first and last, between what is kept.
fn plan_gaps(kept: &[u32]) -> Vec<(u32, u32)> {
    let mut gaps = Vec::new();
    let mut first = FIRST;
    // They are two or three: looking for the next is less than sorting them.
    while let Some(next) = kept.iter().copied().filter(|number| *number >= first).min() {
        if next > first {
            gaps.push((first, next.saturating_sub(1)));
        }
        first = next.saturating_add(1);
    }
    gaps.push((first, u32::MAX));
    gaps
}

/// For a child that executes another program, but only after somebody has pressed a key: closes what
/// the other program would not get either. What PID 1 itself was started with goes on to it.
pub(crate) fn close_what_is_not_inherited() {
    for number in open_numbers() {
        if is_closed_on_execution(number) {
            raw::close(number);
        }
    }
}

fn is_closed_on_execution(number: u32) -> bool {
    raw::flags_of(number).is_some_and(|flags| flags.contains(FdFlags::CLOEXEC))
}

/// The descriptors beside the standard streams; every number that may be one, where /proc does not tell.
fn open_numbers() -> Vec<u32> {
    let listed = list_numbers(b"/proc/self/fd", usize::MAX).map(|found| found.numbers);
    let mut numbers = listed.unwrap_or_else(|_| (0..MOST_DESCRIPTORS).collect());
    numbers.retain(|number| *number >= FIRST);
    numbers
}

fn numbers_of(descriptors: &[BorrowedFd<'_>]) -> Vec<u32> {
    let mut numbers = Vec::new();
    for descriptor in descriptors {
        numbers.push(u32::try_from(descriptor.as_raw_fd()).unwrap_or(0));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_lies_between_the_gaps() {
        assert_eq!(plan_gaps(&[]), [(3, u32::MAX)]);
        assert_eq!(plan_gaps(&[3]), [(4, u32::MAX)]);
        assert_eq!(plan_gaps(&[9, 5, 6]), [(3, 4), (7, 8), (10, u32::MAX)]);
        // A standard stream, and the same one twice.
        assert_eq!(plan_gaps(&[0, 4, 4]), [(3, 3), (5, u32::MAX)]);
    }
}
