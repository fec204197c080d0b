use super::*;
use crate::op::{ReadOp, StorageOp};

fn op() -> Op {
    Op::Storage(StorageOp::Sync)
}

/// A pool that was asked for as many helpers, and which it started.
fn asked(count: u32) -> (Helpers, Vec<OpId>) {
    let (mut helpers, mut effects) = (Helpers::default(), Vec::new());
    for id in 0..count {
        helpers.issue(OpId(id), op(), 100, &mut effects);
    }
    (helpers, ids(&effects))
}

fn ids(effects: &[Effect]) -> Vec<OpId> {
    let id = |effect: &Effect| match effect {
        Effect::Run { id, how: How::Helper { deadline_ms: 100 }, .. } => *id,
        _ => panic!("{effect:?}"),
    };
    effects.iter().map(id).collect()
}

#[test]
fn so_many_are_at_work_so_many_wait_and_the_rest_is_refused() {
    let (mut helpers, started) = asked(16 + 64 + 2);
    assert_eq!(started, (0..16).map(OpId).collect::<Vec<_>>());
    let refused = [helpers.take_refused(), helpers.take_refused(), helpers.take_refused()];
    assert_eq!(refused, [Some(OpId(81)), Some(OpId(80)), None]);
}

#[test]
fn who_waits_begins_when_there_is_room_in_the_order_of_asking() {
    let (mut helpers, _) = asked(20);
    let mut effects = Vec::new();
    helpers.start_waiting(&mut effects);
    assert_eq!(ids(&effects), []);
    for id in [3, 5] {
        helpers.settle(OpId(id));
    }
    helpers.start_waiting(&mut effects);
    assert_eq!(ids(&effects), [OpId(16), OpId(17)]);
    helpers.settle(OpId(99));
    helpers.start_waiting(&mut effects);
    assert_eq!(effects.len(), 2, "nobody has gone");
}

#[test]
fn a_helper_without_another_way_is_asked_for_forty_times() {
    let (mut helpers, _) = asked(2);
    assert!(!helpers.had_none(OpId(0), op(), Moment(0)), "nobody insists");
    helpers.insist(OpId(1));
    let mut now = Moment(0);
    for _ in 1..40 {
        assert!(helpers.had_none(OpId(1), op(), now));
        assert_eq!(helpers.deadline(), Some(now.after_ms(25)));
        let mut effects = Vec::new();
        helpers.ask_again(now.after_ms(24), &mut effects);
        assert_eq!(effects, []);
        now = now.after_ms(25);
        helpers.ask_again(now, &mut effects);
        assert_eq!((ids(&effects), helpers.deadline()), (Vec::from([OpId(1)]), None));
    }
    assert!(!helpers.had_none(OpId(1), op(), now));
    assert!(!helpers.had_none(OpId(7), op(), now), "there is no such op");
}

#[test]
fn one_that_waits_for_room_is_insisted_on_too() {
    let (mut helpers, _) = asked(17);
    helpers.insist(OpId(16));
    helpers.settle(OpId(0));
    helpers.start_waiting(&mut Vec::new());
    assert!(helpers.had_none(OpId(16), op(), Moment(0)));
}

#[test]
fn a_helper_is_nobody_from_its_start_until_a_look_begins_after_its_end() {
    let (mut helpers, _) = asked(1);
    assert!(helpers.are_starting() && !helpers.is_nobody(50));
    helpers.started(OpId(0), 50);
    assert!(!helpers.are_starting() && helpers.is_nobody(50));
    assert_eq!(helpers.pids(), [50]);
    helpers.settle(OpId(0));
    assert!(helpers.is_nobody(50), "it hangs, or is not reaped yet");
    helpers.process_ended(50);
    assert!(helpers.is_nobody(50) && !helpers.has_ended(50) && helpers.pids().is_empty());
    helpers.forget_ended();
    assert!(!helpers.is_nobody(50));
}

#[test]
fn a_process_that_has_ended_is_nobody_until_the_next_look_begins() {
    let (mut helpers, _) = asked(1);
    helpers.started(OpId(0), 50);
    helpers.process_ended(60);
    assert!(helpers.is_nobody(60) && helpers.has_ended(60) && !helpers.has_ended(50));
    assert_eq!(helpers.pids(), [50]);
    helpers.forget_ended();
    assert!(!helpers.is_nobody(60) && !helpers.has_ended(60) && helpers.is_nobody(50));
}

#[test]
fn of_those_that_have_ended_so_many_are_remembered() {
    let mut helpers = Helpers::default();
    (0..1_100).for_each(|pid| helpers.process_ended(pid));
    (0..10).for_each(|pid| helpers.process_ended(pid));
    assert!(helpers.has_ended(1_023) && !helpers.has_ended(1_024));
}

#[test]
fn who_was_left_behind_is_known_and_so_is_one_of_the_stage_before_that_comes_later() {
    let mut helpers = Helpers::new(&[70, 71]);
    helpers.started(OpId(9), 72);
    assert_eq!(helpers.pids(), [70, 71, 72]);
    helpers.process_ended(71);
    assert_eq!(helpers.pids(), [70, 72]);
    let many: Vec<u32> = (0..300).collect();
    let mut helpers = Helpers::new(&many);
    helpers.started(OpId(9), 999);
    assert_eq!(helpers.pids().len(), 256);
    assert!(helpers.is_nobody(255) && !helpers.is_nobody(256) && !helpers.is_nobody(999));
}

#[test]
fn one_that_ends_before_its_answer_is_taken_is_still_answered() {
    let (mut helpers, _) = asked(2);
    helpers.started(OpId(0), 50);
    helpers.started(OpId(1), 51);
    helpers.process_ended(50);
    assert_eq!(helpers.pids(), [51]);
    helpers.settle(OpId(0));
    assert_eq!(helpers.pids(), [51]);
    helpers.settle(OpId(1));
    assert_eq!(helpers.pids(), [51], "left behind");
}

#[test]
fn one_that_is_asked_for_again_is_not_starting() {
    let (mut helpers, _) = asked(1);
    helpers.insist(OpId(0));
    assert!(helpers.had_none(OpId(0), Op::Read(ReadOp::IsVirtualTerminal), Moment(0)));
    assert!(!helpers.are_starting());
}
