//! The smallest seed that fails is found, and made smaller.

use super::{FIRST_FAILING_SEED, PANICKING_SEED, TinyLife};
use crate::soak::failed::replay;
use crate::soak::search::find_failing_seed;

#[test]
fn the_smallest_failing_seed_is_found_whichever_thread_comes_first() {
    for threads in [1, 2, 3, 8] {
        for start in [FIRST_FAILING_SEED - 15, FIRST_FAILING_SEED - 100] {
            let found = find_failing_seed::<TinyLife>(start..start + 10_000, threads);
            assert_eq!(found, Some(FIRST_FAILING_SEED), "{threads} threads from {start}");
        }
    }
}

#[test]
fn seeds_that_hold_have_no_failing_one() {
    assert_eq!(find_failing_seed::<TinyLife>(0..PANICKING_SEED, 2), None);
    assert_eq!(find_failing_seed::<TinyLife>(0..0, 2), None);
}

#[test]
fn the_last_seed_of_a_range_is_lived_and_none_behind_it() {
    let end = FIRST_FAILING_SEED;
    assert_eq!(find_failing_seed::<TinyLife>(PANICKING_SEED + 1..end, 2), None);
    assert_eq!(find_failing_seed::<TinyLife>(PANICKING_SEED + 1..end + 1, 2), Some(end));
    assert_eq!(find_failing_seed::<TinyLife>(u64::MAX - 1..u64::MAX, 2), Some(u64::MAX - 1));
}

#[test]
fn a_failing_life_is_told_with_what_it_needs_to_fail() {
    let failed = replay::<TinyLife>(FIRST_FAILING_SEED + 1).unwrap();
    assert_eq!(failed.check, "there is no culprit");
    let expected = "seen: 7 was seen\n\nthe smallest life that fails so, with 1 of 10 parts (`..`: false, none or empty):\n\
                    TinyLife { seed: 1001, parts: [7] }\n\nits log:\na line\n";
    assert_eq!(failed.story, expected);
    assert_eq!(replay::<TinyLife>(0), None);
}

#[test]
fn a_panic_is_a_failure_of_its_seed_and_made_smaller() {
    assert_eq!(find_failing_seed::<TinyLife>(0..PANICKING_SEED + 1, 2), Some(PANICKING_SEED));
    let failed = replay::<TinyLife>(PANICKING_SEED).unwrap();
    assert_eq!(failed.check, "PID 1 panicked");
    let begin = "seen: PID 1 panicked: seed 500 panics (crates/simulator/src/soak/tests.rs:";
    assert!(failed.story.starts_with(begin), "{}", failed.story);
    assert!(failed.story.contains("parts: [7] }"), "{}", failed.story);
}
