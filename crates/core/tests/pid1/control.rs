//! Asking by the control socket.

use crate::driver::Driver;
use crate::{BUSYBOX, SYSVINIT, only_become};
use rekindle_core::control::{
    Answer, ControlRequest, EntryState, EntryVerb, MOST_CLIENTS, MOST_KEPT,
};
use rekindle_core::errno::Errno;
use rekindle_core::event::{ControlEvent, Event};
use rekindle_core::handover::Handover;
use rekindle_core::initctl::{render_environment_request, render_runlevel_request};
use rekindle_core::op::{ControlOp, Op, Outcome, ProcessOp, ReadOp};
use rekindle_core::request::refusal::Why;
use rekindle_core::request::{Action, Sender, Urgency};
use rekindle_core::signal::number;

const REBOOT: ControlRequest<'static> =
    ControlRequest::End { action: Action::Reboot, urgency: Urgency::Orderly };

pub(crate) fn serving(table: &str) -> Driver {
    let mut driver = Driver::new(&[], table).boot();
    driver.end_child("/rcS");
    driver
}

/// The reason, which is told by its number.
fn is_refused(answer: &Answer, reason: &Why) -> bool {
    matches!(answer, Answer::Refused { why, .. } if *why == reason.number())
}

/// Something about the entry whose process this is.
fn entry(driver: &mut Driver, verb: EntryVerb, line: u32) -> Answer {
    driver.connect(900, 0);
    let entries = driver.ask(900, ControlRequest::Entries { from: 0 });
    let Answer::Entries { entries, .. } = entries else { panic!("{entries:?}") };
    let number = entries.iter().find(|one| one.line == line).map_or(999, |one| one.number);
    let answer = driver.ask(900, ControlRequest::Entry { verb, number });
    driver.give(Event::Control(ControlEvent::Closed { client: 900 }));
    answer
}

fn telinit(driver: &mut Driver, client: u32, level: u8) -> Answer {
    driver.ask(client, ControlRequest::Telinit(&render_runlevel_request(level, 5)))
}

pub(crate) fn listens(driver: &Driver) -> usize {
    driver.ops.iter().filter(|op| **op == Op::Control(ControlOp::Listen)).count()
}

#[test]
fn whoever_asks_is_looked_at_while_he_waits_and_told_what_comes_of_it() {
    let mut driver = serving(BUSYBOX);
    assert_eq!(listens(&driver), 1);
    driver.sender.terminal = 0x8803;
    driver.sender.login_uid = Some(1_000);
    driver.connect(1, 0);
    assert_eq!(driver.ask(1, REBOOT), Answer::Accepted { id: 1_000 });
    let who = "reboot (orderly) asked for by reboot[4001] (uid 0, pts/3, login 1000)";
    assert!(driver.has_said(who), "{:?}", driver.said);
    driver.end_child("/bye");
    let handed_over = only_become(&driver).handed_over.clone().unwrap();
    let account = Handover::parse(&handed_over).account.render();
    let told = "\"by_terminal\":\"pts/3\",\"by_login_uid\":1000";
    assert!(account.contains(told), "{account}");
}

#[test]
fn the_answer_is_on_its_way_before_pid_1_becomes_its_last_stage() {
    let mut driver = Driver::new(&[], "::once:/a\n").boot();
    driver.connect(1, 0);
    assert_eq!(driver.ask(1, REBOOT), Answer::Accepted { id: 1_000 });
    let place = |is_it: fn(&Op) -> bool| driver.ops.iter().position(is_it).unwrap();
    let sent = place(|op| matches!(op, Op::Control(ControlOp::Send { .. })));
    assert!(sent < place(|op| matches!(op, Op::Process(ProcessOp::Become(_)))));
}

#[test]
fn who_asks_again_is_accepted_into_the_same_end() {
    let mut driver = serving(BUSYBOX);
    driver.connect(1, 0);
    driver.connect(2, 0);
    driver.ask(1, REBOOT);
    driver.now_ms += 2_000;
    assert_eq!(driver.ask(2, REBOOT), Answer::Accepted { id: 1_000 });
    assert!(driver.has_said("asked again by reboot[4002]"));
    let Answer::Machine(state) = driver.ask(1, ControlRequest::Machine) else { panic!() };
    let end = state.end.unwrap();
    assert_eq!((end.id, end.action, end.urgency), (1_000, Action::Reboot, Urgency::Hurried));
    assert_eq!(
        (state.stage.as_slice(), end.by.as_slice()),
        (&b"ending"[..], &b"reboot[4001] (uid 0)"[..])
    );
    let hold = entry(&mut driver, EntryVerb::Hold, 2);
    assert!(is_refused(&hold, &Why::Ending));
}

