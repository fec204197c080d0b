use super::*;
use crate::signal::{mask_bit, number};

fn process(pid: u32, arrange: impl Fn(&mut Process)) -> Process {
    let mut process = Process { pid, state: b'S', comm: b"x".to_vec(), ..Process::default() };
    arrange(&mut process);
    process
}

fn census(processes: &[Process]) -> Census {
    Census { processes: processes.to_vec(), has_everyone: true }
}

fn wrote(bytes: u64) -> Option<Closer> {
    Some(Closer { written_bytes: bytes, ..Closer::default() })
}

fn term() -> u64 {
    mask_bit(number::TERM)
}

fn settings() -> Settings {
    Settings { grace_ms: 100, grace_most_ms: 5_000, pending_ms: 10, ..Settings::default() }
}

#[test]
fn a_process_that_still_writes_gets_more_time_but_not_for_ever() {
    let mut list = WaitList::default();
    let saver = process(5, |process| process.caught = term());
    assert_eq!(list.ask(&saver, Moment(0), &settings()), None);
    let mut now = Moment(100);
    for written_bytes in 1..=5 {
        let look = census(&[process(5, |process| process.closer = wrote(written_bytes))]);
        assert_eq!(list.judge(&look, now, &settings()), [], "at {now:?}");
        now = now.after_ms(1_000);
    }
    let look = census(&[process(5, |process| process.closer = wrote(99))]);
    assert_eq!(list.judge(&look, now, &settings()).first().unwrap().fate, Fate::OutOfGrace);
}

#[test]
fn pending_is_waited_for_briefly_unless_it_is_read() {
    let mut list = WaitList::default();
    for pid in [7, 8] {
        list.ask(&process(pid, |process| process.blocked = term()), Moment(0), &settings());
    }
    assert_eq!(list.deadline(), Some(Moment(10)));
    let look = census(&[process(7, |process| process.pending = term()), process(8, |_| {})]);
    let settled = list.judge(&look, Moment(10), &settings());
    assert_eq!(settled.first().unwrap().fate, Fate::LeftTermPending);
    assert_eq!((list.len(), list.deadline()), (1, Some(Moment(100))));
}

#[test]
fn one_that_took_term_in_sigwait_gets_its_grace() {
    let settings = Settings { grace_ms: 3_000, ..settings() };
    let mut list = WaitList::default();
    list.ask(&process(6, |_| {}), Moment(0), &settings);
    assert_eq!(list.deadline(), Some(Moment(DYING_MS)));
    let look = census(&[process(6, |process| process.blocked = term())]);
    assert_eq!(list.judge(&look, Moment(DYING_MS), &settings), []);
    assert_eq!(list.deadline(), Some(Moment(3_000)));
    let stuck = census(&[process(6, |process| process.state = b'D')]);
    list.ask(&process(6, |_| {}), Moment(0), &settings);
    assert_eq!(list.judge(&stuck, Moment(DYING_MS), &settings).len(), 1);
}

#[test]
fn one_that_took_term_before_anybody_looked_gets_its_grace_from_then_on() {
    let mut list = WaitList::default();
    list.ask_unseen(6, Moment(0));
    assert_eq!(list.ask(&process(6, |one| one.blocked = term()), Moment(0), &settings()), None);
    assert_eq!(list.deadline(), Some(Moment(100)));
    let mut list = WaitList::default();
    list.ask_unseen(6, Moment(0));
    let pending = process(6, |one| (one.blocked, one.pending) = (term(), term()));
    assert_eq!(list.ask(&pending, Moment(0), &settings()), None);
    assert_eq!(list.deadline(), Some(Moment(10)));
}

/// It saves, and the TERM that it is sent when it is seen waits until then.
#[test]
fn one_that_took_term_when_everybody_was_asked_unseen_gets_its_grace() {
    let mut list = WaitList::default();
    list.ask_everyone_unseen();
    list.ask(&process(6, |process| process.blocked = term()), Moment(50), &settings());
    assert_eq!(list.deadline(), Some(Moment(150)));
    let look = census(&[process(6, |process| {
        (process.blocked, process.pending) = (term(), term());
    })]);
    assert_eq!(list.judge(&look, Moment(60), &settings()), []);
    assert_eq!(list.judge(&look, Moment(150), &settings()).first().unwrap().fate, Fate::OutOfGrace);
}

#[test]
fn a_process_id_that_has_ended_is_a_new_process_when_it_comes_back() {
    let mut list = WaitList::default();
    list.ask(&process(9, |process| process.ignored = term()), Moment(0), &settings());
    assert!(list.was_asked(9));
    let part = Census { processes: Vec::new(), has_everyone: false };
    let _ = list.judge(&part, Moment(1), &settings());
    assert!(list.was_asked(9), "a look that missed somebody has not shown its end");
    let _ = list.judge(&census(&[]), Moment(2), &settings());
    assert!(!list.was_asked(9));
    list.ask(&process(8, |_| {}), Moment(3), &settings());
    assert!(list.gone(8, Moment(4)).is_some() && !list.was_asked(8));
}

#[test]
fn one_that_ignores_term_is_not_waited_for() {
    let mut list = WaitList::default();
    let settled = list.ask(&process(9, |process| process.ignored = term()), Moment(0), &settings());
    assert_eq!(settled.unwrap().fate, Fate::IgnoredTerm);
    assert!(list.is_empty() && list.was_asked(9));
}

#[test]
fn one_whom_a_look_did_not_reach_is_not_taken_for_gone() {
    let mut list = WaitList::default();
    list.ask(&process(9, |_| {}), Moment(0), &settings());
    let part = Census { processes: Vec::new(), has_everyone: false };
    assert_eq!(list.judge(&part, Moment(DYING_MS), &settings()), []);
    assert_eq!(list.deadline(), Some(Moment(DYING_MS + UNSEEN_MS)));
    let gone = list.judge(&census(&[]), Moment(DYING_MS), &settings());
    assert_eq!(gone.first().unwrap().fate, Fate::Ended);
}

#[test]
fn a_first_thread_that_has_ended_is_no_dead_process() {
    let mut list = WaitList::default();
    list.ask(&process(9, |process| process.caught = term()), Moment(0), &settings());
    let look = census(&[process(9, |process| process.state = b'Z')]);
    let settled = list.judge(&look, Moment(100), &settings());
    assert_eq!(settled.first().unwrap().fate, Fate::OutOfGrace);
    let mut list = WaitList::default();
    list.ask(&process(9, |process| process.caught = term()), Moment(0), &settings());
    let look = census(&[process(9, |process| process.is_dead = true)]);
    assert_eq!(list.judge(&look, Moment(50), &settings()).first().unwrap().fate, Fate::Ended);
}

#[test]
fn one_that_writes_for_ever_is_given_up_at_the_longest_grace() {
    for (now, has_more) in [(4_999, true), (5_000, false)] {
        let mut list = WaitList::default();
        list.ask(&process(5, |process| process.caught = term()), Moment(0), &settings());
        let look = census(&[process(5, |process| process.closer = wrote(9))]);
        assert_eq!(list.judge(&look, Moment(now), &settings()).is_empty(), has_more, "at {now}");
    }
}
