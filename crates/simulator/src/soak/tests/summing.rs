//! What has been lived is kept.

use super::{FIRST_FAILING_SEED, PANICKING_SEED, TinyLife};
use crate::soak::share::Share;
use crate::soak::sums::{Failure, KindSums, Sums};
use std::fs;

/// One after the one that panics.
const QUIET_SEED: u64 = PANICKING_SEED + 1;

#[test]
fn a_run_goes_on_where_the_last_one_ended() {
    let mut sums = KindSums::default();
    let mut share = Share::begin(300, None, &sums);
    assert_eq!(share.seeds, 0..300);
    while !share.seeds.is_empty() {
        assert_eq!(share.live::<TinyLife>(128, 2, &mut sums), None);
    }
    assert_eq!((sums.lives, sums.next_seed), (300, 300));
    assert_eq!(Share::begin(10, None, &sums).seeds, 300..310);
    assert_eq!(Share::begin(10, Some(5), &sums).seeds, 5..15);
}

#[test]
fn an_interrupted_run_loses_no_slice_that_was_lived() {
    let mut sums = KindSums::default();
    Share::begin(1_000, None, &sums).live::<TinyLife>(128, 2, &mut sums);
    assert_eq!(Share::begin(10, None, &sums).seeds, 128..138);
}

#[test]
fn a_failure_is_kept_once_and_the_next_run_begins_behind_it() {
    let mut sums = KindSums::default();
    for _ in 0..2 {
        let mut share = Share::begin(5_000, Some(QUIET_SEED), &sums);
        let failed = share.live::<TinyLife>(4_000, 2, &mut sums).unwrap();
        assert_eq!(failed.seed, FIRST_FAILING_SEED);
        assert_eq!(share.seeds.start, FIRST_FAILING_SEED + 1);
    }
    let check = "there is no culprit".to_owned();
    assert_eq!(sums.failures, [Failure { seed: FIRST_FAILING_SEED, check }]);
    assert_eq!(sums.lives, 2 * (FIRST_FAILING_SEED - PANICKING_SEED));
    assert_eq!(sums.next_seed, FIRST_FAILING_SEED + 1);
}

#[test]
fn sums_come_back_from_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("soak/lives.json");
    let mut sums = Sums::load(&path).unwrap();
    assert_eq!(sums, Sums::default());
    let tiny = sums.of("a", "tiny");
    Share::begin(1_000, Some(QUIET_SEED), tiny).live::<TinyLife>(1_000, 2, tiny);
    sums.save(&path).unwrap();
    assert_eq!(Sums::load(&path).unwrap(), sums);
    fs::write(&path, "something else").unwrap();
    assert!(Sums::load(&path).is_err());
}

#[test]
fn another_commit_begins_new_sums_and_the_old_ones_stay() {
    let mut sums = Sums::default();
    sums.of("a", "ending").lives = 1;
    sums.of("b", "ending").lives = 2;
    sums.of("b", "serving").lives = 3;
    assert_eq!(sums.of("a", "ending").lives, 1);
    let commits: Vec<&str> = sums.commits.iter().map(|one| one.commit.as_str()).collect();
    assert_eq!(commits, ["b", "a"]);
    assert_eq!(sums.commits[0].kinds.len(), 2);
}
