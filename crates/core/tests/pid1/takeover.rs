//! A new version takes over.

use crate::driver::Driver;
use crate::{BUSYBOX, SYSVINIT, only_become};
use rekindle_core::errno::Errno;
use rekindle_core::event::{Event, ExitStatus};
use rekindle_core::op::{Op, Outcome, ProcessOp};
use rekindle_core::pid1::StartArguments;
use rekindle_core::request::Origin;
use rekindle_core::signal::number;
use rekindle_core::takeover::{LAST_STAGE, TAKEOVER};

#[test]
fn a_new_version_takes_over_with_all_that_runs() {
    for table in [BUSYBOX, SYSVINIT] {
        let mut old = Driver::new(&[], table).boot();
        old.end_child("/rcS");
        if table == SYSVINIT {
            old.end_child("/rc");
        }
        old.signal(number::TAKE_OVER, 0);
        let to = only_become(&old);
        assert_eq!(to.arguments, [b"init".to_vec(), TAKEOVER.to_vec()]);
        let start = StartArguments {
            arguments: vec![TAKEOVER.to_vec()],
            environment: to.environment.clone(),
            handed_over: to.handed_over.clone(),
            ..StartArguments::default()
        };
        let mut new = Driver::started_with(start, table).boot();
        assert!(new.has_said("this version has taken over"));
        assert_eq!(new.running(), [""; 0], "nothing is started twice");
        new.children = old.children.clone();
        new.end_child("/getty");
        if table == BUSYBOX {
            // It counts from a start long ago, so it comes back at once.
            assert_eq!(new.running(), ["/getty"]);
        }
        new.signal(number::TERM, 0);
        assert!(new.has_said("reboot (orderly) asked for"));
    }
}

/// The version that was handed over to.
pub(crate) fn successor(old: &Driver, table: &str) -> Driver {
    let to = only_become(old);
    let start = StartArguments {
        arguments: vec![TAKEOVER.to_vec()],
        environment: to.environment.clone(),
        handed_over: to.handed_over.clone(),
        ..StartArguments::default()
    };
    let mut new = Driver::started_with(start, table);
    (new.now_ms, new.children) = (old.now_ms, old.children.clone());
    new.boot()
}

fn no_process(op: &Op) -> Option<Outcome> {
    let is_start = matches!(op, Op::Process(ProcessOp::Spawn(_)));
    is_start.then_some(Outcome::Failed(Errno::EAGAIN))
}

#[test]
fn a_takeover_waits_for_those_that_leave() {
    let mut driver = Driver::new(&[], "::respawn:/a\n::respawn:/b\n").boot();
    driver.inittab = String::from("::respawn:/b\n");
    driver.signal(number::HUP, 0);
    driver.signal(number::TAKE_OVER, 0);
    assert_eq!(driver.became, []);
    driver.end_child("/a");
    assert_eq!(driver.became.len(), 1);
}

#[test]
fn a_takeover_waits_for_the_keys_entries() {
    let mut driver = Driver::new(&[], "::ctrlaltdel:/a\n::ctrlaltdel:/b\n").boot();
    driver.signal(number::INT, 0);
    driver.signal(number::TAKE_OVER, 0);
    for entry in ["/a", "/b"] {
        assert_eq!((driver.running(), driver.became.len()), (vec![entry], 0));
        driver.end_child(entry);
    }
    assert_eq!(driver.became.len(), 1, "without another event");
}

#[test]
fn keys_that_are_pressed_just_before_have_their_entries_run() {
    let mut driver = Driver::new(&[], "::ctrlaltdel:/keys\n").boot();
    driver.holds_looks = true;
    driver.signal(number::INT, 4_000);
    driver.signal(number::TAKE_OVER, 0);
    assert_eq!((driver.running(), driver.became.len()), (vec!["/keys"], 0));
    driver.end_child("/keys");
    assert_eq!(driver.became.len(), 1);
}

#[test]
fn an_end_that_is_asked_for_just_before_begins_at_once() {
    for is_container in [false, true] {
        let mut driver = Driver::new(&[], BUSYBOX);
        driver.is_container = is_container;
        let mut driver = driver.boot();
        driver.end_child("/rcS");
        driver.holds_looks = true;
        driver.signal(number::TERM, 4_000);
        driver.signal(number::TAKE_OVER, 0);
        assert_eq!((driver.running(), driver.became.len()), (vec!["/getty", "/bye"], 0));
    }
}

#[test]
fn a_takeover_waits_for_records_that_no_helper_has() {
    let mut driver = Driver::new(&[], "id:2:initdefault:\n1:2:respawn:/getty\n").boot();
    driver.answer = |op| matches!(op, Op::Record(_)).then_some(Outcome::TimedOut);
    driver.end_child("/getty");
    driver.signal(number::TAKE_OVER, 0);
    let records = driver.ops.iter().filter(|op| matches!(op, Op::Record(_))).count();
    assert_eq!((records, driver.became.len()), (5, 1));
}

