//! Entries that rest: those that could not be started, and those that end at once.

use crate::driver::Driver;
use rekindle_core::errno::Errno;
use rekindle_core::op::{Op, Outcome, ProcessOp};
use rekindle_core::signal::number::{HUP, TERM, TSTP};

/// What became of the start of /x; everything else can be started.
fn start_of_x(op: &Op, outcome: Outcome) -> Option<Outcome> {
    let Op::Process(ProcessOp::Spawn(child)) = op else { return None };
    (child.programs == [b"/x"]).then_some(outcome)
}

fn no_x(op: &Op) -> Option<Outcome> {
    start_of_x(op, Outcome::Failed(Errno::EAGAIN))
}

fn no_terminal_for_x(op: &Op) -> Option<Outcome> {
    start_of_x(op, Outcome::NoTerminal(Errno::ENOENT))
}

fn booted(table: &str, answer: fn(&Op) -> Option<Outcome>) -> Driver {
    let mut driver = Driver::new(&[], table);
    driver.answer = answer;
    driver.boot()
}

fn starts_of_x(driver: &Driver) -> usize {
    driver.ops.iter().filter(|op| no_x(op).is_some()).count()
}

#[test]
fn who_rests_wakes_nobody_while_others_leave_the_level() {
    let mut driver = booted("id:2:initdefault:\n1:2:respawn:/a\nx:23:once:/x\n", no_x);
    driver.telinit(b'3');
    driver.wait_ms(2_000);
    driver.answer = |_| None;
    assert_eq!(driver.signals_to("/a"), [TERM]);
    driver.end_child("/a");
    assert_eq!(driver.running(), ["/x"]);
}

#[test]
fn who_rests_wakes_nobody_while_respawning_is_paused() {
    let mut driver = booted("id:2:initdefault:\nx:2:once:/x\n", no_x);
    assert!(driver.pid1.next_deadline().is_some());
    driver.signal(TSTP, 0);
    assert_eq!(driver.pid1.next_deadline(), None);
}

#[test]
fn who_rests_in_single_user_is_not_made_to_rest_anew_when_another_entry_ends() {
    let mut driver = booted("id:S:initdefault:\nx:S:respawn:/x\nw:S:wait:/w\n", no_x);
    assert_eq!(driver.running(), ["/w"]);
    driver.answer = |_| None;
    driver.wait_ms(500);
    driver.end_child("/w");
    driver.wait_ms(499);
    assert_eq!(driver.running(), [""; 0]);
    driver.wait_ms(1);
    assert_eq!(driver.running(), ["/x"]);
}

#[test]
fn single_user_begins_anew_a_second_after_its_end() {
    let mut driver = booted("id:S:initdefault:\nw:S:wait:/w\n", |_| None);
    driver.end_child("/w");
    driver.wait_ms(999);
    assert_eq!(driver.running(), [""; 0]);
    driver.wait_ms(1);
    assert_eq!(driver.running(), ["/w"]);
}

#[test]
fn the_first_that_can_not_be_started_is_passed_over_after_ten_seconds() {
    let mut driver = booted("::sysinit:/x\n::sysinit:/b\n", no_x);
    driver.wait_ms(9_999);
    assert_eq!((starts_of_x(&driver), driver.running()), (10, vec![]));
    driver.wait_ms(1);
    assert_eq!((starts_of_x(&driver), driver.running()), (10, vec!["/b"]));
}

#[test]
fn nobody_waits_for_the_terminal_of_one_that_holds_others_up() {
    let line = "can't start '/x': /dev/tty9: no such file or directory (ENOENT); ";
    let mut driver = booted("tty9::sysinit:/x\n::sysinit:/b\n", no_terminal_for_x);
    assert!(driver.has_said(&format!("{line}passed over")), "{:?}", driver.said);
    assert_eq!(driver.running(), ["/b"]);
    driver.wait_ms(5_000);
    assert_eq!(starts_of_x(&driver), 1);
    let mut driver = booted("tty9::shutdown:/x\n::shutdown:/b\n", no_terminal_for_x);
    driver.signal(TERM, 0);
    assert!(driver.has_said(&format!("{line}passed over")), "{:?}", driver.said);
    assert_eq!(driver.running(), ["/b"]);
}

#[test]
fn a_terminal_is_waited_for_by_one_that_holds_nobody_up() {
    let mut driver = booted("tty9::respawn:/x\n::respawn:/b\n", no_terminal_for_x);
    assert!(driver.has_said("(ENOENT); waiting for it to appear"), "{:?}", driver.said);
    driver.wait_ms(2_000);
    assert_eq!((starts_of_x(&driver), driver.running()), (3, vec!["/b"]));
    assert_eq!(driver.said.iter().filter(|line| line.contains("waiting for it")).count(), 1);
}

#[test]
fn a_table_that_is_read_again_ends_the_rest_of_what_is_started_again() {
    for table in ["::respawn:/x\n", "id:2:initdefault:\n1:2:respawn:/x\n"] {
        let mut driver = booted(table, no_x);
        driver.answer = |_| None;
        driver.signal(HUP, 0);
        assert_eq!(driver.running(), ["/x"], "{table}");
    }
}
