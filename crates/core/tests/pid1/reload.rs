//! Reading inittab again.

use crate::driver::Driver;
use rekindle_core::errno::Errno;
use rekindle_core::event::Event;
use rekindle_core::op::{Op, Outcome, ProcessOp};
use rekindle_core::request::Origin;
use rekindle_core::signal::number::{HUP, INT, KILL, QUIT, TERM};

fn read_again(driver: &mut Driver, table: &str) {
    driver.inittab = String::from(table);
    driver.signal(HUP, 0);
}

fn no_process(op: &Op) -> Option<Outcome> {
    let is_start = matches!(op, Op::Process(ProcessOp::Spawn(_)));
    is_start.then_some(Outcome::Failed(Errno::EAGAIN))
}

#[test]
fn a_table_in_which_nothing_can_run_ends_nobody() {
    for (table, others) in [
        ("::respawn:/a\n", ["", "\0\0", "nonsense\n"]),
        ("id:2:initdefault:\na:2:respawn:/a\n", ["", "id:2:initdefault:\n", "x:2:off:/x\n"]),
    ] {
        let mut driver = Driver::new(&[], table).boot();
        for other in others {
            read_again(&mut driver, other);
            assert_eq!((driver.running(), driver.signals_to("/a")), (vec!["/a"], vec![]));
            assert!(driver.has_said("no data (ENODATA); keeping the entries as they are"));
        }
    }
}

#[test]
fn who_leaves_is_asked_once_and_killed_after_its_own_time_however_often_the_table_is_read() {
    let mut driver = Driver::new(&[], "::respawn:/a\n::respawn:/b\n::respawn:/c\n").boot();
    read_again(&mut driver, "::respawn:/b\n::respawn:/c\n");
    driver.wait_ms(3_000);
    read_again(&mut driver, "::respawn:/c\n");
    assert_eq!(driver.signals_to("/a"), [TERM]);
    driver.wait_ms(2_000);
    assert_eq!(driver.signals_to("/a"), [TERM, KILL]);
    assert_eq!(driver.signals_to("/b"), [TERM]);
    driver.wait_ms(1_999);
    assert!(!driver.has_said("can't be killed"));
    driver.wait_ms(1);
    assert!(driver.has_said("1 process that had to leave can't be killed; going on"));
    driver.wait_ms(1_000);
    assert_eq!(driver.signals_to("/b"), [TERM, KILL]);
}

#[test]
fn who_comes_back_before_it_is_gone_may_stay() {
    let mut driver = Driver::new(&[], "::respawn:/a\n::respawn:/b\n").boot();
    read_again(&mut driver, "::respawn:/b\n");
    read_again(&mut driver, "::respawn:/a\n::respawn:/b\n");
    driver.wait_ms(10_000);
    assert_eq!((driver.signals_to("/a"), driver.running()), (vec![TERM], vec!["/a", "/b"]));
}

#[test]
fn who_is_being_started_while_its_line_goes_is_asked_as_soon_as_it_runs() {
    let mut driver = Driver::new(&[], "::respawn:/a\n::respawn:/b\n").boot();
    driver.now_ms += 5_000;
    driver.inittab = String::from("::respawn:/b\n");
    // Both come with one wake-up: /a is started again before the table has been read.
    let pid = driver.children.iter().find(|(_, name)| name == "/a").unwrap().0;
    driver.children.retain(|(_, name)| name != "/a");
    driver.give_all([
        Event::Signal(Origin { signal: HUP, ..Origin::default() }),
        Event::ChildEnded { pid, status: rekindle_core::event::ExitStatus::Exited(0) },
    ]);
    assert_eq!(driver.signals_to("/a"), [TERM]);
}

#[test]
fn scripts_run_in_the_order_of_the_file_as_it_stands_now() {
    let mut driver = Driver::new(&[], "::shutdown:/a\n::shutdown:/b\n").boot();
    read_again(&mut driver, "::shutdown:/c\n::shutdown:/b\n::shutdown:/a\n");
    driver.signal(TERM, 0);
    for script in ["/c", "/b", "/a"] {
        assert_eq!(driver.running(), [script]);
        driver.end_child(script);
    }
}

