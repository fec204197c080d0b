//! The control socket itself: made again where it is gone, and done without where it can't be made.

use crate::BUSYBOX;
use crate::control::{listens, serving};
use crate::driver::Driver;
use rekindle_core::errno::Errno;
use rekindle_core::event::{ControlEvent, Event};
use rekindle_core::op::{ControlOp, Op, Outcome};
use rekindle_core::signal::number;

#[test]
fn a_socket_that_is_gone_is_made_again_and_not_more_than_once_a_second() {
    let mut driver = serving(BUSYBOX);
    driver.answer = |op| match op {
        Op::Control(ControlOp::Check) => Some(Outcome::Answer(false)),
        _ => None,
    };
    let checks = |driver: &Driver| {
        driver.ops.iter().filter(|op| **op == Op::Control(ControlOp::Check)).count()
    };
    driver.now_ms += 5_000;
    for _ in 0..10 {
        driver.give(Event::Control(ControlEvent::MayBeGone));
    }
    assert_eq!((checks(&driver), listens(&driver)), (1, 2));
    driver.wait_ms(1_000);
    assert_eq!((checks(&driver), listens(&driver)), (2, 3));
    assert_eq!(driver.pid1.next_deadline(), None);
}

#[test]
fn without_a_socket_signals_are_heard_and_it_is_said_once() {
    let mut driver = Driver::new(&[], "::once:/a\n");
    driver.answer = |op| match op {
        Op::Control(ControlOp::Listen) => Some(Outcome::Failed(Errno::EROFS)),
        Op::Control(ControlOp::Check) => Some(Outcome::Answer(false)),
        _ => None,
    };
    let mut driver = driver.boot();
    driver.now_ms += 5_000;
    driver.give(Event::Control(ControlEvent::MayBeGone));
    assert_eq!(listens(&driver), 2);
    let complaint = "can't listen on /run/rekindle/control: read-only file system (EROFS)";
    assert_eq!(driver.said.iter().filter(|line| line.starts_with(complaint)).count(), 1);
    assert_eq!(driver.pid1.next_deadline(), None, "nobody is woken for it");
    driver.signal(number::TERM, 0);
    assert_eq!(driver.became.len(), 1);
}

#[test]
fn nothing_is_made_on_a_path_that_hangs() {
    let mut driver = serving(BUSYBOX);
    driver.answer = |op| match op {
        Op::Control(ControlOp::Check) => Some(Outcome::TimedOut),
        _ => None,
    };
    driver.now_ms += 5_000;
    driver.give(Event::Control(ControlEvent::MayBeGone));
    let is_check = |op: &&Op| **op == Op::Control(ControlOp::Check);
    assert_eq!((driver.ops.iter().filter(is_check).count(), listens(&driver)), (1, 1));
    assert!(driver.helped.contains(&Op::Control(ControlOp::Check)), "PID 1 itself does not look");
}

#[test]
fn a_container_leaves_the_socket_of_its_host_where_it_is_and_says_nothing() {
    let mut driver = Driver::new(&[], "::once:/a\n");
    driver.is_container = true;
    driver.answer = |op| match op {
        Op::Control(ControlOp::Listen) => Some(Outcome::Failed(Errno::EREMOTE)),
        _ => None,
    };
    let driver = driver.boot();
    assert_eq!((listens(&driver), driver.has_said("can't")), (1, false), "{:?}", driver.said);
}

/// PID 1 is told so after each making of the socket, and of every mount.
#[test]
fn what_a_look_at_the_socket_takes_is_given_back() {
    let mut driver = serving(BUSYBOX);
    driver.answer = |op| match op {
        Op::Control(ControlOp::Check) => Some(Outcome::Answer(true)),
        _ => None,
    };
    driver.now_ms += 5_000;
    driver.give(Event::Control(ControlEvent::MayBeGone));
    let [.., check, last] = driver.ops.as_slice() else { panic!("{:?}", driver.ops) };
    assert_eq!((check, last), (&Op::Control(ControlOp::Check), &Op::ForgetCode));
}
