mod driven;
mod killing;

use driven::{Driven, process, spared, term, with};

use super::*;
use crate::account::{Account, Fate, Line};
use crate::proc::process::{Closer, Process};
use crate::signal::number::{CONT, HUP, KILL, TERM};
use alloc::vec::Vec;

fn fates(driven: &mut Driven) -> Vec<(u32, Fate)> {
    let mut account = Account::default();
    driven.processes.report().note(&mut account);
    let lines = account.lines().into_iter();
    lines
        .map(|line| match line {
            Line::Process { pid, fate, .. } => (pid, fate),
            _ => panic!("{line:?}"),
        })
        .collect()
}

fn handles(pid: u32) -> Process {
    with(pid, |one| one.caught = term())
}

#[test]
fn the_stopped_are_continued_before_all_are_asked_at_once() {
    let mut driven = Driven::orderly();
    let has_terminal = Some(Closer { has_terminal: true, ..Closer::default() });
    driven.see(&[
        with(5, |one| one.state = b'T'),
        with(6, |one| one.closer = has_terminal),
        with(7, |one| one.is_kernel_thread = true),
        with(90, |one| one.state = b'T'),
    ]);
    let expected = [(Some(5), CONT), (None, TERM), (Some(6), HUP), (None, CONT)];
    assert_eq!(driven.take_signals(), expected);
    assert_eq!(driven.watched, [5, 6]);
    assert!(driven.says("asked 2 processes to end, waiting for 2"));
}

#[test]
fn beside_one_who_is_spared_each_is_asked_alone() {
    let mut driven = Driven::orderly();
    driven.see(&[process(5), spared(6), process(7)]);
    let expected = [(Some(5), TERM), (Some(7), TERM), (Some(5), CONT), (Some(7), CONT)];
    assert_eq!(driven.take_signals(), expected);
}

#[test]
fn who_could_not_be_looked_at_is_asked_last_unless_it_is_known_who_is_spared() {
    let unseen = with(6, |one| (one.is_of_root, one.closer) = (true, None));
    let all = [process(5), unseen.clone()];
    let mut driven = Driven::new(Spared::Unknown, Urgency::Orderly);
    driven.see_some(&all);
    // The second look at it does not come through either.
    while driven.take_signals().is_empty() {
        driven.answer(&Outcome::TimedOut);
    }
    assert!(driven.watched == [5]);
    let mut known = Driven::new(Spared::Known(Vec::from([8])), Urgency::Orderly);
    known.see_some(&all);
    while known.signals.is_empty() {
        known.answer(&Outcome::TimedOut);
    }
    assert_eq!(known.watched, [5, 6]);
}

#[test]
fn with_nobody_there_it_is_over_at_once() {
    let mut driven = Driven::orderly();
    driven.see(&[with(90, |_| {}), with(5, |one| one.is_dead = true)]);
    assert!(driven.is_over && driven.signals.is_empty() && driven.said.is_empty());
    assert_eq!(fates(&mut driven), []);
}

#[test]
fn the_wait_ends_with_the_last_who_is_waited_for() {
    let mut driven = Driven::orderly();
    driven.see(&[handles(5), handles(6)]);
    driven.pass(300);
    driven.end(5);
    assert!(!driven.is_looking());
    driven.end(6);
    assert!(driven.is_looking());
    driven.see(&[]);
    assert!(driven.is_over);
    assert_eq!(fates(&mut driven), [(5, Fate::Ended), (6, Fate::Ended)]);
}

#[test]
fn who_is_new_is_asked_as_well_three_times() {
    let mut driven = Driven::orderly();
    for pid in 5..8 {
        driven.see(&[process(pid)]);
        assert_eq!(driven.take_signals().len(), 2, "asked and continued");
        driven.end(pid);
    }
    driven.see(&[process(8)]);
    driven.see(&[process(8)]);
    assert_eq!(driven.take_signals(), [(None, KILL)]);
    driven.end(8);
    driven.see(&[]);
    assert!(driven.is_over);
    let mut all = fates(&mut driven);
    all.sort_by_key(|(pid, _)| *pid);
    assert_eq!(all.last(), Some(&(8, Fate::Killed)));
}