#[test]
fn a_refusal_comes_back_with_its_reason_and_stops_nothing() {
    let mut driver = serving(BUSYBOX);
    driver.connect(1, 0);
    let kexec = ControlRequest::End { action: Action::Kexec, urgency: Urgency::Orderly };
    assert!(is_refused(&driver.ask(1, kexec), &Why::NoKernelLoaded));
    let restart = ControlRequest::End { action: Action::Restart, urgency: Urgency::Orderly };
    assert!(is_refused(&driver.ask(1, restart), &Why::NoRestartEntry));
    assert!(is_refused(&telinit(&mut driver, 1, b'x'), &Why::NoSuchRunlevel(b'X')));
    driver.is_container = true;
    assert_eq!((driver.running(), driver.became.len()), (vec!["/getty"], 0));
}

#[test]
fn strangers_and_roots_of_elsewhere_are_refused_and_told_of() {
    let mut driver = serving(BUSYBOX);
    driver.connect(1, 1_000);
    assert!(is_refused(&driver.ask(1, REBOOT), &Why::NotAllowed));
    assert!(driver.has_said("request of reboot[4001] (uid 1000) refused: only root may"));
    for sender in [
        Sender { is_of_our_pids: Some(false), ..driver.sender.clone() },
        Sender { is_of_our_users: Some(false), ..driver.sender.clone() },
    ] {
        driver.sender = sender;
        driver.connect(2, 0);
        assert!(is_refused(&driver.ask(2, REBOOT), &Why::OtherNamespace));
        driver.give(Event::Control(ControlEvent::Closed { client: 2 }));
    }
    assert_eq!(driver.running(), ["/getty"]);
}

#[test]
fn who_could_not_be_looked_at_is_looked_at_again() {
    let mut driver = serving(BUSYBOX);
    let known = std::mem::take(&mut driver.sender);
    driver.connect(3, 0);
    assert!(is_refused(&driver.ask(3, REBOOT), &Why::PeerUnknown(Errno::ESRCH)));
    driver.sender = known;
    assert!(matches!(driver.ask(3, REBOOT), Answer::Accepted { .. }));
}

#[test]
fn a_crowd_of_strangers_costs_a_look_a_second_and_keeps_nobody_out() {
    let mut driver = serving(BUSYBOX);
    let looks = |driver: &Driver| {
        driver.ops.iter().filter(|op| matches!(op, Op::Read(ReadOp::Sender { .. }))).count()
    };
    for client in 1..=1_000 {
        driver.connect(client, 1_000);
        let _ = driver.send(client, &REBOOT.render(), 0);
    }
    assert_eq!(looks(&driver), 1);
    driver.connect(2_000, 0);
    driver.now_ms += 1_000;
    driver.connect(2_001, 1_000);
    let _ = driver.send(2_001, &REBOOT.render(), 0);
    assert_eq!(looks(&driver), 2);
    assert!(driver.has_said("refused: only root may; and 999 more before"), "{:?}", driver.said);
    assert!(!driver.has_dropped(2_000));
    assert!(matches!(driver.ask(2_000, REBOOT), Answer::Accepted { .. }));
}

#[test]
fn a_group_may_look_and_another_may_end() {
    let mut driver = Driver::new(&[], BUSYBOX);
    driver.configuration = vec![("/etc/rekindle.conf", Ok("look_group = 50\nend_group = 60\n"))];
    let mut driver = driver.boot();
    driver.end_child("/rcS");
    driver.connect(1, 50);
    driver.connect(2, 60);
    assert!(matches!(driver.ask(1, ControlRequest::Machine), Answer::Machine(_)));
    assert!(is_refused(&driver.ask(1, REBOOT), &Why::NotAllowed));
    assert!(is_refused(&telinit(&mut driver, 2, b'Q'), &Why::NotAllowed));
    assert!(is_refused(
        &driver.ask(2, ControlRequest::Entry { verb: EntryVerb::Hold, number: 1 }),
        &Why::NotAllowed
    ));
    assert!(matches!(driver.ask(2, REBOOT), Answer::Accepted { .. }));
}

