//! What an accepted end begins with.

use crate::driver::Driver;
use rekindle_core::configuration::KERNEL_LINE_PATH;
use rekindle_core::errno::Errno;
use rekindle_core::handover::Handover;
use rekindle_core::op::{Op, Outcome, ProcessOp, Read, ReadOp, StorageOp};
use rekindle_core::proc::meminfo;
use rekindle_core::signal::number;
use rekindle_core::spared::Spared;

const TABLE: &str = "::respawn:/getty\n::shutdown:/bye\n::restart:/next\n";

fn ended_by(signal: u8, is_container: bool) -> Driver {
    let mut driver = Driver::new(&[], TABLE);
    driver.is_container = is_container;
    let mut driver = driver.boot();
    driver.signal(signal, 0);
    driver
}

fn looks_at_dirty_pages(driver: &Driver) -> bool {
    driver.ops.contains(&Op::Read(meminfo::READ))
}

#[test]
fn dirty_pages_are_asked_for_where_disks_are_going_to_be_written_and_time_is_left() {
    assert!(looks_at_dirty_pages(&ended_by(number::TERM, false)));
    assert!(!looks_at_dirty_pages(&ended_by(number::TERM, true)), "its host's disks");
    assert!(!looks_at_dirty_pages(&ended_by(number::QUIT, false)), "the kernel goes on");
    assert!(!looks_at_dirty_pages(&ended_by(41, false)), "the kernel goes on");
    assert!(!looks_at_dirty_pages(&ended_by(49, false)), "at once");
}

#[test]
fn they_are_written_early_if_they_are_many_or_not_known() {
    let begins_sync = |answer: fn(&Op) -> Option<Outcome>| {
        let mut driver = Driver::new(&[], TABLE);
        driver.answer = answer;
        let mut driver = driver.boot();
        driver.signal(number::TERM, 0);
        driver.ops.contains(&Op::Storage(StorageOp::Sync))
    };
    fn told(op: &Op, text: &str) -> Option<Outcome> {
        let whole = || Outcome::Read(Read::whole(text.as_bytes().to_vec()));
        (*op == Op::Read(meminfo::READ)).then(whole)
    }
    assert!(begins_sync(|op| told(op, "Dirty: 1024 kB\nWriteback: 0 kB\n")));
    assert!(begins_sync(|op| told(op, "Dirty: 900 kB\nWriteback: 900 kB\n")));
    assert!(!begins_sync(|op| told(op, "Dirty: 1023 kB\nWriteback: 0 kB\n")));
    assert!(begins_sync(|_| None), "not known");
}

#[test]
fn who_is_spared_is_looked_for_again_while_scripts_run() {
    let looks = |driver: &Driver| {
        driver.ops.iter().filter(|op| matches!(op, Op::Read(ReadOp::Census(_)))).count()
    };
    assert_eq!(looks(&ended_by(number::TERM, false)), 2);
    let mut driver = Driver::new(&[], "::respawn:/getty\n").boot();
    driver.signal(number::TERM, 0);
    assert_eq!(looks(&driver), 1, "there are none");
}

#[test]
fn an_end_at_once_runs_no_script() {
    let driver = ended_by(49, false);
    assert_eq!((driver.running(), driver.became.len()), (vec!["/getty"], 1));
}

#[test]
fn who_asks_again_waits_for_nobody_who_leaves() {
    let table = "id:2:initdefault:\n1:2:respawn:/getty\nl6:6:wait:/rc6\n";
    let mut driver = Driver::new(&[], table).boot();
    driver.signal(39, 0);
    driver.wait_ms(2_000);
    assert_eq!((driver.running(), driver.became.len()), (vec!["/getty"], 0));
    driver.signal(39, 0);
    assert!(driver.has_said("asked again by the kernel (signal 39): reboot goes on, hurried"));
    assert_eq!((driver.running(), driver.became.len()), (vec!["/getty"], 1));
}

#[test]
fn the_last_stage_is_told_who_is_spared() {
    let driver = ended_by(49, false);
    let handed_over = driver.became[0].handed_over.as_deref().unwrap();
    assert_eq!(Handover::parse(handed_over).spared, Spared::Partial(vec![77]));
}

#[test]
fn a_script_whose_time_is_over_before_it_could_be_started_is_not_started() {
    let mut driver = Driver::new(&[], &"::shutdown:/x\n".repeat(2));
    driver.answer = |op| match op {
        Op::Process(ProcessOp::Spawn(_)) => Some(Outcome::Failed(Errno::EAGAIN)),
        _ => None,
    };
    driver.configuration = vec![(KERNEL_LINE_PATH, Ok("rekindle.script_ms=2000"))];
    let mut driver = driver.boot();
    driver.signal(number::TERM, 0);
    while driver.became.is_empty() {
        driver.wait();
    }
    let starts = |op: &&Op| matches!(op, Op::Process(ProcessOp::Spawn(_)));
    assert_eq!(driver.ops.iter().filter(starts).count(), 4, "two tries each");
    assert_eq!(driver.said.iter().filter(|line| line.contains("; killed")).count(), 2);
}

#[test]
fn a_restart_entry_that_is_there_is_no_reason_to_refuse() {
    let driver = ended_by(number::QUIT, false);
    assert!(driver.has_said("restart (orderly) asked for by the kernel (signal 3)"));
    assert_eq!(driver.running(), ["/getty", "/bye"]);
}

#[test]
fn what_the_power_does_is_heard_while_scripts_run() {
    let table = "id:2:initdefault:\n1:2:once:/x\nl6:6:wait:/rc6\n";
    let mut driver = Driver::new(&[], table).boot();
    driver.signal(39, 0);
    driver.signal(number::PWR, 0);
    assert!(driver.has_said("the power fails; inittab has no entry for it"));
}

#[test]
fn the_keys_are_counted_while_scripts_run() {
    let mut driver = ended_by(number::TERM, false);
    (0..6).for_each(|_| driver.signal(number::INT, 0));
    assert_eq!(driver.became.len(), 0);
    driver.signal(number::INT, 0);
    assert!(driver.has_said("reboot goes on, at-once"));
    assert_eq!(driver.became.len(), 1);
}