#[test]
fn a_look_that_misses_somebody_and_shows_nobody_to_ask_is_tried_again_for_a_second() {
    let mut driven = Driven::orderly();
    for _ in 0..10 {
        driven.see_some(&[]);
        assert!(driven.signals.is_empty() && !driven.is_looking());
        driven.wait();
    }
    assert_eq!(driven.context.now, Moment(2_000));
    driven.see_some(&[]);
    // Now it is acted on: by another look, and KILL to whom it shows.
    driven.see(&[process(5)]);
    assert_eq!(driven.take_signals(), [(None, KILL)]);
}

#[test]
fn the_second_of_looks_that_miss_somebody_begins_anew_with_a_whole_one() {
    let mut driven = Driven::orderly();
    driven.see_some(&[]);
    driven.pass(900);
    driven.see(&[handles(5)]);
    driven.pass(100);
    driven.end(5);
    driven.see_some(&[]);
    driven.pass(900);
    driven.see_some(&[]);
    assert_eq!(driven.take_signals().len(), 2, "nobody is killed yet");
    driven.pass(100);
    driven.see_some(&[]);
    assert!(driven.is_looking(), "the look before KILL");
}

#[test]
fn who_has_ended_during_a_look_may_have_left_somebody_whom_it_missed() {
    let mut driven = Driven::orderly();
    let ignores = with(5, |one| one.ignored = term());
    driven.see(core::slice::from_ref(&ignores));
    driven.end(5);
    // The look began before that.
    driven.see(&[ignores]);
    assert!(!driven.is_over && driven.is_looking());
    driven.see(&[process(6)]);
    assert_eq!(driven.take_signals().last(), Some(&(Some(6), CONT)));
    driven.end(6);
    driven.see(&[]);
    assert!(driven.is_over);
}

#[test]
fn places_among_the_watched_are_for_those_who_are_waited_for() {
    let mut driven = Driven::orderly();
    let stubborn: Vec<Process> =
        (100..116).map(|pid| with(pid, |one| one.blocked = term())).collect();
    driven.see(&stubborn);
    assert_eq!(driven.watched.len(), 16);
    driven.pass(250);
    let pending = stubborn.iter().map(|one| {
        with(one.pid, |other| {
            (other.blocked, other.pending) = (term(), term());
        })
    });
    let mut all: Vec<Process> = pending.collect();
    all.push(process(200));
    driven.see(&all);
    assert_eq!(driven.watched, [200]);
}

#[test]
fn without_a_helper_who_is_listed_is_asked_unseen_and_killed_a_second_later() {
    let mut driven = Driven::orderly();
    driven.list(&[(5, 0), (6, 1000), (90, 0), (1, 0)]);
    assert!(driven.says("no helper can be had; asking them to end unseen"));
    let sent = driven.take_signals();
    let term = sent.iter().filter(|(_, signal)| *signal == TERM);
    assert_eq!(term.map(|(pid, _)| *pid).collect::<Vec<_>>(), [Some(5), Some(6)]);
    assert_eq!(sent.first(), Some(&(Some(5), CONT)));
    assert_eq!(driven.wait(), 1_100, "a look is tried again");
    driven.list(&[(5, 0), (6, 1000)]);
    assert_eq!(driven.take_signals(), []);
    driven.pass(900);
    assert!(driven.is_looking(), "the look before KILL");
    driven.list(&[(5, 0)]);
    assert_eq!(driven.take_signals(), [(Some(5), KILL)]);
}