#[test]
fn who_says_nothing_or_too_much_or_never_listens_is_dropped() {
    let mut driver = serving(BUSYBOX);
    driver.connect(1, 0);
    driver.wait();
    assert!(!driver.has_dropped(1) || driver.now_ms >= 6_000);
    while !driver.has_dropped(1) {
        driver.wait();
    }
    assert_eq!(driver.now_ms, 6_000);
    driver.holds_looks = true;
    driver.connect(2, 0);
    assert_eq!(driver.send(2, &REBOOT.render(), 0), []);
    let _ = driver.send(2, &REBOOT.render(), 0);
    assert!(driver.has_dropped(2));
    driver.holds_looks = false;
    driver.connect(3, 0);
    driver.answer = |op| {
        let is_send = matches!(op, Op::Control(ControlOp::Send { .. }));
        is_send.then_some(Outcome::Failed(Errno::EAGAIN))
    };
    let _ = driver.send(3, &ControlRequest::Machine.render(), 0);
    assert!(driver.has_dropped(3));
    assert_eq!(driver.became.len(), 0);
}

#[test]
fn what_is_no_frame_is_answered_and_costs_nobody_else() {
    let mut driver = serving(BUSYBOX);
    driver.connect(1, 0);
    for (bytes, why) in
        [(&b"hello"[..], Why::NoFrame), (b"RK\x02\x01", Why::OtherVersion(2)), (b"", Why::NoFrame)]
    {
        let answers = driver.send(1, bytes, 0);
        assert!(answers.len() == 1 && is_refused(&answers[0], &why), "{answers:?}");
    }
    assert!(matches!(driver.ask(1, ControlRequest::Machine), Answer::Machine(_)));
    for client in 100..100 + 2 * MOST_CLIENTS as u32 {
        driver.connect(client, 0);
    }
    let dropped = (100..200).filter(|client| driver.has_dropped(*client)).count();
    assert_eq!(dropped, MOST_CLIENTS);
    assert!(matches!(driver.ask(131, ControlRequest::Machine), Answer::Machine(_)));
}

#[test]
fn entries_are_told_frame_by_frame() {
    // As many short ones as fit, and fewer long ones.
    for (count, length) in [(1_000, 1), (100, 300), (10, 5_000)] {
        let name = "x".repeat(length);
        let table: String = (0..count).map(|at| format!("::respawn:/{at}/{name}\n")).collect();
        all_are_told(&table, count);
    }
}

fn all_are_told(table: &str, count: u32) {
    let mut driver = Driver::new(&[], table).boot();
    driver.connect(1, 0);
    let (mut from, mut told) = (0, Vec::<EntryState>::new());
    loop {
        let answer = driver.ask(1, ControlRequest::Entries { from });
        let Answer::Entries { entries, next } = answer else { panic!("{answer:?}") };
        told.extend(entries);
        if next == 0 {
            break;
        }
        from = next;
    }
    assert!(told.iter().all(|entry| entry.state == b"running"));
    assert_eq!(
        told.iter().map(|entry| entry.line).collect::<Vec<_>>(),
        (1..=count).collect::<Vec<_>>()
    );
}

#[test]
fn an_entry_is_held_released_and_restarted() {
    for (table, line) in [(BUSYBOX, 2), (SYSVINIT, 5)] {
        let mut driver = serving(table);
        if table == SYSVINIT {
            driver.end_child("/rc");
        }
        assert_eq!(entry(&mut driver, EntryVerb::Hold, line), Answer::Done);
        driver.now_ms += 2_000;
        driver.end_child("/getty");
        driver.wait_ms(100_000);
        assert_eq!(driver.running(), [""; 0], "held");
        assert_eq!(entry(&mut driver, EntryVerb::Release, line), Answer::Done);
        driver.wait_ms(1_000);
        assert_eq!(driver.running(), ["/getty"]);
        assert_eq!(entry(&mut driver, EntryVerb::Restart, line), Answer::Done);
        assert_eq!(driver.signals_to("/getty"), [number::TERM]);
        driver.end_child("/getty");
        assert_eq!(driver.running(), ["/getty"], "at once, whatever its rest");
        assert!(driver.has_said("restart of '/getty'"), "{:?}", driver.said);
    }
}

#[test]
fn an_entry_that_will_not_leave_is_killed_before_it_is_started_again() {
    let mut driver = Driver::new(&[], "::respawn:/stays\n").boot();
    entry(&mut driver, EntryVerb::Restart, 1);
    driver.wait_ms(5_000);
    assert_eq!(driver.signals_to("/stays"), [number::TERM, number::KILL]);
    assert_eq!(driver.children.len(), 1);
    driver.end_child("/stays");
    assert_eq!(driver.running(), ["/stays"]);
}

