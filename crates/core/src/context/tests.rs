use super::*;
use crate::op::StorageOp;

fn op() -> Op {
    Op::Storage(StorageOp::Sync)
}

fn last() -> Context {
    Context::of_last_stage(Settings::default(), Host::Machine, &[70])
}

#[test]
fn ids_of_the_last_stage_are_none_of_a_stage_before() {
    let (mut before, mut last) = (Context::default(), last());
    for count in 0..3 {
        assert_eq!(before.issue(op(), How::Inline), OpId(count));
        assert_eq!(last.issue(op(), How::Inline), OpId((1 << 31) + count));
    }
    last.next_id = u32::MAX;
    assert_eq!(last.issue(op(), How::Inline), OpId(u32::MAX));
    assert_eq!(last.issue(op(), How::Inline), OpId(1 << 31));
    before.next_id = (1 << 31) - 1;
    assert_eq!(before.issue(op(), How::Inline), OpId((1 << 31) - 1));
    assert_eq!(before.issue(op(), How::Inline), OpId(0));
}

#[test]
fn an_op_is_asked_for_by_whom_it_is_to_be_done() {
    let mut context = Context::default();
    context.run_and_forget(op());
    context.help_and_forget(op(), 7);
    let hows = [How::Inline, How::Helper { deadline_ms: 7 }];
    let expected = [0, 1].map(|at| Effect::Run { id: OpId(at), op: op(), how: hows[at as usize] });
    assert_eq!(context.take_effects(), expected);
    assert_eq!(context.take_effects(), []);
}

#[test]
fn without_a_helper_the_stage_is_told_unless_it_insists() {
    let mut context = Context::default();
    let idle = context.issue(op(), How::Helper { deadline_ms: 7 });
    let insisted = context.issue_without_other_way(op(), 7);
    assert!(context.are_helpers_starting());
    assert!(!context.had_no_helper(idle, op()));
    assert!(context.had_no_helper(insisted, op()));
    assert!(!context.are_helpers_starting());
    assert_eq!(context.deadline(), Some(Moment(25)));
    let _ = context.take_effects();
    context.now = Moment(25);
    context.ask_again();
    assert_eq!(context.take_effects().len(), 1);
}

#[test]
fn what_finds_no_room_comes_back_and_what_waits_begins_when_there_is() {
    let mut context = Context::default();
    let ids: Vec<OpId> =
        (0..81).map(|_| context.issue(op(), How::Helper { deadline_ms: 7 })).collect();
    assert_eq!(context.take_refused(), ids.last().copied());
    assert_eq!(context.take_refused(), None);
    assert_eq!(context.take_effects().len(), 16);
    context.settle(OpId(0));
    assert_eq!(context.take_effects().len(), 1);
}

#[test]
fn who_helps_or_has_ended_is_nobody() {
    let mut context = last();
    let id = context.issue(op(), How::Helper { deadline_ms: 7 });
    context.helper_started(id, 71);
    assert_eq!(context.helper_pids(), [71, 70]);
    assert!(context.is_nobody(70) && context.is_nobody(71) && !context.is_nobody(72));
    context.child_ended(72, ExitStatus::Exited(0));
    context.gone(73);
    for pid in [72, 73] {
        assert!(context.is_nobody(pid) && context.has_ended(pid));
    }
    assert!(!context.has_ended(70) && !context.has_ended(71));
    context.begin_look();
    assert!(!context.is_nobody(72) && !context.is_nobody(73) && context.is_nobody(71));
}

#[test]
fn so_many_are_watched_and_whose_end_is_known_is_watched_no_more() {
    let mut context = last();
    let watched = (100..120).filter(|pid| context.watch(*pid)).count();
    assert_eq!(watched, 16);
    assert!(context.watch(100) && !context.watch(119));
    assert_eq!(context.take_effects().len(), 16);
    context.gone(100);
    assert!(context.watch(119));
    context.unwatch(119);
    context.unwatch(119);
    let unwatched = Effect::Unwatch { pid: 119 };
    assert_eq!(context.take_effects(), [Effect::Watch { pid: 119 }, unwatched]);
    context.unwatch_all();
    assert_eq!(context.take_effects().len(), 15);
}