#[test]
fn a_helper_that_can_be_had_later_shows_whom_to_wait_for() {
    let mut driven = Driven::orderly();
    driven.list(&[(5, 0), (6, 1000)]);
    driven.take_signals();
    driven.pass(200);
    driven.see(&[handles(5), process(6), process(7)]);
    assert_eq!(driven.take_signals(), [(None, TERM), (None, CONT)], "7 is new");
    assert!(driven.says("asked 3 processes to end, waiting for 3"));
    driven.end(6);
    driven.end(7);
    driven.pass(4_799);
    assert!(!driven.is_looking());
    // Its grace counts from when it was asked.
    driven.pass(1);
    assert!(driven.is_looking());
    driven.see(&[handles(5)]);
    driven.see(&[handles(5)]);
    assert_eq!(driven.take_signals(), [(None, KILL)]);
}

#[test]
fn without_proc_everybody_is_asked_if_nobody_can_be_spared() {
    let mut driven = Driven::orderly();
    driven.see_nothing();
    assert!(driven.says("can't list the processes in /proc: no such file or directory (ENOENT); ending all of them unseen"));
    assert_eq!(driven.take_signals(), [(None, CONT), (None, TERM), (None, CONT)]);
    assert_eq!(driven.wait(), 1_100);
    driven.see_nothing();
    driven.pass(900);
    driven.see_nothing();
    assert_eq!(driven.take_signals(), [(None, KILL)]);
    for learned in [Spared::Unknown, Spared::Partial(Vec::new()), Spared::Known(Vec::from([7]))] {
        let mut driven = Driven::new(learned, Urgency::Orderly);
        driven.see_nothing();
        assert!(driven.says("ending none of them, because one may serve the root's storage"));
        assert!(driven.is_over && driven.signals.is_empty());
    }
}

#[test]
fn while_others_are_waited_for_a_list_tells_who_is_gone_and_whose_time_is_over() {
    let mut driven = Driven::orderly();
    driven.see(&[handles(5), process(6), process(7)]);
    driven.take_signals();
    assert_eq!(driven.wait(), 2_000);
    driven.list(&[(5, 0), (7, 0)]);
    assert_eq!(driven.watched, [5]);
    assert!(!driven.is_looking());
    assert_eq!(driven.wait(), 6_000);
    driven.see_nothing();
    let fates = fates(&mut driven);
    assert_eq!(fates, [(7, Fate::OutOfGrace), (5, Fate::OutOfGrace), (6, Fate::Ended)]);
}

#[test]
fn at_once_nobody_is_asked_and_hurried_grace_is_over() {
    let mut driven = Driven::new(Spared::Unknown, Urgency::AtOnce);
    driven.see(&[process(5)]);
    assert_eq!(driven.take_signals(), [(None, KILL)]);
    let mut driven = Driven::orderly();
    driven.see(&[handles(5)]);
    driven.take_signals();
    let settings = driven.context.settings;
    driven.context.budget =
        crate::budget::Budget::of_end(Moment(1_000), Urgency::Hurried, Moment(1_500), &settings);
    driven.advance();
    assert_eq!(driven.watched, []);
    driven.see(&[handles(5)]);
    assert_eq!(driven.take_signals(), [(None, KILL)]);
}

#[test]
fn having_no_child_is_worth_a_look_and_not_one_after_the_other() {
    let mut driven = Driven::orderly();
    driven.see(&[handles(5)]);
    driven.processes.no_children();
    driven.pass(99);
    assert!(!driven.is_looking());
    driven.pass(1);
    assert!(driven.is_looking());
    driven.see(&[handles(5)]);
    driven.pass(4_899);
    assert!(!driven.is_looking());
}

#[test]
fn what_became_of_them_is_said() {
    let mut driven = Driven::orderly();
    let many: Vec<Process> = (10..20).map(|pid| with(pid, |one| one.ignored = term())).collect();
    let mut all = Vec::from([process(5)]);
    all.extend(many);
    driven.see(&all);
    driven.end(5);
    driven.pass(100);
    let report = driven.processes.report();
    report.say(&mut driven.context);
    assert_eq!(report.began(), Moment(1_000));
    driven.advance();
    assert!(driven.says("1 processes ended, 10 killed, in 0.10 s"), "{:?}", driven.said);
    let names = driven.said.iter().find(|line| line.starts_with("killed: ")).unwrap();
    assert_eq!(names.matches("ignored-term").count(), 8);
}