#[test]
fn only_what_is_started_again_can_be_kept_from_it() {
    let table = "::respawn:/getty\n::shutdown:/bye\n::once:/o\n";
    let mut driver = Driver::new(&[], table).boot();
    for (verb, line, why) in [
        (EntryVerb::Hold, 1, None),
        (EntryVerb::Restart, 1, None),
        (EntryVerb::Hold, 2, Some(Why::NotRespawned)),
        (EntryVerb::Hold, 3, Some(Why::NotRespawned)),
        (EntryVerb::Restart, 3, None),
        (EntryVerb::Restart, 4, Some(Why::NoSuchEntry)),
    ] {
        let answer = entry(&mut driver, verb, line);
        match why {
            Some(why) => assert!(is_refused(&answer, &why), "{answer:?}"),
            None => assert_eq!(answer, Answer::Done),
        }
    }
}

#[test]
fn telinit_is_answered_when_it_is_known_what_came_of_it() {
    let mut driver = serving(SYSVINIT);
    driver.end_child("/rc");
    driver.connect(1, 0);
    let Answer::Machine(state) = driver.ask(1, ControlRequest::Machine) else { panic!() };
    assert_eq!((state.dialect.as_slice(), state.runlevel), (&b"sysvinit"[..], Some(b'2')));
    assert_eq!((state.stage.as_slice(), state.host.as_slice()), (&b"serving"[..], &b"machine"[..]));
    assert_eq!(telinit(&mut driver, 1, b'Q'), Answer::Done);
    driver.answer = |op| match op {
        Op::Read(ReadOp::File { path: "/etc/inittab", .. }) => Some(Outcome::Failed(Errno::EIO)),
        Op::Process(ProcessOp::AskSuccessor { .. }) => Some(Outcome::Failed(Errno::ENOEXEC)),
        _ => None,
    };
    assert!(is_refused(&telinit(&mut driver, 1, b'q'), &Why::Failed(Errno::EIO)));
    assert!(is_refused(&telinit(&mut driver, 1, b'U'), &Why::CantTakeOver(Errno::ENOEXEC)));
    driver.answer = |_| None;
    let set = render_environment_request(&[b"INIT_HALT=HALT"]).unwrap();
    assert_eq!(driver.ask(1, ControlRequest::Telinit(&set)), Answer::Done);
    assert!(matches!(telinit(&mut driver, 1, b'0'), Answer::Accepted { .. }));
    assert!(
        driver.has_said("halt (orderly) asked for by reboot[4001] (uid 0)"),
        "{:?}",
        driver.said
    );
}

#[test]
fn descriptors_are_kept_as_far_as_there_is_room() {
    let mut driver = serving(BUSYBOX);
    driver.connect(1, 0);
    let keep = |name: &str| ControlRequest::Keep { name: name.as_bytes() }.render();
    assert!(
        driver.send(1, &keep("a"), 0).iter().all(|one| is_refused(one, &Why::WrongDescriptors))
    );
    let stray = driver.send(1, &ControlRequest::Machine.render(), 1);
    assert!(stray.iter().all(|one| is_refused(one, &Why::WrongDescriptors)));
    for at in 0..MOST_KEPT / 4 {
        assert_eq!(driver.send(1, &keep(&format!("n{at}")), 4), [Answer::Done]);
    }
    assert!(driver.send(1, &keep("one-more"), 1).iter().all(|one| is_refused(one, &Why::NoRoom)));
    let discard = |name| ControlRequest::Discard { name };
    assert_eq!(driver.ask(1, discard(b"n1")), Answer::Done);
    assert!(is_refused(&driver.ask(1, discard(b"n1")), &Why::NotKept));
    assert_eq!(driver.send(1, &keep("one-more"), 1), [Answer::Done]);
    let Answer::Machine(state) = driver.ask(1, ControlRequest::Machine) else { panic!() };
    assert_eq!(state.kept.len(), MOST_KEPT - 3);
}

#[test]
fn who_watches_is_told_every_line() {
    let mut driver = serving(BUSYBOX);
    driver.connect(1, 0);
    driver.connect(2, 0);
    assert_eq!(driver.ask(1, ControlRequest::Watch), Answer::Done);
    driver.wait_ms(60_000);
    assert!(!driver.has_dropped(1), "it may listen as long as it likes");
    driver.connect(3, 0);
    driver.ask(3, REBOOT);
    let told = driver.answers(1);
    let is_told = |start: &[u8]| {
        told.iter().any(|one| matches!(one, Answer::Said { text, .. } if text.starts_with(start)))
    };
    assert!(is_told(b"reboot (orderly) asked for by"), "{told:?}");
    let _ = driver.send(1, &REBOOT.render(), 0);
    assert!(driver.has_dropped(1), "it has its turn only once");
}