#[test]
fn what_is_to_be_tried_again_is_tried_by_the_new_version() {
    let mut old = Driver::new(&[], "::once:/x\n::respawn:/y\n");
    old.answer = no_process;
    let mut old = old.boot();
    old.signal(number::TAKE_OVER, 0);
    assert_eq!(successor(&old, "").running(), ["/x", "/y"]);
}

#[test]
fn a_new_version_in_single_user_knows_that_the_boot_is_still_ahead() {
    let table = "id:2:initdefault:\nb::bootwait:/b\n";
    let mut old = Driver::new(&["single"], table).boot();
    assert_eq!(old.running(), ["/sbin/sulogin"]);
    old.signal(number::TAKE_OVER, 0);
    let mut new = successor(&old, table);
    new.end_child("/sbin/sulogin");
    assert_eq!(new.running(), ["/b"]);
    new.end_child("/b");
    assert!(new.has_said("entering runlevel 2"));
    new.telinit(b'S');
    new.signal(number::TAKE_OVER, 0);
    let mut third = successor(&new, table);
    third.end_child("/sbin/sulogin");
    assert_eq!(third.running(), [""; 0], "once is enough");
}

#[test]
fn who_can_not_take_over_changes_nothing_and_is_named() {
    let mut driver = Driver::new(&[], "::respawn:/a\n").boot();
    driver.failing_becomes = 1;
    driver.signal(number::TAKE_OVER, 0);
    assert!(driver.has_said("not replaced by /sbin/init, which can't take over: out of memory"));
    assert_eq!(driver.running(), ["/a"]);
    driver.signal(number::TAKE_OVER, 0);
    assert_eq!(driver.became.len(), 2);
}

#[test]
fn a_takeover_waits_for_whoever_asks_for_the_end() {
    let mut driver = Driver::new(&[], "::once:/x\n").boot();
    driver.holds_looks = true;
    driver.signal(number::TERM, 4_000);
    driver.signal(number::TAKE_OVER, 4_001);
    assert!(driver.has_said("reboot (orderly) asked for by process 4000 (uid 0, signal 15)"));
    assert_eq!(only_become(&driver).arguments[1], LAST_STAGE);
}

/// /a leaves, and a new version waits for its end.
fn waiting_for_a(table: &str) -> Driver {
    let mut driver = Driver::new(&[], &format!("{table}a:2:respawn:/a\n")).boot();
    driver.inittab = String::from(table);
    driver.signal(number::HUP, 0);
    driver.signal(number::TAKE_OVER, 0);
    assert_eq!((driver.signals_to("/a").len(), driver.became.len()), (1, 0));
    driver
}

/// The signal, and the end of /a, came with one wake-up.
fn signal_with_end_of_a(driver: &mut Driver, signal: u8) {
    let (pid, _) = driver.children.remove(0);
    let origin = Origin { signal, ..Origin::default() };
    let status = ExitStatus::Exited(0);
    driver.give_all([Event::Signal(origin), Event::ChildEnded { pid, status }]);
}

#[test]
fn a_takeover_waits_for_what_the_power_does() {
    let mut driver = waiting_for_a("id:2:initdefault:\np::powerfail:/power\n");
    signal_with_end_of_a(&mut driver, number::PWR);
    assert!(driver.has_said("the power fails"));
    assert_eq!((driver.running(), driver.became.len()), (vec!["/power"], 1));
}

#[test]
fn a_takeover_waits_for_what_the_kernel_tells_of_the_next_one() {
    let mut driver = waiting_for_a("::once:/x\n");
    driver.children.retain(|(_, name)| name == "/a");
    driver.kexec_loaded = "1\n";
    signal_with_end_of_a(&mut driver, number::ALRM);
    assert!(driver.has_said("kexec (orderly) asked for by"));
    assert_eq!(only_become(&driver).arguments[1], LAST_STAGE);
}

#[test]
fn a_takeover_waits_for_a_table_that_is_being_read() {
    let mut driver = waiting_for_a("::once:/x\n");
    driver.children.retain(|(_, name)| name == "/a");
    driver.inittab = String::from("::once:/x\n::respawn:/b\n");
    signal_with_end_of_a(&mut driver, number::HUP);
    assert_eq!((driver.running(), driver.became.len()), (vec!["/b"], 1));
}

#[test]
fn a_machine_that_boots_gives_its_place_to_nobody() {
    for table in ["::sysinit:/rcS\n", "id:2:initdefault:\ns::sysinit:/rcS\n"] {
        let mut driver = Driver::new(&[], table).boot();
        driver.signal(number::TAKE_OVER, 0);
        assert!(driver.has_said("while the machine boots or ends; ask again later"), "{table}");
        driver.end_child("/rcS");
        assert_eq!(driver.became, []);
    }
}
