//! What a takeover waits for, and what it leaves as it was.

use crate::driver::Driver;
use crate::takeover::successor;
use rekindle_core::event::{Event, ExitStatus};
use rekindle_core::op::{Op, ProcessOp};
use rekindle_core::request::Origin;
use rekindle_core::signal::number;

/// These end, and a new version is asked for, with one wake-up.
fn ask_with_end_of(driver: &mut Driver, programs: &[&str]) {
    let origin = Origin { signal: number::TAKE_OVER, ..Origin::default() };
    let mut events = vec![Event::Signal(origin)];
    driver.now_ms += 5_000;
    for program in programs {
        let at = driver.children.iter().position(|(_, name)| name == program).expect(program);
        let (pid, _) = driver.children.remove(at);
        events.push(Event::ChildEnded { pid, status: ExitStatus::Exited(0) });
    }
    driver.give_all(events);
}

#[test]
fn who_is_being_started_when_a_new_version_comes_is_not_started_twice() {
    let table = "::respawn:/a\n";
    let mut old = Driver::new(&[], table).boot();
    ask_with_end_of(&mut old, &["/a"]);
    let mut new = successor(&old, table);
    new.wait_ms(5_000);
    assert_eq!(new.running(), ["/a"]);
}

#[test]
fn every_record_has_a_helper_before_a_new_version_comes() {
    let table = "id:2:initdefault:\n1:2:respawn:/a\n2:2:respawn:/b\n";
    let mut old = Driver::new(&[], table).boot();
    let before = old.ops.len();
    ask_with_end_of(&mut old, &["/a", "/b"]);
    let until = |op: &&Op| !matches!(op, Op::Process(ProcessOp::Become(_)));
    let records = old.ops.iter().skip(before).take_while(until).filter_map(|op| match op {
        Op::Record(records) => Some(records.len()),
        _ => None,
    });
    assert_eq!(records.sum::<usize>(), 4, "two ends and two starts");
}

#[test]
fn a_takeover_waits_for_the_table_that_is_being_read() {
    let mut driver = Driver::new(&[], "::respawn:/a\n::respawn:/b\n").boot();
    driver.inittab = String::from("::respawn:/b\n");
    let signal = |signal| Event::Signal(Origin { signal, ..Origin::default() });
    driver.give_all([signal(number::TAKE_OVER), signal(number::HUP)]);
    assert_eq!((driver.signals_to("/a"), driver.became.len()), (vec![number::TERM], 0));
    driver.end_child("/a");
    assert_eq!(driver.became.len(), 1);
}

#[test]
fn paused_respawning_stays_paused_in_the_new_version() {
    let table = "::respawn:/a\n";
    let mut old = Driver::new(&[], table).boot();
    old.signal(number::TSTP, 0);
    old.signal(number::TAKE_OVER, 0);
    let mut new = successor(&old, table);
    new.end_child("/a");
    new.wait_ms(5_000);
    assert_eq!(new.running(), [""; 0]);
    new.signal(number::CONT, 0);
    assert_eq!(new.running(), ["/a"]);
}

#[test]
fn what_was_asked_for_by_its_letter_is_kept_by_the_new_version() {
    let table = "id:2:initdefault:\nd:a:ondemand:/demand\n";
    let mut old = Driver::new(&[], table).boot();
    old.telinit(b'a');
    old.signal(number::TAKE_OVER, 0);
    let mut new = successor(&old, table);
    new.signal(number::HUP, 0);
    assert_eq!((new.running(), new.signals_to("/demand")), (vec!["/demand"], vec![]));
}

#[test]
fn the_new_version_tells_its_children_the_same_levels() {
    let table = "id:2:initdefault:\nd:a:ondemand:/demand\n";
    let mut old = Driver::new(&[], table).boot();
    old.telinit(b'3');
    old.signal(number::TAKE_OVER, 0);
    let mut new = successor(&old, table);
    new.telinit(b'a');
    let environment = new.environment_of("/demand");
    for pair in ["RUNLEVEL=3", "PREVLEVEL=2"] {
        assert!(environment.iter().any(|other| other == pair), "{environment:?}");
    }
}