#[test]
fn the_restart_entry_is_the_first_of_the_file_as_it_stands_now() {
    let mut driver = Driver::new(&[], "::restart:/next\n").boot();
    read_again(&mut driver, "::restart:kexec -e\n::restart:/next\n");
    driver.signal(QUIT, 0);
    assert!(driver.has_said("refused: no kernel is loaded"));
}

#[test]
fn an_entry_that_rests_wakes_nobody_while_its_terminal_is_taken() {
    let mut driver = Driver::new(&[], "tty1::respawn:/a\ntty1::respawn:/b\n").boot();
    read_again(&mut driver, "tty1::respawn:/b\n");
    driver.end_child("/b");
    driver.wait_ms(4_000);
    assert_eq!(driver.running(), ["/a"], "it is still there");
    driver.end_child("/a");
    assert_eq!(driver.running(), ["/b"]);
}

#[test]
fn what_waits_to_be_tried_again_is_not_when_its_line_is_gone() {
    let mut driver = Driver::new(&[], "::sysinit:/a\n::wait:/b\n::respawn:/c\n").boot();
    driver.answer = no_process;
    driver.end_child("/a");
    let pid = 4_000;
    driver.inittab = String::from("::respawn:/c\n");
    driver.now_ms += 1_000;
    driver.give_all([
        Event::Signal(Origin { signal: HUP, ..Origin::default() }),
        Event::ChildEnded { pid, status: rekindle_core::event::ExitStatus::Exited(0) },
    ]);
    driver.answer = |_| None;
    driver.wait_ms(2_000);
    assert_eq!(driver.running(), ["/c"]);
}

#[test]
fn the_keys_entries_have_their_turn_also_while_another_terminal_is_given_up() {
    let mut driver = Driver::new(&[], "::respawn:/a\n::ctrlaltdel:/keys\n").boot();
    read_again(&mut driver, "::ctrlaltdel:/keys\n::once:/x\n");
    driver.answer = no_process;
    driver.signal(INT, 0);
    driver.answer = |_| None;
    driver.wait_ms(1_000);
    assert_eq!(driver.running(), ["/a", "/keys"]);
}

#[test]
fn only_an_entry_on_the_terminal_of_one_that_leaves_waits_for_it() {
    let mut driver = Driver::new(&[], "tty1::respawn:/a\ntty2::respawn:/b\n").boot();
    read_again(&mut driver, "tty2::respawn:/b\ntty2::respawn:/c\ntty1::respawn:/d\n");
    assert_eq!(driver.running(), ["/a", "/b", "/c"], "/a still has the terminal of /d");
    driver.end_child("/a");
    assert_eq!(driver.running(), ["/b", "/c", "/d"]);
}

#[test]
fn an_entry_with_another_command_keeps_its_process_until_that_ends() {
    let mut driver = Driver::new(&[], "id:2:initdefault:\n1:2:respawn:/a\n").boot();
    read_again(&mut driver, "id:2:initdefault:\n1:2:respawn:/b\n");
    assert_eq!((driver.running(), driver.signals_to("/a")), (vec!["/a"], vec![]));
    driver.end_child("/a");
    assert_eq!(driver.running(), ["/b"]);
}

#[test]
fn the_id_tells_which_of_two_entries_has_left() {
    let table = "id:2:initdefault:\n1:2:respawn:/a\n2:2:respawn:/b\n";
    let mut driver = Driver::new(&[], table).boot();
    read_again(&mut driver, "id:2:initdefault:\n2:2:respawn:/b\n");
    assert_eq!((driver.signals_to("/a"), driver.signals_to("/b")), (vec![TERM], vec![]));
}

#[test]
fn what_is_built_in_stays_when_the_table_is_read_again() {
    let table = "id:2:initdefault:\n1:2:respawn:/a\n";
    let mut driver = Driver::new(&["single"], table).boot();
    read_again(&mut driver, table);
    assert_eq!(driver.running(), ["/sbin/sulogin"]);
    assert_eq!(driver.signals_to("/sbin/sulogin"), [0u8; 0]);
}
