//! Who asks, and how often.

use crate::driver::Driver;
use crate::only_become;
use rekindle_core::errno::Errno;
use rekindle_core::event::Event;
use rekindle_core::handover::Handover;
use rekindle_core::op::{Op, Outcome, ReadOp};
use rekindle_core::request::{Origin, Urgency};
use rekindle_core::signal::number;

#[test]
fn a_request_is_heeded_whatever_its_look_does_and_never_lost_at_the_door() {
    let mut driver = Driver::new(&[], "::shutdown:/bye\n").boot();
    driver.signal(number::TERM, 0);
    assert!(driver.has_said("reboot (orderly) asked for by the kernel (signal 15)"));
    driver.holds_looks = true;
    driver.signal(49, 4_000);
    assert_eq!((driver.held.len(), driver.has_said("asked again")), (1, false));
    driver.end_child("/bye");
    assert!(
        driver.has_said("asked again by process 4000 (uid 0, signal 49): reboot goes on, at-once")
    );
    assert_eq!(driver.became.len(), 1);
    let id = driver.held[0];
    driver.give(Event::Finished { id, outcome: Outcome::TimedOut });
    assert_eq!(driver.said.iter().filter(|line| line.contains("asked again")).count(), 1);
}

#[test]
fn only_so_many_senders_are_looked_at_and_the_rest_are_heeded_at_once() {
    let mut driver = Driver::new(&[], "::shutdown:/bye\n").boot();
    driver.holds_looks = true;
    (0..4).for_each(|pid| driver.signal(number::TERM, 4_000 + pid));
    assert!(!driver.has_said("asked for"));
    driver.signal(number::USR2, 4_004);
    assert!(driver.has_said("poweroff (orderly) asked for by process 4004 (uid 0, signal 12)"));
}

#[test]
fn a_script_that_asks_is_joined_and_not_taken_for_impatience() {
    let mut driver = Driver::new(&[], "::shutdown:/bye\n::shutdown:/never\n").boot();
    driver.signal(number::TERM, 0);
    driver.now_ms += 5_000;
    let script = driver.children[0].0;
    driver.signal(38, script);
    assert!(driver.has_said(": scripts are over") && !driver.has_said("asked again"));
    assert_eq!((driver.running(), driver.became.len()), (vec!["/bye"], 1));
}

#[test]
fn a_script_that_ended_while_it_was_looked_at_is_still_that_script() {
    let mut driver = Driver::new(&[], "::shutdown:/bye\n").boot();
    driver.signal(number::TERM, 0);
    driver.now_ms += 5_000;
    driver.holds_looks = true;
    driver.signal(number::TERM, driver.children[0].0);
    driver.end_child("/bye");
    assert!(driver.has_said(": scripts are over") && !driver.has_said("asked again"));
    assert_eq!(driver.became.len(), 1);
}

#[test]
fn whoever_asks_again_later_makes_it_more_urgent_and_scripts_end() {
    let mut driver = Driver::new(&[], "::shutdown:/bye\n").boot();
    driver.signal(number::TERM, 4_000);
    driver.now_ms += 500;
    driver.signal(number::TERM, 4_000);
    assert_eq!(driver.became.len(), 0, "it is the same request");
    driver.now_ms += 1_000;
    driver.signal(number::TERM, 4_000);
    assert!(driver.has_said("reboot goes on, hurried"));
    assert_eq!(driver.became.len(), 1);
}

/// Whoever asks for a kexec has to wait for a look at what is loaded, and must not be forgotten meanwhile.
#[test]
fn who_is_being_judged_when_an_end_begins_is_heeded_before_the_door() {
    let mut driver = Driver::new(&[], "::once:/a\n").boot();
    let asked = |signal| Event::Signal(Origin { signal, ..Origin::default() });
    driver.give_all([asked(number::ALRM), asked(number::USR2)]);
    let handed_over = only_become(&driver).handed_over.clone().unwrap_or_default();
    assert_eq!(Handover::parse(&handed_over).request.urgency, Urgency::Hurried);
}

#[test]
fn a_script_that_asks_has_done_its_work() {
    let mut driver = Driver::new(&[], "::shutdown:/bye\n").boot();
    driver.signal(number::TERM, 0);
    driver.signal(38, driver.children[0].0);
    let handed_over = driver.became[0].handed_over.as_deref().unwrap();
    let account = Handover::parse(handed_over).account.render();
    assert!(account.contains("/bye"), "{account}");
}

#[test]
fn who_can_not_be_looked_at_for_want_of_a_helper_is_heeded() {
    let mut driver = Driver::new(&[], "::shutdown:/bye\n").boot();
    driver.holds_looks = true;
    driver.signal(number::TERM, 4_000);
    let (id, op) = (driver.held[0], Op::Read(ReadOp::Sender { pid: 4_000 }));
    driver.give(Event::NoHelper { id, op, errno: Errno::EAGAIN });
    assert!(driver.has_said("reboot (orderly) asked for by process 4000 (uid 0, signal 15)"));
}

#[test]
fn an_end_at_once_enters_no_runlevel() {
    let mut driver = Driver::new(&[], "id:2:initdefault:\nl6:6:wait:/rc6\n").boot();
    driver.signal(49, 0);
    assert!(driver.has_said("reboot (at-once) asked for by the kernel (signal 49)"));
    assert!(!driver.has_said("entering runlevel 6"));
}
