//! KILL, and whom it leaves.

use super::super::*;
use super::driven::{Driven, process, spared};
use super::fates;
use crate::account::Fate;
use crate::proc::process::Process;
use crate::signal::number::KILL;
use alloc::vec::Vec;

#[test]
fn after_kill_it_is_looked_again_when_the_last_is_gone_or_after_longer_and_longer_pauses() {
    let mut driven = Driven::new(Spared::Known(Vec::new()), Urgency::AtOnce);
    driven.see(&[process(5), process(6)]);
    assert_eq!(
        (driven.take_signals(), driven.watched.clone()),
        (Vec::from([(None, KILL)]), Vec::from([5, 6]))
    );
    driven.pass(10);
    driven.end(5);
    assert!(!driven.is_looking());
    driven.end(6);
    driven.see(&[process(7)]);
    let mut pauses = Vec::new();
    for _ in 0..4 {
        let before = driven.context.now.0;
        pauses.push(driven.wait() - before);
        driven.see(&[process(7)]);
    }
    assert_eq!(pauses, [100, 200, 400, 400]);
    // The time from the first KILL on.
    assert_eq!(driven.wait(), 2_510);
    driven.see(&[process(7)]);
    driven.wait();
    driven.see(&[process(7)]);
    assert_eq!(driven.wait(), 3_000);
    assert!(driven.is_over);
    assert!(driven.says("can't kill x[7]: stuck in the kernel; going on without (1 in all)"));
    assert!(!driven.says("can't see whether"));
    assert_eq!(fates(&mut driven), [(5, Fate::Killed), (6, Fate::Killed), (7, Fate::Stuck)]);
}

#[test]
fn who_was_killed_and_not_looked_at_since_is_not_called_stuck() {
    let mut driven = Driven::new(Spared::Known(Vec::new()), Urgency::AtOnce);
    driven.see(&[process(5), process(6), process(7)]);
    driven.end(7);
    // No look comes through until it is given up.
    driven.pass(1_999);
    assert!(!driven.is_over);
    driven.pass(1);
    assert!(driven.is_over);
    assert!(driven.says("can't see whether 2 of those killed have ended; going on"));
    assert!(!driven.says("stuck"));
}

#[test]
fn kill_goes_to_each_alone_beside_one_who_is_spared() {
    let mut driven = Driven::new(Spared::Unknown, Urgency::AtOnce);
    driven.see(&[process(5), spared(6), process(7)]);
    assert_eq!(driven.take_signals(), [(Some(5), KILL), (Some(7), KILL)]);
    driven.end(5);
    driven.end(7);
    driven.see(&[spared(6)]);
    assert!(driven.is_over);
}

#[test]
fn what_a_look_has_told_of_who_is_spared_counts_when_none_can_be_had() {
    let mut driven = Driven::new(Spared::Unknown, Urgency::AtOnce);
    driven.see(&[process(5), spared(6)]);
    assert_eq!(driven.take_signals(), [(Some(5), KILL)]);
    driven.wait();
    driven.list(&[(5, 0), (6, 0)]);
    assert_eq!(driven.take_signals(), [(Some(5), KILL)], "it is root's, and no other is spared");
}

#[test]
fn the_time_for_kill_begins_with_the_first_kill() {
    let mut driven = Driven::new(Spared::Known(Vec::new()), Urgency::AtOnce);
    driven.pass(1_500);
    driven.see(&[process(7)]);
    assert_eq!(driven.take_signals(), [(None, KILL)]);
    while !driven.is_over {
        driven.wait();
        if driven.is_looking() && !driven.is_over {
            driven.see(&[process(7)]);
        }
    }
    assert_eq!(driven.context.now, Moment(4_500));
}

#[test]
fn who_ends_without_having_been_seen_brings_about_no_look() {
    let mut driven = Driven::new(Spared::Known(Vec::new()), Urgency::AtOnce);
    driven.list(&[(5, 0), (6, 0)]);
    driven.pass(10);
    driven.end(5);
    assert!(!driven.is_looking());
    driven.pass(40);
    assert!(driven.is_looking());
}

#[test]
fn having_no_child_brings_the_look_after_kill_forward() {
    let mut driven = Driven::new(Spared::Known(Vec::new()), Urgency::AtOnce);
    for _ in 0..3 {
        driven.see(&[process(7)]);
        driven.wait();
    }
    driven.see(&[process(7)]);
    driven.processes.no_children();
    driven.pass(99);
    assert!(!driven.is_looking());
    driven.pass(1);
    assert!(driven.is_looking());
}

#[test]
fn of_many_who_are_stuck_eight_are_named() {
    let mut driven = Driven::new(Spared::Known(Vec::new()), Urgency::AtOnce);
    let all: Vec<Process> = (10..20).map(process).collect();
    while !driven.is_over {
        driven.see(&all);
        driven.wait();
    }
    let line = driven.said.iter().find(|line| line.starts_with("can't kill ")).unwrap();
    assert_eq!(line.matches("x[").count(), 8);
    assert!(line.ends_with("(10 in all)"));
}

#[test]
fn nothing_is_given_up_before_kill_was_sent_however_long_the_look_takes() {
    let mut driven = Driven::new(Spared::Known(Vec::new()), Urgency::AtOnce);
    driven.pass(9_000);
    assert!(!driven.is_over && driven.is_looking());
    driven.see(&[process(7)]);
    assert_eq!(driven.take_signals(), [(None, KILL)]);
    driven.end(7);
    driven.see(&[]);
    assert!(driven.is_over);
}
